"""Connecting to CRMs: who is connected, with what key, and what the CRM's fields are. The key is in the keychain."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from app.core.clock import Clock
from app.core.errors import UserFixable, VizirError
from app.core.i18n import _
from app.core.ids import new_id
from app.core.keys import KeyStore
from app.deals.model import FieldDefinition
from app.delivery import mapping
from app.delivery.model import (
    Account,
    CrmAccount,
    CrmKind,
    DescribedFields,
    FieldMap,
    Pipeline,
    RemoteField,
)
from app.delivery.ports import AccountStore, ConnectorMaker, CrmConnector, MirrorStore

_log = logging.getLogger(__name__)

_FRESH = timedelta(hours=24)


class ConnectionService:
    """The connections of this machine; several CRMs may be connected at once, each by one manager.

    Args:
        definitions: Our fields in force, for the suggested mapping.
        keep_out_of_logs: Told of each key before it is used.
    """

    def __init__(
        self,
        store: AccountStore,
        mirror: MirrorStore,
        make: ConnectorMaker,
        secrets: KeyStore,
        clock: Clock,
        *,
        definitions: Callable[[], Sequence[FieldDefinition]],
        keep_out_of_logs: Callable[[str], None],
    ) -> None:
        self._store = store
        self._mirror = mirror
        self._make = make
        self._secrets = secrets
        self._clock = clock
        self._definitions = definitions
        self._keep_out_of_logs = keep_out_of_logs

    def accounts(self) -> list[CrmAccount]:
        """The connections, the oldest first."""
        return self._store.accounts()

    def check(self, kind: CrmKind, address: str, names: Mapping[str, str], secret: str) -> Account:
        """Ask the CRM who is connected; nothing is kept and nothing written.

        Raises:
            UserFixable: ``crm.address``, ``crm.secret_form``.
            CrmFailure: As the connector.
        """
        connector = self._connector(CrmAccount("", kind, "", _address(address, secret), names=names), secret)
        try:
            return connector.check()
        finally:
            connector.close()

    def explore(
        self, kind: CrmKind, address: str, names: Mapping[str, str], secret: str
    ) -> tuple[Account, DescribedFields]:
        """Likewise, and what there is in it. Raises as `check`."""
        connector = self._connector(CrmAccount("", kind, "", _address(address, secret), names=names), secret)
        try:
            account = connector.check()
            return account, DescribedFields(connector.fields(), connector.pipelines(), self._clock.now_utc())
        finally:
            connector.close()

    def connect(self, kind: CrmKind, title: str, address: str, names: Mapping[str, str], secret: str) -> CrmAccount:
        """Check and keep a connection, its key in the keychain.

        Raises:
            UserFixable: As `check`; ``crm.connected`` for a person who is connected to this portal already;
                the ``secrets.`` codes, and then nothing is kept.
            CrmFailure: As `check`.
        """
        told = self.check(kind, address, names, secret)
        place = _address(address, secret)
        for known in self._store.accounts():
            if (known.kind, _host(known.address), known.user_id) == (kind, _host(place), told.user_id):
                raise UserFixable(
                    "crm.connected",
                    _("Эта CRM уже подключена: {title}.").format(title=known.title),
                    hint=_("Чтобы сменить ключ, откройте это подключение и нажмите «Подключить заново»."),
                )
        account = CrmAccount(new_id(), kind, title.strip() or told.portal, place, told.user_id, dict(names))
        self._secrets.set(account.secret_name, secret.strip())
        try:
            self._store.add(account)
        except VizirError:
            self._secrets.delete(account.secret_name)
            raise
        return account

    def reconnect(self, account_id: str, secret: str, address: str | None = None) -> CrmAccount:
        """Give a connection another key, or another address after the portal moved; what waits goes out then.

        Raises:
            UserFixable: As `check`; ``crm.another_person`` where the key is of somebody else: their deals and
                rights are not those that were approved for.
            CrmFailure: As `check`; the old key stays.
        """
        known = self._store.account(account_id)
        place = _address(address or "", secret) if address or _has_address(secret) else known.address
        told = self.check(known.kind, place, known.names, secret)
        if known.user_id and told.user_id != known.user_id:
            raise UserFixable(
                "crm.another_person",
                _("Это ключ другого человека: {name}.").format(name=told.user_name),
                hint=_("Создайте ключ под своим именем или добавьте новое подключение."),
            )
        self._secrets.set(known.secret_name, secret.strip())
        changed = replace(known, address=place, user_id=told.user_id)
        self._store.change(changed)
        return self._store.account(account_id)

    def disconnect(self, account_id: str) -> None:
        """Forget the connection and its key; what waits is cancelled, local deals stay. Raises ``secrets.`` codes."""
        known = self._store.account(account_id)
        self._secrets.delete(known.secret_name)
        self._store.remove(account_id)
        self._mirror.forget(account_id)

    def connector(self, account_id: str) -> CrmConnector:
        """The connector of an account with its key; the caller closes it.

        Raises:
            UserFixable: ``crm.no_account``, ``crm.no_key``, and the ``secrets.`` codes.
        """
        known = self._store.account(account_id)
        secret = self._secrets.get(known.secret_name)
        if not secret:
            raise UserFixable(
                "crm.no_key",
                _("Ключа подключения «{title}» нет в хранилище ключей.").format(title=known.title),
                hint=_("Подключите CRM заново: очередь сохранена и уйдёт после этого."),
                action="open_settings_crm",
            )
        return self._connector(known, secret)

    def fields(self, account_id: str, *, is_fresh: bool = False) -> tuple[RemoteField, ...]:
        """The CRM's fields, at most a day old; of the last time where the CRM cannot be reached.

        Args:
            is_fresh: Ask now, and let a failure be one.
        """
        return self.described(account_id, is_fresh=is_fresh).fields

    def pipelines(self, account_id: str, *, is_fresh: bool = False) -> tuple[Pipeline, ...]:
        """The CRM's pipelines with their stages, likewise."""
        return self.described(account_id, is_fresh=is_fresh).pipelines

    def described(self, account_id: str, *, is_fresh: bool = False) -> DescribedFields:
        """Fields and pipelines together. Raises CrmFailure where nothing is known yet, or with `is_fresh`."""
        known = self._store.described(account_id)
        now = self._clock.now_utc()
        # A clock that was set back must not keep an old description for ever.
        is_recent = known is not None and abs(now - known.read_at) < _FRESH
        if known is not None and is_recent and not is_fresh:
            return known
        try:
            connector = self.connector(account_id)
            try:
                read = DescribedFields(connector.fields(), connector.pipelines(), now)
            finally:
                connector.close()
        except VizirError as error:
            if known is None or is_fresh:
                raise
            _log.warning("the fields of the CRM are those of %s: %s", known.read_at, error.code)
            return known
        self._store.keep_described(account_id, read)
        return read

    def field_map(self, account_id: str) -> FieldMap:
        """The mapping in force; an empty, unconfirmed one where there is none."""
        return self._store.field_map(account_id)

    def suggestion(self, account_id: str) -> FieldMap:
        """What the mapping could be: the confirmed one, and for our other fields the likeliest by label and type.

        Raises:
            CrmFailure: The CRM was never read and cannot be reached.
        """
        kept = self._store.field_map(account_id)
        described = self.described(account_id)
        decided = {item.key for item in kept.fields}
        suggested = mapping.suggest(self._definitions(), described.fields, described.pipelines)
        taken = {item.remote_key for item in kept.fields}
        added = tuple(item for item in suggested if item.key not in decided and item.remote_key not in taken)
        return replace(kept, account_id=account_id, fields=kept.fields + added)

    def confirm(self, account_id: str, field_map: FieldMap) -> FieldMap:
        """Keep the mapping; what waited for it goes on. Returns it with the moment it was confirmed."""
        self._store.confirm(replace(field_map, account_id=account_id))
        return self._store.field_map(account_id)

    def _connector(self, account: CrmAccount, secret: str) -> CrmConnector:
        self._keep_out_of_logs(secret.strip())
        return self._make(account, secret.strip())


def _address(address: str, secret: str) -> str:
    """The portal's address; a webhook is an address itself, and the portal is its beginning."""
    if address.strip() or not _has_address(secret):
        return address.strip().rstrip("/")
    parts = urlsplit(secret.strip())
    return f"{parts.scheme}://{parts.netloc}"


def _has_address(secret: str) -> bool:
    return secret.strip().lower().startswith(("https://", "http://"))


def _host(address: str) -> str:
    return (urlsplit(address).hostname or address).lower()
