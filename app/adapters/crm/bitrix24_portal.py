"""A Bitrix24 portal behind an inbound webhook: calls, pages and batches. The webhook's address is the secret.

Source: the vendor's pages "How a request is executed", "How to execute batch requests", "REST API limits" (2026).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import quote, urlsplit

from app.adapters.crm.bitrix24_errors import failure_of
from app.adapters.crm.pace import Paces
from app.adapters.crm.transport import Answer, Transport, checked_address
from app.core.errors import Bug, UserFixable
from app.core.i18n import _
from app.delivery import faults
from app.delivery.faults import CrmFailure, Fault
from app.logs import redactor

PAGE = 50
"""Records on each page of every list; the portal knows no other number."""
_PER_SECOND = 2.0
_BURST = 10
_BATCH = 50
_KEY = re.compile(r"(?:^|/)(?:rest/)?(?:api/)?(?P<user>\d{1,10})/(?P<code>[A-Za-z0-9]{6,64})(?:/[\w.]*)?/?$")

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Webhook:
    """An inbound webhook.

    Args:
        portal: "https://example.bitrix24.ru", may end with a folder; "" where only the key was given.
        user_id: Whose rights it has.
        code: The secret part.
    """

    portal: str
    user_id: str
    code: str


def read_webhook(text: str) -> Webhook:
    """A webhook as the portal shows it ("https://example.bitrix24.ru/rest/1/abc123/"), or its end alone ("1/abc123").

    Raises:
        UserFixable: ``crm.secret_form`` for anything else, ``crm.address`` for an address that is not https.
    """
    plain = text.strip()
    found = _KEY.search(plain.split("?", 1)[0])
    if found is None:
        raise _not_a_webhook()
    redactor.register_secret(found["code"])
    portal = ""
    if "://" in plain:
        before, rest, _key = plain.partition("/rest/")
        if not rest:
            raise _not_a_webhook()
        portal = checked_address(before)
    return Webhook(portal, found["user"], found["code"])


class Portal:
    """Calls to one portal, at the pace it bears.

    Args:
        address: Of the portal, without the key.
        secret: The webhook as `read_webhook` takes it; one with another host is refused.
        clock_s: Seconds that never run backwards.
        wait: Waits so many seconds; True if the wait was broken off.
        paces: Shared by all who ask the same portal.

    Raises:
        UserFixable: ``crm.address``, ``crm.secret_form``.
    """

    def __init__(
        self,
        address: str,
        secret: str,
        *,
        clock_s: Callable[[], float],
        wait: Callable[[float], bool] | None = None,
        paces: Paces | None = None,
    ) -> None:
        webhook = read_webhook(secret)
        self.address = webhook.portal or checked_address(address)
        if address and urlsplit(checked_address(address)).netloc != urlsplit(self.address).netloc:
            raise _not_a_webhook()
        self.user_id = webhook.user_id
        self._key = f"{webhook.user_id}/{webhook.code}"
        self._clock_s = clock_s
        pace = (paces or Paces()).of(self.address, _PER_SECOND, _BURST, clock_s=clock_s, wait=wait)
        self._transport = Transport(f"{self.address}/rest", {}, pace, _judged_later)
        self._resets: dict[str, float] = {}
        self._zone: tzinfo | None = None

    @property
    def zone(self) -> tzinfo:
        """The portal's time zone as its last answer told it; asks where none has come yet."""
        if self._zone is None:
            self.read("server.time")
        return self._zone or UTC

    def read(self, method: str, params: Params | None = None) -> Any:
        """What a method answers to a question. Raises CrmFailure."""
        return self._judged(self._ask(method, params), method, is_write=False)["result"]

    def write(self, method: str, params: Params, *, keys: Sequence[str] = ()) -> Any:
        """What a method answers to a change, sent once. Raises CrmFailure."""
        answer = self._transport.write("POST", f"{self._key}/{method}.json", json=params)
        return self._judged(answer, method, is_write=True, keys=keys)["result"]

    def write_rest3(self, method: str, params: Params, op_id: str) -> Any:
        """As `write`, by REST 3, which takes a second sending of the same operation for the first one."""
        path = f"api/{self._key}/{method}"
        answer = self._transport.write("POST", path, json=params, headers={"Idempotency-Key": op_id})
        return self._judged(answer, method, is_write=True)["result"]

    def pages(self, method: str, params: Params, *, start: int = 0) -> Iterator[Any]:
        """The results of all pages of a list, one by one, asked for as they are taken. Raises CrmFailure."""
        following: int | None = start
        while following is not None:
            body = self._judged(self._ask(method, {**params, "start": following}), method, is_write=False)
            yield body["result"]
            behind = _next_of(body.get("next"))
            # A list that leads back to itself would never end.
            following = behind if behind is not None and behind > following else None

    def batch(self, commands: Mapping[str, tuple[str, Params]]) -> tuple[dict[str, Any], dict[str, CrmFailure]]:
        """Several questions in one request, at most 50.

        Returns:
            Results by name, the further pages of lists joined to the first; and the failures of single questions.

        Raises:
            CrmFailure: The whole request failed, or one question did in a way that all would: too many requests,
                or the key.
        """
        wanted = {name: _as_query(method, params) for name, (method, params) in commands.items()}
        if len(wanted) > _BATCH:
            raise Bug("crm.batch", f"{len(wanted)} questions, at most {_BATCH} go into one batch")
        answer = self._ask("batch", {"halt": 0, "cmd": wanted})
        body = _map(self._judged(answer, "batch", is_write=False)["result"])
        errors = _map(body.get("result_error"))
        followings = _map(body.get("result_next"))
        found: dict[str, Any] = {}
        failed: dict[str, CrmFailure] = {}
        for name, (method, params) in commands.items():
            if name in errors:
                failed[name] = self._single_failure(errors[name], method)
                continue
            found[name] = _map(body.get("result")).get(name)
            following = _next_of(followings.get(name))
            if following is not None and isinstance(found[name], list):
                for page in self.pages(method, params, start=following):
                    found[name] = [*found[name], *page]
        return found, failed

    def download(self, address: str, into: Callable[[bytes], object]) -> None:
        """Hand over the bytes of a file that the portal named an address for. Raises CrmFailure."""
        self._transport.download(address if "://" in address else f"{self.address}/{address.lstrip('/')}", into)

    def close(self) -> None:
        self._transport.close()

    def _ask(self, method: str, params: Params | None) -> Answer:
        return self._transport.read("POST", f"{self._key}/{method}.json", json=dict(params or {}))

    def _judged(self, answer: Answer, method: str, *, is_write: bool, keys: Sequence[str] = ()) -> dict[str, Any]:
        reset_s = self._resets[method] - self._clock_s() if method in self._resets else None
        failure = failure_of(
            answer, method, is_write=is_write, reset_s=max(1.0, reset_s) if reset_s else None, keys=keys
        )
        if failure is not None:
            raise failure
        body = answer.body
        if not isinstance(body, dict) or "result" not in body:
            told = f"{answer.status} {method}"
            raise faults.unknown(told) if is_write else faults.unexpected(told)
        self._learn(method, _map(body.get("time")))
        return body

    def _learn(self, method: str, told: Mapping[str, Any]) -> None:
        """Keep what each good answer tells beside: the zone, and when the method's time is counted anew."""
        try:
            finish, reset = float(told["finish"]), float(told["operating_reset_at"])
            # The difference of two of the portal's own times, so this machine's clock may be wrong.
            self._resets[method] = self._clock_s() + reset - finish
        except (KeyError, TypeError, ValueError):
            self._resets.pop(method, None)
        try:
            self._zone = datetime.fromisoformat(str(told["date_finish"])).tzinfo or self._zone
        except (KeyError, ValueError):
            return

    def _single_failure(self, error: Any, method: str) -> CrmFailure:
        body = error if isinstance(error, dict) else {"error": str(error)}
        # Of a batch, each question has its own error within a good answer, without a status.
        failure = failure_of(Answer(400, body, {}), method, is_write=False) or faults.unexpected(method)
        if failure.fault in (Fault.RATE_LIMITED, Fault.AUTH, Fault.BLOCKED):
            raise failure
        return failure


