"""Hypothesis strategies for commands about participants."""

from __future__ import annotations

from hypothesis import strategies as st

from cambist.domain import participant_commands as asked
from cambist.domain.commands import ANY_STRATEGY
from cambist.domain.message import Command


def participant_commands(
    accounts: st.SearchStrategy[int], strategies: st.SearchStrategy[int]
) -> st.SearchStrategy[Command]:
    """Of every kind, for these ids."""
    return st.one_of(
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
