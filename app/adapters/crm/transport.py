"""The way to a CRM's server: one request, one answer, and the truth about whether it left the machine."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.core.errors import UserFixable
from app.core.i18n import _
from app.delivery import faults
from app.delivery.faults import CrmFailure, Fault

if TYPE_CHECKING:
    import httpx2

    from app.adapters.crm.pace import Pace

_CONNECT_S = 10.0
_ANSWER_S = 60.0
"""Odoo was seen to answer a write after 10.6 s, Bitrix24 allows itself 60 s."""
_DETAIL_CHARS = 300
_LOCAL = ("127.0.0.1", "localhost", "::1")
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class Answer:
    """A CRM's answer: its status, the JSON of its body (None for an empty one), headers in lower case."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Transport:
    """Requests to one portal.

    A secret that is part of the address or a header never gets into an error: details hold statuses and the names of
    exceptions, nothing that a library made of the request.

    Args:
        base: "https://portal.example/rest/…", ends without a slash; may hold the secret.
        headers: Sent with each request.
        pace: Takes each request first.
        refused: Makes our failure of an answer that the vendor means as an error; None for a good answer.
    """

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        pace: Pace,
        refused: Callable[[Answer], CrmFailure | None],
    ) -> None:
        self._base = base.rstrip("/")
        self._headers = {"User-Agent": _user_agent(), "Accept": "application/json", **headers}
        self._pace = pace
        self._refused = refused
        self._made: httpx2.Client | None = None

    def read(self, method: str, path: str, *, json: Any = None, params: Mapping[str, Any] | None = None) -> Answer:
        """An answer to a question that changes nothing. Raises CrmFailure; a lost answer is ``crm.offline``."""
        return self._send(method, path, json=json, params=params, is_write=False)

    def write(self, method: str, path: str, *, json: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """An answer to a change, sent once. Raises CrmFailure; a lost answer is ``crm.unknown``."""
        return self._send(method, path, json=json, headers=headers, is_write=True)

    def download(self, address: str, into: Callable[[bytes], object]) -> None:
        """Hand over the bytes behind an address that the CRM gave, piece by piece. Raises CrmFailure."""
        import httpx2

        self._pace.take()
        try:
            with self._client().stream("GET", checked_address(address), follow_redirects=True) as response:
                if response.status_code != 200:
                    raise faults.unexpected(f"{response.status_code} for a recording")
                for piece in response.iter_bytes():
                    into(piece)
        except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError) as error:
            raise faults.offline(type(error).__name__) from None

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
        try:
            response = self._client().request(method, address, json=json, params=params, headers=headers)
        # The exceptions hold the request and with it the secret: they are not chained.
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError) as error:
            if _is_certificate(error):
                raise faults.certificate(type(error).__name__) from None
            raise faults.offline(type(error).__name__) from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise faults.unexpected(type(error).__name__) from None
        except httpx2.HTTPError as error:
            raise _lost(is_write, type(error).__name__) from None
        return self._understood(response, is_write)

    def _address(self, path: str) -> str:
        if not path.startswith(("https://", "http://")):
            return f"{self._base}/{path}"
        # The next page is given as a whole address; the key must not follow it to another host.
        if urlsplit(path)[:2] != urlsplit(self._base)[:2]:
            raise faults.unexpected("a page on another host")
        return path

    def _understood(self, response: httpx2.Response, is_write: bool) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        status = response.status_code
        if status in _REDIRECTS:
            raise _moved(headers.get("location", ""))
        try:
            body = response.json() if response.content else None
        except ValueError:
            if status == 401:
                raise faults.unauthorised("401") from None
            # A page instead of an answer: a proxy, a login page, a portal at rest.
            raise _lost(is_write, f"{status} {headers.get('content-type', '')[:_DETAIL_CHARS]}") from None
        answer = Answer(status, body, headers)
        if status in (502, 504):
            raise _lost(is_write, str(status))
        if (failure := self._refused(answer)) is not None:
            raise failure
        return answer

    def _client(self) -> httpx2.Client:
        if self._made is None:
            import httpx2
            import truststore

            self._made = httpx2.Client(
                headers=self._headers,
                timeout=httpx2.Timeout(_ANSWER_S, connect=_CONNECT_S),
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
    parts = urlsplit(address.strip())
    host = parts.hostname or ""
    is_local = host in _LOCAL
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_local)
    if not host or not is_safe or (hosts and not is_local and not host.endswith(hosts)):
        raise UserFixable(
            "crm.address",
            _("Адрес CRM не подходит: {host}.").format(host=host or address.strip()[:60]),
            hint=_("Скопируйте адрес портала из браузера; он начинается с https://."),
            action="open_settings_crm",
        )
    return address.strip().rstrip("/")


def _moved(location: str) -> CrmFailure:
    # Nothing follows a redirect by itself: a write and its key would go to whoever stands there.
    return CrmFailure(
        Fault.BLOCKED,
        "crm.moved",
        _("Портал CRM переехал: {host}.").format(host=urlsplit(location).hostname or "?"),
        hint=_("Проверьте новый адрес и подключите CRM заново; очередь сохранена."),
        action="open_settings_crm",
    )


def _lost(is_write: bool, detail: str) -> CrmFailure:
    return faults.unknown(detail) if is_write else faults.offline(detail)


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
