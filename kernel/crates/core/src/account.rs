//! An account: the firm's own with money, limits and orders, or a member of the venue.

use cambist_wire::{AccountKind, TradingState};

use crate::client_ids::ClientIds;
use crate::scope::Scope;
use crate::slab::NONE;

const MILLION: i128 = 1_000_000;

/// Commission rates, in ppm of the value of a fill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fees {
    /// Of fills that gave liquidity.
    pub maker: i64,
    /// Of fills that took it.
    pub taker: i64,
}

/// One account. Amounts in e8.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "as in AccountRow")]
pub struct Account {
    pub id: u32,
    pub kind: AccountKind,
    pub name: String,
    pub state: TradingState,
    pub killed: bool,
    pub drawdown_breached: bool,
    pub balance: i128,
    pub peak_equity: i128,
    pub day_start_equity: i128,
    pub scope: Scope,
    /// For instruments without rates of their own.
    pub default_fees: Option<Fees>,
    /// By index of the instrument.
    pub fees: Vec<Option<Fees>>,
    /// By index of the instrument.
    pub forbidden: Vec<bool>,
    /// Indices of its strategies, by id.
    pub strategies: Vec<u32>,
    /// Slots of its traded positions, by strategy and instrument id.
    pub positions: Vec<u32>,
    /// Ends of its list of open orders: desk orders of the desk, resting orders of a member.
    pub oldest: u32,
    pub newest: u32,
    pub client_ids: ClientIds,
}

impl Account {
    /// An account without money.
    pub fn new(id: u32, kind: AccountKind, name: &str) -> Self {
        Self {
            id,
            kind,
            name: name.to_owned(),
            state: TradingState::Active,
            killed: false,
            drawdown_breached: false,
            balance: 0,
            peak_equity: 0,
            day_start_equity: 0,
            scope: Scope::new(),
            default_fees: None,
            fees: Vec::new(),
            forbidden: Vec::new(),
            strategies: Vec::new(),
            positions: Vec::new(),
            oldest: NONE,
            newest: NONE,
            client_ids: ClientIds::default(),
        }
    }

    /// Whether it is the firm's own.
    #[inline]
    pub fn is_desk(&self) -> bool {
        self.kind == AccountKind::Desk
    }

    /// Balance and unrealised P&L.
    #[inline]
    pub fn equity(&self) -> i128 {
        self.balance + self.scope.unrealised
    }

    /// The rates that hold for an instrument.
    #[inline]
    pub fn fees_for(&self, instrument: u32) -> Fees {
        let own = self.fees.get(instrument as usize).copied().flatten();
        own.or(self.default_fees).unwrap_or_default()
    }

    /// Whether an instrument is forbidden.
    #[inline]
    pub fn is_forbidden(&self, instrument: u32) -> bool {
        self.forbidden.get(instrument as usize).copied().unwrap_or(false)
    }

    /// What was lost since the day began.
    #[inline]
    pub fn daily_loss(&self) -> i128 {
        self.day_start_equity - self.equity()
    }

    /// Whether the daily loss has reached its limit.
    #[inline]
    pub fn has_lost_too_much(&self) -> bool {
        let limit = self.scope.limits.max_daily_loss;
        limit > 0 && self.daily_loss() >= i128::from(limit)
    }

    /// Whether equity has fallen too far from its peak.
    #[inline]
    pub fn has_fallen_too_far(&self) -> bool {
        let limit = self.scope.limits.max_drawdown;
        limit > 0
            && self.peak_equity > 0
            && (self.peak_equity - self.equity()) * MILLION >= i128::from(limit) * self.peak_equity
    }

    /// How far equity has fallen from its peak, in ppm.
    pub fn drawdown_ppm(&self) -> i128 {
        (self.peak_equity - self.equity()) * MILLION / self.peak_equity
    }

    /// Keep the highest equity.
    #[inline]
    pub fn update_peak(&mut self) {
        self.peak_equity = self.peak_equity.max(self.equity());
    }

    /// Whether the margin of an exposure is beyond equity. Its rounding up makes no difference to the answer, so
    /// that no division is needed.
    #[inline]
    pub fn cannot_carry(&self, exposure: i128) -> bool {
        let divisor = i128::from(self.scope.limits.margin_divisor());
        match self.equity().checked_mul(divisor) {
            Some(capacity) => exposure > capacity,
            None => self.margin_of(exposure) > self.equity(),
        }
    }

    /// The margin that an exposure takes, rounded up.
    #[inline]
    pub fn margin_of(&self, exposure: i128) -> i128 {
        let divisor = i128::from(self.scope.limits.margin_divisor());
        if divisor == 1 { exposure } else { (exposure + divisor - 1) / divisor }
    }
}
