//! The journal's writer and scan, as Python sees them.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cambist_journal::{
    AppendError, Hash, MAX_PAYLOAD_BYTES, Packer, Position, Unpacker, Writer, WriterStart, scan_segment,
};
use pyo3::exceptions::{PyOSError, PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

const UNPACKABLE: &str = "what is packed in it does not unpack to what its header says";

/// Next sequence, next event sequence, head.
pub type PositionTuple<'py> = (u64, u64, Bound<'py, PyBytes>);
/// End, position, blocks, engine versions with their last sequence, heads by sequence.
type ScanTuple<'py> = (usize, PositionTuple<'py>, u64, Vec<(u16, u64)>, Vec<(u64, Bound<'py, PyBytes>)>);

/// The one writer of a journal's segments. Failures of the disk are OSError.
#[pyclass(module = "cambist_kernel")]
pub struct JournalWriter {
    writer: Option<Writer>,
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
        Ok(Self { writer: Some(Writer::open(start)?) })
    }

    /// Where the next block belongs.
    #[getter]
    fn position<'py>(&self, py: Python<'py>) -> PyResult<PositionTuple<'py>> {
        Ok(position_tuple(py, &self.here()?.position()))
    }

    /// Appended and not yet committed.
    #[getter]
    fn pending_bytes(&self) -> usize {
        self.writer.as_ref().map_or(0, Writer::pending_bytes)
    }

    /// Buffer whole commands with their events. ValueError: they do not continue; OverflowError: too many.
    fn append(&mut self, records: &[u8]) -> PyResult<()> {
        self.here_mut()?.append(records).map_err(|error| match error {
            AppendError::Broken(broken) => PyValueError::new_err(broken.to_string()),
            AppendError::TooLarge => PyOverflowError::new_err("More than a gibibyte waits for one commit."),
        })
    }

    /// Write and sync one block with everything appended; the last durable sequence.
    fn commit(&mut self, py: Python<'_>) -> PyResult<u64> {
        let writer = self.here_mut()?;
        Ok(py.detach(|| writer.commit())?)
    }

    /// Release the segment's file.
    fn close(&mut self) {
        self.writer = None;
    }
}

impl JournalWriter {
    /// The writer, to be used by somebody else from now on.
    pub(crate) fn hand_over(&mut self) -> PyResult<Writer> {
        self.writer.take().ok_or_else(gone)
    }

    fn here(&self) -> PyResult<&Writer> {
        self.writer.as_ref().ok_or_else(gone)
    }

    fn here_mut(&mut self) -> PyResult<&mut Writer> {
        self.writer.as_mut().ok_or_else(gone)
    }
}

fn gone() -> PyErr {
    PyOSError::new_err("the writer was closed, or handed over to a runtime")
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

/// A block's payload as it lies on the disk. ValueError: it is not whole records.
#[pyfunction]
pub fn pack_journal_payload<'py>(
    py: Python<'py>,
    payload: &[u8],
    next_sequence: u64,
    next_event_sequence: u64,
) -> PyResult<Bound<'py, PyBytes>> {
    let packed = py.detach(|| {
        let mut packer = Packer::default();
        packer.begin(Vec::new(), 0, (next_sequence, next_event_sequence));
        packer.pack(payload).map(|_| packer.finish())
    });
    match packed {
        Some(packed) => Ok(PyBytes::new(py, &packed)),
        None => Err(PyValueError::new_err("these are not whole records that continue both sequences")),
    }
}

/// The payload again. ValueError: no packer wrote these bytes, or it has another size.
#[pyfunction]
pub fn unpack_journal_payload<'py>(
    py: Python<'py>,
    packed: &[u8],
    payload_bytes: usize,
    next_sequence: u64,
    next_event_sequence: u64,
) -> PyResult<Bound<'py, PyBytes>> {
    let mut payload = Vec::new();
    let sequences = (next_sequence, next_event_sequence);
    let unpacked = payload_bytes <= MAX_PAYLOAD_BYTES
        && py.detach(|| Unpacker::default().unpack(packed, payload_bytes, sequences, &mut payload)).is_ok();
    if unpacked { Ok(PyBytes::new(py, &payload)) } else { Err(PyValueError::new_err(UNPACKABLE)) }
}

pub fn position_tuple<'py>(py: Python<'py>, position: &Position) -> PositionTuple<'py> {
    (position.next_sequence, position.next_event_sequence, PyBytes::new(py, &position.head))
}
