//! The class `MatchingBook`: one book, called order by order.

// PyO3 advises against what only the interpreter's lock guards, for the sake of interpreters that have none. Modules
// for the stable interface, as this one, are not loaded by them.
#![allow(deprecated)]

use std::cell::{RefCell, RefMut};
use std::hint::black_box;

use cambist_core::{Fill, LimitOrder, MatchingBook};
use cambist_wire::{MAX_PRICE, MAX_QTY, Side};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::GILProtected;
use pyo3::types::PyTuple;

/// `(side, price, id, open quantity)`.
type OrderTuple = (u8, i64, u64, i64);

/// One book with price-time priority, without accounts, gate or venue. The interpreter's lock is what guards it: an
/// atomic flag would make each call wait until the memory that the one before it touched has come.
#[pyclass(name = "MatchingBook", module = "cambist_kernel", frozen)]
pub struct PyMatchingBook {
    book: GILProtected<RefCell<MatchingBook>>,
}

#[pymethods]
impl PyMatchingBook {
    /// An empty book.
    #[new]
    fn new() -> Self {
        Self { book: GILProtected::new(RefCell::default()) }
    }

    /// Trade, and let the rest stay until it is canceled; gives the fills.
    #[pyo3(signature = (order_id, side, price, qty, /))]
    fn limit<'py>(
        &self,
        py: Python<'py>,
        order_id: u64,
        side: u8,
        price: i64,
        qty: i64,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let order =
            LimitOrder { id: order_id, side: side_of(side)?, price: price_of(price)?, qty: qty_of(qty)? };
        let mut fills = Vec::new();
        if self.book(py).limit(&order, |fill| fills.push(fill)).is_none() {
            return Err(PyValueError::new_err("there is an open order with this id"));
        }
        tuple_of(py, &fills)
    }

    /// Trade at any price; what finds nobody is gone. Gives the fills.
    #[pyo3(signature = (side, qty, /))]
    fn market<'py>(&self, py: Python<'py>, side: u8, qty: i64) -> PyResult<Bound<'py, PyTuple>> {
        let mut fills = Vec::new();
        self.book(py).market(side_of(side)?, qty_of(qty)?, |fill| fills.push(fill));
        tuple_of(py, &fills)
    }

    /// Take an order out; gives what was open of it, 0 where there is none.
    #[pyo3(signature = (order_id, /))]
    fn cancel(&self, py: Python<'_>, order_id: u64) -> i64 {
        self.book(py).cancel(order_id).unwrap_or(0)
    }

    /// Another price and open quantity; gives the fills, None where there is no such order.
    #[pyo3(signature = (order_id, price, qty, /))]
    fn replace<'py>(
        &self,
        py: Python<'py>,
        order_id: u64,
        price: i64,
        qty: i64,
    ) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let mut fills = Vec::new();
        let rest = self.book(py).replace(order_id, price_of(price)?, qty_of(qty)?, |fill| fills.push(fill));
        rest.map(|_| tuple_of(py, &fills)).transpose()
    }

    /// Take what `limit` takes and do nothing: what a call costs, for benchmarks to compare with.
    #[pyo3(signature = (order_id, side, price, qty, /))]
    fn limit_nothing<'py>(
        &self,
        py: Python<'py>,
        order_id: u64,
        side: u8,
        price: i64,
        qty: i64,
    ) -> PyResult<Bound<'py, PyTuple>> {
        black_box((order_id, side, price, qty));
        tuple_of(py, &[])
    }

    /// Take what `cancel` takes and do nothing.
    #[pyo3(signature = (order_id, /))]
    fn cancel_nothing(&self, order_id: u64) -> i64 {
        black_box(order_id);
        0
    }

    /// The best price of a side, 0 where there is none.
    #[pyo3(signature = (side, /))]
    fn best(&self, py: Python<'_>, side: u8) -> PyResult<i64> {
        Ok(self.book(py).best(side_of(side)?).unwrap_or(0))
    }

    /// Total and number of the orders at a price.
    #[pyo3(signature = (side, price, /))]
    fn level(&self, py: Python<'_>, side: u8, price: i64) -> PyResult<(i64, u32)> {
        Ok(self.book(py).level(side_of(side)?, price))
    }

    /// Bids from best to worst, then asks, at one price the oldest first.
    fn orders(&self, py: Python<'_>) -> Vec<OrderTuple> {
        let book = self.book(py);
        book.orders().map(|order| (order.side as u8, order.price, order.id, order.qty)).collect()
    }
}

impl PyMatchingBook {
    #[inline]
    fn book<'py>(&'py self, py: Python<'py>) -> RefMut<'py, MatchingBook> {
        self.book.get(py).borrow_mut()
    }
}

/// Without fills the one empty tuple that there is. The book is free again by now: making a tuple may run anything.
#[inline]
fn tuple_of<'py>(py: Python<'py>, fills: &[Fill]) -> PyResult<Bound<'py, PyTuple>> {
    if fills.is_empty() {
        return Ok(PyTuple::empty(py));
    }
    PyTuple::new(py, fills.iter().map(|fill| (fill.maker_id, fill.price, fill.qty)))
}

#[inline]
fn side_of(side: u8) -> PyResult<Side> {
    match side {
        0 => Ok(Side::Buy),
        1 => Ok(Side::Sell),
        _ => Err(PyValueError::new_err("a side is 0, to buy, or 1, to sell")),
    }
}

#[inline]
fn price_of(price: i64) -> PyResult<i64> {
    within(price, MAX_PRICE, "a price is positive and below 2^40 ticks")
}

#[inline]
fn qty_of(qty: i64) -> PyResult<i64> {
    within(qty, MAX_QTY, "a quantity is positive and below 2^40 lots")
}

#[inline]
fn within(number: i64, highest: i64, problem: &'static str) -> PyResult<i64> {
    if (1..=highest).contains(&number) { Ok(number) } else { Err(PyValueError::new_err(problem)) }
}
