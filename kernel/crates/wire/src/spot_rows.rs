//! The rows of a snapshot about assets and what accounts hold of them.

use crate::Text;

fixed_part! {
    /// By asset_id.
    AssetRow ['a] { asset_id: u32 } tail name: &'a str
}

fixed_part! {
    /// By account_id, asset_id; only where there is something.
    HoldingRow [] { account_id: u32, asset_id: u32, balance: i128 }
}

fixed_part! {
    /// By account_id, then oldest first: adjustments that were taken under an id of the sender's.
    AdjustmentRow ['a] { account_id: u32, asset_id: u32, amount: i128 } tail client_adjustment_id: Text<'a>
}
