"""Quotes both sides of the book, one per cent of a bitcoin at a time, and flattens what grows too large."""

from decimal import Decimal

from cambist import Strategy, every, param


class SpreadCapture(Strategy):
    symbols = ("BTCUSDT",)
    size: Decimal = param("0.01", min="0.001", live=True)
    edge_bps: float = param(0.5, min=0.1, live=True)
    largest: Decimal = param("0.1", min="0.001", live=True)

    def on_book(self, book):
        bid, ask = book.mid_minus_bps(self.edge_bps), book.mid_plus_bps(self.edge_bps)
        self.quote(book.symbol, bid=bid, ask=ask, size=self.size)

    @every("1s")
    def watch_inventory(self):
        if abs(self.position("BTCUSDT").qty) > self.largest:
            self.flatten("BTCUSDT")
