//! Busting and correcting trades of our venue.

use cambist_wire::participants::{BustTrade, CorrectTrade, FillAdjusted, TradeBusted, TradeCorrected};
use cambist_wire::snapshot::TradeRow;
use cambist_wire::{Liquidity, MAX_PRICE, MAX_QTY, reasons};

use super::Engine;
use super::ledger::{MILLION, commission_at, rate_of};
use crate::past_trades::{PastTrade, TradeSide};
use crate::slab::NONE;

impl Engine {
    pub(super) fn bust_trade(&mut self, bust: &BustTrade<'_>) -> Result<(), u32> {
        let BustTrade { trade_id, cause } = *bust;
        let trade = self.correctable(trade_id)?;
        trade.is_busted = true;
        let trade = *trade;
        let instrument_id = self.instruments[trade.instrument].id;
        self.output.emit(&TradeBusted { trade_id, instrument_id, price: trade.price, qty: trade.qty, cause });
        for place in [0, 1] {
            self.adjust_fill(trade_id, &trade, place, trade.price, -trade.qty);
        }
        Ok(())
    }

    pub(super) fn correct_trade(&mut self, correction: &CorrectTrade<'_>) -> Result<(), u32> {
        let CorrectTrade { trade_id, price, cause } = *correction;
        let trade = *self.correctable(trade_id)?;
        if !(1..=MAX_PRICE).contains(&price) {
            return Err(reasons::INVALID_PRICE);
        }
        let instrument = &self.instruments[trade.instrument];
        instrument.notional(price, trade.qty).ok_or(reasons::NOTIONAL_OVERFLOW)?;
        if price == trade.price {
            return Ok(());
        }
        self.output.emit(&TradeCorrected {
            trade_id,
            instrument_id: instrument.id,
            previous_price: trade.price,
            price,
            qty: trade.qty,
            cause,
        });
        self.correctable(trade_id)?.price = price;
        for place in [0, 1] {
            self.adjust_fill(trade_id, &trade, place, trade.price, -trade.qty);
            self.adjust_fill(trade_id, &trade, place, price, trade.qty);
        }
        Ok(())
    }

    fn correctable(&mut self, trade_id: u64) -> Result<&mut PastTrade, u32> {
        let trade = self.past_trades.get_mut(trade_id).ok_or(reasons::UNKNOWN_TRADE)?;
        if trade.is_busted {
            return Err(reasons::TRADE_BUSTED);
        }
        // Rule spot.final: what was paid may be gone by now.
        if self.instruments[trade.instrument].is_spot() { Err(reasons::NOT_OFFERED) } else { Ok(trade) }
    }

    /// One side of a trade: its fill is taken back (negative `qty`) or booked.
    fn adjust_fill(&mut self, trade_id: u64, trade: &PastTrade, place: usize, price: i64, qty: i64) {
        let TradeSide { account, strategy, fee } = trade.sides[place];
        let (instrument, is_desk) = (&self.instruments[trade.instrument], self.accounts[account].is_desk());
        let value = price * trade.qty * instrument.unit_value;
        let paid = commission_at(value, i64::from(fee));
        let commission = if qty > 0 { paid } else { -paid };
        let side = trade.side(place);
        self.output.emit(&FillAdjusted {
            trade_id,
            instrument_id: instrument.id,
            account_id: self.accounts[account].id,
            strategy_id: self.strategy_id(strategy),
            side,
            liquidity: trade.liquidity(place),
            price,
            qty,
            commission,
        });
        if is_desk {
            let position = self.position_of(account, strategy, trade.instrument);
            let booked = if qty > 0 { side } else { side.opposite() };
            self.adjust_position(position, booked, price, trade.qty, commission);
        }
    }

    /// Whose order trades, and what it pays.
    #[inline]
    pub(super) fn trade_side(
        &self,
        account: u32,
        desk: u32,
        instrument: u32,
        liquidity: Liquidity,
    ) -> TradeSide {
        let strategy = if desk == NONE { NONE } else { self.desk_orders[desk].strategy };
        let fees = self.accounts[account].fees_for(instrument);
        TradeSide { account, strategy, fee: rate_of(fees, liquidity) as i32 }
    }

    pub(super) fn trade_rows(&self) -> impl Iterator<Item = TradeRow> {
        self.past_trades.iter().map(|(trade_id, trade)| {
            let [maker, taker] = trade.sides;
            TradeRow {
                trade_id,
                instrument_id: self.instruments[trade.instrument].id,
                maker_account_id: self.accounts[maker.account].id,
                maker_strategy_id: self.strategy_id(maker.strategy),
                taker_account_id: self.accounts[taker.account].id,
                taker_strategy_id: self.strategy_id(taker.strategy),
                aggressor: trade.aggressor,
                in_auction: trade.in_auction,
                busted: trade.is_busted,
                price: trade.price,
                qty: trade.qty,
                maker_fee: i64::from(maker.fee),
                taker_fee: i64::from(taker.fee),
            }
        })
    }

    pub(super) fn restore_trade(&mut self, row: &TradeRow) -> Option<()> {
        let is_next =
            matches!(self.past_trades.last_trade_id(), last if last == 0 || last + 1 == row.trade_id);
        let bounds = -MILLION..=MILLION;
        let is_sound = is_next
            && (1..self.next_trade_id).contains(&row.trade_id)
            && (1..=MAX_PRICE).contains(&row.price)
            && (1..=MAX_QTY).contains(&row.qty)
            && bounds.contains(&row.maker_fee)
            && bounds.contains(&row.taker_fee);
        is_sound.then_some(())?;
        let instrument = self.instruments.index_of(row.instrument_id)?;
        self.instruments[instrument].notional(row.price, row.qty)?;
        let maker = self.restored_side(row.maker_account_id, row.maker_strategy_id, row.maker_fee)?;
        let taker = self.restored_side(row.taker_account_id, row.taker_strategy_id, row.taker_fee)?;
        self.past_trades.put(
            row.trade_id,
            PastTrade {
                price: row.price,
                qty: row.qty,
                instrument,
                sides: [maker, taker],
                aggressor: row.aggressor,
                in_auction: row.in_auction,
                is_busted: row.busted,
            },
        );
        Some(())
    }

    fn restored_side(&self, account_id: u32, strategy_id: u32, fee: i64) -> Option<TradeSide> {
        let account = self.accounts.index_of(account_id)?;
        let strategy = if strategy_id == 0 { NONE } else { self.strategy_of(account, strategy_id)? };
        Some(TradeSide { account, strategy, fee: fee as i32 })
    }
}
