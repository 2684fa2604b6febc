"""A CRM in memory: deals that colleagues change too, notes, tasks, and troubles on the way there and back."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from app.adapters.crm.pace import Pace
from app.delivery import faults
from app.delivery.faults import CrmFailure
from app.delivery.model import (
    Account,
    Caps,
    CrmKind,
    CrmValue,
    DealPage,
    Pipeline,
    RefKind,
    RemoteContact,
    RemoteDeal,
    RemoteField,
    RemoteOption,
    RemoteRef,
    RemoteStage,
    RemoteType,
    Snapshot,
    TaskOrder,
    mark_of,
)

FIELDS = (
    RemoteField("title", "Название", RemoteType.TEXT),
    RemoteField("amount", "Сумма сделки", RemoteType.MONEY),
    RemoteField("city", "Город", RemoteType.TEXT),
    RemoteField("need", "Потребность", RemoteType.TEXT),
    RemoteField("due", "Срок", RemoteType.DATE),
    RemoteField("visit", "Встреча", RemoteType.DATETIME),
    RemoteField("count", "Количество", RemoteType.NUMBER),
    RemoteField("agreed", "Согласовано", RemoteType.BOOL),
    RemoteField(
        "warm", "Интерес", RemoteType.OPTION, options=(RemoteOption("1", "Горячий"), RemoteOption("2", "Холодный"))
    ),
    RemoteField("stage", "Этап", RemoteType.STAGE, options=(RemoteOption("S1", "Новая"), RemoteOption("S2", "Счёт"))),
    RemoteField("contact.phones", "Телефон", RemoteType.PHONES),
    RemoteField("owner", "Ответственный", RemoteType.LINK),
    RemoteField("number", "Номер", RemoteType.TEXT, is_readonly=True),
)
PIPELINES = (Pipeline("P", "Продажи", (RemoteStage("S1", "Новая"), RemoteStage("S2", "Счёт"))),)
_PAGE = 50


@dataclass
class _Entry:
    deal_id: str
    text: str
    op_id: str
    due: object = None
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A value that a connector wrote over another; `is_theirs` where a colleague had set that one."""

    op_id: str
    deal_id: str
    key: str
    old: CrmValue
    new: CrmValue
    is_theirs: bool = False


@dataclass
class Trouble:
    """What happens to the next call of a name: a failure, before or after the CRM has done what was asked."""

    call: str
    failure: CrmFailure
    is_done: bool = False


@dataclass
class FakeCrm:
    """The portal: what stands in it, whoever wrote it.

    Args:
        effects: How often each operation had an effect, by its key.
        ignores: Keys that it answers well to and does not keep.
    """

    fields: tuple[RemoteField, ...] = FIELDS
    caps: Caps = field(default_factory=Caps)
    deals: dict[str, dict[str, CrmValue]] = field(default_factory=dict)
    notes: dict[str, _Entry] = field(default_factory=dict)
    tasks: dict[str, _Entry] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    written: list[Written] = field(default_factory=list)
    troubles: deque[Trouble] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)
    ignores: set[str] = field(default_factory=set)
    state: CrmFailure | None = None
    theirs: set[tuple[str, str]] = field(default_factory=set)
    ever_theirs: set[tuple[str, str]] = field(default_factory=set)
    changed: dict[str, datetime] = field(default_factory=dict)
    now: datetime = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)

    def __post_init__(self) -> None:
        self._ids = count(100)

    def add_deal(self, deal_id: str, **values: CrmValue) -> str:
        self.deals[deal_id] = dict(values)
        self.touch(deal_id)
        return deal_id

    def colleague(self, deal_id: str, key: str, value: CrmValue) -> None:
        """Somebody else changes a value."""
        self.deals[deal_id][key] = value
        self.theirs.add((deal_id, key))
        self.ever_theirs.add((deal_id, key))
        self.touch(deal_id)

    def trouble(self, call: str, failure: CrmFailure, *, is_done: bool = False, times: int = 1) -> None:
        """Let the next calls of that name fail; with `is_done` the CRM has done it and only the answer is lost."""
        self.troubles.extend(Trouble(call, failure, is_done) for _ in range(times))

    def touch(self, deal_id: str) -> None:
        self.now += timedelta(seconds=1)
        self.changed[deal_id] = self.now

    def new_id(self) -> str:
        return str(next(self._ids))

    def texts(self, deal_id: str) -> list[str]:
        """Notes that stand on a deal, without their marks."""
        return [entry.text for entry in self.notes.values() if entry.deal_id == deal_id and not entry.is_removed]

    def titles(self, deal_id: str) -> list[str]:
        """Titles of the tasks that stand on a deal."""
        return [entry.text for entry in self.tasks.values() if entry.deal_id == deal_id and not entry.is_removed]


