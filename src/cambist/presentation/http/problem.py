"""Every error the API answers with: one shape, a stable code, and what to do."""

from __future__ import annotations

import logging
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from cambist.application.control_plane.refusal import Refusal, refusal, refusal_of
from cambist.domain.errors import CambistError, EnvironmentFailure, InputError
from cambist.domain.reasons import Reason

Granted = TypeVar("Granted")
_LOG = logging.getLogger("cambist.http")
REQUEST_ID_KEY = "cambist.request_id"
_STATUS_BY_CODE = {
    Reason.UNKNOWN_INSTRUMENT.name: 404,
    Reason.UNKNOWN_ACCOUNT.name: 404,
    Reason.UNKNOWN_STRATEGY.name: 404,
    Reason.UNKNOWN_ASSET.name: 404,
    Reason.UNKNOWN_TRADE.name: 404,
    Reason.UNKNOWN_ORDER.name: 404,
    Reason.NOT_FOUND.name: 404,
    Reason.ORDER_NOT_OPEN.name: 409,
    Reason.ALREADY_EXISTS.name: 409,
    Reason.INVALID_TRANSITION.name: 409,
    Reason.TRADE_BUSTED.name: 409,
    Reason.QUOTES_PROTECTED.name: 409,
    Reason.STRATEGY_NOT_RUNNING.name: 409,
    Reason.STRATEGY_NOT_LOADED.name: 409,
    Reason.KILL_SWITCH_ENGAGED.name: 409,
    Reason.DUPLICATE_CLIENT_ORDER_ID.name: 409,
    Reason.INVALID_REQUEST.name: 400,
    Reason.METHOD_NOT_ALLOWED.name: 405,
    Reason.FOREIGN_ORIGIN.name: 403,
    Reason.BODY_TOO_LARGE.name: 413,
    Reason.UNSUPPORTED_MEDIA_TYPE.name: 415,
    Reason.INVALID_PARAMETERS.name: 400,
    Reason.UNKNOWN_CHANNEL.name: 404,
    Reason.UNSUPPORTED_SUBPROTOCOL.name: 400,
    Reason.TOO_MANY_CONNECTIONS.name: 503,
    Reason.INTERNAL_ERROR.name: 500,
    Reason.SYSTEM_BUSY.name: 503,
}
_REASON_BY_STATUS = {404: Reason.NOT_FOUND, 405: Reason.METHOD_NOT_ALLOWED}
_MESSAGE_BY_STATUS = {404: "There is nothing at this path.", 405: "The path does not take this method."}


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The body of every answer that is not what was asked for."""

    code: str
    message: str
    action: str
    request_id: str
    order_id: str | None = None


class NotGranted(Exception):
    """Carries a refusal out of a handler."""

    def __init__(self, refused: Refusal) -> None:
        super().__init__(refused.message)
        self.refused = refused


def granted(answer: Granted | Refusal) -> Granted:
    """The answer, unless it is a refusal."""
    if isinstance(answer, Refusal):
        raise NotGranted(answer)
    return answer


def invalid(message: str) -> NotGranted:
    """A request that cannot be read."""
    return NotGranted(refusal(Reason.INVALID_REQUEST, message))


def encode_problem(refused: Refusal, request_id: str) -> bytes:
    """The body as JSON."""
    order_id = str(refused.order_id) if refused.order_id is not None else None
    return msgspec.json.encode(
        Problem(
            code=refused.code,
            message=refused.message,
            action=refused.action,
            request_id=request_id,
            order_id=order_id,
        )
    )


def status_of(code: str) -> int:
    """The HTTP status of a refusal: 422 where the gate or the venue said no."""
    return _STATUS_BY_CODE.get(code, 422)


def answer_problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The exception handler of the whole application."""
    status, refused = _judge(error)
    if status >= 500 and not isinstance(error, NotGranted):  # a refusal is an answer, however busy it says we are
        _LOG.error("request failed: %s", refused.message, exc_info=error)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    request_id = str(request.scope.get(REQUEST_ID_KEY, ""))
    request.scope["cambist.error_code"] = refused.code  # type: ignore[typeddict-unknown-key]
    return Response(
        content=encode_problem(refused, request_id), status_code=status, media_type="application/json", headers=headers
    )


def _judge(error: Exception) -> tuple[int, Refusal]:  # noqa: PLR0911
    if isinstance(error, NotGranted):
        return status_of(error.refused.code), error.refused
    if isinstance(error, InputError):
        return 400, Refusal(Reason.INVALID_REQUEST.name, error.message, error.action)
    if isinstance(error, EnvironmentFailure):
        return 503, refusal_of(error)
    if isinstance(error, HTTPException):
        return _judge_http(error)
    if isinstance(error, RecursionError):
        return 400, refusal(Reason.INVALID_REQUEST, "The body is nested too deeply.")
    if isinstance(error, CambistError):
        return 500, refusal_of(error)
    return 500, refusal(Reason.INTERNAL_ERROR, "The server failed to answer.")


def _judge_http(error: HTTPException) -> tuple[int, Refusal]:
    """What the framework found."""
    status = error.status_code
    if status in _REASON_BY_STATUS:
        return status, refusal(_REASON_BY_STATUS[status], _MESSAGE_BY_STATUS[status])
    if status >= 500:
        return 500, refusal(Reason.INTERNAL_ERROR, "The server failed to answer.")
    return 400, refusal(Reason.INVALID_REQUEST, _details(error))


def _details(error: HTTPException) -> str:
    """The framework's findings as one sentence."""
    extra = error.extra if isinstance(error.extra, list) else []
    findings = [_finding(item) for item in extra if isinstance(item, dict) and "message" in item]
    return "; ".join(findings) + "." if findings else error.detail


def _finding(item: dict[str, Any]) -> str:
    """One finding; of a body that is missing altogether the framework only says its own name for it."""
    key, message = item.get("key"), str(item["message"])
    if key == message.strip("'") == "data":
        return "The request needs a JSON body"
    return message if key in (None, "data") else f"{key}: {message}"
