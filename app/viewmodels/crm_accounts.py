"""The connections to CRMs: a list, and one guided form at a time. A key goes to the keychain and is never shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from app.core.clock import Clock
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.observable import Signal
from app.delivery.model import (
    Account,
    CrmAccount,
    CrmKind,
    DescribedFields,
    FieldMap,
    Operation,
    Pipeline,
    RemoteField,
)
from app.delivery.ports import CrmConnector
from app.jobs.runner import Job, JobRunner
from app.viewmodels.crm_guides import guide_of, kind_label
from app.viewmodels.requests import Requests
from app.viewmodels.settings_form import CheckState

CRM_LANE = "crm"
WARN_BEFORE = timedelta(days=14)
_WEBHOOK = re.compile(r"https?://[^/\s]+/rest/\S+", re.IGNORECASE)


class Connections(Protocol):
    """The connections, as far as the window uses them; `app.delivery.connections` has them."""

    def explore(
        self, kind: CrmKind, address: str, names: Mapping[str, str], secret: str
    ) -> tuple[Account, DescribedFields]: ...

    def connect(self, kind: CrmKind, title: str, address: str, names: Mapping[str, str], secret: str) -> CrmAccount: ...

    def reconnect(self, account_id: str, secret: str, address: str | None = None) -> CrmAccount: ...

    def disconnect(self, account_id: str) -> None: ...

    def accounts(self) -> Sequence[CrmAccount]: ...

    def fields(self, account_id: str, *, is_fresh: bool = False) -> Sequence[RemoteField]: ...

    def pipelines(self, account_id: str) -> Sequence[Pipeline]: ...

    def field_map(self, account_id: str) -> FieldMap: ...

    def confirm(self, account_id: str, field_map: FieldMap) -> FieldMap | None: ...

    def suggestion(self, account_id: str) -> FieldMap: ...

    def connector(self, account_id: str) -> CrmConnector: ...


class Waiting(Protocol):
    """What waits for an account."""

    def operations(
        self, account_id: str | None = None, *, only_open: bool = False, limit: int = 500
    ) -> Sequence[Operation]: ...

    def resume(self, account_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """What «Проверить» found out; None or empty where it is not known yet."""

    account: Account
    pipelines: tuple[str, ...] = ()
    fields: int | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A connection in the list.

    Args:
        is_mapped: The person has confirmed which field goes where; before that nothing is sent.
        waiting: How many writings wait for it.
    """

    account: CrmAccount
    is_mapped: bool = False
    waiting: int = 0


@dataclass(slots=True)
class Form:
    """What stands in the guided form. The key is forgotten as soon as it is kept or the form is left."""

    kind: CrmKind
    account_id: str = ""
    title: str = ""
    address: str = ""
    names: dict[str, str] = field(default_factory=dict)
    secret: str = field(default="", repr=False)

    @property
    def is_complete(self) -> bool:
        has_address = bool(self.address) or not guide_of(self.kind).has_address
        return bool(self.secret.strip()) and has_address


