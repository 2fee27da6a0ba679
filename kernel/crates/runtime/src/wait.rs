//! How a thread waits for work: it parks, yields or spins.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

const LOOKS_PER_CLOCK: u32 = 64;

/// By name: `park` sleeps in the system, `yield` offers the processor, `spin` keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WaitStrategy {
    /// Costs nothing while idle; waking takes some microseconds.
    #[default]
    Park,
    /// Busy unless others want the processor.
    Yield,
    /// Busy: only with a processor of its own.
    Spin,
}

impl WaitStrategy {
    /// The strategy of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "park" => Some(Self::Park),
            "yield" => Some(Self::Yield),
            "spin" => Some(Self::Spin),
            _ => None,
        }
    }
}

/// A bell. Whoever waits first notes how often it rang, looks for work, and then waits for one more ring: no ring is
/// missed in between.
#[derive(Debug)]
pub struct Signal {
    strategy: WaitStrategy,
    rings: AtomicU64,
    sleepers: AtomicUsize,
    mutex: Mutex<()>,
    condvar: Condvar,
}

impl Signal {
    /// A bell that has not rung.
    #[must_use]
    pub const fn new(strategy: WaitStrategy) -> Self {
        Self {
            strategy,
            rings: AtomicU64::new(0),
            sleepers: AtomicUsize::new(0),
            mutex: Mutex::new(()),
            condvar: Condvar::new(),
        }
    }

    /// How often it rang.
    pub fn rings(&self) -> u64 {
        self.rings.load(SeqCst)
    }

    /// Wake everybody who waits.
    pub fn ring(&self) {
        self.rings.fetch_add(1, SeqCst);
        if self.sleepers.load(SeqCst) > 0 {
            drop(self.mutex.lock().unwrap_or_else(PoisonError::into_inner));
            self.condvar.notify_all();
        }
    }

    /// Return once it rang more often than `seen`, or at the deadline (`None`: never); whether it rang.
    pub fn wait(&self, seen: u64, deadline: Option<Instant>) -> bool {
        match self.strategy {
            WaitStrategy::Park => self.park(seen, deadline),
            WaitStrategy::Yield => self.look(seen, deadline, std::thread::yield_now),
            WaitStrategy::Spin => self.look(seen, deadline, std::hint::spin_loop),
        }
    }

    fn look(&self, seen: u64, deadline: Option<Instant>, pause: impl Fn()) -> bool {
        let mut looks = 0_u32;
        while self.rings() == seen {
            looks = looks.wrapping_add(1);
            let is_clock_due = looks.is_multiple_of(LOOKS_PER_CLOCK);
            if is_clock_due && deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return false;
            }
            pause();
        }
        true
    }

    fn park(&self, seen: u64, deadline: Option<Instant>) -> bool {
        let mut guard = self.mutex.lock().unwrap_or_else(PoisonError::into_inner);
        self.sleepers.fetch_add(1, SeqCst);
        while self.rings() == seen {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                break;
            }
            guard = match left {
                Some(left) => {
                    self.condvar.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.condvar.wait(guard).unwrap_or_else(PoisonError::into_inner),
            };
        }
        self.sleepers.fetch_sub(1, SeqCst);
        self.rings() != seen
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::{Signal, WaitStrategy};

    #[test]
    fn no_ring_is_missed_whatever_the_strategy() {
        for name in ["park", "yield", "spin"] {
            let (there, back) = (signal(name), signal(name));
            let count = Arc::new(AtomicU64::new(0));
            let other = {
                let (there, back, count) = (Arc::clone(&there), Arc::clone(&back), Arc::clone(&count));
                thread::spawn(move || {
                    for turn in 0..500 {
                        there.wait(turn, None);
                        count.fetch_add(1, SeqCst);
                        back.ring();
                    }
                })
            };
            for turn in 0..500 {
                there.ring();
                assert!(back.wait(turn, None));
                assert_eq!(count.load(SeqCst), turn + 1);
            }
            other.join().expect("the other thread answers every ring");
        }
    }

    #[test]
    fn a_wait_ends_at_its_deadline() {
        for name in ["park", "yield", "spin"] {
            let deadline = Instant::now() + Duration::from_millis(2);
            assert!(!signal(name).wait(0, Some(deadline)));
            assert!(Instant::now() >= deadline);
        }
    }

    fn signal(name: &str) -> Arc<Signal> {
        Arc::new(Signal::new(WaitStrategy::named(name).expect("a strategy of this name")))
    }
}
