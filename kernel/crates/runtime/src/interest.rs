//! What strategies want to hear of at once: until something of it happens, participants may go on among themselves.

use cambist_wire::events::{
    BookDelta, CancelRejected, OrderAccepted, OrderCanceled, OrderExpired, OrderFilled, OrderRejected,
    OrderReplaced, ReplaceRejected, Trade,
};
use cambist_wire::{HEADER_BYTES, Header};

const FIRST_EVENT_KIND: u8 = 64;

/// Everything that is not named here as quiet is of interest; so a kind of fact nobody thought of is told at once.
#[derive(Clone, Debug, Default)]
pub struct Interest {
    /// By instrument, from when on a change of its book is to be told. Of others no change is.
    pub books: Vec<(u32, i64)>,
    /// Instruments whose prints are to be told.
    pub trades: Vec<u32>,
    /// First and last account whose orders are nobody's business but their own.
    pub quiet_accounts: (u32, u32),
}

/// What was found in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing that strategies want to hear of.
    Quiet,
    /// A change of a book that is to be told at this later time.
    Later(i64),
    /// Something to be told at once.
    Now,
}

impl Interest {
    /// Look through the records of one instant.
    pub fn judge(&self, records: &[u8], now_ns: i64) -> Verdict {
        let mut verdict = Verdict::Quiet;
        let mut rest = records;
        while let Ok(header) = Header::read(rest) {
            match self.judge_one(&header, &rest[HEADER_BYTES..header.size - header.tail_padding], now_ns) {
                Verdict::Quiet => {}
                Verdict::Later(due_ns) => {
                    verdict = match verdict {
                        Verdict::Later(earlier_ns) => Verdict::Later(earlier_ns.min(due_ns)),
                        _ => Verdict::Later(due_ns),
                    };
                }
                Verdict::Now => return Verdict::Now,
            }
            rest = &rest[header.size..];
        }
        verdict
    }

    fn judge_one(&self, header: &Header, body: &[u8], now_ns: i64) -> Verdict {
        if header.kind < FIRST_EVENT_KIND {
            return Verdict::Quiet;
        }
        match header.kind {
            BookDelta::KIND => self.judge_book(BookDelta::get(body, &[]), now_ns),
            Trade::KIND => {
                told(Trade::get(body, &[]).is_none_or(|trade| self.trades.contains(&trade.instrument_id)))
            }
            kind => told(account_of(kind, body).is_none_or(|account_id| !self.is_quiet(account_id))),
        }
    }

    fn judge_book(&self, delta: Option<BookDelta>, now_ns: i64) -> Verdict {
        let Some(delta) = delta else { return Verdict::Now };
        match self.books.iter().find(|(instrument_id, _)| *instrument_id == delta.instrument_id) {
            None => Verdict::Quiet,
            Some((_, due_ns)) if now_ns < *due_ns => Verdict::Later(*due_ns),
            Some(_) => Verdict::Now,
        }
    }

    fn is_quiet(&self, account_id: u32) -> bool {
        let (first, last) = self.quiet_accounts;
        (first..=last).contains(&account_id)
    }
}

fn told(is_told: bool) -> Verdict {
    if is_told { Verdict::Now } else { Verdict::Quiet }
}

/// Whose order a fact is about, where it is about an order.
fn account_of(kind: u8, body: &[u8]) -> Option<u32> {
    macro_rules! account {
        ($($name:ident),* $(,)?) => {
            match kind {
                $($name::KIND => Some($name::get(body, &[])?.account_id),)*
                CancelRejected::KIND => Some(CancelRejected::get(body, &[])?.account_id),
                ReplaceRejected::KIND => Some(ReplaceRejected::get(body, &[])?.account_id),
                _ => None,
            }
        };
    }
    account!(OrderAccepted, OrderRejected, OrderFilled, OrderCanceled, OrderExpired, OrderReplaced)
}

#[cfg(test)]
mod tests {
    use cambist_wire::events::{BookDelta, OrderAccepted, PhaseChanged, Trade};
    use cambist_wire::{Phase, Record, Side};

    use super::{Interest, Verdict};

    const MEMBER: u32 = 1_001;

    fn interest() -> Interest {
        Interest { books: vec![(1, 100)], trades: vec![2], quiet_accounts: (MEMBER, MEMBER + 7) }
    }

    fn packed(event: &impl Record) -> Vec<u8> {
        let mut bytes = Vec::new();
        event.encode(1, 50, &mut bytes);
        bytes
    }

    fn delta(instrument_id: u32) -> Vec<u8> {
        packed(&BookDelta { instrument_id, side: Side::Buy, price: 1, qty: 1, order_count: 1 })
    }

    fn accepted(account_id: u32) -> Vec<u8> {
        packed(&OrderAccepted { order_id: 1, instrument_id: 1, account_id })
    }

    fn trade(instrument_id: u32) -> Vec<u8> {
        let (maker_order_id, taker_order_id) = (1, 2);
        let aggressor = Side::Buy;
        packed(&Trade {
            trade_id: 1,
            instrument_id,
            aggressor,
            price: 1,
            qty: 1,
            maker_order_id,
            taker_order_id,
        })
    }

    #[test]
    fn a_book_is_told_from_its_time_on_and_announced_before() {
        assert_eq!(interest().judge(&delta(1), 100), Verdict::Now);
        assert_eq!(interest().judge(&delta(1), 99), Verdict::Later(100));
        assert_eq!(interest().judge(&delta(2), 100), Verdict::Quiet);
    }

    #[test]
    fn what_members_do_among_themselves_is_quiet() {
        assert_eq!(interest().judge(&accepted(MEMBER), 100), Verdict::Quiet);
        assert_eq!(interest().judge(&accepted(1), 100), Verdict::Now);
        assert_eq!(
            (interest().judge(&trade(1), 100), interest().judge(&trade(2), 100)),
            (Verdict::Quiet, Verdict::Now)
        );
    }

    #[test]
    fn everything_else_is_told() {
        let phase = packed(&PhaseChanged { instrument_id: 9, phase: Phase::Halted });
        assert_eq!(interest().judge(&[delta(2), phase].concat(), 1), Verdict::Now);
    }
}
