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
    """Buys one `size` when the book leans to the bid, and leaves with the position when it leans the other way."""

    symbols = ["BTCUSDT"]  # subscribed for you

    # Typed and bounded; `live=True` may be changed while it runs, on the page or over REST.
    size: Decimal = param("0.01", min="0.001", live=True)
    lean: float = param(0.6, min=0.5, max=1.0, live=True)

    def on_start(self):
        """Called once before anything else. Keep state in attributes of self."""
        self.long = False

    def on_book(self, book):
        """Called whenever a book of `symbols` changed. Every order passes the risk gate."""
        bid, ask = book.bid_qty, book.ask_qty
        if not bid or not ask:
            return
        share = float(bid / (bid + ask))
        if not self.long and share > self.lean:
            self.buy(book.symbol, self.size, price=book.ask_price, tif="IOC")
        elif self.long and share < 1 - self.lean:
            self.sell(book.symbol, self.size, price=book.bid_price, tif="IOC", reduce_only=True)

    def on_fill(self, fill):
        """Called for every fill of an order of this strategy."""
        self.long = self.position(fill.symbol).qty > 0

    def on_reject(self, code):
        """Called when the gate or the venue said no; docs/reason-codes.md lists the codes."""
        self.log(f"refused: {{code}}")

    @every("10s")
    def heartbeat(self):
        """Called every ten seconds of engine time, which is also what `self.clock` shows."""
        self.log("long" if self.long else "flat")

    def on_save(self):
        """What must survive a restart."""
        return {{"long": self.long}}

    def on_load(self, state):
        """The counterpart of on_save."""
        self.long = state["long"]
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
        raise InputError(
            f"{directory} cannot be written: {error.strerror}.", "Change to a writable directory."
        ) from error
    return strategy, test
