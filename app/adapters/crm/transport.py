"""The way to a CRM's server: one request, one answer, and the truth about whether it left the machine."""

from __future__ import annotations

import json as json_text
import logging
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.core.errors import UserFixable
from app.core.i18n import _
from app.delivery import faults
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import SETTLES_S

if TYPE_CHECKING:
    import httpx2

    from app.adapters.crm.pace import Pace

_CONNECT_S = 10.0
_ANSWER_S = 60.0
"""Odoo was seen to answer a write after 10.6 s, Bitrix24 allows itself 60 s."""
_WHOLE_S = 150.0
"""The longest time from the request to the last byte: a server that sends a byte now and then never times out."""
_MOST_BYTES = 32_000_000
"""Of an unpacked answer; the longest honest one is a page of 250 deals with all their fields, about 1 MB."""
_MOST_RECORDING_BYTES = 2_000_000_000
_MOST_HOPS = 5
_DETAIL_CHARS = 300
_LOCAL = ("127.0.0.1", "localhost", "::1")
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class Answer:
    """A CRM's answer.

    Args:
        body: The JSON; None for an empty body, and for a page behind 402 or 403.
        headers: Names in lower case.
        is_write: What it answers was a change.
    """

    status: int
    body: Any
    headers: Mapping[str, str]
    is_write: bool = False


class Transport:
    """Requests to one portal.

    A secret that is part of the address or a header never gets into an error: details hold statuses and the names of
    exceptions, nothing that a library made of the request.

    Args:
        base: "https://portal.example/rest/…", ends without a slash; may hold the secret.
        headers: Sent with each request.
        pace: Takes each request first.
        refused: Makes our failure of an answer that the vendor means as an error; None for a good answer.
        answer_s: The longest silence of the server.
        clock_s: Seconds that never run backwards, for the time of the whole answer.
    """

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        pace: Pace,
        refused: Callable[[Answer], CrmFailure | None],
        *,
        answer_s: float = _ANSWER_S,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = base.rstrip("/")
        self._headers = {"User-Agent": _user_agent(), "Accept": "application/json", **headers}
        self._pace = pace
        self._refused = refused
        self._answer_s = answer_s
        self._clock_s = clock_s
        self._made: httpx2.Client | None = None

    def read(self, method: str, path: str, *, json: Any = None, params: Mapping[str, Any] | None = None) -> Answer:
        """An answer to a question that changes nothing. Raises CrmFailure; a lost answer is ``crm.offline``."""
        return self._send(method, path, json=json, params=params, is_write=False)

    def write(self, method: str, path: str, *, json: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """An answer to a change, sent once. Raises CrmFailure; a lost answer is ``crm.unknown``."""
        return self._send(method, path, json=json, headers=headers, is_write=True)

    def download(self, address: str, into: Callable[[bytes], object]) -> None:
        """Hand over the bytes behind an address that the CRM gave, piece by piece. Raises CrmFailure."""
        self._pace.take()
        failure: CrmFailure | None
        try:
            failure = self._downloaded(address, into)
        except UserFixable:
            failure = faults.unexpected("a recording behind an unsafe address")
        if failure is not None:
            raise failure

    def _downloaded(self, address: str, into: Callable[[bytes], object]) -> CrmFailure | None:
        import httpx2

        for _hop in range(_MOST_HOPS):
            is_own = _place(checked_address(address)) == _place(self._base)
            request = self._client().build_request("GET", address)
            if not is_own:
                # The key in a header is the portal's, never a storage's to which the portal points.
                request.headers = httpx2.Headers({"User-Agent": _user_agent(), "Host": request.headers["Host"]})
            try:
                response = self._client().send(request, stream=True)
                try:
                    if response.is_redirect:
                        address = str(httpx2.URL(address).join(response.headers.get("location", "")))
                        continue
                    if response.status_code != 200:
                        return faults.unexpected(f"{response.status_code} for a recording")
                    size = 0
                    for piece in response.iter_bytes():
                        size += len(piece)
                        if size > _MOST_RECORDING_BYTES:
                            return faults.unexpected("a recording without an end")
                        into(piece)
                    return None
                finally:
                    response.close()
            except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError) as error:
                return faults.offline(type(error).__name__)
        return faults.unexpected("a recording behind too many redirects")

    def close(self) -> None:
        """Close the connections."""
        if self._made is not None:
            self._made.close()
            self._made = None

    def _send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        is_write: bool,
    ) -> Answer:
        import httpx2

        self._pace.take()
        address = self._address(path)
        got: Answer | CrmFailure
        try:
            with self._client().stream(method, address, json=json, params=params, headers=headers) as response:
                got = self._received(response, is_write)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            got = _failure_of(error, is_write)
        # Raised only here, outside of the library's own error: that one holds the request and with it the secret.
        if isinstance(got, CrmFailure):
            raise got
        if (failure := self._refused(got)) is not None:
            raise failure
        return got

    def _received(self, response: httpx2.Response, is_write: bool) -> Answer | CrmFailure:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status_code in _REDIRECTS:
            return _moved(headers.get("location", ""))
        began_s = self._clock_s()
        content = bytearray()
        for piece in response.iter_bytes():
            content += piece
            if len(content) > _MOST_BYTES:
                # It would not be shorter the next time; a write may have been done.
                return faults.unknown("too long") if is_write else faults.unexpected("an answer too long")
            if self._clock_s() - began_s > _WHOLE_S:
                return _lost(is_write, "an answer too slow")
        return self._understood(response.status_code, bytes(content), headers, is_write)

    def _address(self, path: str) -> str:
        if not path.startswith(("https://", "http://")):
            return f"{self._base}/{path}"
        # The next page is given as a whole address; the key must not follow it to another host.
        if _place(path) != _place(self._base):
            raise faults.unexpected("a page on another host")
        return path

    def _understood(
        self, status: int, content: bytes, headers: Mapping[str, str], is_write: bool
    ) -> Answer | CrmFailure:
        if status == 200 and not content:
            # No CRM answers so: 204 is for nothing, and JSON has a word for it.
            return _lost(is_write, "200 without an answer")
        try:
            body = json_text.loads(content) if content else None
        except (ValueError, RecursionError):
            if status == 401:
                return faults.unauthorised("401")
            page = Answer(status, None, headers, is_write)
            if status in (402, 403) and (failure := self._refused(page)) is not None:
                return failure
            # A page instead of an answer: a proxy, a login page, a portal at rest.
            return _lost(is_write, f"{status} {headers.get('content-type', '')[:_DETAIL_CHARS]}")
        if status in (502, 504):
            return _lost(is_write, str(status))
        return Answer(status, body, headers, is_write)

    def _client(self) -> httpx2.Client:
        if self._made is None:
            import httpx2
            import truststore

            # They write the address of each request, which may hold the secret, at the level of ordinary news.
            for chatty in ("httpx2", "httpcore2"):
                logging.getLogger(chatty).setLevel(logging.WARNING)
            self._made = httpx2.Client(
                headers=self._headers,
                timeout=httpx2.Timeout(self._answer_s, connect=_CONNECT_S),
                follow_redirects=False,
                verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                limits=httpx2.Limits(max_connections=1),
            )
        return self._made


