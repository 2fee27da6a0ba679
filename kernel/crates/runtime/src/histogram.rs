//! Counts of latencies in buckets that are at most a thirty-second wide: written by one thread, read by any.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

const SUB_BITS: u32 = 5;
const SUB_COUNT: u64 = 1 << SUB_BITS;
const BUCKETS: usize = 64 * SUB_COUNT as usize;

/// A log-linear histogram of nanoseconds: percentiles are at most 3.2 % too high, never too low.
#[derive(Debug)]
pub struct Histogram {
    buckets: Box<[AtomicU64]>,
    count: AtomicU64,
    total_ns: AtomicU64,
    max_ns: AtomicU64,
}

/// One reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Samples.
    pub count: u64,
    /// Their sum.
    pub total_ns: u64,
    /// Half of the samples do not exceed it.
    pub p50_ns: u64,
    /// 99 of 100 do not.
    pub p99_ns: u64,
    /// The largest.
    pub max_ns: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            buckets: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
            count: AtomicU64::new(0),
            total_ns: AtomicU64::new(0),
            max_ns: AtomicU64::new(0),
        }
    }
}

impl Histogram {
    /// Add `count` samples of one value.
    pub fn record(&self, latency: Duration, count: u64) {
        let latency_ns = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket_of(latency_ns)].fetch_add(count, Relaxed);
        self.count.fetch_add(count, Relaxed);
        self.total_ns.fetch_add(latency_ns.saturating_mul(count), Relaxed);
        self.max_ns.fetch_max(latency_ns, Relaxed);
    }

    /// Percentiles and sums as they are now.
    pub fn summary(&self) -> Summary {
        Summary {
            count: self.count.load(Relaxed),
            total_ns: self.total_ns.load(Relaxed),
            p50_ns: self.percentile_ns(50),
            p99_ns: self.percentile_ns(99),
            max_ns: self.max_ns.load(Relaxed),
        }
    }

    /// How many samples lie at or below each bound.
    pub fn cumulative(&self, bounds_ns: &[u64]) -> Vec<u64> {
        let below = |bound: &u64| {
            let buckets = self.buckets.iter().enumerate();
            buckets
                .filter(|(bucket, _)| upper_bound_ns(*bucket) <= *bound)
                .map(|(_, count)| count.load(Relaxed))
                .sum()
        };
        bounds_ns.iter().map(below).collect()
    }

    fn percentile_ns(&self, percent: u64) -> u64 {
        let counts: Vec<u64> = self.buckets.iter().map(|count| count.load(Relaxed)).collect();
        let wanted = (counts.iter().sum::<u64>() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return upper_bound_ns(bucket).min(self.max_ns.load(Relaxed));
            }
        }
        0
    }
}

/// Values below 32 have a bucket each; above, every power of two is cut into 32.
fn bucket_of(latency_ns: u64) -> usize {
    if latency_ns < SUB_COUNT {
        return latency_ns as usize;
    }
    let shift = latency_ns.ilog2() - SUB_BITS;
    ((u64::from(shift + 1) << SUB_BITS) + (latency_ns >> shift) - SUB_COUNT) as usize
}

/// The largest value of a bucket.
fn upper_bound_ns(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < SUB_COUNT {
        return bucket;
    }
    let shift = (bucket >> SUB_BITS) - 1;
    let next = u128::from((bucket & (SUB_COUNT - 1)) + SUB_COUNT + 1) << shift;
    u64::try_from(next - 1).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Duration, Histogram, bucket_of, upper_bound_ns};

    #[test]
    fn every_value_lies_in_its_bucket_and_buckets_are_narrow() {
        for shift in 0..64 {
            for value in [1_u64 << shift, (1 << shift) | (1 << shift >> 1), u64::MAX >> shift] {
                let bound = upper_bound_ns(bucket_of(value));
                assert!(bound >= value && u128::from(bound - value) * 32 <= u128::from(value), "{value}");
                assert_eq!(bucket_of(bound), bucket_of(value));
            }
        }
    }

    #[test]
    fn percentiles_say_what_was_recorded() {
        let histogram = Histogram::default();
        histogram.record(Duration::from_nanos(1_000), 98);
        histogram.record(Duration::from_nanos(50_000), 2);
        let summary = histogram.summary();
        assert_eq!((summary.count, summary.total_ns, summary.max_ns), (100, 198_000, 50_000));
        assert!((1_000..1_032).contains(&summary.p50_ns));
        assert_eq!(summary.p99_ns, 50_000);
        assert_eq!(histogram.cumulative(&[100, 2_000, 100_000]), [0, 98, 100]);
    }

    #[test]
    fn without_samples_everything_is_zero() {
        assert_eq!(Histogram::default().summary(), super::Summary::default());
    }
}
