//! The canonical bytes of the whole state, and their hash.

use blake2::{Blake2b512, Digest};
use cambist_wire::SelfTradeMode;
use cambist_wire::snapshot::{
    AccountRow, AssetRow, ClosedRow, EngineRow, FeeRow, ForbiddenRow, InstrumentRow, LimitsRow, OrderRow,
    ParametersRow, PositionRow, RestingRow, SavedStateRow, SelfTradeRow, StrategyRow, ThrottleRow, begin,
    section,
};

use super::{ENGINE_VERSION, Engine};
use crate::account::Account;
use crate::desk_order::ClosedOrder;
use crate::scope::{Limits, Scope};
use crate::slab::NONE;

impl Engine {
    /// Canonical bytes: equal states give equal bytes, from either kernel.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        let mut out = Vec::new();
        begin(ENGINE_VERSION, &mut out);
        section([self.engine_row()], &mut out);
        section(self.instruments.by_id().map(|index| self.instrument_row(index)), &mut out);
        section(self.accounts.by_id().map(|index| account_row(&self.accounts[index])), &mut out);
        section(self.fee_rows(), &mut out);
        section(self.limits_rows(), &mut out);
        section(self.forbidden_rows(), &mut out);
        section(self.self_trade_rows(), &mut out);
        section(self.strategies.by_id().map(|index| self.strategy_row(index)), &mut out);
        section(self.parameters_rows(), &mut out);
        section(self.position_rows(), &mut out);
        section(self.order_rows(), &mut out);
        section(self.resting_rows(), &mut out);
        section(self.closed_rows(), &mut out);
        let saved = self.saved.iter().map(|(slot, state)| SavedStateRow { slot: *slot, state });
        section(saved, &mut out);
        section(self.instructions.rows(), &mut out);
        section(self.waiting_rows(), &mut out);
        section(self.throttle_rows(), &mut out);
        section(self.quotes.rows(), &mut out);
        section(self.protections.rows(), &mut out);
        section(self.protections.fill_rows(), &mut out);
        section(self.held_rows(), &mut out);
        section(self.session_rows(), &mut out);
        section(self.fee_tier_rows(), &mut out);
        section(self.volume_rows(), &mut out);
        section(self.schedule_rows(), &mut out);
        section(self.guard_rows(), &mut out);
        section(self.breaker_row(), &mut out);
        section(self.trade_rows(), &mut out);
        let assets = self.assets.iter().map(|(asset_id, name)| AssetRow { asset_id: *asset_id, name });
        section(assets, &mut out);
        section(self.holding_rows(), &mut out);
        section(self.pegged_rows(), &mut out);
        section(self.adjustment_rows(), &mut out);
        section(self.phase_rows(), &mut out);
        out
    }

    /// The first 8 bytes of BLAKE2b over the snapshot, as 16 hex digits.
    #[must_use]
    pub fn state_hash(&self) -> String {
        let digest = Blake2b512::digest(self.snapshot());
        digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn engine_row(&self) -> EngineRow {
        EngineRow {
            sequence: self.sequence,
            event_sequence: self.output.event_sequence,
            now_ns: self.output.now_ns,
            next_trade_id: self.next_trade_id,
            next_valuation_ns: self.next_valuation_ns,
            next_day_ns: self.next_day_ns,
            firm_state: self.firm_state.state,
            firm_killed: self.firm_state.killed,
        }
    }

    fn instrument_row(&self, index: u32) -> InstrumentRow<'_> {
        let instrument = &self.instruments[index];
        InstrumentRow {
            instrument_id: instrument.id,
            venue: instrument.venue,
            phase: instrument.phase,
            defined_phase: instrument.defined_phase,
            matching: instrument.matching,
            top_order_priority: instrument.top_order_priority,
            instrument_kind: instrument.kind,
            tick_size: instrument.tick_size,
            lot_size: instrument.lot_size,
            unit_value: instrument.unit_value,
            min_notional: instrument.min_notional,
            max_order_qty: instrument.max_order_qty,
            price_band: instrument.price_band,
            reference_price: instrument.reference_price,
            minimum_allocation: instrument.minimum_allocation,
            base_asset_id: instrument.base_asset_id,
            quote_asset_id: instrument.quote_asset_id,
            max_fee: instrument.max_fee,
            bid_price: instrument.bid_price,
            ask_price: instrument.ask_price,
            last_price: instrument.last_price,
            symbol: &instrument.symbol,
        }
    }

    fn fee_rows(&self) -> Vec<FeeRow> {
        let mut rows = Vec::new();
        for account in self.accounts.by_id().map(|index| &self.accounts[index]) {
            let own = self.instruments.by_id().filter_map(|index| {
                let fees = account.fees.get(index as usize).copied().flatten()?;
                Some((self.instruments[index].id, fees))
            });
            for (instrument_id, fees) in account.default_fees.map(|fees| (0, fees)).into_iter().chain(own) {
                rows.push(FeeRow {
                    account_id: account.id,
                    instrument_id,
                    maker_fee: fees.maker,
                    taker_fee: fees.taker,
                });
            }
        }
        rows
    }

    fn limits_rows(&self) -> Vec<LimitsRow> {
        let mut rows = Vec::new();
        for account in self.accounts.by_id().map(|index| &self.accounts[index]) {
            let strategies = account.strategies.iter().map(|index| &self.strategies[*index]);
            let scopes = strategies.map(|strategy| (strategy.id, &strategy.scope));
            let all = std::iter::once((0, &account.scope)).chain(scopes);
            let set = all.filter(|(_, scope)| scope.has_limits);
            rows.extend(set.map(|(strategy_id, scope)| limits_row(account.id, strategy_id, &scope.limits)));
        }
        rows
    }

    fn forbidden_rows(&self) -> Vec<ForbiddenRow> {
        let mut rows = Vec::new();
        for account in self.accounts.by_id().map(|index| &self.accounts[index]) {
            let forbidden = self.instruments.by_id().filter(|index| account.is_forbidden(*index));
            rows.extend(forbidden.map(|index| ForbiddenRow {
                account_id: account.id,
                instrument_id: self.instruments[index].id,
            }));
        }
        rows
    }

    fn self_trade_rows(&self) -> impl Iterator<Item = SelfTradeRow> {
        let accounts = self.accounts.by_id().map(|index| &self.accounts[index]);
        let changed = accounts.filter(|account| {
            account.self_trade_mode != SelfTradeMode::CancelNewest || account.self_trade_group != 0
        });
        changed.map(|account| SelfTradeRow {
            account_id: account.id,
            mode: account.self_trade_mode,
            group_id: account.self_trade_group,
        })
    }

    fn throttle_rows(&self) -> impl Iterator<Item = ThrottleRow> {
        let accounts = self.accounts.by_id().map(|index| &self.accounts[index]);
        accounts.filter(|account| account.throttle.is_set()).map(|account| ThrottleRow {
            account_id: account.id,
            messages_per_second: account.throttle.messages_per_second,
            paid_until_ns: account.throttle.paid_until_ns,
        })
    }

    fn strategy_row(&self, index: u32) -> StrategyRow<'_> {
        let strategy = &self.strategies[index];
        let Scope { dirty, daily_loss_breached, rate_ns, .. } = strategy.scope;
        StrategyRow {
            strategy_id: strategy.id,
            account_id: self.accounts[strategy.account].id,
            state: strategy.state,
            trading_state: strategy.trading_state,
            killed: strategy.killed,
            dirty,
            daily_loss_breached,
            net_pnl: strategy.net_pnl,
            peak_pnl: strategy.peak_pnl,
            max_drawdown: strategy.max_drawdown,
            day_start_pnl: strategy.day_start_pnl,
            volume: strategy.volume,
            gross_profit: strategy.gross_profit,
            gross_loss: strategy.gross_loss,
            trades: strategy.trades,
            wins: strategy.wins,
            rate_ns,
            name: &strategy.name,
        }
    }

    fn parameters_rows(&self) -> impl Iterator<Item = ParametersRow<'_>> {
        self.strategies.by_id().filter_map(|index| {
            let strategy = &self.strategies[index];
            let parameters = strategy.parameters.as_deref()?;
            Some(ParametersRow { strategy_id: strategy.id, parameters })
        })
    }

    fn position_rows(&self) -> impl Iterator<Item = PositionRow> {
        let accounts = self.accounts.by_id().map(|index| &self.accounts[index]);
        let key = |slot: &u32| {
            let position = &self.positions[*slot as usize];
            (self.strategy_id(position.strategy), self.instruments[position.instrument].id)
        };
        let sorted = move |account: &Account| {
            let mut slots = account.positions.clone();
            slots.sort_unstable_by_key(key);
            slots
        };
        accounts.flat_map(sorted).map(move |slot| {
            let position = &self.positions[slot as usize];
            let (strategy_id, instrument_id) = key(&slot);
            PositionRow {
                account_id: self.accounts[position.account].id,
                strategy_id,
                instrument_id,
                qty: position.qty,
                mark_price: position.mark_price,
                cost: position.cost,
                realised_pnl: position.realised_pnl,
                commission: position.commission,
            }
        })
    }

    fn order_rows(&self) -> impl Iterator<Item = OrderRow<'_>> {
        let mut slots = Vec::new();
        for account in &self.desk_accounts {
            let mut slot = self.accounts[*account].oldest;
            while slot != NONE {
                slots.push(slot);
                slot = self.desk_orders[slot].newer;
            }
        }
        slots.sort_unstable_by_key(|slot| self.desk_orders[*slot].order_id);
        slots.into_iter().map(|slot| self.order_row(slot))
    }

    fn order_row(&self, slot: u32) -> OrderRow<'_> {
        let order = &self.desk_orders[slot];
        OrderRow {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            strategy_id: self.strategy_id(order.strategy),
            side: order.side,
            order_type: order.order_type,
            time_in_force: order.time_in_force,
            flags: order.flags,
            status: order.status,
            price: order.price,
            qty: order.qty,
            first_price: order.first_price,
            first_qty: order.first_qty,
            filled_qty: order.filled_qty,
            gate_price: order.gate_price,
            pending_price: order.pending_price,
            pending_qty: order.pending_qty,
            expire_ns: order.expire_ns,
            last_exec_id: order.last_exec_id,
            filled_value: order.filled_value,
            commission: order.commission,
            client_order_id: order.client_id.as_text(),
        }
    }

    fn resting_rows(&self) -> impl Iterator<Item = RestingRow> {
        self.instruments.by_id().flat_map(|index| {
            let instrument = &self.instruments[index];
            instrument.book.orders(&self.resting.nodes).map(|(_, _, slot)| {
                let order = &self.resting[slot];
                RestingRow {
                    order_id: order.order_id,
                    instrument_id: instrument.id,
                    account_id: self.accounts[order.account].id,
                    side: order.side,
                    order_type: order.order_type(),
                    time_in_force: order.time_in_force,
                    flags: order.flags,
                    price: order.price,
                    qty: order.qty,
                    leaves_qty: self.leaves_of(slot),
                    displayed_qty: if order.flags.hidden() { 0 } else { self.resting.slice(slot) },
                    expire_ns: order.expire_ns,
                }
            })
        })
    }

    fn closed_rows(&self) -> impl Iterator<Item = ClosedRow<'_>> {
        self.accounts
            .by_id()
            .map(|index| &self.accounts[index])
            .flat_map(|account| account.client_ids.remembered().map(|closed| closed_row(account.id, closed)))
    }
}