def items_of(result: Any, name: str = "items") -> list[dict[str, Any]]:
    """The records of a list's result, which PHP writes as a list, as a map, or as `[]` where there is nothing."""
    inner = result.get(name) if isinstance(result, dict) else result
    return [value for value in _map(inner).values() if isinstance(value, dict)]


def _judged_later(answer: Answer) -> CrmFailure | None:
    # A page of the portal's own instead of an answer; all else `Portal` judges, which knows the method.
    return faults.blocked(f"{answer.status} with a page") if answer.body is None and answer.status >= 400 else None


def _map(value: Any) -> dict[str, Any]:
    """A map; PHP writes an empty one as a list, and one with numbers as keys at times too."""
    if isinstance(value, dict):
        return value
    return {str(index): item for index, item in enumerate(value or ())} if isinstance(value, list) else {}


def _next_of(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _as_query(method: str, params: Params) -> str:
    pairs = [f"{quote(name, safe='[]')}={quote(str(value), safe='')}" for name, value in _flat(params)]
    return f"{method}?{'&'.join(pairs)}"


def _flat(params: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(params, Mapping):
        for key, value in params.items():
            yield from _flat(value, f"{prefix}[{key}]" if prefix else str(key))
    elif isinstance(params, list | tuple):
        for index, value in enumerate(params):
            yield from _flat(value, f"{prefix}[{index}]")
    else:
        yield prefix, params


def _not_a_webhook() -> UserFixable:
    return UserFixable(
        "crm.secret_form",
        _("Это не адрес входящего вебхука Битрикс24."),
        hint=_("Скопируйте его целиком со страницы вебхука: https://портал/rest/1/ключ/."),
        action="open_settings_crm",
    )
