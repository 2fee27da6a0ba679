//! Everything around orders: phases, calendars, guards, risk, participants, trades undone, terms.

use cambist_wire::commands::{
    Kill, MassCancel, ResetKill, SetFees, SetLimits, SetPhase, SetSelfTradePrevention, SetStrategyState,
    SetTradingState,
};
use cambist_wire::participants::{
    BustTrade, CorrectTrade, EndSession, ResetProtection, SetCancelOnDisconnect, SetFeeTiers,
    SetMarketMakerProtection, SetThrottle,
};
use cambist_wire::sessions::{HaltInstrument, SetCircuitBreaker, SetSchedule, SetVolatilityGuard};
use cambist_wire::spot::AdjustHolding;
use cambist_wire::{ANY_STRATEGY, Phase, SelfTradeMode, StrategyState, Text, TradingState};
use proptest::prelude::*;

use super::{SECOND_NS, Stamp, UNIT, accounts, always, any_of, instruments, numbers, packed, strategies};

const HOUR_NS: i64 = 3_600 * SECOND_NS;
const DAY: [Phase; 5] =
    [Phase::OpeningAuction, Phase::Continuous, Phase::ClosingAuction, Phase::Closed, Phase::Continuous];

/// Nine times of ten what lets trading go on.
fn mostly<T: cambist_wire::Field + Clone + std::fmt::Debug + 'static>(usual: T) -> impl Strategy<Value = T> {
    prop_oneof![9 => Just(usual), 1 => any_of::<T>()]
}

pub fn controls() -> impl Strategy<Value = Stamp> {
    let own = (accounts(), any_of::<SelfTradeMode>(), 0u32..3).prop_map(|(account_id, mode, group_id)| {
        always(SetSelfTradePrevention { account_id, mode, group_id })
    });
    let state = (accounts(), strategies(), mostly(TradingState::Active)).prop_map(
        |(account_id, strategy_id, state)| {
            always(SetTradingState { account_id, strategy_id, state, cause: "" })
        },
    );
    let kill = (accounts(), strategies())
        .prop_map(|(account_id, strategy_id)| always(Kill { account_id, strategy_id, cause: "" }));
    let reset = (accounts(), strategies())
        .prop_map(|(account_id, strategy_id)| always(ResetKill { account_id, strategy_id, cause: "" }));
    let strategy = mostly(StrategyState::Running)
        .prop_map(|state| always(SetStrategyState { strategy_id: 1, state, cause: "" }));
    let mass = (accounts(), 0u32..4, 0u32..4).prop_map(|(account_id, instrument_id, side)| {
        always(MassCancel { account_id, strategy_id: ANY_STRATEGY, instrument_id, side })
    });
    prop_oneof![3 => own, 4 => state, 1 => kill, 3 => reset, 2 => strategy, 1 => mass]
}

pub fn sessions() -> impl Strategy<Value = Stamp> {
    let phase = (instruments(), mostly(Phase::Continuous))
        .prop_map(|(instrument_id, phase)| always(SetPhase { instrument_id, phase }));
    let guard =
        (instruments(), prop::sample::select(vec![(0, 0), (20_000, 0), (0, 30_000), (10_000, 40_000)]));
    let guard = guard.prop_map(|(instrument_id, (dynamic_band, limit_band))| {
        always(SetVolatilityGuard {
            instrument_id,
            dynamic_band,
            auction_ns: if dynamic_band > 0 { SECOND_NS } else { 0 },
            limit_band,
            limit_state_ns: if limit_band > 0 { SECOND_NS / 2 } else { 0 },
            pause_ns: if limit_band > 0 { SECOND_NS } else { 0 },
        })
    });
    let halt = (0u32..4, 0i64..2).prop_map(|(instrument_id, seconds)| {
        always(HaltInstrument { instrument_id, duration_ns: seconds * SECOND_NS, cause: "" })
    });
    let level = prop::sample::select(vec![0i64, 10_000, 30_000]);
    let breaker = (0u32..3, level).prop_map(|(instrument_id, level)| {
        always(SetCircuitBreaker {
            instrument_id,
            level_1: level,
            level_2: 2 * level,
            level_3: 3 * level,
            cool_down_1_ns: SECOND_NS,
            cool_down_2_ns: SECOND_NS,
        })
    });
    prop_oneof![4 => phase, 2 => guard, 1 => halt, 1 => breaker, 1 => schedules()]
}

