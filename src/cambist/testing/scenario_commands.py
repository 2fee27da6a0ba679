"""The words of a scenario's commands. docs: tests/scenarios/README.md."""

from __future__ import annotations

from collections.abc import Callable

from cambist.domain import commands
from cambist.domain.commands import ANY_SIDE, ANY_STRATEGY
from cambist.domain.grid import exact_e8
from cambist.domain.limits import Limits
from cambist.domain.message import Command
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import (
    AccountKind,
    MatchingRule,
    OrderFlag,
    OrderType,
    Phase,
    ReportKind,
    SelfTradeMode,
    Side,
    StrategyState,
    TimeInForce,
    TradingState,
    VenueKind,
)
from cambist.testing.builders import define_instrument, set_limits
from cambist.testing.scenario_instructions import instructions_of
from cambist.testing.scenario_participants import PARTICIPANT_VERBS
from cambist.testing.scenario_sessions import SESSION_VERBS
from cambist.testing.scenario_world import World, duration_ns

_MONEY_LIMITS = {"max_order_notional", "max_position_notional", "max_exposure_notional", "max_daily_loss"}
_STATES = {
    "start": StrategyState.RUNNING,
    "resume": StrategyState.RUNNING,
    "pause": StrategyState.PAUSED,
    "stop": StrategyState.STOPPED,
    "fail": StrategyState.ERROR,
}


class Line:
    """The words of one command: options like `key=value` apart, the others in order."""

    def __init__(self, text: str) -> None:
        words = text.split()
        self.label = words.pop(0)[:-1] if words[0].endswith(":") else ""
        self.options = dict(word.split("=", 1) for word in words if "=" in word)
        self.words = [word for word in words if "=" not in word]

    def word(self, index: int) -> str:
        """The word at a place, empty where there is none."""
        return self.words[index] if index < len(self.words) else ""

    def after(self, word: str, default: str = "") -> str:
        """What follows a word."""
        return self.words[self.words.index(word) + 1] if word in self.words else default

    def int_option(self, name: str, default: int = 0) -> int:
        """A whole number."""
        return int(self.options.get(name, default))


def command_of(line: Line, world: World, now_ns: int) -> Command:
    """The unstamped command that a line says."""
    if line.word(1) in ("buy", "sell"):
        return _order(line, world, now_ns)
    verb = line.word(0)
    return _VERBS["life" if verb in _STATES else verb](line, world)


def _spot_assets(line: Line, world: World) -> tuple[int, int] | None:
    """`spot=BASE/QUOTE`."""
    if "spot" not in line.options:
        return None
    base, _, quote = line.options["spot"].partition("/")
    return world.asset_id(base), world.asset_id(quote)


def _instrument(line: Line, world: World) -> Command:
    symbol = line.word(1)
    instrument_id = line.int_option("id") or world.instruments.setdefault(symbol, len(world.instruments) + 1)
    return define_instrument(
        instrument_id,
        symbol,
        venue=VenueKind[line.options.get("venue", "internal").upper()],
        phase=Phase[line.options.get("phase", "continuous").upper()],
        unit_value=exact_e8(line.options.get("unit", "1")),
        min_notional=exact_e8(line.options.get("min_notional", "0")),
        max_order_qty=line.int_option("max_qty", 1_000_000),
        price_band=line.int_option("band"),
        reference_price=line.int_option("reference", 100),
        matching=MatchingRule[line.options.get("matching", "price_time").upper()],
        minimum_allocation=line.int_option("minimum_allocation"),
        top_order_priority="top_order_priority" in line.words,
        assets=_spot_assets(line, world),
        max_fee=line.int_option("max_fee"),
    )


def _asset(line: Line, world: World) -> Command:
    name = line.word(1)
    if "id" in line.options:
        return commands.DefineAsset(asset_id=line.int_option("id"), name=name)
    return commands.DefineAsset(asset_id=world.assets.setdefault(name, len(world.assets) + 1), name=name)


def _open(line: Line, world: World) -> Command:
    name = line.word(1)
    account_id = world.accounts.setdefault(name, len(world.accounts) + 1)
    return commands.OpenAccount(account_id=account_id, account_kind=AccountKind[line.word(0).upper()], name=name)


