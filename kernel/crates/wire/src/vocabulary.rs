//! The enumerations of trading, numbered as in the Python package's `domain/vocabulary.py`.

use crate::layout::{Field, Width};

macro_rules! enumeration {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $number:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the members are documented by the Python enumeration of the same name")]
        pub enum $name { $($(#[$variant_meta])* $variant = $number),* }

        impl Field for $name {
            const WIDTH: Width = u8::WIDTH;

            #[inline(always)]
            fn put(self, to: &mut [u8]) {
                (self as u8).put(to);
            }

            #[inline(always)]
            fn get(from: &[u8]) -> Option<Self> {
                match u8::get(from)? {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

enumeration! {
    /// Which way an order trades.
    Side { Buy = 0, Sell = 1 }
}

impl Side {
    /// The side this one trades against.
    #[inline]
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// +1 for BUY, -1 for SELL.
    #[inline]
    #[must_use]
    pub const fn sign(self) -> i64 {
        match self {
            Self::Buy => 1,
            Self::Sell => -1,
        }
    }
}

enumeration! {
    /// How an order is priced.
    OrderType {
        Limit = 0,
        Market = 1,
        Stop = 2,
        StopLimit = 3,
        TrailingStop = 4,
        MarketIfTouched = 5,
        LimitIfTouched = 6,
        MarketToLimit = 7,
        Pegged = 8,
    }
}

impl OrderType {
    /// True where the sender gives a limit price.
    #[inline]
    #[must_use]
    pub const fn is_priced(self) -> bool {
        matches!(self, Self::Limit | Self::StopLimit | Self::LimitIfTouched)
    }

    /// True where the sender may give a limit price.
    #[inline]
    #[must_use]
    pub const fn may_be_priced(self) -> bool {
        self.is_priced() || matches!(self, Self::Pegged)
    }

    /// True where it waits for a trigger before it enters the market.
    #[inline]
    #[must_use]
    pub const fn waits(self) -> bool {
        matches!(
            self,
            Self::Stop | Self::StopLimit | Self::TrailingStop | Self::MarketIfTouched | Self::LimitIfTouched
        )
    }

    /// False for MARKET, and for what becomes a MARKET order.
    #[inline]
    #[must_use]
    pub const fn may_rest(self) -> bool {
        !matches!(self, Self::Market | Self::Stop | Self::TrailingStop | Self::MarketIfTouched)
    }

    /// True where an amendment means the trigger price, for want of a limit price.
    #[inline]
    #[must_use]
    pub const fn is_amended_by_trigger(self) -> bool {
        matches!(self, Self::Stop | Self::MarketIfTouched)
    }
}

enumeration! {
    /// How long an order lives.
    TimeInForce { Gtc = 0, Ioc = 1, Fok = 2, Gtd = 3, Day = 4, AtOpen = 5, AtClose = 6 }
}

impl TimeInForce {
    /// False for IOC and FOK, which never rest in the book.
    #[inline]
    #[must_use]
    pub const fn may_rest(self) -> bool {
        !matches!(self, Self::Ioc | Self::Fok)
    }

    /// True for orders that end with the auction they are for.
    #[inline]
    #[must_use]
    pub const fn is_for_auction(self) -> bool {
        matches!(self, Self::AtOpen | Self::AtClose)
    }
}

enumeration! {
    /// Where an order is in its life.
    OrderStatus {
        PendingNew = 0,
        New = 1,
        PartiallyFilled = 2,
        Filled = 3,
        PendingCancel = 4,
        Canceled = 5,
        PendingReplace = 6,
        Rejected = 7,
        Denied = 8,
        Expired = 9,
        Triggered = 10,
        Suspended = 11,
    }
}

impl OrderStatus {
    /// True where a request to the venue is unanswered.
    #[inline]
    #[must_use]
    pub const fn is_in_flight(self) -> bool {
        matches!(self, Self::PendingNew | Self::PendingCancel | Self::PendingReplace)
    }
}

enumeration! {
    /// Whether a fill gave liquidity or took it, or came from an auction, where nobody does either.
    Liquidity { Maker = 0, Taker = 1, Auction = 2 }
}

enumeration! {
    /// The firm's own accounts, or members of the venue.
    AccountKind { Desk = 0, Member = 1 }
}

enumeration! {
    /// Our own venue, or one that reports from outside.
    VenueKind { Internal = 0, External = 1 }
}

enumeration! {
    /// The trading session of an instrument.
    Phase {
        PreOpen = 0,
        Continuous = 1,
        Halted = 2,
        Closed = 3,
        OpeningAuction = 4,
        VolatilityAuction = 5,
        ClosingAuction = 6,
    }
}

impl Phase {
    /// True where orders are collected for one price.
    #[inline]
    #[must_use]
    pub const fn is_auction(self) -> bool {
        matches!(self, Self::OpeningAuction | Self::VolatilityAuction | Self::ClosingAuction)
    }

    /// True where new orders and amendments are admitted.
    #[inline]
    #[must_use]
    pub const fn takes_orders(self) -> bool {
        matches!(self, Self::Continuous) || self.is_auction()
    }
}

enumeration! {
    /// What the desk may do. The stricter state is the greater one.
    TradingState { Active = 0, Reducing = 1, Halted = 2 }
}

enumeration! {
    /// The life of a strategy.
    StrategyState { Stopped = 0, Running = 1, Paused = 2, Error = 3 }
}

enumeration! {
    /// What an outside venue says about one of our orders.
    ReportKind {
        Accepted = 0,
        Rejected = 1,
        Filled = 2,
        Canceled = 3,
        Expired = 4,
        Replaced = 5,
        CancelRejected = 6,
        ReplaceRejected = 7,
    }
}

enumeration! {
    /// What a trade does.
    InstrumentKind { Perpetual = 0, Spot = 1 }
}

enumeration! {
    /// Who trades first at one price.
    MatchingRule { PriceTime = 0, ProRata = 1 }
}

enumeration! {
    /// What happens where an arriving order would meet one of its own account or group.
    SelfTradeMode { CancelNewest = 0, CancelOldest = 1, CancelBoth = 2, Decrement = 3 }
}

enumeration! {
    /// Which price a waiting order watches.
    TriggerSource { Last = 0, Mark = 1, BidAsk = 2 }
}

enumeration! {
    /// What an offset is counted in.
    OffsetUnit { Ticks = 0, BasisPoints = 1 }
}

enumeration! {
    /// What a pegged order follows.
    PegReference { Primary = 0, Opposite = 1, Mid = 2 }
}

enumeration! {
    /// What ties the orders of a group.
    Contingency { None = 0, Oco = 1, Parent = 2, Child = 3 }
}

/// What an order asks beyond type and time in force: the low six bits of a byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderFlags(u8);

impl OrderFlags {
    const POST_ONLY: u8 = 1;
    const REDUCE_ONLY: u8 = 2;
    const PRICE_INEXACT: u8 = 4;
    const QTY_INEXACT: u8 = 8;
    const HIDDEN: u8 = 16;
    const REPRICE: u8 = 32;

    /// No flag.
    pub const NONE: Self = Self(0);

    /// Never take liquidity.
    #[inline]
    #[must_use]
    pub const fn post_only(self) -> bool {
        self.0 & Self::POST_ONLY != 0
    }

    /// Only ever shrink a position.
    #[inline]
    #[must_use]
    pub const fn reduce_only(self) -> bool {
        self.0 & Self::REDUCE_ONLY != 0
    }

    /// The edge met a price off the tick grid.
    #[inline]
    #[must_use]
    pub const fn price_inexact(self) -> bool {
        self.0 & Self::PRICE_INEXACT != 0
    }

    /// The edge met a quantity off the lot grid.
    #[inline]
    #[must_use]
    pub const fn qty_inexact(self) -> bool {
        self.0 & Self::QTY_INEXACT != 0
    }
}

impl OrderFlags {
    /// Not to be seen by anyone.
    #[inline]
    #[must_use]
    pub const fn hidden(self) -> bool {
        self.0 & Self::HIDDEN != 0
    }

    /// Rather another price than a refusal of post_only.
    #[inline]
    #[must_use]
    pub const fn reprice(self) -> bool {
        self.0 & Self::REPRICE != 0
    }
}

impl Field for OrderFlags {
    const WIDTH: Width = u8::WIDTH;

    #[inline(always)]
    fn put(self, to: &mut [u8]) {
        self.0.put(to);
    }

    #[inline(always)]
    fn get(from: &[u8]) -> Option<Self> {
        let bits = u8::get(from)?;
        (bits < 64).then_some(Self(bits))
    }
}
