//! The Python module `cambist_kernel`.

use pyo3::prelude::*;

/// The module.
#[pymodule]
fn cambist_kernel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}
