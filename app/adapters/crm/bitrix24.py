"""Bitrix24 behind an inbound webhook: one webhook per person, whose rights it has. Not yet tried against a live portal.

Source: the vendor's REST pages (August 2026); the shapes are those of `crm.item.*`, which replaces `crm.deal.*`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any

from app.adapters.crm import bitrix24_values as values
from app.adapters.crm.bitrix24_deals import DealList
from app.adapters.crm.bitrix24_fields import CardKinds
from app.adapters.crm.bitrix24_portal import Params, Portal, items_of
from app.adapters.crm.pace import Paces
from app.core.i18n import _
from app.delivery import faults
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import (
    Account,
    Caps,
    CrmAccount,
    CrmKind,
    CrmValue,
    DealPage,
    Entity,
    Pipeline,
    RefKind,
    RemoteDeal,
    RemoteField,
    RemoteRef,
    RemoteType,
    Snapshot,
    TaskOrder,
    mark_of,
)

_RIGHTS = ("crm", "task")
_OWN_FIELDS = {entity: f"crm.{entity}.userfield.list" for entity in Entity}
_END_OF_WORK = time_of_day(18, 0)
"""A task that is due on a day is due then: the portal knows moments only."""
_REFUSED = (Fault.AUTH, Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.UNEXPECTED)


class Bitrix24:
    """The connector; see `app.delivery.ports.CrmConnector`.

    Args:
        account: Its address is the portal's, without the key.
        secret: The webhook's whole address, or its end ("1/abc123").
        clock_s: Seconds that never run backwards.
        wait: Waits so many seconds; True if the wait was broken off.
        paces: Shared by all who ask the same portal.

    Raises:
        UserFixable: ``crm.address``, ``crm.secret_form``.
    """

    kind = CrmKind.BITRIX24
    # A second task of the same key is refused for a day only, and only where the portal knows REST 3.
    caps = Caps(has_robots=True)

    def __init__(
        self,
        account: CrmAccount,
        secret: str,
        *,
        clock_s: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
        paces: Paces | None = None,
    ) -> None:
        self._portal = Portal(account.address, secret, clock_s=clock_s, wait=wait, paces=paces)
        self._cards = CardKinds(self._portal)
        self._list = DealList(self._portal)
        self._has_rest3 = True

    def check(self) -> Account:
        found, failed = self._portal.batch({"who": ("profile", {}), "rights": ("scope", {})})
        for failure in failed.values():
            raise failure
        who = found["who"] if isinstance(found["who"], dict) else {}
        given = {str(right) for right in found["rights"] or ()}
        name = " ".join(str(who[part]) for part in ("NAME", "LAST_NAME") if who.get(part))
        return Account(
            user_id=str(who.get("ID") or self._portal.user_id),
            user_name=name,
            portal=self._portal.address.partition("://")[2],
            missing_rights=tuple(right for right in _RIGHTS if right not in given),
        )

    def fields(self) -> tuple[RemoteField, ...]:
        return self._cards.fields()

    def pipelines(self) -> tuple[Pipeline, ...]:
        return self._cards.pipelines()

    def deals(self, *, since: datetime | None, cursor: str | None = None) -> DealPage:
        return self._list.page(since, cursor)

    def find_deals(self, text: str, limit: int) -> tuple[RemoteDeal, ...]:
        return self._list.find(text, limit)

    def read_deal(self, deal_id: str, keys: Sequence[str]) -> Snapshot:
        return self._snapshot(deal_id, keys, self._card(values.DEAL, deal_id))

    def write_deal(self, deal_id: str, changes: Mapping[str, CrmValue], op_id: str) -> Snapshot | None:
        deal: Mapping[str, Any] | None = None
        by_entity: dict[Entity, dict[str, CrmValue]] = {}
        for key, value in changes.items():
            entity, own = values.entity_of(key)
            by_entity.setdefault(entity, {})[own] = value
        # The deal comes last: a change of its stage starts the portal's robots, which should see all of it.
        for entity in (Entity.CONTACT, Entity.COMPANY):
            if entity in by_entity:
                deal = deal or self._card(values.DEAL, deal_id)
                self._write_beside(entity, deal, by_entity[entity])
        if Entity.DEAL in by_entity:
            kinds = self._cards.kinds_of(Entity.DEAL)
            deal = self._update(Entity.DEAL, deal_id, self._written(kinds, by_entity[Entity.DEAL]), list(changes))
        return self._snapshot(deal_id, list(changes), deal) if deal is not None else None

    def add_note(self, deal_id: str, text: str, op_id: str) -> RemoteRef:
        fields = {"ENTITY_ID": _number(deal_id), "ENTITY_TYPE": "deal", "COMMENT": f"{text}\n\n{mark_of(op_id)}"}
        made = self._portal.write("crm.timeline.comment.add", {"fields": fields})
        return RemoteRef(RefKind.NOTE, str(made), deal_id)

    def find_note(self, deal_id: str, op_id: str) -> RemoteRef | None:
        question: Params = {
            "filter": {"ENTITY_ID": _number(deal_id), "ENTITY_TYPE": "deal"},
            "select": ["ID", "COMMENT"],
            "order": {"ID": "DESC"},
        }
        for row in self._rows("crm.timeline.comment.list", question):
            if mark_of(op_id) in str(row.get("COMMENT") or ""):
                return RemoteRef(RefKind.NOTE, str(row["ID"]), deal_id)
        return None

    def add_task(self, deal_id: str, task: TaskOrder, op_id: str) -> RemoteRef:
        text = f"{task.text}\n\n{mark_of(op_id)}".strip()
        due = self._due(task.due)
        if self._has_rest3:
            try:
                return self._add_by_rest3(deal_id, task, text, due, op_id)
            except CrmFailure as failure:
                if not _is_older_portal(failure):
                    raise
            if (found := self.find_task(deal_id, op_id)) is not None:
                return found
        fields = {
            "TITLE": task.title,
            "DESCRIPTION": text,
            "CREATED_BY": int(self._portal.user_id),
            "RESPONSIBLE_ID": self._owner(task),
            "UF_CRM_TASK": [f"D_{_number(deal_id)}"],
            **({"DEADLINE": due} if due else {}),
        }
        made = _inner(self._portal.write("tasks.task.add", {"fields": fields}), "task")
        self._has_rest3 = False
        return RemoteRef(RefKind.TASK, str(made["id"]), deal_id)

    def find_task(self, deal_id: str, op_id: str) -> RemoteRef | None:
        # REST 3 lists tasks by their own id only.
        question: Params = {
            "filter": {"UF_CRM_TASK": f"D_{deal_id}", "CREATED_BY": self._portal.user_id},
            "select": ["ID", "DESCRIPTION"],
            "order": {"ID": "desc"},
        }
        for row in self._rows("tasks.task.list", question, "tasks"):
            if mark_of(op_id) in str(row.get("description") or ""):
                return RemoteRef(RefKind.TASK, str(row["id"]), deal_id)
        return None

    def remove(self, ref: RemoteRef, op_id: str) -> None:
        try:
            if ref.kind is RefKind.NOTE:
                owner = {"id": int(ref.id), "ownerTypeId": values.DEAL, "ownerId": int(ref.deal_id)}
                self._portal.write("crm.timeline.comment.delete", owner)
            else:
                self._portal.write("tasks.task.delete", {"taskId": int(ref.id)})
        except CrmFailure as failure:
            if failure.fault is not Fault.NOT_FOUND:
                raise

    def deal_url(self, deal_id: str) -> str:
        return f"{self._portal.address}/crm/deal/details/{deal_id}/"

    def close(self) -> None:
        self._portal.close()

    def _add_by_rest3(self, deal_id: str, task: TaskOrder, text: str, due: str, op_id: str) -> RemoteRef:
        fields = {
            "title": task.title,
            "description": text,
            "creatorId": int(self._portal.user_id),
            "responsibleId": self._owner(task),
            "crmItemIds": [f"D_{_number(deal_id)}"],
            **({"deadline": due} if due else {}),
        }
        made = _inner(self._portal.write_rest3("tasks.task.add", {"fields": fields}, op_id), "item")
        return RemoteRef(RefKind.TASK, str(made["id"]), deal_id)

    def _owner(self, task: TaskOrder) -> int:
        return int(task.owner_id if task.owner_id.isdigit() else self._portal.user_id)

    def _card(self, entity_number: int, card_id: str) -> Mapping[str, Any]:
        found = self._portal.read("crm.item.get", {"entityTypeId": entity_number, "id": _number(card_id)})
        item = found.get("item") if isinstance(found, dict) else None
        if not isinstance(item, dict):
            raise faults.not_found("crm.item.get without an item")
        return item

    def _snapshot(self, deal_id: str, keys: Sequence[str], deal: Mapping[str, Any]) -> Snapshot:
        cards: dict[Entity, Mapping[str, Any]] = {Entity.DEAL: deal}
        found: dict[str, CrmValue] = {}
        for key in keys:
            entity, own = values.entity_of(key)
            if entity not in cards:
                card_id = _beside(entity, deal)
                cards[entity] = self._card(values.ENTITY_IDS[entity], card_id) if card_id else {}
            # A key that the portal does not know stands for nothing; whoever writes it will see that.
            kind = self._cards.kinds_of(entity).get(own) or values.FieldKind(own, RemoteType.OTHER)
            found[key] = values.read_value(kind, cards[entity])
        return Snapshot(deal_id, found)

    def _written(self, kinds: Mapping[str, values.FieldKind], changes: Mapping[str, CrmValue]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for own, value in changes.items():
            kind = kinds.get(own) or values.FieldKind(own, RemoteType.OTHER)
            fields |= values.written_value(kind, value, self._portal.zone)
        return fields

    def _update(
        self, entity: Entity, card_id: str, fields: Mapping[str, Any], keys: Sequence[str]
    ) -> Mapping[str, Any]:
        question = {"entityTypeId": values.ENTITY_IDS[entity], "id": _number(card_id), "fields": dict(fields)}
        try:
            told = self._portal.write("crm.item.update", question, keys=keys)
        except CrmFailure as failure:
            raise self._with_keys(failure, entity, keys) from None
        return _inner(told, "item")

    def _with_keys(self, failure: CrmFailure, entity: Entity, keys: Sequence[str]) -> CrmFailure:
        """The refusal with the keys of the fields that the portal names by their labels."""
        if failure.fault is Fault.INVALID and not failure.keys:
            labels = {values.key_of(entity, own): kind.label for own, kind in self._cards.kinds_of(entity).items()}
            failure.keys = tuple(key for key in keys if labels.get(key) and labels[key] in failure.message)
        return failure

    def _write_beside(self, entity: Entity, deal: Mapping[str, Any], changes: Mapping[str, CrmValue]) -> None:
        card_id = _beside(entity, deal)
        if not card_id:
            whose = _("у сделки нет контакта") if entity is Entity.CONTACT else _("у сделки нет компании")
            raise faults.invalid(whose, tuple(values.key_of(entity, own) for own in changes))
        kinds = self._cards.kinds_of(entity)
        plain = {own: value for own, value in changes.items() if kinds.get(own, _NO_KIND).type not in values.NUMBERS}
        numbers = {kinds[own].type: value for own, value in changes.items() if own not in plain}
        fields = self._written(kinds, plain)
        if numbers:
            card = self._card(values.ENTITY_IDS[entity], card_id)
            added, dropped = _number_changes(card, numbers)
            if added:
                fields["fm"] = added
            elif dropped:
                self._portal.write(f"crm.{entity}.update", {"id": _number(card_id), "fields": dropped})
        if fields:
            self._update(entity, card_id, fields, [values.key_of(entity, own) for own in changes])

    def _rows(self, method: str, question: Params, name: str = "") -> Iterable[dict[str, Any]]:
        for page in self._portal.pages(method, question):
            rows = items_of(page, name)
            inner = page.get(name) if isinstance(page, dict) and name else page
            # «Nothing found» is an empty list and nothing else: a look-up that finds nothing leads to another sending.
            if (not rows and inner != []) or not all(row.get("ID") or row.get("id") for row in rows):
                raise faults.unexpected(f"{method} without a list")
            yield from rows

    def _due(self, due: date | datetime | None) -> str:
        if due is None:
            return ""
        zone = self._portal.zone
        moment = due if isinstance(due, datetime) else datetime.combine(due, _END_OF_WORK, zone)
        return moment.astimezone(zone).isoformat(timespec="seconds")


_NO_KIND = values.FieldKind("", RemoteType.OTHER)


def _number_changes(
    card: Mapping[str, Any], wanted: Mapping[RemoteType, CrmValue]
) -> tuple[list[dict[str, str]], dict[str, list[dict[str, Any]]]]:
    """What to add to a card's phones and e-mails, and what to take away.

    Values of others stay: only where nothing is left to be added is what was wanted the whole, as in an undo.
    """
    added: list[dict[str, str]] = []
    dropped: dict[str, list[dict[str, Any]]] = {}
    for kind, value in wanted.items():
        rows = values.rows_of_numbers(card, kind)
        there = {spelt for _row_id, spelt in rows}
        goal = {values.spell_number(kind, str(item)) for item in value} if isinstance(value, tuple) else set()
        added += [{"typeId": values.NUMBERS[kind], "valueType": "WORK", "value": item} for item in sorted(goal - there)]
        if goal <= there:
            surplus = [{"ID": int(row_id), "DELETE": "Y"} for row_id, spelt in rows if spelt not in goal]
            dropped |= {values.NUMBERS[kind]: surplus} if surplus else {}
    return added, dropped


def _beside(entity: Entity, deal: Mapping[str, Any]) -> str:
    """The id of the deal's contact or company; "" without one."""
    return values.contact_id_of(deal) if entity is Entity.CONTACT else str(deal.get("companyId") or "")


def _is_older_portal(failure: CrmFailure) -> bool:
    """Whether a portal without REST 3, or with an older one, speaks: in several ways, with its own page at times."""
    is_page = failure.fault is Fault.UNKNOWN and failure.detail.startswith("404 ")
    return failure.fault in _REFUSED or is_page or "UNKNOWNDTOPROPERTYEXCEPTION" in failure.detail


def _inner(told: Any, name: str) -> dict[str, Any]:
    """What a change has made. Raises CrmFailure: without it nobody knows whether it was made."""
    inner = told.get(name) if isinstance(told, dict) else None
    if not isinstance(inner, dict) or not inner.get("id"):
        raise faults.unknown(f"an answer without {name}")
    return inner


def _number(card_id: str) -> int:
    try:
        return int(card_id)
    except ValueError:
        raise faults.not_found("an id that is no number") from None
