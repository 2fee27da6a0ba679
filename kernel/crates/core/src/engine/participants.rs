//! Sessions and messages of participants, members and desk accounts alike.

use cambist_wire::commands::NewOrder;
use cambist_wire::events::OrderRejected;
use cambist_wire::participants::{
    CancelOnDisconnectChanged, EndSession, SessionEnded, SetCancelOnDisconnect, SetThrottle, ThrottleChanged,
};
use cambist_wire::{ANY_STRATEGY, reasons};

use super::Engine;
use crate::instructions::Instructions;
use crate::slab::NONE;

impl Engine {
    pub(super) fn set_cancel_on_disconnect(&mut self, change: &SetCancelOnDisconnect) -> Result<(), u32> {
        let SetCancelOnDisconnect { account_id, armed } = *change;
        let account = self.accounts.index_of(account_id).ok_or(reasons::UNKNOWN_ACCOUNT)?;
        self.accounts[account].cancels_on_disconnect = armed;
        self.output.emit(&CancelOnDisconnectChanged { account_id, armed });
        Ok(())
    }

    /// State it, then cancel what depended on it, if the account is armed.
    pub(super) fn end_session(&mut self, end: &EndSession<'_>) -> Result<(), u32> {
        let EndSession { account_id, strategy_id, session } = *end;
        let account = self.accounts.index_of(account_id).ok_or(reasons::UNKNOWN_ACCOUNT)?;
        self.output.emit(&SessionEnded { account_id, strategy_id, session });
        if !self.accounts[account].cancels_on_disconnect {
            return Ok(());
        }
        let strategy = match strategy_id {
            0 | ANY_STRATEGY => Some(NONE),
            id => self.strategies.index_of(id),
        };
        let fits = |of: u32| strategy_id == ANY_STRATEGY || strategy == Some(of);
        if self.accounts[account].is_desk() {
            self.cancel_orders(Some(account), reasons::SESSION_ENDED, |order| fits(order.strategy));
        } else {
            self.cancel_member_orders(account, reasons::SESSION_ENDED, |_| fits(NONE));
        }
        Ok(())
    }

    pub(super) fn set_throttle(&mut self, change: &SetThrottle) -> Result<(), u32> {
        let SetThrottle { account_id, messages_per_second } = *change;
        let account = self.accounts.index_of(account_id).ok_or(reasons::UNKNOWN_ACCOUNT)?;
        if messages_per_second < 0 {
            return Err(reasons::INVALID_DEFINITION);
        }
        self.accounts[account].throttle.set(messages_per_second);
        self.output.emit(&ThrottleChanged { account_id, messages_per_second });
        Ok(())
    }

    /// Whether a message of an account may be looked at.
    #[inline]
    pub(super) fn admits_message(&mut self, account: u32) -> bool {
        let now_ns = self.output.now_ns;
        self.accounts[account].throttle.admits(now_ns)
    }

    /// A new order is not even looked at.
    #[cold]
    pub(super) fn refuse_message(
        &mut self,
        account: u32,
        order: &NewOrder<'_>,
        instructions: Option<&Instructions>,
        reason: u32,
    ) {
        if self.accounts[account].is_desk() {
            return self.deny(order, instructions, reason);
        }
        self.output.emit(&OrderRejected {
            order_id: self.sequence,
            instrument_id: order.instrument_id,
            account_id: order.account_id,
            reason,
        });
    }
}
