"""Hypothesis strategies for commands about participants."""

from __future__ import annotations

from hypothesis import strategies as st

from cambist.domain import participant_commands as asked
from cambist.domain.commands import ANY_STRATEGY
from cambist.domain.fill import Fees, FeeTier
from cambist.domain.message import Command
from cambist.domain.vocabulary import OrderFlag
from cambist.domain.widths import MAX_PRICE, MAX_QTY
from cambist.protocols.fee_tiers import encode_tiers
from cambist.protocols.quotes import QuoteEntry, encode_quotes

quote_entries = st.builds(
    QuoteEntry,
    quote_id=st.integers(0, 3),
    bid_price=st.one_of(st.integers(94, 103), st.sampled_from([0, -1, MAX_PRICE + 1])),
    bid_qty=st.one_of(st.integers(0, 9), st.sampled_from([-1, MAX_QTY, MAX_QTY + 1])),
    ask_price=st.integers(96, 106),
    ask_qty=st.integers(0, 9),
)


def participant_commands(
    accounts: st.SearchStrategy[int], strategies: st.SearchStrategy[int], instruments: st.SearchStrategy[int]
) -> st.SearchStrategy[Command]:
    """Of every kind, for these ids."""
    quotes = st.builds(
        asked.MassQuote,
        account_id=accounts,
        strategy_id=strategies,
        instrument_id=instruments,
        flags=st.sampled_from([*[OrderFlag.NONE] * 3, OrderFlag.POST_ONLY, OrderFlag(33), OrderFlag(16), OrderFlag(4)]),
        quotes=st.one_of(
            st.lists(quote_entries, max_size=3).map(encode_quotes),
            st.lists(quote_entries, max_size=3, unique_by=lambda entry: entry.quote_id).map(encode_quotes),
            st.binary(max_size=80),
        ),
    )
    protections = st.builds(
        asked.SetMarketMakerProtection,
        account_id=accounts,
        instrument_id=st.one_of(st.just(0), instruments),
        window_ns=st.sampled_from([0, 1, 10**9, 10**12, -1, 10**18]),
        max_fills=st.sampled_from([1, 2, 3, 4_096, 0, 4_097]),
        max_qty=st.sampled_from([0, 5, -1]),
        max_delta=st.sampled_from([0, 4, -1]),
    )
    rates = st.builds(Fees, st.integers(-9, 9), st.just(500))
    tiers = st.lists(st.builds(FeeTier, st.sampled_from([0, 0, 10**9, -1]), rates), max_size=3).map(encode_tiers)
    odd_tiers = st.one_of(st.binary(max_size=30), st.sampled_from([b"", bytes(408)]))
    trade_ids = st.integers(0, 9)
    corrected = st.one_of(st.integers(94, 106), st.sampled_from([0, -1, MAX_PRICE, MAX_PRICE + 1]))
    return st.one_of(
        st.builds(asked.BustTrade, trade_id=trade_ids, cause=st.just("größe")),
        st.builds(asked.CorrectTrade, trade_id=trade_ids, price=corrected, cause=st.just("")),
        protections,
        st.builds(
            asked.SetFeeTiers,
            account_id=accounts,
            tiers=st.one_of(tiers, odd_tiers),
        ),
        st.builds(asked.ResetProtection, account_id=accounts, instrument_id=st.one_of(st.just(0), instruments)),
        quotes,
        quotes,
        st.builds(asked.SetCancelOnDisconnect, account_id=accounts, armed=st.booleans()),
        st.builds(
            asked.EndSession,
            account_id=accounts,
            strategy_id=st.one_of(st.just(ANY_STRATEGY), strategies),
            session=st.sampled_from(["", "fix-1", "größe"]),
        ),
        st.builds(
            asked.SetThrottle, account_id=accounts, messages_per_second=st.sampled_from([-1, 0, 0, 1, 4, 2_000_000_000])
        ),
    )