class CrmAccountsViewModel:
    """Checks and connects in a lane of its own: a portal that does not answer must not hold anything else up."""

    def __init__(
        self,
        requests: Requests,
        jobs: JobRunner,
        *,
        connections: Callable[[], Connections],
        delivery: Callable[[], Waiting],
        clock: Clock,
    ) -> None:
        self._requests = requests
        self._jobs = jobs
        self._connections = connections
        self._delivery = delivery
        self._clock = clock
        self._checks = 0
        self.rows: tuple[AccountRow, ...] = ()
        self.is_loaded = False
        self.form: Form | None = None
        self.check_state = CheckState.IDLE
        self.check_error = ""
        self.finding: Finding | None = None
        self.findings: dict[str, Finding] = {}
        self.checking: set[str] = set()
        self.changed: Signal[()] = Signal()
        self.form_changed: Signal[()] = Signal()
        self.checked: Signal[()] = Signal()
        self.connected: Signal[CrmAccount] = Signal()
        self.disconnected: Signal[str] = Signal()
        self.lapsing: Signal[str] = Signal()
        self.failed: Signal[VizirError] = Signal()

    def refresh(self) -> None:
        """Read the list anew."""

        def read() -> tuple[AccountRow, ...]:
            connections, delivery = self._connections(), self._delivery()
            return tuple(
                AccountRow(
                    account,
                    connections.field_map(account.id).confirmed_at is not None,
                    len(delivery.operations(account.id, only_open=True)),
                )
                for account in connections.accounts()
            )

        def take(rows: tuple[AccountRow, ...]) -> None:
            self.rows, self.is_loaded = rows, True
            self.changed.emit()

        self._requests.ask("crm.accounts", read, take, self.failed.emit)

    def row(self, account_id: str) -> AccountRow | None:
        return next((row for row in self.rows if row.account.id == account_id), None)

    def begin(self, kind: CrmKind) -> None:
        """Open the guided form for a new connection."""
        self._open(Form(kind, title=kind_label(kind)))

    def begin_again(self, account_id: str) -> None:
        """Open it for a connection that lapsed: its address stands there, its key does not."""
        row = self.row(account_id)
        if row is not None:
            one = row.account
            self._open(Form(one.kind, one.id, one.title, one.address, dict(one.names)))

    def leave(self) -> None:
        """Close the form; what was typed is forgotten, the key first."""
        self._checks += 1
        self.form, self.finding = None, None
        self.check_state, self.check_error = CheckState.IDLE, ""
        self.form_changed.emit()

    def write(self, name: str, text: str) -> None:
        """A line of the form: "address", "secret", "title", or what the CRM asks for beside."""
        form = self.form
        if form is None:
            return
        plain = text.strip()
        if name in ("address", "secret", "title"):
            setattr(form, name, plain)
        else:
            form.names[name] = plain
        if name == "secret" and not guide_of(form.kind).has_address:
            form.address = portal_of(plain)
        if name != "title" and self.check_state is not CheckState.IDLE:
            # What was checked is not what stands there now.
            self._checks += 1
            self.check_state, self.check_error, self.finding = CheckState.IDLE, "", None
            self.checked.emit()
        self.form_changed.emit()

    def check(self) -> None:
        """Ask the CRM who is connected; it only reads."""
        form = self.form
        if form is None or not form.is_complete or self.check_state is CheckState.RUNNING:
            return
        self._checks += 1
        number = self._checks
        kind, address, names, secret = form.kind, form.address, dict(form.names), form.secret
        self._say(number, CheckState.RUNNING)
        job = Job(
            lambda _cancel: self._connections().explore(kind, address, names, secret),
            on_done=lambda found: self._say(number, CheckState.PASSED, finding=_finding(*found)),
            on_failed=lambda error: self._say(number, CheckState.FAILED, str(error)),
            on_cancelled=lambda: self._say(number, CheckState.IDLE),
            name="crm-check",
        )
        self._jobs.submit(CRM_LANE, job)

    def connect(self) -> None:
        """Keep the connection and its key; for one that lapsed, let its queue go on."""
        form = self.form
        if form is None or not form.is_complete or self.check_state is CheckState.RUNNING:
            return
        self._checks += 1
        number = self._checks
        kind, title, address, secret = form.kind, form.title, form.address, form.secret
        account_id, names = form.account_id, dict(form.names)
        self._say(number, CheckState.RUNNING)

        def keep() -> tuple[CrmAccount, Finding | None]:
            connections = self._connections()
            if account_id:
                account = connections.reconnect(account_id, secret, address or None)
                self._delivery().resume(account_id)
            else:
                account = connections.connect(kind, title or kind_label(kind), address, names, secret)
            return account, self._look(account.id)

        def kept(answer: tuple[CrmAccount, Finding | None]) -> None:
            account, finding = answer
            if finding is not None:
                self.findings[account.id] = finding
            if number == self._checks:
                self.leave()
            self.refresh()
            self.connected.emit(account)

        job = Job(
            lambda _cancel: keep(),
            on_done=kept,
            on_failed=lambda error: self._say(number, CheckState.FAILED, str(error)),
            on_cancelled=lambda: self._say(number, CheckState.IDLE),
            name="crm-connect",
        )
        self._jobs.submit(CRM_LANE, job)

    def disconnect(self, account_id: str) -> None:
        """Forget a connection and its key; what waits for it stays queued and is told before."""

        def done(_none: None) -> None:
            self.findings.pop(account_id, None)
            self.refresh()
            self.disconnected.emit(account_id)

        self._requests.tell(
            "crm.disconnect", lambda: self._connections().disconnect(account_id), done, self.failed.emit
        )

    def check_account(self, account_id: str) -> None:
        """Look how a connection is now."""
        if account_id in self.checking:
            return
        self.checking.add(account_id)
        self.checked.emit()

        def ended(finding: Finding | None) -> None:
            self.checking.discard(account_id)
            if finding is not None:
                self.findings[account_id] = finding
            self.checked.emit()

        def failed(error: VizirError) -> None:
            ended(None)
            self.failed.emit(error)

        job = Job(lambda _cancel: self._found(account_id), ended, failed, lambda: ended(None), name="crm-check-account")
        self._jobs.submit(CRM_LANE, job)

    def watch_key(self, account_id: str) -> None:
        """Look unasked when a key lapses, and say so while there is time; a failure is the queue's to tell."""

        def look() -> Account | None:
            try:
                connector = self._connections().connector(account_id)
                try:
                    return connector.check()
                finally:
                    connector.close()
            except VizirError:
                return None

        def take(account: Account | None) -> None:
            row = self.row(account_id)
            text, is_urgent = self.expiry(Finding(account) if account is not None else None)
            if row is not None and is_urgent:
                self.lapsing.emit(f"{row.account.title}: {text}")

        self._requests.ask(f"crm.key.{account_id}", look, take, lane=CRM_LANE)

    def expiry(self, finding: Finding | None) -> tuple[str, bool]:
        """When a key lapses, in words, and whether it is time to renew it."""
        expires_at = finding.account.expires_at if finding is not None else None
        if expires_at is None:
            return "", False
        now = self._clock.now_utc()
        day = f"{self._clock.local(expires_at):%d.%m.%Y}"
        if expires_at <= now:
            return _("Ключ перестал действовать {day}").format(day=day), True
        days = (expires_at - now).days
        if expires_at - now <= WARN_BEFORE:
            return _("Ключ действует до {day}: осталось дней {days}. Обновите его.").format(day=day, days=days), True
        return _("Ключ действует до {day}").format(day=day), False

    def _look(self, account_id: str) -> Finding | None:
        """What a new connection sees; the connection stands even where this fails."""
        try:
            return self._found(account_id)
        except VizirError:
            return None

    def _found(self, account_id: str) -> Finding:
        connections = self._connections()
        connector = connections.connector(account_id)
        try:
            who = connector.check()
        finally:
            connector.close()
        fields = connections.fields(account_id, is_fresh=True)
        return Finding(who, tuple(one.label for one in connections.pipelines(account_id)), len(fields))

    def _open(self, form: Form) -> None:
        self._checks += 1
        self.form, self.finding = form, None
        self.check_state, self.check_error = CheckState.IDLE, ""
        self.form_changed.emit()
        self.checked.emit()

    def _say(self, number: int, state: CheckState, error: str = "", *, finding: Finding | None = None) -> None:
        if number != self._checks:
            return
        self.check_state, self.check_error = state, error
        self.finding = finding if state is not CheckState.RUNNING else None
        self.checked.emit()


def _finding(account: Account, described: DescribedFields) -> Finding:
    return Finding(account, tuple(one.label for one in described.pipelines), len(described.fields))


def portal_of(webhook: str) -> str:
    """The portal of a Bitrix24 webhook without its secret; "" where the text is none."""
    found = _WEBHOOK.match(webhook.strip())
    return "/".join(found.group().split("/")[:3]) if found else ""
