"""What `cambist new-strategy` writes: a strategy that runs as it is, and a test of it."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from cambist.domain.errors import InputError

_NAME = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")

_STRATEGY = '''"""{title}: say here what it believes about the market."""

from decimal import Decimal

from cambist import Strategy, every, param


class {class_name}(Strategy):
    """Buys when the best bid outweighs the best ask, and leaves when it is the other way round."""

    symbols = ["BTCUSDT"]  # subscribed for you

    # Typed and bounded. With live=True they may be changed while it runs, on the page or over REST.
    size: Decimal = param("0.01", min="0.001", live=True)
    lean: float = param(0.75, min=0.5, max=1.0, live=True)

    def on_start(self):
        """It begins to run. Keep what you need in attributes of self."""
        self.fills = getattr(self, "fills", 0)

    def on_quote(self, quote):
        """The best bid or ask changed. Every order passes the risk gate before it reaches the market."""
        if quote.bid_price is None or quote.ask_price is None:
            return
        lean = float(quote.bid_qty / (quote.bid_qty + quote.ask_qty))
        holds = self.position(quote.symbol).qty
        if lean > self.lean and not holds and not self.orders(quote.symbol):
            self.buy(quote.symbol, self.size, price=quote.ask_price, tif="IOC")
        elif lean < 1 - self.lean and holds:
            self.sell(quote.symbol, holds, price=quote.bid_price, tif="IOC", reduce_only=True)

    def on_fill(self, fill):
        """One of its orders was filled, perhaps in part. `self.position` knows already."""
        self.fills += 1

    def on_reject(self, order, reason):
        """The gate or the venue said no; docs/reason-codes.md lists the reasons."""
        self.log.warning(f"{{order}} was refused: {{reason.name}}")

    @every("10s")
    def report(self):
        """Every ten seconds of engine time, the only time a strategy knows (`self.clock`)."""
        self.log.info(f"{{self.fills}} fills, holds {{self.position(self.symbols[0]).qty}}")

    def on_save(self):
        """What must survive a restart, as a dict that JSON can hold."""
        return {{"fills": self.fills}}

    def on_load(self, state):
        """What on_save returned last; called before on_start."""
        self.fills = state["fills"]
'''

_TEST = '''"""The strategy of {file_name} on a seeded synthetic market: the same seed gives the same result."""

from pathlib import Path

from cambist import backtest

STRATEGY = Path(__file__).with_name("{file_name}")


def test_it_runs_without_an_error():
    report = backtest(STRATEGY, seed=7, run_for="20s")
    assert report.errors == ()


def test_it_is_repeatable():
    first, second = (backtest(STRATEGY, seed=7, run_for="5s") for _ in range(2))
    assert first.state_hash == second.state_hash
'''


def write_strategy(name: str, directory: Path) -> tuple[Path, Path]:
    """Write the strategy and its test; their paths. Raises InputError where the name does not fit or is taken."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise InputError(f"'{name}' cannot name a strategy.", "Use lower-case words joined by dashes or underscores.")
    words = re.split("[_-]", name)
    strategy = directory / f"{'_'.join(words)}.py"
    test = directory / f"test_{strategy.name}"
    for path in (strategy, test):
        if path.exists():
            raise InputError(f"{path.name} exists already.", "Choose another name or remove the file.")
    class_name = "".join(word.capitalize() for word in words)
    try:
        strategy.write_text(_STRATEGY.format(title=" ".join(words).capitalize(), class_name=class_name))
        test.write_text(_TEST.format(file_name=strategy.name))
    except OSError as error:
        for path in (strategy, test):  # half of it would stand in the way of the next attempt
            path.unlink(missing_ok=True)
        raise InputError(
            f"{directory} cannot be written: {error.strerror}.", "Change to a writable directory with space."
        ) from error
    return strategy, test
