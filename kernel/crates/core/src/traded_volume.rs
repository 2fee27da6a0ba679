//! What an account has traded, day by day.

use std::collections::VecDeque;

const VOLUME_DAYS: i64 = 30;

/// Values in e8. The present day is apart, until it ends.
#[derive(Clone, Debug, Default)]
pub struct TradedVolume {
    /// Of the present day.
    pub today: i128,
    /// Days since the epoch that have ended, oldest first; only those with trades.
    pub days: VecDeque<(i64, i128)>,
}

impl TradedVolume {
    /// Of the days that have ended and are still remembered.
    pub fn total(&self) -> i128 {
        self.days.iter().map(|(_, volume)| volume).sum()
    }

    /// The day that ended joins the others; those too long ago are forgotten.
    pub fn begin(&mut self, ended_day: i64, today: i64) {
        if self.today != 0 {
            self.days.push_back((ended_day, self.today));
        }
        self.today = 0;
        self.days.retain(|(day, _)| *day >= today - VOLUME_DAYS);
    }
}
