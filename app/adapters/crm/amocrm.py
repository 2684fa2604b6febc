"""amoCRM (and Kommo): API v4 with a long-lived token. Not yet tried against a live account.

Source: amoCRM's API v4. It has no keys against doubles and no conditional write, deletes neither notes nor tasks,
answers 204 for an empty list and for an unknown card, and replaces all values of a field by those that are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from app.adapters.crm import amocrm_token, amocrm_values
from app.adapters.crm.amocrm_answers import (
    company_of,
    embedded,
    made,
    main_contact,
    note_text,
    number_of,
)
from app.adapters.crm.amocrm_deals import DealList
from app.adapters.crm.amocrm_errors import keys_at
from app.adapters.crm.amocrm_portal import PAGE, AmoPortal
from app.adapters.crm.amocrm_values import FOLDERS, LOST, WON, Card, OwnField
from app.adapters.crm.pace import Paces
from app.adapters.crm.transport import Answer
from app.core.clock import Clock
from app.core.errors import UserFixable
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
    RemoteOption,
    RemoteRef,
    RemoteStage,
    RemoteType,
    Snapshot,
    TaskOrder,
    mark_of,
)

_BESIDE = (Entity.CONTACT, Entity.COMPANY)
_UNSORTED = 1
_FOLLOW_UP = 1
_CANCELLED_NOTE = "[отменено]"
_CANCELLED_TASK = "отменено"
_NEEDED_RIGHTS = (("leads", "view"), ("leads", "edit"), ("contacts", "view"), ("contacts", "edit"), ("tasks", "edit"))
_DENIED = "D"


class AmoCrm:
    """One amoCRM account under one person's long-lived token; see `app.delivery.ports.CrmConnector`.

    Args:
        account: Its address is "https://example.amocrm.ru"; what stands behind the host is left out. Only an
            administrator can make a token, so ``names["user"]`` may hold the e-mail of the manager to whom tasks go.
        secret: The long-lived token.
        clock: What day it is, and seconds for the pace.
        wait: Waits so many seconds; True if the wait was broken off.
        paces: Shared by all who ask the same portal.

    Raises:
        UserFixable: ``crm.address``, ``crm.secret_form``.
    """

    kind = CrmKind.AMOCRM
    caps = Caps(has_robots=True)

    def __init__(
        self,
        account: CrmAccount,
        secret: str,
        *,
        clock: Clock,
        wait: Callable[[float], bool] | None = None,
        paces: Paces | None = None,
    ) -> None:
        self._portal = AmoPortal(account.address, secret, clock=clock, wait=wait, paces=paces)
        self._list = DealList(self._portal)
        self._clock = clock
        self._user_id = account.user_id
        self._email = account.names.get("user", "").strip().lower()
        self._own: dict[str, OwnField] = {}
        self._pipeline_of: dict[str, str] = {}

    def check(self) -> Account:
        """Who is connected, with which rights and until when; reads only.

        Raises:
            UserFixable: ``crm.no_user`` when nobody in the account has the e-mail that was named.
        """
        account = self._portal.account()
        user_id = str(account.get("current_user_id") or "")
        user = self._user(user_id) if user_id else {}
        missing = list(amocrm_token.missing_scopes(self._portal.token))
        rights = user.get("rights")
        if isinstance(rights, Mapping) and not rights.get("is_admin"):
            missing += [
                f"{card}.{act}"
                for card, act in _NEEDED_RIGHTS
                if isinstance(rights.get(card), Mapping) and rights[card].get(act) == _DENIED
            ]
        if self._email:
            # The rights are the token's; the tasks are the manager's.
            user = self._colleague()
        self._user_id = str(user.get("id") or user_id or self._user_id)
        return Account(
            self._user_id,
            str(user.get("name") or ""),
            str(account.get("name") or urlsplit(self._portal.address).hostname),
            tuple(missing),
            amocrm_token.expires_at(self._portal.token),
        )

    def fields(self) -> tuple[RemoteField, ...]:
        """Fields of deals, contacts and companies, anew from amoCRM."""
        own = amocrm_values.card_fields(Entity.DEAL)
        own.insert(1, self._stage_field())
        if self._portal.terms.has_loss_reasons:
            own.append(self._loss_reasons())
        for entity, folder in FOLDERS.items():
            if entity is not Entity.DEAL:
                own += amocrm_values.card_fields(entity)
            described = self._portal.items(f"{folder}/custom_fields", "custom_fields", {"limit": PAGE})
            own += [amocrm_values.own_field(item, entity) for item in described]
        self._own = {item.remote.key: item for item in own}
        return tuple(item.remote for item in own)

    def pipelines(self) -> tuple[Pipeline, ...]:
        """Pipelines in use with the stages that a deal can be put on."""
        found = tuple(
            Pipeline(
                str(item["id"]),
                str(item.get("name") or ""),
                tuple(
                    RemoteStage(
                        str(stage["id"]),
                        str(stage.get("name") or ""),
                        is_won=str(stage["id"]) == WON,
                        is_lost=str(stage["id"]) == LOST,
                    )
                    for stage in embedded(item, "statuses")
                    if stage.get("type") != _UNSORTED
                ),
            )
            for item in self._portal.items("leads/pipelines", "pipelines", {})
            if not item.get("is_archive")
        )
        self._pipeline_of = {
            stage.id: pipeline.id for pipeline in found for stage in pipeline.stages if stage.id not in (WON, LOST)
        }
        return found

    def deals(self, *, since: datetime | None, cursor: str | None = None) -> DealPage:
        """Deals by their time of change; behind the last page, where `since` is given, those in the bin."""
        return self._list.page(since, cursor)

    def find_deals(self, text: str, limit: int) -> tuple[RemoteDeal, ...]:
        """Deals by a contact's or company's phone, or by words of the deal, the contact or the company."""
        return self._list.find(text, limit)

    def read_deal(self, deal_id: str, keys: Sequence[str]) -> Snapshot:
        """Values now, of the deal, its main contact and its company; None where there is no such card."""
        own = {key: self._field(key) for key in keys}
        cards = self._cards_of(deal_id, {item.remote.entity for item in own.values() if item is not None})
        terms = self._portal.terms
        values: dict[str, CrmValue] = {}
        for key, item in own.items():
            card = cards.get(item.remote.entity) if item is not None else None
            values[key] = amocrm_values.value_of(item, card, terms) if item is not None and card is not None else None
        return Snapshot(deal_id, values)

    def write_deal(self, deal_id: str, changes: Mapping[str, CrmValue], op_id: str) -> Snapshot | None:
        """Write the values; amoCRM's answer does not tell what stands now, so the caller reads again.

        Nothing is sent before each value was found fit. Fields of the contact and of the company go in requests of
        their own: after a lost answer some may stand and others not, which the caller's comparing makes good.
        """
        changed = [(key, self._field(key), value) for key, value in changes.items()]
        entities = {item.remote.entity for _key, item, _value in changed if item is not None}
        cards = self._cards_of(deal_id, entities)
        # The deal comes last: a change of its stage starts amoCRM's robots, which should see all of it.
        requests = {entity: _Request() for entity in (*_BESIDE, Entity.DEAL) if entity in entities}
        for key, item, value in changed:
            if item is None:
                raise faults.invalid(_("такого поля в amoCRM больше нет"), (key,))
            card = cards.get(item.remote.entity)
            if card is None:
                raise faults.invalid(_no_card(item.remote.entity), (key,))
            try:
                sent = amocrm_values.written(item, value, card, self._portal.terms)
            except ValueError as error:
                raise faults.invalid(str(error), (key,)) from None
            requests[item.remote.entity].put(item, sent)
            if item.remote.type is RemoteType.STAGE and (pipeline := self._pipeline_of.get(str(value))):
                requests[item.remote.entity].body["pipeline_id"] = int(pipeline)
        for entity, request in requests.items():
            self._write("PATCH", FOLDERS[entity], [{"id": int(cards[entity].id), **request.whole()}], request)
        return None

    def add_note(self, deal_id: str, text: str, op_id: str) -> RemoteRef:
        """Put a note on the deal, with the mark in its last line."""
        note = {"entity_id": number_of(deal_id), "note_type": "common", "params": {"text": _marked(text, op_id)}}
        answer = self._write("POST", "leads/notes", [note])
        return RemoteRef(RefKind.NOTE, made(answer.body, "notes"), deal_id)

    def find_note(self, deal_id: str, op_id: str) -> RemoteRef | None:
        """The note with the operation's mark; one that was taken back has lost it."""
        params = {"filter[note_type][]": "common", "order[updated_at]": "desc", "limit": PAGE}
        for note in self._portal.items(f"leads/{number_of(deal_id)}/notes", "notes", params):
            if mark_of(op_id) in note_text(note):
                return RemoteRef(RefKind.NOTE, str(note["id"]), deal_id)
        return None

    def add_task(self, deal_id: str, task: TaskOrder, op_id: str) -> RemoteRef:
        """Make a task on the deal; without a term it runs until the end of tomorrow, for amoCRM has no other."""
        zone = self._portal.terms.zone
        due: date | datetime = task.due or self._clock.now_utc().astimezone(zone).date() + timedelta(days=1)
        wanted: dict[str, Any] = {
            "text": _marked("\n".join(part for part in (task.title, task.text) if part), op_id),
            "entity_type": "leads",
            "entity_id": number_of(deal_id),
            "task_type_id": _FOLLOW_UP,
            "complete_till": amocrm_values.end_of(due, zone),
        }
        if (owner := task.owner_id or self._user_id).isdecimal():
            wanted["responsible_user_id"] = int(owner)
        answer = self._write("POST", "tasks", [wanted])
        return RemoteRef(RefKind.TASK, made(answer.body, "tasks"), deal_id)

    def find_task(self, deal_id: str, op_id: str) -> RemoteRef | None:
        """The task with the operation's mark, unless it was taken back."""
        params = {"filter[entity_type]": "leads", "filter[entity_id][]": number_of(deal_id), "limit": PAGE}
        for task in self._portal.items("tasks", "tasks", params):
            if mark_of(op_id) in str(task.get("text")) and not _is_cancelled(task):
                return RemoteRef(RefKind.TASK, str(task["id"]), deal_id)
        return None

    def remove(self, ref: RemoteRef, op_id: str) -> None:
        """Replace a note's text by «[отменено]», complete a task with «отменено»; amoCRM deletes neither."""
        if ref.kind is RefKind.NOTE:
            path = f"leads/{number_of(ref.deal_id)}/notes/{number_of(ref.id)}"
            note = self._portal.card(path)
            if note and note_text(note) != _CANCELLED_NOTE:
                params = {"text": _CANCELLED_NOTE}
                self._write("PATCH", path, {"note_type": "common", "params": params})
            return
        task = self._portal.card(f"tasks/{number_of(ref.id)}")
        # A task that somebody completed is done: its result is theirs.
        if task and not task.get("is_completed"):
            done = {"is_completed": True, "result": {"text": _CANCELLED_TASK}}
            self._write("PATCH", f"tasks/{number_of(ref.id)}", done)

    def deal_url(self, deal_id: str) -> str:
        """Address of the deal's card for a browser."""
        return f"{self._portal.address}/leads/detail/{deal_id}"

    def close(self) -> None:
        """Close the connection."""
        self._portal.close()

    def _stage_field(self) -> OwnField:
        pipelines = self.pipelines()
        options: dict[str, RemoteOption] = {}
        for pipeline in pipelines:
            for stage in pipeline.stages:
                is_shared = stage.is_won or stage.is_lost or len(pipelines) == 1
                label = stage.label if is_shared else f"{pipeline.label}: {stage.label}"
                options.setdefault(stage.id, RemoteOption(stage.id, label))
        return amocrm_values.listed_field("status_id", _("Этап"), RemoteType.STAGE, list(options.values()))

    def _loss_reasons(self) -> OwnField:
        reasons = self._portal.items("leads/loss_reasons", "loss_reasons", {})
        options = [RemoteOption(str(item["id"]), str(item.get("name") or "")) for item in reasons]
        return amocrm_values.listed_field("loss_reason_id", _("Причина отказа"), RemoteType.OPTION, options)

    def _field(self, key: str) -> OwnField | None:
        if key not in self._own:
            self.fields()
        return self._own.get(key)

    def _cards_of(self, deal_id: str, entities: Iterable[Entity]) -> dict[Entity, Card]:
        wanted = set(entities)
        lead = self._portal.card(f"leads/{number_of(deal_id)}", {"with": "contacts"})
        if lead is None or lead.get("is_deleted"):
            raise faults.not_found("no such lead")
        cards = {Entity.DEAL: Card(Entity.DEAL, deal_id, lead)}
        linked = {Entity.CONTACT: main_contact(lead), Entity.COMPANY: company_of(lead)}
        for entity, card_id in linked.items():
            if entity in wanted and card_id and (body := self._portal.card(f"{FOLDERS[entity]}/{card_id}")):
                cards[entity] = Card(entity, card_id, body)
        return cards

    def _colleague(self) -> Mapping[str, Any]:
        for user in self._portal.items("users", "users", {"limit": PAGE}):
            if str(user.get("email") or "").lower() == self._email:
                return user
        raise UserFixable(
            "crm.no_user",
            _("В amoCRM нет сотрудника с e-mail {email}.").format(email=self._email),
            hint=_("Посмотрите его в amoCRM: «Настройки», «Пользователи»."),
            action="open_settings_crm",
        )

    def _write(self, method: str, path: str, body: Any, request: _Request | None = None) -> Answer:
        try:
            return self._portal.write(method, path, body)
        except CrmFailure as failure:
            # What amoCRM names are places in the request; only who made it knows which fields stand there.
            failure.keys = keys_at(failure.keys, request.numbered, request.named) if request is not None else ()
            raise

    def _user(self, user_id: str) -> Mapping[str, Any]:
        try:
            return self._portal.card(f"users/{user_id}") or {}
        except CrmFailure as failure:
            if failure.fault is Fault.FORBIDDEN:
                # Only an administrator may read users; without it nothing is known of name and rights.
                return {}
            raise


class _Request:
    """The changes of one card; remembers what stands where, for amoCRM's refusals."""

    def __init__(self) -> None:
        self.body: dict[str, Any] = {}
        self.numbered: list[str] = []
        self.named: dict[str, str] = {}
        self._values: list[dict[str, Any]] = []

    def put(self, item: OwnField, sent: Any) -> None:
        if item.number:
            self._values.append({"field_id": item.number, "values": sent})
            self.numbered.append(item.remote.key)
        else:
            self.body[item.name] = sent
            self.named[item.name] = item.remote.key

    def whole(self) -> dict[str, Any]:
        return {**self.body, **({"custom_fields_values": self._values} if self._values else {})}


def _no_card(entity: Entity) -> str:
    return _("у сделки нет контакта") if entity is Entity.CONTACT else _("у сделки нет компании")


def _marked(text: str, op_id: str) -> str:
    return f"{text.rstrip()}\n\n{mark_of(op_id)}"


def _is_cancelled(task: Mapping[str, Any]) -> bool:
    # A task without a result has an empty list there.
    result = task.get("result")
    return isinstance(result, Mapping) and result.get("text") == _CANCELLED_TASK
