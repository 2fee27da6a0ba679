"""Three quotes on each side of the book, moved together in one message; nothing while its protection is triggered."""

from decimal import Decimal

from cambist import Strategy, TwoSidedQuote, param


class QuoteLadder(Strategy):
    symbols = ("BTCUSDT",)
    size: Decimal = param("0.01", min="0.001", live=True)
    step_bps: float = param(1.0, min=0.1, live=True)

    def on_start(self):
        self.is_pulled = False

    def on_book(self, book):
        if self.is_pulled or not book.is_two_sided:
            return
        self.mass_quote(book.symbol, [self.level(book, place) for place in (1, 2, 3)])

    def level(self, book, place):
        distance_bps = self.step_bps * place
        return TwoSidedQuote(bid=book.mid_minus_bps(distance_bps), ask=book.mid_plus_bps(distance_bps), size=self.size)

    def on_protection(self, symbol, is_triggered):
        self.is_pulled = is_triggered
        self.log.warning(f"{symbol}: quotes " + ("are pulled" if is_triggered else "may come again"))
