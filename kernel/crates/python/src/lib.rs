//! The Python module `cambist_kernel`: the only crate that knows PyO3.

mod engine;
mod facts;
mod journal;
mod matching_book;
mod replay;
mod runtime;
mod synthetic;
mod ticks;
mod workload;

use pyo3::prelude::*;

/// The Rust kernel of Cambist.
#[pymodule]
mod cambist_kernel {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::engine::PyEngine;
    #[pymodule_export]
    use super::facts::{engine_version, reasons, record_layouts, snapshot_layouts, version};
    #[pymodule_export]
    use super::journal::{JournalWriter, pack_journal_payload, scan_journal_segment, unpack_journal_payload};
    #[pymodule_export]
    use super::matching_book::PyMatchingBook;
    #[pymodule_export]
    use super::replay::replay_journal;
    #[pymodule_export]
    use super::runtime::{Runtime, Subscription};
    #[pymodule_export]
    use super::synthetic::SyntheticMarket;
    #[pymodule_export]
    use super::workload::{measure_workload, replay_workload};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
