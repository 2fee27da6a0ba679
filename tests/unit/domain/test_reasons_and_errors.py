"""Every reason and every error says what to do."""

from __future__ import annotations

import pytest

from cambist.domain import errors
from cambist.domain.reasons import Reason, reason_action, reason_code, reason_name
from cambist.domain.vocabulary import OrderFlag, OrderStatus, PositionSide, Side


@pytest.mark.parametrize("reason", list(Reason), ids=lambda reason: reason.name)
def test_a_reason_says_what_to_do(reason: Reason) -> None:
    assert reason.action.endswith(".")
    assert Reason(int(reason)) is reason


@pytest.mark.parametrize("code", [*map(int, Reason), 7_001, 65_535])
def test_the_name_of_a_number_leads_back_to_it(code: int) -> None:
    assert reason_code(reason_name(code)) == code
    assert reason_action(code).endswith(".")


@pytest.mark.parametrize("name", ["", "NOBODY", "REASON_", "REASON_-1", "REASON_1e3"])
def test_what_is_no_name_of_a_reason_is_an_error(name: str) -> None:
    with pytest.raises(KeyError):
        reason_code(name)


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = errors.StorageFailure("The disk is full.", "Free some space.")
    assert str(error) == "The disk is full. Free some space."
    assert isinstance(error, errors.CambistError) and error.exit_code == 4


def test_error_codes_are_distinct() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.CambistError)]
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_words_about_sides_and_statuses() -> None:
    assert Side.BUY.opposite is Side.SELL and Side.SELL.opposite is Side.BUY
    assert (Side.BUY.sign, Side.SELL.sign) == (1, -1)
    assert [PositionSide.of(qty).name for qty in (0, 3, -3)] == ["FLAT", "LONG", "SHORT"]
    assert OrderStatus.PENDING_NEW.is_in_flight and not OrderStatus.NEW.is_in_flight
    assert OrderStatus.DENIED.is_closed and not OrderStatus.NEW.is_closed


def test_unknown_flags_are_no_flags() -> None:
    with pytest.raises(ValueError, match="invalid value"):
        OrderFlag(128)