/// A step every few hours.
fn schedules() -> impl Strategy<Value = Stamp> {
    (instruments(), 1usize..9, 0i64..2).prop_map(|(instrument_id, hours, extended)| -> Stamp {
        let mut steps = Vec::new();
        for (place, hour) in (1..168).step_by(hours).enumerate() {
            steps.extend_from_slice(&(hour * HOUR_NS).to_le_bytes());
            steps.extend_from_slice(&u64::from(DAY[place % DAY.len()] as u8).to_le_bytes());
        }
        Stamp::of(move |sequence, now_ns| {
            let extension_ns = extended * SECOND_NS;
            let set = SetSchedule { instrument_id, extension_ns, extension_band: 10_000, steps: &steps };
            packed(&set, sequence, now_ns)
        })
    })
}

pub fn participants() -> impl Strategy<Value = Stamp> {
    let protect = (accounts(), 0u32..3, 1i64..4, 0i64..8).prop_map(
        |(account_id, instrument_id, max_fills, max_qty)| {
            always(SetMarketMakerProtection {
                account_id,
                instrument_id,
                window_ns: SECOND_NS,
                max_fills,
                max_qty,
                max_delta: 0,
            })
        },
    );
    let reset = (accounts(), 0u32..3)
        .prop_map(|(account_id, instrument_id)| always(ResetProtection { account_id, instrument_id }));
    let armed = (accounts(), any::<bool>())
        .prop_map(|(account_id, armed)| always(SetCancelOnDisconnect { account_id, armed }));
    let end = accounts().prop_map(|account_id| {
        always(EndSession { account_id, strategy_id: ANY_STRATEGY, session: "fix-1" })
    });
    let throttle = (accounts(), prop::sample::select(vec![0i64, 0, 2, 50])).prop_map(
        |(account_id, messages_per_second)| always(SetThrottle { account_id, messages_per_second }),
    );
    let bust = (1u64..12).prop_map(|trade_id| always(BustTrade { trade_id, cause: "" }));
    let correct = (1u64..12, 95i64..106)
        .prop_map(|(trade_id, price)| always(CorrectTrade { trade_id, price, cause: "" }));
    prop_oneof![protect, reset, armed, end, throttle, bust, correct, tiers()]
}

fn tiers() -> impl Strategy<Value = Stamp> {
    (accounts(), 1i64..2_000, 0i64..400).prop_map(|(account_id, volume, rate)| -> Stamp {
        let mut tiers = Vec::new();
        for number in [0, 0, 500, volume * UNIT, -rate, rate] {
            tiers.extend_from_slice(&number.to_le_bytes());
        }
        Stamp::of(move |sequence, now_ns| {
            packed(&SetFeeTiers { account_id, tiers: &tiers }, sequence, now_ns)
        })
    })
}

pub fn terms() -> impl Strategy<Value = Stamp> {
    let fees = (accounts(), 0u32..4, numbers(-500..2_000)).prop_map(|(account_id, instrument_id, fee)| {
        always(SetFees { account_id, instrument_id, maker_fee: fee / -4, taker_fee: fee })
    });
    let limits = (accounts(), strategies(), numbers(0..90_000), 0i64..20).prop_map(
        |(account_id, strategy_id, money, few)| {
            always(SetLimits {
                account_id,
                strategy_id,
                max_order_notional: money.saturating_mul(UNIT),
                max_position_notional: money.saturating_mul(2 * UNIT),
                max_exposure_notional: 0,
                max_daily_loss: few * UNIT,
                max_drawdown: few * 1_000,
                leverage: few,
                max_open_orders: few,
                max_orders_per_second: few,
            })
        },
    );
    let holding = (1u32..3, 1u32..3, -500i64..900).prop_map(|(account_id, asset_id, amount)| {
        always(AdjustHolding {
            account_id,
            asset_id,
            amount: i128::from(amount * UNIT),
            client_adjustment_id: Text::EMPTY,
        })
    });
    prop_oneof![fees, limits, holding]
}
