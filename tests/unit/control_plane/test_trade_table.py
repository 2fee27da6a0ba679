"""The table of trades remembers as many as the engine does."""

from cambist.application.control_plane.trade_table import CAPACITY, TradeTable
from cambist.domain.events import Trade
from cambist.domain.vocabulary import Side


def test_the_oldest_trade_makes_room_wherever_the_first_began() -> None:
    table, first = TradeTable(), 2**48
    for trade_id in range(first, first + CAPACITY + 3):
        table.on_trade(
            Trade(
                trade_id=trade_id,
                instrument_id=1,
                aggressor=Side.BUY,
                price=100,
                qty=1,
                maker_order_id=1,
                taker_order_id=2,
            )
        )
    assert table.get(first + 2) is None
    assert [table.get(trade_id).trade_id for trade_id in (first + 3, first + CAPACITY + 2)] == [
        first + 3,
        first + CAPACITY + 2,
    ]
