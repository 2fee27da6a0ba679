//! The synthetic participants, as Python sees them until a runtime hosts them.

use cambist_runtime::Participants;
use cambist_synthetic::{Profile, SyntheticMarket as Market};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Instrument, reference price, largest order, weight, step deviation, half spread, rung step and quantity, and a
/// taker's quantity.
type ProfileTuple = (u32, i64, i64, usize, i64, i64, i64, i64, i64);

/// Members that trade by themselves: same seed, start and rate, and the same facts, the same commands.
#[pyclass(module = "cambist_kernel")]
pub struct SyntheticMarket {
    market: Option<Market>,
}

/// The market on an engine thread.
struct Hosted(Market);

impl Participants for Hosted {
    fn next_ns(&self) -> i64 {
        self.0.next_ns()
    }

    fn advance(&mut self, now_ns: i64) -> &[u8] {
        self.0.advance(now_ns).0
    }

    fn on_events(&mut self, records: &[u8]) {
        self.0.on_events(records);
    }

    fn save(&self) -> Vec<u8> {
        self.0.save()
    }
}

#[pymethods]
impl SyntheticMarket {
    /// A market that opens at `start_ns`.
    #[new]
    fn new(
        seed: u64,
        start_ns: i64,
        events_per_second: i64,
        first_account_id: u32,
        profiles: Vec<ProfileTuple>,
    ) -> Self {
        let profiles: Vec<Profile> = profiles.into_iter().map(profile).collect();
        Self { market: Some(Market::new(seed, start_ns, events_per_second, first_account_id, &profiles)) }
    }

    /// When the next participant acts.
    fn next_ns(&self) -> PyResult<i64> {
        Ok(self.market.as_ref().ok_or_else(gone)?.next_ns())
    }

    /// Everything that happens at `next_ns()`, which is `now_ns`: packed commands without stamps.
    fn advance<'py>(&mut self, py: Python<'py>, now_ns: i64) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, self.here()?.advance(now_ns).0))
    }

    /// Packed facts, in order.
    fn on_events(&mut self, records: &[u8]) -> PyResult<()> {
        self.here()?.on_events(records);
        Ok(())
    }

    /// The whole state.
    fn save<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.market.as_ref().ok_or_else(gone)?.save()))
    }

    /// Carry on from a saved state. ValueError: the bytes are not one of this market.
    fn load(&mut self, state: &[u8]) -> PyResult<()> {
        self.here()?
            .load(state)
            .map_err(|_| PyValueError::new_err("the bytes are not a state of this market"))
    }
}

impl SyntheticMarket {
    /// The market, to live on an engine thread from now on.
    pub(crate) fn hand_over(&mut self) -> PyResult<Box<dyn Participants>> {
        let market = self.market.take().ok_or_else(gone)?;
        Ok(Box::new(Hosted(market)))
    }

    fn here(&mut self) -> PyResult<&mut Market> {
        self.market.as_mut().ok_or_else(gone)
    }
}

fn gone() -> PyErr {
    PyRuntimeError::new_err("the market lives in a runtime")
}

fn profile(values: ProfileTuple) -> Profile {
    let (instrument_id, reference_price, max_order_qty, weight, step_deviation, ..) = values;
    let (.., half_spread, rung_step, rung_qty, taker_qty) = values;
    Profile {
        instrument_id,
        reference_price,
        max_order_qty,
        weight,
        step_deviation,
        half_spread,
        rung_step,
        rung_qty,
        taker_qty,
    }
}
