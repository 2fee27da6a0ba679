//! The journal's writer and scan, as Python sees them.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cambist_journal::{AppendError, Hash, Position, Writer, WriterStart, scan_segment};
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Next sequence, next event sequence, head.
type PositionTuple<'py> = (u64, u64, Bound<'py, PyBytes>);
/// End, position, blocks, engine versions with their last sequence, heads by sequence.
type ScanTuple<'py> = (usize, PositionTuple<'py>, u64, Vec<(u16, u64)>, Vec<(u64, Bound<'py, PyBytes>)>);

/// The one writer of a journal's segments. Failures of the disk are OSError.
#[pyclass(module = "cambist_kernel")]
pub struct JournalWriter {
    writer: Writer,
}

#[pymethods]
impl JournalWriter {
    /// Go on at a position, in `segment` of `segment_size` bytes or, where it is None, in a new one.
    #[new]
    #[pyo3(signature = (directory, position, engine_version, product_version, segment_bytes, segment, segment_size))]
    fn new(
        directory: PathBuf,
        position: (u64, u64, Hash),
        engine_version: u16,
        product_version: String,
        segment_bytes: u64,
        segment: Option<String>,
        segment_size: u64,
    ) -> PyResult<Self> {
        let (next_sequence, next_event_sequence, head) = position;
        let start = WriterStart {
            directory,
            position: Position { next_sequence, next_event_sequence, head },
            engine_version,
            product_version,
            segment_bytes,
            segment: segment.map(|name| (name, segment_size)),
        };
        Ok(Self { writer: Writer::open(start)? })
    }

    /// Where the next block belongs.
    #[getter]
    fn position<'py>(&self, py: Python<'py>) -> PositionTuple<'py> {
        position_tuple(py, &self.writer.position())
    }

    /// Appended and not yet committed.
    #[getter]
    fn pending_bytes(&self) -> usize {
        self.writer.pending_bytes()
    }

    /// Buffer whole commands with their events. ValueError: they do not continue; OverflowError: too many.
    fn append(&mut self, records: &[u8]) -> PyResult<()> {
        self.writer.append(records).map_err(|error| match error {
            AppendError::Broken(broken) => PyValueError::new_err(broken.to_string()),
            AppendError::TooLarge => PyOverflowError::new_err("More than a gibibyte waits for one commit."),
        })
    }

    /// Write and sync one block with everything appended; the last durable sequence.
    fn commit(&mut self, py: Python<'_>) -> PyResult<u64> {
        let writer = &mut self.writer;
        Ok(py.detach(|| writer.commit())?)
    }

    /// Release the segment's file.
    fn close(&mut self) {
        self.writer.close();
    }
}

/// Check a segment file's blocks; None where its header is not one of this format.
#[pyfunction]
pub fn scan_journal_segment<'py>(
    py: Python<'py>,
    path: PathBuf,
    heads_of: Vec<u64>,
) -> PyResult<Option<ScanTuple<'py>>> {
    let wanted: BTreeSet<u64> = heads_of.into_iter().collect();
    let found = py.detach(|| fs::read(path).map(|data| scan_segment(&data, &wanted)))?;
    Ok(found.map(|scan| {
        let position = position_tuple(py, &scan.position);
        let heads = scan.heads.iter().map(|(sequence, hash)| (*sequence, PyBytes::new(py, hash))).collect();
        (scan.end, position, scan.blocks, scan.engine_versions.into_iter().collect(), heads)
    }))
}

fn position_tuple<'py>(py: Python<'py>, position: &Position) -> PositionTuple<'py> {
    (position.next_sequence, position.next_event_sequence, PyBytes::new(py, &position.head))
}
