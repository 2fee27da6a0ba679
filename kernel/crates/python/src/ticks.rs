//! The processor's own counter, the cheapest clock there is; elsewhere than on x86-64 the system's.

use std::time::{Duration, Instant};

const CALIBRATION: Duration = Duration::from_millis(20);

/// How long a tick is.
#[derive(Clone, Copy, Debug)]
pub struct Ticks {
    ns_per_tick: f64,
}

impl Ticks {
    /// The counter against the system's clock, for 20 ms.
    pub fn calibrated() -> Self {
        let (start, first) = (Instant::now(), Self::now());
        while start.elapsed() < CALIBRATION {
            std::hint::spin_loop();
        }
        let ticks = (Self::now() - first).max(1);
        Self { ns_per_tick: start.elapsed().as_nanos() as f64 / ticks as f64 }
    }

    /// The counter.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub fn now() -> u64 {
        // SAFETY: the time stamp counter is in the baseline of x86-64, and reading it changes nothing.
        unsafe { std::arch::x86_64::_rdtsc() }
    }

    /// Nanoseconds since the first call.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn now() -> u64 {
        static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        START.get_or_init(Instant::now).elapsed().as_nanos() as u64
    }

    /// A number of ticks in nanoseconds.
    pub fn ns(self, ticks: u32) -> f64 {
        f64::from(ticks) * self.ns_per_tick
    }
}

/// The value below which `per_ten_thousand` of ten thousand samples lie; 0 of none.
pub fn percentile(samples: &mut [u32], per_ten_thousand: usize) -> u32 {
    if samples.is_empty() {
        return 0;
    }
    let place = (samples.len() * per_ten_thousand / 10_000).min(samples.len() - 1);
    *samples.select_nth_unstable(place).1
}