fn account_row(account: &Account) -> AccountRow<'_> {
    let Scope { dirty, daily_loss_breached, rate_ns, .. } = account.scope;
    AccountRow {
        account_id: account.id,
        account_kind: account.kind,
        state: account.state,
        killed: account.killed,
        dirty,
        daily_loss_breached,
        drawdown_breached: account.drawdown_breached,
        cancel_on_disconnect: account.cancels_on_disconnect,
        balance: account.balance,
        peak_equity: account.peak_equity,
        day_start_equity: account.day_start_equity,
        rate_ns,
        name: &account.name,
    }
}

const fn limits_row(account_id: u32, strategy_id: u32, limits: &Limits) -> LimitsRow {
    LimitsRow {
        account_id,
        strategy_id,
        max_order_notional: limits.max_order_notional,
        max_position_notional: limits.max_position_notional,
        max_exposure_notional: limits.max_exposure_notional,
        max_daily_loss: limits.max_daily_loss,
        max_drawdown: limits.max_drawdown,
        leverage: limits.leverage,
        max_open_orders: limits.max_open_orders,
        max_orders_per_second: limits.max_orders_per_second,
    }
}

fn closed_row(account_id: u32, closed: &ClosedOrder) -> ClosedRow<'_> {
    let content = &closed.content;
    ClosedRow {
        order_id: closed.order_id,
        instrument_id: content.instrument_id,
        account_id,
        strategy_id: content.strategy_id,
        side: content.side,
        order_type: content.order_type,
        time_in_force: content.time_in_force,
        flags: content.flags,
        price: content.price,
        qty: content.qty,
        expire_ns: content.expire_ns,
        client_order_id: closed.client_id.as_text(),
    }
}
