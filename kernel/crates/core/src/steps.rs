//! Counts the steps of an operation, for the tests of what one may cost. Outside of tests a count is nothing.

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// A bucket of an index was read.
    Bucket,
    /// A key was compared.
    Key,
    /// The ordered map behind the buckets of an index was asked or changed.
    Crowd,
    /// The ordered map of a ladder's pages was asked or changed.
    Directory,
    /// An entry was moved because its index grew.
    Moved,
}

#[cfg(test)]
thread_local! {
    static COUNTS: std::cell::Cell<[u64; 5]> = const { std::cell::Cell::new([0; 5]) };
}

/// Note one step.
#[inline(always)]
pub fn count(step: Step) {
    #[cfg(test)]
    COUNTS.with(|counts| {
        let mut counted = counts.get();
        counted[step as usize] += 1;
        counts.set(counted);
    });
    #[cfg(not(test))]
    let _ = step;
}

/// Buckets, keys, crowd, directory and moves since the last call.
#[cfg(test)]
pub fn taken() -> [u64; 5] {
    COUNTS.replace([0; 5])
}