class FakeConnector:
    """`CrmConnector` to a `FakeCrm`.

    Args:
        pace: What each request waits for.
    """

    kind = CrmKind.ODOO

    def __init__(self, crm: FakeCrm, pace: Pace | None = None) -> None:
        self._crm = crm
        self._pace = pace
        self.is_closed = False

    @property
    def caps(self) -> Caps:
        return self._crm.caps

    def check(self) -> Account:
        self._asked("check")
        return Account("7", "Ольга", "Тепло")

    def fields(self) -> tuple[RemoteField, ...]:
        self._asked("fields")
        return self._crm.fields

    def pipelines(self) -> tuple[Pipeline, ...]:
        self._asked("pipelines")
        return PIPELINES

    def deals(self, *, since: datetime | None, cursor: str | None = None) -> DealPage:
        self._asked("deals")
        crm = self._crm
        changed = sorted((at, key) for key, at in crm.changed.items() if since is None or at >= since)
        first = int(cursor or 0)
        found = tuple(self._deal(key) for _at, key in changed[first : first + _PAGE])
        return DealPage(found, str(first + _PAGE) if first + _PAGE < len(changed) else None)

    def find_deals(self, text: str, limit: int) -> tuple[RemoteDeal, ...]:
        self._asked("find_deals")
        digits = "".join(filter(str.isdigit, text))
        deals = [self._deal(key) for key in self._crm.deals]
        fits = [
            deal
            for deal in deals
            if text.lower() in deal.title.lower()
            or (len(digits) >= 5 and deal.contact and any(digits[-10:] in phone for phone in deal.contact.phones))
        ]
        return tuple(fits[:limit])

    def read_deal(self, deal_id: str, keys: Sequence[str]) -> Snapshot:
        self._asked("read_deal")
        values = self._values(deal_id)
        return Snapshot(deal_id, {key: values.get(key) for key in keys})

    def write_deal(self, deal_id: str, changes: Mapping[str, CrmValue], op_id: str) -> Snapshot | None:
        with_answer = self._asked("write_deal")
        values = self._values(deal_id)
        self._crm.effects[op_id] += 1
        for key, value in changes.items():
            if key not in self._crm.ignores:
                is_theirs = (deal_id, key) in self._crm.theirs
                self._crm.written.append(Written(op_id, deal_id, key, values.get(key), value, is_theirs))
                self._crm.theirs.discard((deal_id, key))
                values[key] = value
        self._crm.touch(deal_id)
        self._answer(with_answer)
        return Snapshot(deal_id, {key: values.get(key) for key in changes})

    def add_note(self, deal_id: str, text: str, op_id: str) -> RemoteRef:
        return self._add("add_note", RefKind.NOTE, _Entry(deal_id, text, op_id))

    def find_note(self, deal_id: str, op_id: str) -> RemoteRef | None:
        self._asked("find_note")
        return self._find(RefKind.NOTE, deal_id, op_id)

    def add_task(self, deal_id: str, task: TaskOrder, op_id: str) -> RemoteRef:
        return self._add("add_task", RefKind.TASK, _Entry(deal_id, task.title, op_id, task.due))

    def find_task(self, deal_id: str, op_id: str) -> RemoteRef | None:
        self._asked("find_task")
        return self._find(RefKind.TASK, deal_id, op_id)

    def remove(self, ref: RemoteRef, op_id: str) -> None:
        trouble = self._asked("remove")
        entry = self._shelf(ref.kind).get(ref.id)
        if entry is not None and not entry.is_removed:
            entry.is_removed = True
            self._crm.effects[op_id] += 1
        self._answer(trouble)

    def deal_url(self, deal_id: str) -> str:
        return f"https://crm.example/deal/{deal_id}"

    def close(self) -> None:
        self.is_closed = True

    def _add(self, call: str, kind: RefKind, entry: _Entry) -> RemoteRef:
        trouble = self._asked(call)
        self._values(entry.deal_id)
        key = self._crm.new_id()
        self._shelf(kind)[key] = entry
        self._crm.effects[entry.op_id] += 1
        self._answer(trouble)
        return RemoteRef(kind, key, entry.deal_id)

    def _find(self, kind: RefKind, deal_id: str, op_id: str) -> RemoteRef | None:
        self._values(deal_id)
        for key, entry in self._shelf(kind).items():
            if (entry.deal_id, mark_of(entry.op_id)) == (deal_id, mark_of(op_id)) and not entry.is_removed:
                return RemoteRef(kind, key, deal_id)
        return None

    def _shelf(self, kind: RefKind) -> dict[str, _Entry]:
        return self._crm.notes if kind is RefKind.NOTE else self._crm.tasks

    def _values(self, deal_id: str) -> dict[str, CrmValue]:
        if deal_id not in self._crm.deals:
            raise faults.not_found(deal_id)
        return self._crm.deals[deal_id]

    def _asked(self, call: str) -> Trouble | None:
        """Take the next trouble of this call; raise it unless it comes after the CRM has done it."""
        if self._pace is not None:
            self._pace.take()
        self._crm.calls.append(call)
        if self._crm.state is not None:
            raise self._crm.state
        for trouble in self._crm.troubles:
            if trouble.call in (call, "*"):
                self._crm.troubles.remove(trouble)
                if not trouble.is_done:
                    raise trouble.failure
                return trouble
        return None

    @staticmethod
    def _answer(trouble: Trouble | None) -> None:
        if trouble is not None:
            raise trouble.failure

    def _deal(self, deal_id: str) -> RemoteDeal:
        values = self._crm.deals.get(deal_id)
        if values is None:
            return RemoteDeal(deal_id, "", is_gone=True)
        phones = values.get("contact.phones")
        contact = RemoteContact("c", "Павел", phones) if isinstance(phones, tuple) else None
        title = str(values.get("title") or f"Сделка {deal_id}")
        return RemoteDeal(deal_id, title, contact=contact, updated_at=self._crm.changed[deal_id])


def renamed(fields: Iterable[RemoteField], key: str, label: str) -> tuple[RemoteField, ...]:
    """The fields with another label for one of them."""
    return tuple(replace(item, label=label) if item.key == key else item for item in fields)
