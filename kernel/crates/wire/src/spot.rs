//! Assets, what accounts hold of them, and SPOT instruments. Field meanings: `domain/commands.py`, `domain/events.py`.

use crate::Text;
use crate::record::record;

record! {
    /// Name something that accounts can hold and SPOT instruments trade.
    40 DefineAsset ['a] { asset_id: u32 } tail name: &'a str
}

record! {
    /// Deposit (positive) or withdraw (negative) an asset.
    41 AdjustHolding ['a] { account_id: u32, asset_id: u32, amount: i128 } tail client_adjustment_id: Text<'a>
}

record! {
    /// An asset exists.
    136 AssetDefined ['a] { asset_id: u32 } tail name: &'a str
}

record! {
    /// What an account holds of an asset after a deposit, a withdrawal or a fill.
    137 HoldingChanged [] { account_id: u32, asset_id: u32, amount: i128, balance: i128 }
}
