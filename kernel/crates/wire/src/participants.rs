//! Commands and events about participants: their sessions, messages, quotes, trades and fees. Field meanings:
//! `domain/participant_commands.py` and `domain/participant_events.py`.

use crate::record::record;

record! {
    /// Whether the open orders of an account are canceled when a session of its ends.
    30 SetCancelOnDisconnect [] { account_id: u32, armed: bool }
}

record! {
    /// A session of an account has ended.
    31 EndSession ['a] { account_id: u32, strategy_id: u32 } tail session: &'a str
}

record! {
    /// How many messages an account may send per second; 0 for no limit.
    32 SetThrottle [] { account_id: u32, messages_per_second: i64 }
}

record! {
    /// Whether the end of a session cancels the orders of an account.
    120 CancelOnDisconnectChanged [] { account_id: u32, armed: bool }
}

record! {
    /// A session of an account has ended.
    121 SessionEnded ['a] { account_id: u32, strategy_id: u32 } tail session: &'a str
}

record! {
    /// How many messages an account may send per second; 0 for no limit.
    122 ThrottleChanged [] { account_id: u32, messages_per_second: i64 }
}
