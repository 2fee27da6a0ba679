//! An account: the firm's own with money, limits and orders, or a member of the venue.

use std::collections::BTreeMap;

use cambist_wire::{AccountKind, SelfTradeMode, TradingState};

use crate::adjustments::Adjustments;
use crate::client_ids::ClientIds;
use crate::holding::Holding;
use crate::scope::Scope;
use crate::slab::NONE;
use crate::throttle::Throttle;
use crate::traded_volume::TradedVolume;

const MILLION: i128 = 1_000_000;

/// Commission rates, in ppm of the value of a fill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fees {
    /// Of fills that gave liquidity.
    pub maker: i64,
    /// Of fills that took it.
    pub taker: i64,
}

/// One account. Amounts in e8. What every order asks for lies together, so that it is quickly brought near.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
#[allow(missing_docs, reason = "as in AccountRow")]
pub struct Account {
    pub id: u32,
    pub kind: AccountKind,
    pub state: TradingState,
    pub killed: bool,
    pub drawdown_breached: bool,
    pub self_trade_mode: SelfTradeMode,
    /// Whether the end of a session cancels its orders.
    pub cancels_on_disconnect: bool,
    /// 0: the account alone.
    pub self_trade_group: u32,
    pub throttle: Throttle,
    /// Ends of its list of open orders: desk orders of the desk, resting orders of a member.
    pub oldest: u32,
    pub newest: u32,
    pub balance: i128,
    pub peak_equity: i128,
    pub day_start_equity: i128,
    pub scope: Scope,
    /// By index of the instrument.
    pub forbidden: Vec<bool>,
    pub client_ids: ClientIds,
    /// By index of the instrument.
    pub fees: Vec<Option<Fees>>,
    /// For instruments without rates of their own.
    pub default_fees: Option<Fees>,
    /// What its schedule gives it now; for instruments without rates of either kind.
    pub tier_fees: Fees,
    pub traded: TradedVolume,
    pub name: String,
    /// Indices of its strategies, by id.
    pub strategies: Vec<u32>,
    /// Slots of its traded positions, in order of their first fill.
    pub positions: Vec<u32>,
    /// By asset id.
    pub holdings: BTreeMap<u32, Holding>,
    /// Those of holdings that were taken.
    pub adjustments: Adjustments,
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
            cancels_on_disconnect: false,
            throttle: Throttle::NONE,
            self_trade_mode: SelfTradeMode::CancelNewest,
            self_trade_group: 0,
            balance: 0,
            peak_equity: 0,
            day_start_equity: 0,
            scope: Scope::new(),
            default_fees: None,
            tier_fees: Fees::default(),
            traded: TradedVolume::default(),
            fees: Vec::new(),
            forbidden: Vec::new(),
            strategies: Vec::new(),
            positions: Vec::new(),
            oldest: NONE,
            newest: NONE,
            client_ids: ClientIds::default(),
            holdings: BTreeMap::new(),
            adjustments: Adjustments::default(),
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
        own.or(self.default_fees).unwrap_or(self.tier_fees)
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
        let limit = i128::from(self.scope.limits.max_drawdown);
        if limit == 0 || self.peak_equity <= 0 {
            return false;
        }
        let fall = self.peak_equity - self.equity();
        if let (Ok(fall), Ok(peak)) = (i64::try_from(fall), i64::try_from(self.peak_equity)) {
            return i128::from(fall) * MILLION
                >= i128::from(self.scope.limits.max_drawdown) * i128::from(peak);
        }
        match (fall.checked_mul(MILLION), limit.checked_mul(self.peak_equity)) {
            (Some(fall), Some(allowed)) => fall >= allowed,
            _ => self.drawdown_ppm() >= limit,
        }
    }

    /// How far equity has fallen from its peak, in ppm, rounded down. Divided digit by digit, so that no amount
    /// that an account can hold overflows.
    pub fn drawdown_ppm(&self) -> i128 {
        let fall = self.peak_equity - self.equity();
        let (mut ppm, mut rest) = (fall / self.peak_equity, fall % self.peak_equity);
        for _ in 0..6 {
            rest *= 10;
            ppm = ppm * 10 + rest / self.peak_equity;
            rest %= self.peak_equity;
        }
        ppm
    }

    /// Money of a fill.
    #[inline]
    pub fn take_fill(&mut self, pnl: i128, commission: i64) {
        self.balance += pnl - i128::from(commission);
        self.scope.dirty = true;
        self.update_peak();
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

#[cfg(test)]
mod tests {
    use super::Account;
    use cambist_wire::AccountKind;

    fn fallen(peak: i128, equity: i128, max_drawdown: i64) -> Account {
        let mut account = Account::new(1, AccountKind::Desk, "main");
        account.peak_equity = peak;
        account.balance = equity;
        account.scope.limits.max_drawdown = max_drawdown;
        account
    }

    #[test]
    fn a_drawdown_is_exact_and_rounded_down() {
        assert_eq!(fallen(3, 1, 0).drawdown_ppm(), 666_666);
        assert_eq!(fallen(1_000_000, 999_999, 0).drawdown_ppm(), 1);
        assert!(fallen(3, 1, 666_666).has_fallen_too_far());
        assert!(!fallen(3, 1, 666_667).has_fallen_too_far());
    }

    #[test]
    fn a_fall_beyond_all_measure_is_still_compared() {
        let account = fallen(1 << 60, -(1 << 110), 1_000);
        assert!(account.has_fallen_too_far());
        assert_eq!(account.drawdown_ppm(), 1_000_000 + (1_000_000 << 50));
    }
}
