"""Buys when the book leans to the buyers, each time with a take-profit above and a stop-loss below."""

from decimal import Decimal

from cambist import Strategy, every, param
from cambist.domain.vocabulary import Side


class BracketTrader(Strategy):
    symbols = ("BTCUSDT",)
    lean: Decimal = param("1.2", min="1")
    exit_bps: float = param(2.0, min=0.5)

    @every("1s")
    def look(self):
        book = self.book("BTCUSDT")
        if not book.is_two_sided or self.orders() or self.position("BTCUSDT").qty:
            return
        bids, asks = (sum(qty for _, qty in side) for side in (book.bids(5), book.asks(5)))
        if bids > asks * self.lean:
            above, below = book.mid_plus_bps(self.exit_bps), book.mid_minus_bps(self.exit_bps)
            self.bracket(Side.BUY, "BTCUSDT", "0.01", take_profit=above, stop_loss=below)