def _money(line: Line, world: World) -> Command:
    amount = exact_e8(line.word(2))
    signed = amount if line.word(0) == "deposit" else -amount
    if asset := line.word(3):
        return commands.AdjustHolding(
            account_id=world.account_id(line.word(1)),
            asset_id=world.asset_id(asset),
            amount=signed,
            client_adjustment_id=line.options.get("id", ""),
        )
    return commands.AdjustBalance(account_id=world.account_id(line.word(1)), amount=signed)


def _fees(line: Line, world: World) -> Command:
    symbol = line.word(2)
    return commands.SetFees(
        account_id=world.account_id(line.word(1)),
        instrument_id=world.instrument_id(symbol) if symbol else 0,
        maker_fee=line.int_option("maker"),
        taker_fee=line.int_option("taker"),
    )


def _limits(line: Line, world: World) -> Command:
    account_id, strategy_id = world.scope_ids(line.word(1))
    values = {name: exact_e8(text) if name in _MONEY_LIMITS else int(text) for name, text in line.options.items()}
    return set_limits(account_id, strategy_id, Limits(**values))


def _permission(line: Line, world: World) -> Command:
    return commands.SetSymbolPermission(
        account_id=world.account_id(line.word(1)),
        instrument_id=world.instrument_id(line.word(2)),
        allowed=line.word(0) == "allow",
    )


def _self_trade(line: Line, world: World) -> Command:
    return commands.SetSelfTradePrevention(
        account_id=world.account_id(line.word(1)),
        mode=SelfTradeMode[line.word(2).upper()],
        group_id=line.int_option("group"),
    )


def _trading(line: Line, world: World) -> Command:
    state = TradingState[line.word(2).upper()]
    account_id, strategy_id = world.scope_ids(line.word(1))
    return commands.SetTradingState(account_id=account_id, strategy_id=strategy_id, state=state, cause="scenario")


def _kill(line: Line, world: World) -> Command:
    kind = commands.Kill if line.word(0) == "kill" else commands.ResetKill
    account_id, strategy_id = world.scope_ids(line.word(1))
    return kind(account_id=account_id, strategy_id=strategy_id, cause="scenario")


def _phase(line: Line, world: World) -> Command:
    return commands.SetPhase(instrument_id=world.instrument_id(line.word(1)), phase=Phase[line.word(2).upper()])


def _strategy(line: Line, world: World) -> Command:
    name = line.word(1)
    strategy_id = world.strategies.setdefault(name, len(world.strategies) + 1)
    world.strategy_accounts[strategy_id] = line.after("on")
    return commands.CreateStrategy(strategy_id=strategy_id, account_id=world.account_id(line.after("on")), name=name)


def _life(line: Line, world: World) -> Command:
    return commands.SetStrategyState(
        strategy_id=world.strategy_id(line.word(1)), state=_STATES[line.word(0)], cause="scenario"
    )


def _parameters(line: Line, world: World) -> Command:
    return commands.SetStrategyParameters(strategy_id=world.strategy_id(line.word(1)), parameters=line.word(2))


def _save(line: Line, _: World) -> Command:
    return commands.SaveState(slot=int(line.word(1)), state=line.word(2).encode())


def _order(line: Line, world: World, now_ns: int) -> Command:
    account_id, strategy_id = world.scope_ids(line.word(0))
    order_type = next((kind for kind in OrderType if kind.name.lower() in line.words), OrderType.LIMIT)
    default_tif = TimeInForce.IOC if order_type is OrderType.MARKET else TimeInForce.GTC
    flags = OrderFlag.NONE
    for flag in OrderFlag:
        if (flag.name or "").lower() in line.words:
            flags |= flag
    tif = next((tif for tif in TimeInForce if tif.name.lower() in line.words), None)
    symbol = next((word for word in line.words[2:] if word in world.instruments or word == "NOTHING"), "")
    instructions = instructions_of(line.options)
    kind = commands.NewInstructedOrder if instructions else commands.NewOrder
    return kind(
        instrument_id=world.instrument_id(symbol or next(iter(world.instruments))),
        account_id=account_id,
        strategy_id=strategy_id,
        side=Side[line.word(1).upper()],
        order_type=order_type,
        time_in_force=default_tif if tif is None else tif,
        flags=flags,
        price=int(line.after("@", "0")),
        qty=int(line.word(2)),
        expire_ns=now_ns + duration_ns(line.after("gtd")) if "gtd" in line.words else line.int_option("expire"),
        client_order_id=line.options.get("id", ""),
        **instructions,
    )


