//! The Python module `cambist_kernel`.

mod journal;

use pyo3::prelude::*;

/// The module.
#[pymodule]
fn cambist_kernel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<journal::JournalWriter>()?;
    module.add_function(wrap_pyfunction!(journal::scan_journal_segment, module)?)
}
