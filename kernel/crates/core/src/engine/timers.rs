//! What happens by the passing of time: day reset, valuation, expiry, in this order at one instant.

use cambist_wire::events::{AccountValued, StrategyValued};

use super::Engine;

const SECOND_NS: i64 = 1_000_000_000;
pub(super) const DAY_NS: i64 = 86_400 * SECOND_NS;

/// The timers, in the order in which they fire at one deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    DayReset,
    Valuation,
    Expiry(u64),
    /// Of an instrument by its id: class 3 what began by itself, class 4 the calendar.
    Session(u8, u32),
}

impl Engine {
    /// Fire every timer due at or before an instant.
    #[inline(always)]
    pub(super) fn fire_timers(&mut self, now_ns: i64) {
        if now_ns >= self.wake_ns {
            self.fire_due_timers(now_ns);
        }
    }

    fn fire_due_timers(&mut self, now_ns: i64) {
        if self.next_valuation_ns == 0 {
            self.next_valuation_ns = next_multiple(SECOND_NS, now_ns);
            self.next_day_ns = next_multiple(DAY_NS, now_ns);
        }
        self.skip_old_steps(now_ns);
        loop {
            let (deadline_ns, timer) = self.next_timer();
            if deadline_ns > now_ns {
                self.wake_ns = deadline_ns;
                return;
            }
            self.output.now_ns = deadline_ns;
            self.fire(timer, now_ns);
            self.react();
        }
    }

    /// There is a timer of which the next look must know.
    #[inline]
    pub(super) fn wake_at(&mut self, deadline_ns: i64) {
        self.wake_ns = self.wake_ns.min(deadline_ns);
    }

    fn next_timer(&self) -> (i64, Timer) {
        let recurring = (self.next_day_ns, Timer::DayReset).min((self.next_valuation_ns, Timer::Valuation));
        let expiry = self.expiries.first().map(|(deadline_ns, id)| (deadline_ns, Timer::Expiry(id)));
        let first = expiry.map_or(recurring, |expiry| expiry.min(recurring));
        let session =
            self.session_timers.first().map(|(due_ns, class, id)| (*due_ns, Timer::Session(*class, *id)));
        session.map_or(first, |session| session.min(first))
    }

    #[cold]
    fn fire(&mut self, timer: Timer, now_ns: i64) {
        match timer {
            Timer::DayReset => {
                self.next_day_ns = next_multiple(DAY_NS, now_ns);
                self.reset_day();
                self.begin_fee_day();
                self.start_market_day();
                self.expire_day_orders();
            }
            Timer::Valuation => {
                self.next_valuation_ns = next_multiple(SECOND_NS, now_ns);
                self.value_accounts();
            }
            Timer::Expiry(order_id) => self.expire(order_id),
            Timer::Session(class, instrument_id) => self.fire_session(class, instrument_id),
        }
        self.pull_quotes();
    }

    fn reset_day(&mut self) {
        for &index in &self.desk_accounts {
            let account = &mut self.accounts[index];
            account.day_start_equity = account.equity();
            account.scope.daily_loss_breached = false;
        }
        for strategy in self.strategies.iter_mut() {
            strategy.day_start_pnl = strategy.pnl();
            strategy.scope.daily_loss_breached = false;
        }
    }

    fn value_accounts(&mut self) {
        for place in 0..self.desk_accounts.len() {
            let account = self.desk_accounts[place];
            self.mark_positions(account);
            self.state_account_value(account);
            for place in 0..self.accounts[account].strategies.len() {
                let strategy = self.accounts[account].strategies[place];
                self.state_strategy_value(strategy);
            }
            self.check_account(account);
            for place in 0..self.accounts[account].strategies.len() {
                let strategy = self.accounts[account].strategies[place];
                self.check_strategy(strategy);
            }
        }
    }

    fn mark_positions(&mut self, account: u32) {
        for place in 0..self.accounts[account].positions.len() {
            let slot = self.accounts[account].positions[place];
            let position = &self.positions[slot as usize];
            if position.qty != 0 {
                let instrument = &self.instruments[position.instrument];
                let (unit_value, mark) = (instrument.unit_value, instrument.mark());
                let before = position.value(unit_value);
                self.positions[slot as usize].mark_price = mark;
                self.follow_position(slot, before);
            }
        }
        self.accounts[account].update_peak();
        for place in 0..self.accounts[account].strategies.len() {
            let strategy = self.accounts[account].strategies[place];
            self.strategies[strategy].update_peaks();
        }
    }

    fn state_account_value(&mut self, index: u32) {
        let account = &mut self.accounts[index];
        if account.scope.open_positions == 0 && !account.scope.dirty {
            return;
        }
        account.scope.dirty = false;
        self.output.emit(&AccountValued {
            account_id: account.id,
            balance: account.balance,
            unrealised_pnl: account.scope.unrealised,
            equity: account.equity(),
            peak_equity: account.peak_equity,
            day_start_equity: account.day_start_equity,
            position_notional: account.scope.position_notional,
            order_notional: account.scope.order_notional,
            margin_required: account.margin_of(account.scope.exposure()),
        });
    }

    fn state_strategy_value(&mut self, index: u32) {
        let strategy = &mut self.strategies[index];
        if strategy.scope.open_positions == 0 && !strategy.scope.dirty {
            return;
        }
        strategy.scope.dirty = false;
        self.output.emit(&StrategyValued {
            strategy_id: strategy.id,
            account_id: self.accounts[strategy.account].id,
            net_pnl: strategy.net_pnl,
            unrealised_pnl: strategy.scope.unrealised,
            peak_pnl: strategy.peak_pnl,
            max_drawdown: strategy.max_drawdown,
            volume: strategy.volume,
            gross_profit: strategy.gross_profit,
            gross_loss: strategy.gross_loss,
            trades: strategy.trades,
            wins: strategy.wins,
        });
    }
}

/// The first multiple of a period strictly after an instant.
const fn next_multiple(period_ns: i64, now_ns: i64) -> i64 {
    (now_ns / period_ns + 1) * period_ns
}
