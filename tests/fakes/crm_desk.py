"""What the window asks of the connected CRMs, in memory and scripted: no network, no store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType

from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.core.observable import Signal
from app.deals.matching import DealCandidate, DealClues
from app.deals.model import FieldDefinition
from app.delivery.mapping import suggest
from app.delivery.model import (
    Account,
    Caps,
    CrmAccount,
    CrmKind,
    CrmValue,
    DealLink,
    DescribedFields,
    FieldMap,
    MirroredDeal,
    Operation,
    OperationState,
    Pipeline,
    RemoteField,
    RemoteStage,
    RemoteType,
    Resolution,
)

ACCOUNT = CrmAccount("acc-1", CrmKind.BITRIX24, "Битрикс24", "https://teplo.bitrix24.ru", "7")
FIELDS = (
    RemoteField("opportunity", "Сумма сделки", RemoteType.MONEY),
    RemoteField("closedate", "Дата закрытия", RemoteType.DATE),
    RemoteField("comments", "Комментарий", RemoteType.TEXT),
    RemoteField("stageId", "Стадия сделки", RemoteType.STAGE),
)
PIPELINES = (Pipeline("0", "Продажи", (RemoteStage("NEW", "Новая"), RemoteStage("WON", "Успех", is_won=True))),)


@dataclass
class ScriptedPortal:
    """The connector of an account, as far as the window asks one."""

    account: Account
    caps: Caps = field(default_factory=Caps)
    error: VizirError | None = None
    is_closed: bool = False

    def check(self) -> Account:
        if self.error is not None:
            raise self.error
        return self.account

    def deal_url(self, deal_id: str) -> str:
        return f"https://teplo.bitrix24.ru/crm/deal/details/{deal_id}/"

    def close(self) -> None:
        self.is_closed = True


class ScriptedConnections:
    """Connections without a keychain; `secrets` holds what a keychain would."""

    def __init__(self, definitions: Sequence[FieldDefinition] = ()) -> None:
        self.known: list[CrmAccount] = []
        self.secrets: dict[str, str] = {}
        self.maps: dict[str, FieldMap] = {}
        self.remote: tuple[RemoteField, ...] = FIELDS
        self.definitions = definitions
        self.error: VizirError | None = None
        self.portal = ScriptedPortal(Account("7", "Ольга Вишнёва", "teplo.bitrix24.ru"))

    def check(self, kind: CrmKind, address: str, names: Mapping[str, str], secret: str) -> Account:
        if self.error is not None:
            raise self.error
        return self.portal.check()

    def explore(
        self, kind: CrmKind, address: str, names: Mapping[str, str], secret: str
    ) -> tuple[Account, DescribedFields]:
        return self.check(kind, address, names, secret), DescribedFields(self.remote, PIPELINES, datetime.now(UTC))

    def connect(self, kind: CrmKind, title: str, address: str, names: Mapping[str, str], secret: str) -> CrmAccount:
        who = self.check(kind, address, names, secret)
        account = CrmAccount(f"acc-{len(self.known) + 1}", kind, title, address, who.user_id, dict(names))
        self.known.append(account)
        self.secrets[account.id] = secret
        return account

    def reconnect(self, account_id: str, secret: str, address: str | None = None) -> CrmAccount:
        known = next(one for one in self.known if one.id == account_id)
        self.check(known.kind, address or known.address, known.names, secret)
        self.secrets[account_id] = secret
        return known

    def disconnect(self, account_id: str) -> None:
        self.known = [one for one in self.known if one.id != account_id]
        self.secrets.pop(account_id, None)

    def pause(self, account_id: str, *, is_paused: bool) -> None:
        """As a refused key would."""
        code = "crm.auth" if is_paused else ""
        self.known = [
            replace(one, is_paused=is_paused, pause_code=code) if one.id == account_id else one for one in self.known
        ]

    def accounts(self) -> list[CrmAccount]:
        return list(self.known)

    def connector(self, account_id: str) -> ScriptedPortal:
        return self.portal

    def fields(self, account_id: str, *, is_fresh: bool = False) -> tuple[RemoteField, ...]:
        return self.remote

    def pipelines(self, account_id: str) -> tuple[Pipeline, ...]:
        return PIPELINES

    def field_map(self, account_id: str) -> FieldMap:
        return self.maps.get(account_id, FieldMap(account_id))

    def suggestion(self, account_id: str) -> FieldMap:
        return FieldMap(account_id, suggest(self.definitions, self.remote, PIPELINES))

    def confirm(self, account_id: str, field_map: FieldMap) -> FieldMap:
        self.maps[account_id] = field_map
        return field_map


class ScriptedDelivery:
    """A queue whose rounds do what the test says."""

    def __init__(self, connections: ScriptedConnections) -> None:
        self._connections = connections
        self.rows: list[Operation] = []
        self.links: dict[str, DealLink] = {}
        self.settled: list[tuple[str, dict[str, Resolution], dict[str, CrmValue]]] = []
        self.rounds: list[str] = []
        self.next_due: datetime | None = None
        self.is_online = True
        self.robots: tuple[str, ...] = ()
        self.changed: Signal[Operation] = Signal()

    def deliver(self, account_id: str, cancel: CancelToken) -> datetime | None:
        self.rounds.append(account_id)
        if self.is_online:
            self.rows = [
                replace(row, state=OperationState.DONE, done_at=datetime.now(UTC))
                if row.account_id == account_id and row.state is OperationState.PENDING
                else row
                for row in self.rows
            ]
        return self.next_due

    def operations(
        self, account_id: str | None = None, *, only_open: bool = False, limit: int = 500
    ) -> list[Operation]:
        done = (OperationState.DONE, OperationState.CANCELLED)
        found = [row for row in self.rows if account_id in (None, row.account_id)]
        return [row for row in found if not (only_open and row.state in done)][:limit]

    def retry(self, operation_id: str) -> None:
        self._change(operation_id, state=OperationState.PENDING, error_code="", error_text="", next_try_at=None)

    def cancel(self, operation_id: str) -> None:
        self._change(operation_id, state=OperationState.CANCELLED)

    def settle(
        self,
        operation_id: str,
        choices: Mapping[str, Resolution],
        edited: Mapping[str, CrmValue] | None = None,
        *,
        by: str = "",
    ) -> None:
        self.settled.append((operation_id, dict(choices), dict(edited or {})))
        self._change(operation_id, state=OperationState.PENDING, conflict=())

    def choose_deal(self, operation_id: str, remote_id: str) -> None:
        self._change(operation_id, state=OperationState.PENDING, remote_id=remote_id, error_code="", error_text="")

    def resume(self, account_id: str) -> None:
        self._connections.pause(account_id, is_paused=False)
        self.rows = [
            replace(row, state=OperationState.PENDING) if row.state is OperationState.PAUSED else row
            for row in self.rows
        ]

    def link(self, deal_id: str, account_id: str, remote_id: str) -> list[Operation]:
        self.links[deal_id] = DealLink(deal_id, account_id, remote_id)
        return []

    def link_of(self, deal_id: str) -> DealLink | None:
        return self.links.get(deal_id)

    def warnings(self, deal_id: str, keys: Collection[str]) -> tuple[str, ...]:
        return self.robots if "stage" in keys else ()

    def _change(self, operation_id: str, **changes: object) -> None:
        self.rows = [replace(row, **changes) if row.id == operation_id else row for row in self.rows]  # type: ignore[arg-type]


class ScriptedMirror:
    """Deals of the CRMs as they were last seen."""

    def __init__(self, delivery: ScriptedDelivery, adopted: Mapping[str, str] = MappingProxyType({})) -> None:
        self._delivery = delivery
        self._adopted = adopted
        self.deals: list[MirroredDeal] = []
        self.seen: dict[str, Mapping[str, CrmValue]] = {}
        self.likely: list[tuple[MirroredDeal, DealCandidate]] = []

    def search(self, text: str, limit: int = 50, account_id: str | None = None) -> list[MirroredDeal]:
        wanted = text.casefold()
        return [one for one in self.deals if wanted in f"{one.deal.title} {one.deal.company}".casefold()][:limit]

    def propose(self, clues: DealClues, limit: int = 6) -> list[tuple[MirroredDeal, DealCandidate]]:
        return self.likely[:limit]

    def of(self, account_id: str, remote_id: str) -> MirroredDeal | None:
        return next((one for one in self.deals if (one.account_id, one.deal.id) == (account_id, remote_id)), None)

    def adopt(self, account_id: str, remote_id: str) -> str:
        deal_id = self._adopted.get(remote_id, f"deal-{remote_id}")
        self._delivery.link(deal_id, account_id, remote_id)
        return deal_id

    def look(self, deal_id: str) -> bool:
        return False

    def refresh(self, account_id: str, on_progress: Callable[[int], None], cancel: CancelToken) -> int:
        on_progress(len(self.deals))
        return len(self.deals)

    def values(self, deal_id: str) -> Mapping[str, CrmValue]:
        return self.seen.get(deal_id, {})


class ScriptedWording:
    """Keeps what was put."""

    def __init__(self) -> None:
        self.kept: dict[str, FieldDefinition] = {}

    def of(self, profile_id: str) -> tuple[FieldDefinition, ...]:
        return tuple(self.kept.values())

    def put(self, profile_id: str, definition: FieldDefinition) -> None:
        self.kept[definition.key] = definition

    def drop(self, profile_id: str, key: str) -> None:
        self.kept.pop(key, None)