def checked_address(address: str, hosts: tuple[str, ...] = ()) -> str:
    """The address without a slash at its end.

    Args:
        hosts: Endings of host names that are allowed (".amocrm.ru"); any without them. This machine is always allowed.

    Raises:
        UserFixable: ``crm.address`` unless it is https (http on this machine) and its host is one of `hosts`.
    """
    plain = address.strip()
    try:
        parts = urlsplit(plain)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _unfit("") from None
    is_local = host in _LOCAL
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_local)
    # Programs disagree about what is the host behind a name with an @ or a backslash.
    is_plain = not re.search(r"[@\\\s]", plain) and port != 0
    if not host or not is_safe or not is_plain or (hosts and not is_local and not host.endswith(hosts)):
        # Without a host it may be the end of a webhook: no more of it is shown than a host would be.
        raise _unfit(host or plain.partition("/")[0])
    return plain.rstrip("/")


def _place(address: str) -> tuple[str, str]:
    """Scheme and host with port; empty for what is no address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.lower()


def _unfit(shown: str) -> UserFixable:
    # What stands before an @ may be a password.
    return UserFixable(
        "crm.address",
        _("Адрес CRM не подходит: {host}.").format(host=shown.rpartition("@")[2][:60]),
        hint=_("Скопируйте адрес портала из браузера; он начинается с https://."),
        action="open_settings_crm",
    )


def _moved(location: str) -> CrmFailure:
    # Nothing follows a redirect by itself: a write and its key would go to whoever stands there.
    return CrmFailure(
        Fault.BLOCKED,
        "crm.moved",
        _("Портал CRM переехал: {host}.").format(host=_place(location)[1].rpartition("@")[2] or "?"),
        hint=_("Проверьте новый адрес и подключите CRM заново; очередь сохранена."),
        action="open_settings_crm",
    )


def _failure_of(error: Exception, is_write: bool) -> CrmFailure:
    import httpx2

    name = type(error).__name__
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout | httpx2.ProxyError):
        return faults.certificate(name) if _is_certificate(error) else faults.offline(name)
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
        return faults.unexpected(name)
    return _lost(is_write, name)


def _lost(is_write: bool, detail: str) -> CrmFailure:
    if not is_write:
        return faults.offline(detail)
    failure = faults.unknown(detail)
    failure.retry_after_s = SETTLES_S
    return failure


def _is_certificate(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _user_agent() -> str:
    try:
        return f"Vizir/{version('vizir')}"
    except PackageNotFoundError:
        return "Vizir"
