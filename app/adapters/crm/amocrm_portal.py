"""An amoCRM account behind a long-lived token: questions, lists page by page, changes.

Source: amoCRM's API v4. It answers 204 for an empty list and for an unknown card.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from app.adapters.crm import amocrm_token, amocrm_values
from app.adapters.crm.amocrm_answers import card_of, list_of, next_page
from app.adapters.crm.amocrm_errors import failure_of
from app.adapters.crm.amocrm_values import Terms
from app.adapters.crm.pace import Paces
from app.adapters.crm.transport import Answer, Transport, checked_address
from app.core.clock import Clock
from app.core.i18n import _
from app.delivery import faults
from app.delivery.faults import CrmFailure, Fault
from app.logs import redactor

HOSTS = (".amocrm.ru", ".amocrm.com", ".kommo.com")
PAGE = 250
_PER_SECOND, _BURST = 5.0, 5
"""amoCRM allows an integration 7 requests a second and bars the address of one that goes on beyond them."""
_IDS_AT_ONCE = 100
"""Ids in one request: more of them make an address that proxies cut off."""
_MOST_PAGES = 2_000


class AmoPortal:
    """Requests to one account, at the pace it bears.

    Args:
        address: "https://example.amocrm.ru"; what stands behind the host is left out.
        secret: The long-lived token.
        clock: Seconds for the pace.
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
        clock: Clock,
        wait: Callable[[float], bool] | None = None,
        paces: Paces | None = None,
    ) -> None:
        parts = urlsplit(checked_address(address, HOSTS))
        self.address = f"{parts.scheme}://{parts.netloc}"
        self.token = amocrm_token.checked_token(secret)
        redactor.register_secret(self.token)
        pace = (paces or Paces()).of(self.address, _PER_SECOND, _BURST, clock_s=clock.monotonic_s, wait=wait)
        headers = {"Authorization": f"Bearer {self.token}"}
        self._transport = Transport(f"{self.address}/api/v4", headers, pace, failure_of)
        self._terms: Terms | None = None

    @property
    def terms(self) -> Terms:
        """Currency and time zone of the account; asks where they are not known yet."""
        if self._terms is None:
            self.account()
        return self._terms or Terms()

    def account(self) -> Mapping[str, Any]:
        """The account as amoCRM tells it now. Raises CrmFailure ``crm.no_portal`` where there is none."""
        account = self.card("account", {"with": "datetime_settings"})
        if not account:
            raise CrmFailure(
                Fault.BLOCKED,
                "crm.no_portal",
                _("По адресу {host} нет аккаунта amoCRM.").format(host=urlsplit(self.address).hostname),
                hint=_("Проверьте адрес: аккаунт могли переименовать. Подключите CRM заново; очередь сохранена."),
                action="open_settings_crm",
            )
        self._terms = amocrm_values.terms_of(account)
        return account

    def read(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """One answer, as it is."""
        return self._transport.read("GET", path, params=params)

    def write(self, method: str, path: str, body: Any) -> Answer:
        """A change, sent once; an INVALID failure's keys are the places in `body` that amoCRM names."""
        return self._transport.write(method, path, json=body)

    def card(self, path: str, params: Mapping[str, Any] | None = None) -> Mapping[str, Any] | None:
        """A card, note or task; None for one that is not there."""
        try:
            return card_of(self.read(path, params))
        except CrmFailure as failure:
            if failure.fault is Fault.NOT_FOUND:
                return None
            raise

    def items(self, path: str, key: str, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """All items of a list, page by page; the next page is the address that amoCRM gives, on the same host only."""
        answer = self.read(path, params)
        for _page in range(_MOST_PAGES):
            yield from (items := list_of(answer, key))
            following = next_page(answer.body)
            if not items or following is None:
                return
            answer = self.read(following)
        raise faults.unexpected("a list without an end")

    def by_ids(self, folder: str, ids: Sequence[str], params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Cards of these ids, in as few requests as addresses allow."""
        for start in range(0, len(ids), _IDS_AT_ONCE):
            some = {"filter[id][]": list(ids[start : start + _IDS_AT_ONCE]), "limit": PAGE, **params}
            yield from self.items(folder, folder, some)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()
