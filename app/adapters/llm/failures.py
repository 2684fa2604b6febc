"""What a model server's refusals and vendors' exceptions become in our taxonomy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from app.core.errors import ExternalFailure, UserFixable, VizirError
from app.core.i18n import _

_SETTINGS = "open_settings_llm"
_DETAIL_CHARS = 400
_CONTEXT = re.compile(
    r"context[ _-]?(length|size|window)|exceed_context|maximum context|prompt is too long|too many tokens",
    re.IGNORECASE,
)
_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)


def server_name(address: str) -> str:
    """Host and port of an address, as a person knows the server."""
    return urlsplit(address).netloc.rpartition("@")[2] or address


def bad_address(address: str) -> UserFixable:
    return UserFixable(
        "llm.address",
        _("По адресу «{address}» нет сервера модели.").format(address=address),
        hint=_("Проверьте адрес в настройках; обычно он выглядит как http://127.0.0.1:11434/v1."),
        action=_SETTINGS,
    )


def unreachable(address: str, detail: str = "") -> ExternalFailure:
    return ExternalFailure(
        "llm.unreachable",
        _("Сервер модели {server} не отвечает.").format(server=server_name(address)),
        hint=_("Проверьте, что он запущен и что есть сеть, и повторите."),
        detail=detail,
        action=_SETTINGS,
    )


def broken_off(address: str, detail: str = "") -> ExternalFailure:
    return ExternalFailure(
        "llm.broken_off",
        _("Сервер модели {server} оборвал ответ на середине.").format(server=server_name(address)),
        hint=_("Повторите; если так будет снова, посмотрите журнал сервера."),
        detail=detail,
    )


def timed_out(address: str, timeout_s: float) -> ExternalFailure:
    return ExternalFailure(
        "llm.timeout",
        _("Сервер модели {server} не ответил за {seconds} с.").format(
            server=server_name(address), seconds=f"{timeout_s:g}"
        ),
        hint=_("Повторите или увеличьте время ожидания в настройках."),
        action=_SETTINGS,
    )


def not_a_model(address: str, detail: str = "") -> ExternalFailure:
    return ExternalFailure(
        "llm.not_a_model",
        _("{server} ответил не так, как отвечает сервер модели.").format(server=server_name(address)),
        hint=_("Проверьте адрес: возможно, это страница входа, прокси или другой сервис."),
        detail=detail[:_DETAIL_CHARS],
        action=_SETTINGS,
    )


def too_long(tokens: int | None, context_tokens: int, detail: str = "") -> UserFixable:
    length = _(" ({tokens} токенов)").format(tokens=tokens) if tokens else ""
    return UserFixable(
        "llm.context",
        _("Запрос{length} длиннее, чем помещается в память модели ({context} токенов).").format(
            length=length, context=context_tokens
        ),
        hint=_("Выберите модель с большим контекстом или увеличьте контекст на сервере."),
        detail=detail,
        action=_SETTINGS,
    )


def no_model(model: str, offered: tuple[str, ...] = (), detail: str = "") -> UserFixable:
    hint = _("Выберите модель в настройках.")
    if offered:
        hint = _("Выберите в настройках одну из имеющихся: {names}.").format(names=", ".join(offered[:8]))
    message = _("На сервере нет модели «{model}».").format(model=model) if model else _("Не указано имя модели.")
    return UserFixable("llm.no_model", message, hint=hint, detail=detail, action=_SETTINGS)


def of_status(
    status: int, body: str, headers: Mapping[str, str], *, address: str, model: str, context_tokens: int
) -> VizirError:
    """The error for an answer with a status other than 2xx.

    Args:
        status: HTTP status.
        body: The answer's text, JSON or not.
        headers: The answer's headers; keys in lower case.
    """
    detail = f"{status}: {body[:_DETAIL_CHARS]}"
    if status in {400, 413, 422, 500} and _CONTEXT.search(body):
        return too_long(None, context_tokens, detail)
    if status in {404, 405, 410} or (status == 400 and "model_not_found" in body):
        names_model = _is_json(body) and _MODEL.search(body)
        return no_model(model, detail=detail) if names_model else bad_address(address)
    if status in {401, 402, 403, 407} or (status == 429 and "quota" in body.lower()):
        return _of_account(status, server_name(address), detail)
    if status < 400:
        return _redirected(address, headers.get("location", ""), detail)
    if status in {408, 429} or status >= 500:
        return _of_server_state(status, address, headers, detail)
    return UserFixable(
        "llm.request_refused",
        _("Сервер модели {server} не принял запрос ({status}).").format(server=server_name(address), status=status),
        hint=_("Попробуйте другую модель или другой сервер."),
        detail=detail,
        action=_SETTINGS,
    )


def _of_account(status: int, server: str, detail: str) -> UserFixable:
    if status in {402, 429}:
        return UserFixable(
            "llm.quota",
            _("На сервере модели {server} кончились оплаченные запросы.").format(server=server),
            hint=_("Пополните счёт или выберите другую модель в настройках."),
            detail=detail,
            action=_SETTINGS,
        )
    return UserFixable(
        "llm.auth",
        _("Сервер модели {server} не принял ключ.").format(server=server),
        hint=_("Проверьте ключ и права доступа в настройках."),
        detail=detail,
        action=_SETTINGS,
    )


def _redirected(address: str, location: str, detail: str) -> UserFixable:
    return UserFixable(
        "llm.address",
        _("{server} перенаправляет запросы на {target}.").format(
            server=server_name(address), target=server_name(location) or "?"
        ),
        hint=_("Текст разговора туда не отправлен. Если это верный сервер, укажите его адрес в настройках."),
        detail=detail,
        action=_SETTINGS,
    )


def _of_server_state(status: int, address: str, headers: Mapping[str, str], detail: str) -> ExternalFailure:
    server = server_name(address)
    if status in {429, 503, 529}:
        return ExternalFailure(
            "llm.busy",
            _("Сервер модели {server} занят.").format(server=server),
            hint=_("Повторите позже."),
            detail=detail,
            retry_after_s=retry_after_s(headers),
        )
    if status in {408, 504}:
        return ExternalFailure(
            "llm.timeout",
            _("Сервер модели {server} не успел ответить.").format(server=server),
            hint=_("Повторите позже."),
            detail=detail,
        )
    if status == 502:
        return unreachable(address, detail)
    return ExternalFailure(
        "llm.server_failed",
        _("На сервере модели {server} случилась ошибка ({status}).").format(server=server, status=status),
        hint=_("Повторите; если так будет снова, посмотрите журнал сервера."),
        detail=detail,
    )


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait; it may have said them as a number or as a date."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def of_vendor(error: Exception, *, address: str, timeout_s: float) -> VizirError:
    """The error for a failed connection, as openai and httpx2 tell it."""
    import httpx2
    import openai

    for cause in _causes(error):
        if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError):
            return unreachable(address, repr(cause))
        if isinstance(cause, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
            return bad_address(address)
        if isinstance(cause, httpx2.RemoteProtocolError | httpx2.ReadError | httpx2.WriteError):
            return broken_off(address, repr(cause))
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return timed_out(address, timeout_s)
    if isinstance(error, openai.APIConnectionError):
        return unreachable(address, repr(error))
    return not_a_model(address, repr(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def error_in_body(answer: Mapping[str, Any]) -> tuple[int, str] | None:
    """Status and text of an error that a gateway packed into an answer with status 200."""
    error = answer.get("error")
    if not error or answer.get("choices"):
        return None
    code = error.get("code") if isinstance(error, dict) else None
    status = code if isinstance(code, int) and 400 <= code < 600 else 502
    return status, json.dumps(error, ensure_ascii=False)


def _is_json(body: str) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
