"""The strategy as the desk sees it: its life, its limits and what it earned."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from cambist.domain.errors import InvariantBroken
from cambist.domain.exposure import Exposure
from cambist.domain.limits import NO_LIMITS, Limits, RateBucket
from cambist.domain.trading_switch import TradingSwitch
from cambist.domain.vocabulary import StrategyState

TRANSITIONS: dict[StrategyState, frozenset[StrategyState]] = {
    StrategyState.STOPPED: frozenset({StrategyState.RUNNING, StrategyState.ERROR}),
    StrategyState.RUNNING: frozenset({StrategyState.PAUSED, StrategyState.STOPPED, StrategyState.ERROR}),
    StrategyState.PAUSED: frozenset({StrategyState.RUNNING, StrategyState.STOPPED, StrategyState.ERROR}),
    StrategyState.ERROR: frozenset({StrategyState.STOPPED}),
}


@dataclass(slots=True, kw_only=True)
class Strategy:
    """Money in e8. A trade is a fill that closed something."""

    strategy_id: int
    account_id: int
    name: str
    state: StrategyState = StrategyState.STOPPED
    parameters: str | None = None
    """Canonical JSON, once set."""
    is_dirty: bool = False
    daily_loss_breached: bool = False
    net_pnl: int = 0
    """Realised P&L less commission."""
    peak_pnl: int = 0
    max_drawdown: int = 0
    day_start_pnl: int = 0
    volume: int = 0
    gross_profit: int = 0
    gross_loss: int = 0
    trades: int = 0
    wins: int = 0
    limits: Limits | None = None
    switch: TradingSwitch = field(default_factory=TradingSwitch)
    rate: RateBucket = field(default_factory=RateBucket)
    exposure: Exposure = field(default_factory=Exposure)

    @property
    def effective_limits(self) -> Limits:
        """Its limits, or none at all."""
        return self.limits or NO_LIMITS

    @property
    def is_running(self) -> bool:
        """Only then may it send orders."""
        return self.state is StrategyState.RUNNING

    @property
    def pnl(self) -> int:
        """Realised less commission, plus unrealised, in e8."""
        return self.net_pnl + self.exposure.unrealised_pnl

    @property
    def daily_loss(self) -> int:
        """Lost since the day began, in e8; negative is a gain."""
        return self.day_start_pnl - self.pnl

    @property
    def win_rate(self) -> Fraction | None:
        """Share of trades with a profit; None before the first."""
        return Fraction(self.wins, self.trades) if self.trades else None

    @property
    def profit_factor(self) -> Fraction | None:
        """Gross profit over gross loss; None without a loss."""
        return Fraction(self.gross_profit, self.gross_loss) if self.gross_loss else None

    def may_move(self, state: StrategyState) -> bool:
        """True where its life allows this step."""
        return state in TRANSITIONS[self.state]

    def move(self, state: StrategyState) -> None:
        """Take a step. Raises InvariantBroken where `may_move` says no."""
        if not self.may_move(state):
            raise InvariantBroken(
                f"Strategy {self.name} cannot go from {self.state.name} to {state.name}.", "Read its state first."
            )
        self.state = state

    def start(self) -> None:
        """From STOPPED to RUNNING."""
        self._step(StrategyState.STOPPED, StrategyState.RUNNING)

    def pause(self) -> None:
        """From RUNNING to PAUSED: it keeps its state and positions."""
        self._step(StrategyState.RUNNING, StrategyState.PAUSED)

    def resume(self) -> None:
        """From PAUSED to RUNNING."""
        self._step(StrategyState.PAUSED, StrategyState.RUNNING)

    def stop(self) -> None:
        """To STOPPED, from wherever it is."""
        self.move(StrategyState.STOPPED)

    def fail(self) -> None:
        """To ERROR: its code raised, or could not be loaded."""
        self.move(StrategyState.ERROR)

    def set_parameters(self, parameters: str) -> None:
        """Record its parameters, canonical JSON."""
        self.parameters = parameters

    def record_fill(self, *, value: int, realised_pnl: int, commission: int, closed_qty: int) -> None:
        """Take a fill into its results."""
        self.net_pnl += realised_pnl - commission
        self.volume += value
        self.is_dirty = True
        if closed_qty:
            self.trades += 1
            if realised_pnl > 0:
                self.wins += 1
                self.gross_profit += realised_pnl
            else:
                self.gross_loss -= realised_pnl

    def record_adjustment(self, realised_pnl: int, commission: int) -> None:
        """Take in what a busted or corrected trade changes: money, not trades or volume."""
        self.is_dirty = True
        self.net_pnl -= commission - realised_pnl
        self.gross_profit += max(realised_pnl, 0)
        self.gross_loss += max(-realised_pnl, 0)

    def track_peak(self) -> None:
        """Remember the highest P&L and the deepest fall from it."""
        self.peak_pnl = max(self.peak_pnl, self.pnl)
        self.max_drawdown = max(self.max_drawdown, self.peak_pnl - self.pnl)

    def start_day(self) -> None:
        """The day's loss begins at zero again."""
        self.day_start_pnl = self.pnl
        self.daily_loss_breached = False

    def exceeds_daily_loss(self) -> bool:
        """True where the day's loss has reached its limit."""
        limit = self.effective_limits.max_daily_loss
        return limit > 0 and self.daily_loss >= limit

    def _step(self, before: StrategyState, after: StrategyState) -> None:
        if self.state is not before:
            raise InvariantBroken(
                f"Strategy {self.name} is {self.state.name}, not {before.name}.", "Read its state first."
            )
        self.state = after
