"""Bodies of requests as their types want them, most of the time: so that what is behind their reading is met too.

A field has a value that goes with its name or its type, and now and then anything that JSON can say.
"""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

AMOUNTS = ("1", "0.001", "0.5", "59900", "60000", "60000.1", "61000", "-1", "0", "1e30", "1e-9", "NaN", "9" * 20)
PLAUSIBLE: dict[str, tuple[Any, ...]] = {
    "symbol": ("BTCUSDT", "BTCUSDT", "BTCUSDT", "NONE", "btcusdt"),
    "account": ("main", "main", "main", "member", "nobody"),
    "strategy": ("steady", "nobody"),
    "qty": ("0.001", "0.002", "0.01", "0.1", "1"),
    "price": ("59900", "60000", "60010.5", "60500", "66000"),
    "trigger_price": ("59900", "60000", "60100"),
    "display_qty": ("0.001", "0.002"),
    "min_qty": ("0.001",),
    "bid_price": ("59900", "59950"),
    "ask_price": ("60100", "60200"),
    "bid_qty": ("0.001", "0.01"),
    "ask_qty": ("0.001", "0.01"),
    "expire_time": ("1", "1" + "9" * 18, "1" + "9" * 18, "soon"),
    "client_order_id": ("a", "b", "y" * 36, "y" * 37, "two words", "é"),
    "offset": (0, 1, -1, 2, 100, 9_999, 10_000),
    "group_id": (0, 1, 2, 4_294_967_295),
    "at": ("mon 09:00", "fri 17:30", "never"),
    "asset": ("BTC", "USD", "GOLD"),
    "maker_fee": ("0", "-0.0001", "0.0002", "2"),
    "taker_fee": ("0", "0.0005", "-1"),
    "volume": ("0", "0", "1000", "5000.5"),
}
ANYTHING = st.recursive(
    st.one_of(
        st.sampled_from([*AMOUNTS, "BUY", "LIMIT", "GTC", "main", ""]),
        st.text(max_size=40),
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
USUAL = {"price", "qty", "bid_price", "bid_qty", "ask_price", "ask_qty", "trigger_price", "max_fills"}
"""Optional, and mostly there."""
_OFTEN, _SELDOM = st.integers(0, 39), st.integers(0, 5)


def bodies(kind: type[msgspec.Struct]) -> st.SearchStrategy[dict[str, Any]]:
    """Of one type, with a field too many or too few now and then."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return _struct(info)


@st.composite
def _struct(draw: st.DrawFn, info: inspect.StructType) -> dict[str, Any]:
    body = {}
    for field in info.fields:
        wanted = draw(_OFTEN) > 0 if field.required else (draw(_SELDOM) > 0) is (field.encode_name in USUAL)
        if wanted:
            odd = draw(_OFTEN) == 0
            body[field.encode_name] = draw(ANYTHING if odd else _plausible(field.encode_name, field.type))
    if draw(_OFTEN) == 0:
        body[draw(st.sampled_from(["x", "Symbol", *PLAUSIBLE]))] = draw(ANYTHING)
    return body


def _plausible(name: str, kind: inspect.Type) -> st.SearchStrategy[Any]:
    if name in PLAUSIBLE:
        return st.sampled_from(PLAUSIBLE[name])
    match kind:
        case inspect.UnionType():
            return st.one_of([_plausible("", part) for part in kind.types])
        case inspect.StructType():
            return _struct(kind)
        case inspect.ListType():
            return st.lists(_plausible("", kind.item_type), max_size=4)
        case inspect.EnumType():
            return st.sampled_from([member.value for member in kind.cls])
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            return st.integers(kind.ge if kind.ge is not None else -5, kind.le if kind.le is not None else 5_000)
        case inspect.NoneType():
            return st.none()
        case inspect.StrType():
            return st.sampled_from([*AMOUNTS, "drill"])
        case _:
            return ANYTHING
