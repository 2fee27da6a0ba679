//! The reasons of `domain/reasons.py` that the engine itself gives, by number.
#![allow(
    missing_docs,
    reason = "each is documented, with the operator's next step, by the Python enumeration"
)]

macro_rules! reasons {
    ($($name:ident = $number:literal),* $(,)?) => {
        $(pub const $name: u32 = $number;)*

        /// Every reason stated here, by name.
        pub const ALL: &[(&str, u32)] = &[$((stringify!($name), $number)),*];
    };
}

reasons! {
    UNKNOWN_INSTRUMENT = 1,
    UNKNOWN_ACCOUNT = 2,
    UNKNOWN_STRATEGY = 3,
    ORDER_NOT_OPEN = 4,
    ALREADY_EXISTS = 5,
    INVALID_DEFINITION = 6,
    INVALID_TRANSITION = 7,
    ACCOUNT_NOT_DESK = 8,
    REPORT_OVERFILL = 9,
    INVALID_CLIENT_ORDER_ID = 20,
    DUPLICATE_CLIENT_ORDER_ID = 21,
    INVALID_PRICE = 22,
    INVALID_QTY = 23,
    PRICE_PRECISION = 24,
    QTY_PRECISION = 25,
    INVALID_TIME_IN_FORCE = 26,
    INVALID_FLAGS = 27,
    INVALID_EXPIRY = 28,
    NOT_OFFERED = 29,
    INVALID_DISPLAY_QTY = 30,
    INVALID_MIN_QTY = 31,
    INVALID_INSTRUCTION = 32,
    INVALID_TRIGGER = 33,
    INVALID_OFFSET = 34,
    TRADING_HALTED = 40,
    TRADING_REDUCING = 41,
    STRATEGY_NOT_RUNNING = 42,
    SYMBOL_NOT_ALLOWED = 43,
    KILL_SWITCH_ENGAGED = 44,
    MESSAGE_RATE_LIMIT = 46,
    ORDER_QTY_LIMIT = 60,
    MIN_NOTIONAL = 61,
    PRICE_BAND = 62,
    REDUCE_ONLY = 63,
    ORDER_NOTIONAL_LIMIT = 64,
    OPEN_ORDERS_LIMIT = 65,
    ORDER_RATE_LIMIT = 66,
    POSITION_LIMIT = 67,
    EXPOSURE_LIMIT = 68,
    INSUFFICIENT_MARGIN = 69,
    DAILY_LOSS_LIMIT = 70,
    DRAWDOWN_LIMIT = 71,
    NOTIONAL_OVERFLOW = 72,
    MARKET_NOT_OPEN = 80,
    POST_ONLY_WOULD_CROSS = 81,
    QTY_BELOW_FILLED = 82,
    VENUE_REJECTED = 83,
    INVALID_QUOTE = 91,
    QUOTES_PROTECTED = 92,
    NOT_IN_AUCTION = 87,
    AUCTION_NOT_OPEN = 88,
    OUTSIDE_PRICE_LIMITS = 89,
    CIRCUIT_BREAKER = 90,
    REQUESTED = 100,
    UNFILLED_REMAINDER = 101,
    FOK_UNFILLABLE = 102,
    SELF_TRADE = 103,
    POSITION_REDUCED = 104,
    TRADING_STOPPED = 105,
    STRATEGY_STOPPED = 106,
    AUCTION_ENDED = 113,
    VOLATILITY_INTERRUPTION = 114,
    LIMIT_STATE = 115,
    MIN_QTY_UNAVAILABLE = 107,
    SESSION_ENDED = 116,
    PROTECTION_TRIGGERED = 117,
    QUOTE_REPLACED = 118,
}