def _cancel(line: Line, world: World) -> Command:
    """`cancel LABEL [by ACCOUNT]` or `cancel ACCOUNT id=CLIENT`."""
    if "id" in line.options:
        return commands.CancelOrder(account_id=world.account_id(line.word(1)), client_order_id=line.options["id"])
    label = line.word(1)
    owner = line.after("by") or world.order_accounts.get(label, "")
    return commands.CancelOrder(account_id=world.account_id(owner), order_id=world.order_id(label))


def _replace(line: Line, world: World) -> Command:
    """`replace LABEL QTY @ PRICE [by ACCOUNT]` or `replace ACCOUNT QTY @ PRICE id=CLIENT`."""
    by_client_id = "id" in line.options
    label = line.word(1)
    owner = label if by_client_id else line.after("by") or world.order_accounts.get(label, "")
    flags = OrderFlag.NONE
    for flag in (OrderFlag.PRICE_INEXACT, OrderFlag.QTY_INEXACT):
        if (flag.name or "").lower() in line.words:
            flags |= flag
    return commands.ReplaceOrder(
        account_id=world.account_id(owner),
        flags=flags,
        order_id=0 if by_client_id else world.order_id(label),
        price=int(line.after("@")),
        qty=int(line.word(2)),
        client_order_id=line.options.get("id", ""),
    )


def _mass_cancel(line: Line, world: World) -> Command:
    options = line.options
    strategy = options.get("strategy")
    hand = "by_hand" in line.words
    return commands.MassCancel(
        account_id=world.account_id(line.word(1)),
        strategy_id=world.strategy_id(strategy) if strategy else 0 if hand else ANY_STRATEGY,
        instrument_id=world.instrument_id(options["symbol"]) if "symbol" in options else 0,
        side=Side[options["side"].upper()] if "side" in options else ANY_SIDE,
    )


def _market(line: Line, world: World) -> Command:
    bid, ask, last = (int(line.word(index)) for index in (2, 3, 4))
    return commands.MarketUpdate(
        instrument_id=world.instrument_id(line.word(1)), bid_price=bid, ask_price=ask, last_price=last
    )


def _report(line: Line, world: World) -> Command:
    """`report LABEL EXEC_ID KIND [QTY @ PRICE] [maker] [reason=NAME]`."""
    priced = "@" in line.words
    return commands.VenueReport(
        order_id=world.order_id(line.word(1)),
        exec_id=int(line.word(2)),
        report=ReportKind[line.word(3).upper()],
        is_maker="maker" in line.words,
        reason=Reason[line.options["reason"]] if "reason" in line.options else 0,
        price=int(line.after("@")) if priced else 0,
        qty=int(line.word(4)) if priced else 0,
    )


_VERBS: dict[str, Callable[[Line, World], Command]] = {
    "instrument": _instrument,
    "asset": _asset,
    "desk": _open,
    "member": _open,
    "deposit": _money,
    "withdraw": _money,
    "fees": _fees,
    "limits": _limits,
    "forbid": _permission,
    "allow": _permission,
    "self_trade": _self_trade,
    "trading": _trading,
    "kill": _kill,
    "reset": _kill,
    "phase": _phase,
    "strategy": _strategy,
    "life": _life,
    "parameters": _parameters,
    "save": _save,
    "cancel": _cancel,
    "replace": _replace,
    "mass_cancel": _mass_cancel,
    "market": _market,
    "report": _report,
    **PARTICIPANT_VERBS,
    **SESSION_VERBS,
    "wait": lambda line, world: commands.AdvanceTime(),  # noqa: ARG005
}
