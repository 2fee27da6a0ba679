"""An account: the firm's own (DESK, with money at stake), or a member of the venue (MEMBER, who only trades there)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cambist.domain import rounding
from cambist.domain.exposure import Exposure
from cambist.domain.limits import NO_LIMITS, Limits, RateBucket
from cambist.domain.throttle import Throttle
from cambist.domain.traded_volume import TradedVolume
from cambist.domain.trading_switch import TradingSwitch
from cambist.domain.vocabulary import AccountKind, SelfTradeMode

MAX_NAME_CHARACTERS = 64


@dataclass(slots=True, kw_only=True)
class Account:
    """Money in e8. Members keep zeros."""

    account_id: int
    kind: AccountKind
    name: str
    balance: int = 0
    peak_equity: int = 0
    day_start_equity: int = 0
    is_dirty: bool = False
    """Something happened that the next valuation must state, even if all is flat."""
    daily_loss_breached: bool = False
    drawdown_breached: bool = False
    cancels_on_disconnect: bool = False
    traded: TradedVolume = field(default_factory=TradedVolume)
    throttle: Throttle = field(default_factory=Throttle)
    switch: TradingSwitch = field(default_factory=TradingSwitch)
    limits: Limits | None = None
    rate: RateBucket = field(default_factory=RateBucket)
    exposure: Exposure = field(default_factory=Exposure)
    self_trade_mode: SelfTradeMode = SelfTradeMode.CANCEL_NEWEST
    self_trade_group_id: int = 0
    """0: the account alone."""

    @property
    def is_desk(self) -> bool:
        """True for the firm's own."""
        return self.kind is AccountKind.DESK

    @property
    def has_self_trade_rule(self) -> bool:
        """True where its self-trade prevention is not the default."""
        return self.self_trade_mode is not SelfTradeMode.CANCEL_NEWEST or self.self_trade_group_id != 0

    def owns_with(self, other: Account) -> bool:
        """True where orders of both may not trade with each other."""
        same_group = self.self_trade_group_id != 0 and self.self_trade_group_id == other.self_trade_group_id
        return self.account_id == other.account_id or same_group

    @property
    def effective_limits(self) -> Limits:
        """Its limits, or none at all."""
        return self.limits or NO_LIMITS

    @property
    def equity(self) -> int:
        """Balance and what its positions would bring, in e8."""
        return self.balance + self.exposure.unrealised_pnl

    @property
    def daily_loss(self) -> int:
        """Lost since the day began, in e8; negative is a gain."""
        return self.day_start_equity - self.equity

    @property
    def drawdown_ppm(self) -> int:
        """How far equity is below its peak; 0 while there is no peak."""
        return rounding.drawdown_ppm(self.peak_equity, self.equity) if self.peak_equity > 0 else 0

    @property
    def margin_required(self) -> int:
        """For its positions and open orders, in e8."""
        return self.effective_limits.margin(self.exposure.notional)

    def can_withdraw(self, amount: int) -> bool:
        """True where `amount` e8 can be taken from the balance."""
        return self.balance >= amount

    def adjust(self, amount: int) -> None:
        """Deposit or withdraw: neither gain nor loss, so peak and start of day move along."""
        self.balance += amount
        self.peak_equity += amount
        self.day_start_equity += amount
        self.is_dirty = True

    def settle(self, realised_pnl: int, commission: int) -> None:
        """Take the money of a fill in."""
        self.balance += realised_pnl - commission
        self.is_dirty = True

    def track_peak(self) -> None:
        """Remember the highest equity."""
        self.peak_equity = max(self.peak_equity, self.equity)

    def start_day(self) -> None:
        """The day's loss begins at zero again."""
        self.day_start_equity = self.equity
        self.daily_loss_breached = False

    def exceeds_daily_loss(self) -> bool:
        """True where the day's loss has reached its limit."""
        limit = self.effective_limits.max_daily_loss
        return limit > 0 and self.daily_loss >= limit

    def exceeds_drawdown(self) -> bool:
        """True where the drawdown has reached its limit."""
        limit = self.effective_limits.max_drawdown
        if limit == 0 or self.peak_equity <= 0:
            return False
        return (self.peak_equity - self.equity) * rounding.MILLION >= limit * self.peak_equity
