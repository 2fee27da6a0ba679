//! What the engine keeps for its orders: pools whose places are used again, and the index over them.

use super::Engine;
use crate::slab::PoolUsage;

impl Engine {
    /// The pools of orders: those of the desk, and those that rest in books.
    #[must_use]
    pub fn pools(&self) -> [PoolUsage; 2] {
        [self.desk_orders.usage("desk_orders"), self.resting.usage()]
    }

    /// Memory of the index that finds orders by their id.
    #[must_use]
    pub fn order_index_bytes(&self) -> u64 {
        self.order_index.size_bytes()
    }
}

#[cfg(test)]
mod tests {
    use cambist_wire::commands::{CancelOrder, DefineInstrument, NewOrder, OpenAccount};
    use cambist_wire::{
        AccountKind, MatchingRule, OrderFlags, OrderType, Phase, Record, Side, Text, TimeInForce, VenueKind,
    };

    use super::Engine;

    fn apply(engine: &mut Engine, command: &impl Record) {
        let mut bytes = Vec::new();
        command.encode(engine.sequence() + 1, 1, &mut bytes);
        engine.apply(&bytes).expect("the command continues");
    }

    fn market() -> Engine {
        let mut engine = Engine::new();
        let definition = DefineInstrument {
            instrument_id: 1,
            venue: VenueKind::Internal,
            phase: Phase::Continuous,
            matching: MatchingRule::PriceTime,
            top_order_priority: false,
            instrument_kind: cambist_wire::InstrumentKind::Perpetual,
            tick_size: 1,
            lot_size: 1,
            unit_value: 1,
            min_notional: 0,
            max_order_qty: 1 << 30,
            price_band: 0,
            reference_price: 1_000,
            minimum_allocation: 0,
            base_asset_id: 0,
            quote_asset_id: 0,
            max_fee: 0,
            symbol: "BTC",
        };
        apply(&mut engine, &definition);
        apply(&mut engine, &OpenAccount { account_id: 2, account_kind: AccountKind::Member, name: "member" });
        engine
    }

    fn rest(engine: &mut Engine) -> u64 {
        let order = NewOrder {
            instrument_id: 1,
            account_id: 2,
            strategy_id: 0,
            side: Side::Buy,
            order_type: OrderType::Limit,
            time_in_force: TimeInForce::Gtc,
            flags: OrderFlags::NONE,
            price: 900,
            qty: 1,
            expire_ns: 0,
            client_order_id: Text::EMPTY,
        };
        apply(engine, &order);
        engine.sequence()
    }

    #[test]
    fn a_place_that_was_used_before_is_a_hit() {
        let mut engine = market();
        let first = rest(&mut engine);
        apply(&mut engine, &CancelOrder { account_id: 2, order_id: first, client_order_id: Text::EMPTY });
        rest(&mut engine);
        rest(&mut engine);
        let [desk, resting] = engine.pools();
        assert_eq!((desk.name, desk.taken), ("desk_orders", 0));
        assert_eq!((resting.places, resting.used, resting.taken, resting.reused), (2, 2, 3, 1));
        assert!(resting.size_bytes > 0 && engine.order_index_bytes() > 0);
    }
}
