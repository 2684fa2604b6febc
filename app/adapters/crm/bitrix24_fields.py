"""Bitrix24's fields, lists and pipelines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.adapters.crm import bitrix24_values as values
from app.adapters.crm.bitrix24_portal import Params, Portal, items_of
from app.delivery.model import Entity, Pipeline, RemoteField, RemoteOption, RemoteStage

_MOST_LISTS = 50


class CardKinds:
    """What the cards of one portal consist of. The kinds of the fields are kept until `fields` reads them anew."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._kinds: dict[Entity, dict[str, values.FieldKind]] = {}

    def fields(self) -> tuple[RemoteField, ...]:
        """Fields of the deal, the contact and the company with their options. Raises CrmFailure."""
        questions: dict[str, tuple[str, Params]] = {}
        for entity, number in values.ENTITY_IDS.items():
            questions[f"{entity}.fields"] = ("crm.item.fields", {"entityTypeId": number, "useOriginalUfNames": "N"})
            questions[f"{entity}.own"] = (f"crm.{entity}.userfield.list", {"filter": {"LANG": "ru"}})
        for entity in (Entity.CONTACT, Entity.COMPANY):
            questions[f"{entity}.labels"] = (f"crm.{entity}.fields", {})
        found, failed = self._portal.batch(questions)
        if (failure := failed.get(f"{Entity.DEAL}.fields")) is not None:
            raise failure
        told = {entity: _fields(found.get(f"{entity}.fields")) for entity in Entity}
        self._kinds = {entity: _kinds(entity, facts) for entity, facts in told.items() if facts}
        lists = {str(facts.get("statusType") or "") for card in told.values() for facts in card.values()}
        statuses = self._statuses(filter(None, lists))
        stages = [stage for pipeline in self.pipelines() for stage in pipeline.stages]
        statuses["DEAL_STAGE"] = [RemoteOption(stage.id, stage.label) for stage in stages]
        return tuple(
            field
            for entity, facts in told.items()
            # A card that this person may not see has no fields for them.
            if facts
            for field in values.fields_of(
                entity, facts, items_of(found.get(f"{entity}.own")), statuses, _number_labels(found, entity)
            )
        )

    def pipelines(self) -> tuple[Pipeline, ...]:
        """Pipelines with their stages, the usual one first. Raises CrmFailure."""
        told = items_of(self._portal.read("crm.category.list", {"entityTypeId": values.DEAL}), "categories")
        ordered = sorted(told, key=lambda row: (row.get("isDefault") != "Y", int(row.get("sort") or 0)))
        names = {str(row.get("id") or 0): str(row.get("name") or "") for row in ordered}
        lists = {key: "DEAL_STAGE" if key == "0" else f"DEAL_STAGE_{key}" for key in list(names)[:_MOST_LISTS]}
        found, failed = self._portal.batch({key: _statuses_of(kind) for key, kind in lists.items()})
        for failure in failed.values():
            raise failure
        return tuple(
            Pipeline(key, names[key], tuple(_stage(row) for row in items_of(rows))) for key, rows in found.items()
        )

    def kinds_of(self, entity: Entity) -> Mapping[str, values.FieldKind]:
        """How the values of a card are read and written, by the portal's own keys. Raises CrmFailure."""
        if entity not in self._kinds:
            question = {"entityTypeId": values.ENTITY_IDS[entity], "useOriginalUfNames": "N"}
            self._kinds[entity] = _kinds(entity, _fields(self._portal.read("crm.item.fields", question)))
        return self._kinds[entity]

    def _statuses(self, kinds: Iterable[str]) -> dict[str, Sequence[RemoteOption]]:
        wanted = sorted(kind for kind in kinds if not kind.startswith("DEAL_STAGE"))[:_MOST_LISTS]
        found = self._portal.batch({kind: _statuses_of(kind) for kind in wanted})[0] if wanted else {}
        return {
            kind: [RemoteOption(str(row.get("STATUS_ID")), str(row.get("NAME") or "")) for row in items_of(rows)]
            for kind, rows in found.items()
        }


def _fields(told: Any) -> dict[str, dict[str, Any]]:
    inner = told.get("fields") if isinstance(told, dict) else None
    if not isinstance(inner, dict):
        return {}
    return {str(own): facts for own, facts in inner.items() if isinstance(facts, dict)}


def _kinds(entity: Entity, told: Mapping[str, Mapping[str, Any]]) -> dict[str, values.FieldKind]:
    numbers = {own: values.FieldKind(own, kind) for kind, own in values.NUMBERS.items()}
    return {own: values.kind_of(own, facts) for own, facts in told.items()} | (
        numbers if entity is not Entity.DEAL else {}
    )


def _number_labels(found: Mapping[str, Any], entity: Entity) -> dict[str, str]:
    if entity is Entity.DEAL:
        return {}
    told = found.get(f"{entity}.labels")
    facts = {own: told.get(own) if isinstance(told, dict) else None for own in values.NUMBERS.values()}
    return {own: str(fact.get("title") or own) if isinstance(fact, dict) else own for own, fact in facts.items()}


def _stage(row: Mapping[str, Any]) -> RemoteStage:
    extra = row.get("EXTRA")
    told = str((extra.get("SEMANTICS") if isinstance(extra, dict) else "") or row.get("SEMANTICS") or "").lower()
    return RemoteStage(
        str(row.get("STATUS_ID")),
        str(row.get("NAME") or ""),
        is_won=told in ("success", "s"),
        is_lost=told in ("failure", "apology", "f"),
    )


def _statuses_of(kind: str) -> tuple[str, Params]:
    return "crm.status.list", {"order": {"SORT": "ASC"}, "filter": {"ENTITY_ID": kind}}
