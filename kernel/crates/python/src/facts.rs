//! What the Python side compares before it uses this module: versions and layouts.

use cambist_wire::{Layout, commands, events, snapshot};
use pyo3::prelude::*;

/// `(name, width, offset)` of one field.
type FieldTuple = (&'static str, &'static str, usize);
/// `(kind, name, fields)` of one record; rows have kind 0.
type LayoutTuple = (u8, &'static str, Vec<FieldTuple>);

/// The version of the rules: grows with every change of one.
#[pyfunction]
pub fn engine_version() -> u32 {
    cambist_core::ENGINE_VERSION
}

/// The version of this distribution.
#[pyfunction]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The layouts of all commands and events.
#[pyfunction]
pub fn record_layouts() -> Vec<LayoutTuple> {
    commands::layouts().into_iter().chain(events::layouts()).map(tuple).collect()
}

/// The layouts of the rows of a snapshot, by section.
#[pyfunction]
pub fn snapshot_layouts() -> Vec<LayoutTuple> {
    snapshot::layouts().into_iter().map(tuple).collect()
}

/// The names and numbers of the reasons that the engine gives.
#[pyfunction]
pub fn reasons() -> Vec<(&'static str, u32)> {
    cambist_wire::reasons::ALL.to_vec()
}

fn tuple(layout: Layout) -> LayoutTuple {
    let fields = layout.fields.iter().map(|field| (field.name, field.width, field.offset)).collect();
    (layout.kind, layout.name, fields)
}
