//! What outside venues say of our orders.

use cambist_wire::commands::VenueReport;
use cambist_wire::events::{
    CancelRejected, OrderAccepted, OrderCanceled, OrderExpired, OrderRejected, OrderReplaced, ReplaceRejected,
};
use cambist_wire::{Liquidity, MAX_PRICE, MAX_QTY, OrderStatus, ReportKind, reasons};

use super::Engine;
use super::ledger::{Fill, rate_of};
use super::orders::OpenOrder;

impl Engine {
    pub(super) fn venue_report(&mut self, report: &VenueReport) -> Result<(), u32> {
        let Some(OpenOrder::Desk(slot)) = self.open_order(report.order_id) else {
            return Err(reasons::ORDER_NOT_OPEN);
        };
        let order = &self.desk_orders[slot];
        if self.instruments[order.instrument].is_internal() {
            return Err(reasons::ORDER_NOT_OPEN);
        }
        if report.exec_id <= order.last_exec_id {
            return Ok(());
        }
        self.check_report(slot, report)?;
        self.desk_orders[slot].last_exec_id = report.exec_id;
        self.take_report(slot, report);
        Ok(())
    }

    fn check_report(&self, slot: u32, report: &VenueReport) -> Result<(), u32> {
        let status = self.desk_orders[slot].status;
        let is_awaited = match report.report {
            ReportKind::Accepted | ReportKind::Rejected => {
                matches!(status, OrderStatus::PendingNew | OrderStatus::PendingCancel)
            }
            ReportKind::CancelRejected => status == OrderStatus::PendingCancel,
            ReportKind::ReplaceRejected => status == OrderStatus::PendingReplace,
            ReportKind::Filled => return self.check_reported_fill(slot, report),
            ReportKind::Replaced => return self.check_reported_replace(slot, report),
            ReportKind::Canceled | ReportKind::Expired => true,
        };
        if is_awaited { Ok(()) } else { Err(reasons::INVALID_TRANSITION) }
    }

    fn check_reported_fill(&self, slot: u32, report: &VenueReport) -> Result<(), u32> {
        let order = &self.desk_orders[slot];
        if report.qty < 1 {
            return Err(reasons::INVALID_QTY);
        }
        if !(1..=MAX_PRICE).contains(&report.price) {
            return Err(reasons::INVALID_PRICE);
        }
        if report.qty > order.leaves() {
            return Err(reasons::REPORT_OVERFILL);
        }
        let value = self.instruments[order.instrument].notional(report.price, report.qty);
        value.map(|_| ()).ok_or(reasons::NOTIONAL_OVERFLOW)
    }

    fn check_reported_replace(&self, slot: u32, report: &VenueReport) -> Result<(), u32> {
        let order = &self.desk_orders[slot];
        if !(1..=MAX_QTY).contains(&report.qty) {
            return Err(reasons::INVALID_QTY);
        }
        if !(1..=MAX_PRICE).contains(&report.price) {
            return Err(reasons::INVALID_PRICE);
        }
        if report.qty <= order.filled_qty {
            return Err(reasons::QTY_BELOW_FILLED);
        }
        let leaves = report.qty - order.filled_qty;
        let value = self.instruments[order.instrument].notional(report.price, leaves);
        value.map(|_| ()).ok_or(reasons::NOTIONAL_OVERFLOW)
    }

    fn take_report(&mut self, slot: u32, report: &VenueReport) {
        let order = self.desk_orders[slot];
        let order_id = order.order_id;
        let instrument_id = self.instruments[order.instrument].id;
        let account_id = self.accounts[order.account].id;
        let canceled_qty = order.leaves();
        match report.report {
            ReportKind::Accepted => {
                if order.status == OrderStatus::PendingNew {
                    self.desk_orders[slot].status = OrderStatus::New;
                }
                self.output.emit(&OrderAccepted { order_id, instrument_id, account_id });
            }
            ReportKind::Rejected => {
                let reason = or_default(report.reason, reasons::VENUE_REJECTED);
                self.output.emit(&OrderRejected { order_id, instrument_id, account_id, reason });
                self.close(slot);
            }
            ReportKind::Filled => self.take_fill(slot, report),
            ReportKind::Canceled => {
                let reason = or_default(report.reason, reasons::REQUESTED);
                self.output.emit(&OrderCanceled {
                    order_id,
                    instrument_id,
                    account_id,
                    reason,
                    canceled_qty,
                });
                self.close(slot);
            }
            ReportKind::Expired => {
                self.output.emit(&OrderExpired { order_id, instrument_id, account_id, canceled_qty });
                self.close(slot);
            }
            ReportKind::Replaced => self.take_replace(slot, report),
            ReportKind::CancelRejected => {
                self.settle(slot);
                let reason = or_default(report.reason, reasons::VENUE_REJECTED);
                let client_order_id = order.client_id.as_text();
                self.output.emit(&CancelRejected { order_id, account_id, reason, client_order_id });
            }
            ReportKind::ReplaceRejected => {
                self.settle(slot);
                let reason = or_default(report.reason, reasons::VENUE_REJECTED);
                let client_order_id = order.client_id.as_text();
                self.output.emit(&ReplaceRejected { order_id, account_id, reason, client_order_id });
            }
        }
    }

    fn take_fill(&mut self, slot: u32, report: &VenueReport) {
        let order = &self.desk_orders[slot];
        let liquidity = if report.is_maker { Liquidity::Maker } else { Liquidity::Taker };
        let fill = Fill {
            trade_id: report.exec_id,
            instrument: order.instrument,
            price: report.price,
            qty: report.qty,
            side: order.side,
            liquidity,
            rate: rate_of(self.accounts[order.account].fees_for(order.instrument), liquidity),
        };
        self.fill_desk(slot, &fill);
    }

    fn take_replace(&mut self, slot: u32, report: &VenueReport) {
        self.change_form(slot, report.price, report.qty);
        if self.desk_orders[slot].status != OrderStatus::PendingCancel {
            self.settle(slot);
        }
        let order = &self.desk_orders[slot];
        self.output.emit(&OrderReplaced {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            price: report.price,
            qty: report.qty,
            leaves_qty: order.leaves(),
            kept_priority: false,
        });
    }

    /// Nothing is unanswered any more.
    fn settle(&mut self, slot: u32) {
        let order = &mut self.desk_orders[slot];
        order.status = order.settled_status();
        order.pending_price = 0;
        order.pending_qty = 0;
    }
}

const fn or_default(reason: u32, default: u32) -> u32 {
    if reason == 0 { default } else { reason }
}
