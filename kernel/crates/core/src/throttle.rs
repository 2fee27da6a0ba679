//! How many messages an account may send: a token bucket over all of them, orders or not.

const SECOND_NS: i64 = 1_000_000_000;
const NO_LIMIT: i64 = -1;

/// A rate and what is used of it.
#[derive(Clone, Copy, Debug)]
pub struct Throttle {
    /// 0 where there is no limit.
    pub messages_per_second: i64,
    /// The instant up to which messages are paid for.
    pub paid_until_ns: i64,
    /// What one message costs; NO_LIMIT where there is none.
    interval_ns: i64,
}

impl Throttle {
    /// Everything passes.
    pub const NONE: Self = Self { messages_per_second: 0, paid_until_ns: 0, interval_ns: NO_LIMIT };

    /// A new rate; what was used of the second stays used, unless the limit is lifted.
    pub fn set(&mut self, messages_per_second: i64) {
        *self = match SECOND_NS.checked_div(messages_per_second) {
            Some(interval_ns) => Self { messages_per_second, interval_ns, ..*self },
            None => Self::NONE,
        };
    }

    /// Whether there is a limit.
    pub const fn is_set(&self) -> bool {
        self.messages_per_second > 0
    }

    /// Let one more message pass, if it fits. One that is refused costs nothing.
    #[inline]
    pub fn admits(&mut self, now_ns: i64) -> bool {
        if self.interval_ns == NO_LIMIT {
            return true;
        }
        if self.paid_until_ns - now_ns > SECOND_NS - self.interval_ns {
            return false;
        }
        self.paid_until_ns = self.paid_until_ns.max(now_ns) + self.interval_ns;
        true
    }
}
