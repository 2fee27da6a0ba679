//! The price of an auction, found by pairing what would trade, level by level.

use cambist_wire::Side;

use crate::book::Book;

/// Price in ticks, 0 where nothing would trade; quantities in lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indication {
    /// At which everything trades.
    pub price: i64,
    /// What trades.
    pub qty: i64,
    /// What of one side is left over at the price.
    pub imbalance_qty: i64,
    /// Of which side.
    pub imbalance_side: Side,
}

impl Indication {
    /// No auction, or nothing in it.
    pub const NOTHING: Self = Self { price: 0, qty: 0, imbalance_qty: 0, imbalance_side: Side::Buy };

    const fn new(price: i64, qty: i64, surplus: i64) -> Self {
        let imbalance_side = if surplus < 0 { Side::Sell } else { Side::Buy };
        Self { price, qty, imbalance_qty: surplus.abs(), imbalance_side }
    }
}

/// What an auction of an instrument holds beside its book, and what was last stated of it.
#[derive(Clone, Debug)]
pub struct Auction {
    /// Orders without a price. Their level is 0.
    pub market_orders: Book,
    /// AT_CLOSE orders before the closing auction. Their level is 0.
    pub waiting: Book,
    /// What was last stated.
    pub indicated: Indication,
}

impl Default for Auction {
    fn default() -> Self {
        let (market_orders, waiting) = (Book::default(), Book::default());
        Self { market_orders, waiting, indicated: Indication::NOTHING }
    }
}

/// One side, taken from the best on: MARKET interest first, as a level without a price.
struct Interest<L> {
    levels: L,
    /// Of the present level; None: MARKET.
    price: Option<i64>,
    /// What of it is unpaired; 0 once nothing is left.
    rest: i64,
    /// Price of the last level of which something was paired.
    paired: Option<i64>,
}

impl<L: Iterator<Item = (i64, i64)>> Interest<L> {
    fn new(market_qty: i64, levels: L) -> Self {
        let mut interest = Self { levels, price: None, rest: market_qty, paired: None };
        interest.settle();
        interest
    }

    /// Go on to a level of which something is left.
    fn settle(&mut self) {
        while self.rest == 0 {
            let Some((price, qty)) = self.levels.next() else { return };
            self.price = Some(price);
            self.rest = qty;
        }
    }

    fn pair(&mut self, qty: i64) {
        self.paired = self.price;
        self.rest -= qty;
        self.settle();
    }
}

/// What levels would do at one price. The steps are as many as levels would trade.
pub fn indicate(
    market_qty: [i64; 2],
    bids: impl Iterator<Item = (i64, i64)>,
    asks: impl Iterator<Item = (i64, i64)>,
    reference: i64,
    price_max: i64,
) -> Indication {
    let mut buy = Interest::new(market_qty[0], bids);
    let mut sell = Interest::new(market_qty[1], asks);
    let mut qty = 0;
    while buy.rest > 0 && sell.rest > 0 && buy.price.is_none_or(|bid| sell.price.is_none_or(|ask| bid >= ask))
    {
        let paired = buy.rest.min(sell.rest);
        qty += paired;
        buy.pair(paired);
        sell.pair(paired);
    }
    let nothing = Indication::new(0, 0, market_qty[0] - market_qty[1]);
    if qty == 0 {
        return nothing;
    }
    let (price, surplus) = price_between(&mut buy, &mut sell, reference);
    if price > price_max { nothing } else { Indication::new(price, qty, surplus) }
}

/// The price that pairs the most is any from the last paired ask to the last paired bid; among the limits there, those
/// next to the unpaired interest leave the least over.
fn price_between<B, S>(buy: &mut Interest<B>, sell: &mut Interest<S>, reference: i64) -> (i64, i64)
where
    B: Iterator<Item = (i64, i64)>,
    S: Iterator<Item = (i64, i64)>,
{
    let (low, high) = (sell.paired, buy.paired);
    if buy.rest > 0 && buy.price.is_none() {
        return all_buying(buy, low, reference);
    }
    if sell.rest > 0 && sell.price.is_none() {
        return all_selling(sell, high, reference);
    }
    let bid = buy.price.filter(|bid| buy.rest > 0 && low.is_none_or(|low| *bid >= low));
    let ask = sell.price.filter(|ask| sell.rest > 0 && high.is_none_or(|high| *ask <= high));
    let balanced = |limit: &i64| bid.is_none_or(|bid| *limit > bid) && ask.is_none_or(|ask| *limit < ask);
    let (low, high) = (low.filter(balanced), high.filter(balanced));
    if let Some(one) = low.or(high) {
        return (reference.clamp(low.unwrap_or(one), high.unwrap_or(one)), 0);
    }
    match (bid, ask) {
        (Some(bid), Some(ask)) if buy.rest == sell.rest => {
            let price = reference.clamp(bid, ask);
            (
                price,
                if price == bid {
                    buy.rest
                } else if price == ask {
                    -sell.rest
                } else {
                    0
                },
            )
        }
        (Some(bid), Some(_)) if buy.rest < sell.rest => (bid, buy.rest),
        (Some(bid), None) => (bid, buy.rest),
        (_, Some(ask)) => (ask, -sell.rest),
        (None, None) => (reference, 0),
    }
}

/// MARKET buyers are left over at any price: the highest limit leaves the fewest others with them.
fn all_buying<B>(buy: &mut Interest<B>, low: Option<i64>, reference: i64) -> (i64, i64)
where
    B: Iterator<Item = (i64, i64)>,
{
    match (buy.levels.next(), low) {
        (Some((bid, qty)), low) if low.is_none_or(|low| bid >= low) => (bid, buy.rest + qty),
        (_, Some(low)) => (low, buy.rest),
        _ => (reference, buy.rest),
    }
}

/// The same for MARKET sellers.
fn all_selling<S>(sell: &mut Interest<S>, high: Option<i64>, reference: i64) -> (i64, i64)
where
    S: Iterator<Item = (i64, i64)>,
{
    match (sell.levels.next(), high) {
        (Some((ask, qty)), high) if high.is_none_or(|high| ask <= high) => (ask, -sell.rest - qty),
        (_, Some(high)) => (high, -sell.rest),
        _ => (reference, -sell.rest),
    }
}

#[cfg(test)]
mod tests {
    use super::{Indication, indicate};

    fn found(market_qty: [i64; 2], bids: &[(i64, i64)], asks: &[(i64, i64)]) -> Indication {
        indicate(market_qty, bids.iter().copied(), asks.iter().copied(), 100, i64::MAX)
    }

    #[test]
    fn balance_leaves_the_price_to_the_reference() {
        assert_eq!(found([0, 0], &[(105, 10)], &[(95, 10)]), Indication::new(100, 10, 0));
        assert_eq!(found([0, 0], &[(99, 10)], &[(95, 10)]), Indication::new(99, 10, 0));
        assert_eq!(found([0, 0], &[(99, 10)], &[(100, 10)]), Indication::NOTHING);
        assert_eq!(found([4, 4], &[], &[]), Indication::new(100, 4, 0));
    }

    #[test]
    fn pressure_moves_the_price_towards_those_who_have_too_little() {
        assert_eq!(found([0, 0], &[(105, 15)], &[(95, 10)]), Indication::new(105, 10, 5));
        assert_eq!(found([0, 0], &[(105, 10)], &[(95, 15)]), Indication::new(95, 10, -5));
        assert_eq!(found([20, 0], &[(90, 3)], &[(103, 5)]), Indication::new(103, 5, 15));
    }
}
