//! A strategy's aggregate: its state and what it earned.

use cambist_wire::{StrategyState, TradingState};

use crate::scope::Scope;

/// One strategy. Amounts in e8.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "as in StrategyRow")]
pub struct Strategy {
    pub id: u32,
    /// Index.
    pub account: u32,
    pub state: StrategyState,
    /// What it may do beside what its account and the firm may.
    pub trading_state: TradingState,
    pub killed: bool,
    pub name: String,
    pub parameters: Option<String>,
    pub scope: Scope,
    pub net_pnl: i128,
    pub peak_pnl: i128,
    pub max_drawdown: i128,
    pub day_start_pnl: i128,
    pub volume: i128,
    pub gross_profit: i128,
    pub gross_loss: i128,
    pub trades: u64,
    pub wins: u64,
}

impl Strategy {
    /// A strategy that never traded.
    pub fn new(id: u32, account: u32, name: &str) -> Self {
        Self {
            id,
            account,
            state: StrategyState::Stopped,
            trading_state: TradingState::Active,
            killed: false,
            name: name.to_owned(),
            parameters: None,
            scope: Scope::new(),
            net_pnl: 0,
            peak_pnl: 0,
            max_drawdown: 0,
            day_start_pnl: 0,
            volume: 0,
            gross_profit: 0,
            gross_loss: 0,
            trades: 0,
            wins: 0,
        }
    }

    /// Net and unrealised, in e8.
    #[inline]
    pub fn pnl(&self) -> i128 {
        self.net_pnl + self.scope.unrealised
    }

    /// What was lost since the day began, in e8.
    #[inline]
    pub fn daily_loss(&self) -> i128 {
        self.day_start_pnl - self.pnl()
    }

    /// Whether the daily loss has reached its limit.
    #[inline]
    pub fn has_lost_too_much(&self) -> bool {
        let limit = self.scope.limits.max_daily_loss;
        limit > 0 && self.daily_loss() >= i128::from(limit)
    }

    /// Keep the highest P&L and the deepest fall from it.
    #[inline]
    pub fn update_peaks(&mut self) {
        let pnl = self.pnl();
        self.peak_pnl = self.peak_pnl.max(pnl);
        self.max_drawdown = self.max_drawdown.max(self.peak_pnl - pnl);
    }

    /// Count a fill.
    #[inline]
    pub fn take_fill(&mut self, value: i64, commission: i64, realised: crate::position::Realised) {
        self.net_pnl += realised.pnl - i128::from(commission);
        self.volume += i128::from(value);
        self.scope.dirty = true;
        self.update_peaks();
        if !realised.has_closed {
            return;
        }
        self.trades += 1;
        if realised.pnl > 0 {
            self.wins += 1;
            self.gross_profit += realised.pnl;
        } else {
            self.gross_loss -= realised.pnl;
        }
    }

    /// Take in what a busted or corrected trade changes: money, not trades or volume.
    pub fn adjust(&mut self, commission: i64, pnl: i128) {
        self.net_pnl += pnl - i128::from(commission);
        self.gross_profit += pnl.max(0);
        self.gross_loss += (-pnl).max(0);
    }

    /// Whether a step in a strategy's life is allowed.
    pub const fn may_become(&self, state: StrategyState) -> bool {
        use StrategyState::{Error, Paused, Running, Stopped};
        matches!(
            (self.state, state),
            (Stopped, Running | Error)
                | (Running, Paused | Stopped | Error)
                | (Paused, Running | Stopped | Error)
                | (Error, Stopped)
        )
    }
}
