"""Buys when a bar closes well below the one before, and sells into the next bar that closes higher."""

from cambist import Strategy, param


class DipBuyer(Strategy):
    symbols = ("ETHUSDT",)
    bar_interval = "1s"
    dip_bps: float = param(1.0, min=0.1)

    def on_start(self):
        self.last_close = None

    def on_bar(self, bar):
        change_bps = 0 if self.last_close is None else (bar.close / self.last_close - 1) * 10_000
        self.last_close = bar.close
        holds = self.position(bar.symbol).qty
        if change_bps < -self.dip_bps and not holds:
            self.buy(bar.symbol, "0.5")
        elif change_bps > 0 and holds:
            self.sell(bar.symbol, holds, reduce_only=True)
