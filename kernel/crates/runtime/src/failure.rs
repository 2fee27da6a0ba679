//! Why nothing is accepted any more.

use std::fmt;
use std::io;

/// The first of these that happens is the last word of a runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A write or a sync failed, with the system's number where it gave one.
    Storage(Option<i32>, String),
    /// A sequence, a time or the journal did not continue, or a thread panicked.
    Broken(String),
    /// It was stopped.
    Stopped,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Storage(_, problem) | Self::Broken(problem) => formatter.write_str(problem),
            Self::Stopped => formatter.write_str("the engine has stopped"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Storage(error.raw_os_error(), error.to_string())
    }
}
