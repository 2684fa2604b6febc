"""Which field of ours goes into which field of the CRM. Nothing is sent before a person has confirmed it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.core.clock import Clock
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.observable import Signal
from app.deals.model import FieldDefinition, FieldType
from app.delivery.definitions import from_remote
from app.delivery.mapping import faults_of, suggest
from app.delivery.model import FieldMap, MappedField, Pipeline, RemoteField, RemoteOption, RemoteType
from app.profile.model import Profile
from app.viewmodels.crm_accounts import CRM_LANE, Connections
from app.viewmodels.requests import Requests

_WITH_OPTIONS = (FieldType.ENUM, FieldType.MULTIENUM)


class Wording(Protocol):
    """Keeps the company's own words for its fields; `app.profile.own_fields` has it."""

    def of(self, profile_id: str) -> Sequence[FieldDefinition]: ...

    def put(self, profile_id: str, definition: FieldDefinition) -> None: ...

    def drop(self, profile_id: str, key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class MapRow:
    """A field of ours beside the CRM's.

    Args:
        remote: The CRM's field as it is now; None where none was chosen or it is gone.
        reasons: Why it cannot be sent like this, in sentences.
        note: What of it is not sent.
    """

    definition: FieldDefinition
    mapped: MappedField | None = None
    remote: RemoteField | None = None
    reasons: tuple[str, ...] = ()
    note: str = ""

    @property
    def key(self) -> str:
        return self.definition.key

    @property
    def has_options(self) -> bool:
        return self.mapped is not None and self.definition.type in _WITH_OPTIONS and bool(self.definition.options)


@dataclass(frozen=True, slots=True)
class _Read:
    fields: tuple[RemoteField, ...]
    pipelines: tuple[Pipeline, ...]
    field_map: FieldMap
    profile: Profile
    own: frozenset[str]


class CrmMappingViewModel:
    """One account's mapping at a time.

    Args:
        wording: The company's own definitions over those of the profile.
        reread_profile: Has the profile read anew when it is next asked for.
        profile: The profile in force with them.
    """

    def __init__(
        self,
        requests: Requests,
        *,
        connections: Callable[[], Connections],
        profile: Callable[[], Profile],
        wording: Callable[[], Wording],
        reread_profile: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._requests = requests
        self._connections = connections
        self._profile = profile
        self._wording = wording
        self._reread_profile = reread_profile
        self._clock = clock
        self._chosen: dict[str, MappedField] = {}
        self._confirmed: FieldMap = FieldMap("")
        self._profile_now: Profile | None = None
        self._pipelines: tuple[Pipeline, ...] = ()
        self._own: frozenset[str] = frozenset()
        self._faults: dict[str, list[str]] = {}
        self.account_id = ""
        self.is_loaded = False
        self.is_reading = False
        self.fields: tuple[RemoteField, ...] = ()
        self.definitions: tuple[FieldDefinition, ...] = ()
        self.selected = ""
        self.loaded: Signal[()] = Signal()
        self.row_changed: Signal[str] = Signal()
        self.reading_changed: Signal[()] = Signal()
        self.selection_changed: Signal[()] = Signal()
        self.confirmed: Signal[()] = Signal()
        self.definition_changed: Signal[()] = Signal()
        self.failed: Signal[VizirError] = Signal()

    @property
    def rows(self) -> list[MapRow]:
        """All fields of the profile, in its order."""
        return [self._row(definition) for definition in self.definitions]

    @property
    def is_confirmed(self) -> bool:
        """What stands here is what the person confirmed."""
        return self._confirmed.confirmed_at is not None and self._field_map().fields == self._confirmed.fields

    @property
    def was_confirmed(self) -> bool:
        return self._confirmed.confirmed_at is not None

    @property
    def sent_count(self) -> int:
        """How many fields would be sent."""
        return sum(row.mapped is not None and row.mapped.is_enabled and not row.reasons for row in self.rows)

    @property
    def fault_count(self) -> int:
        """How many do not fit."""
        return sum(bool(row.reasons) for row in self.rows)

    @property
    def addable(self) -> list[RemoteField]:
        """Fields of the CRM that could become ours: a call can tell their values, and none of ours goes there."""
        taken = {mapped.remote_key for mapped in self._field_map().fields}
        return [one for one in self.fields if one.key not in taken and from_remote(one) is not None]

    def is_own(self, key: str) -> bool:
        """Whether a field is worded here or was added here, and so can go back to what the profile says."""
        return key in self._own

    def row(self, key: str) -> MapRow | None:
        return next((self._row(one) for one in self.definitions if one.key == key), None)

    def options_of(self, row: MapRow) -> Sequence[RemoteOption]:
        """What an option of ours can stand for in the CRM: its field's options, or the stages of its pipelines."""
        if row.mapped is not None and row.mapped.type is RemoteType.STAGE:
            many = len(self._pipelines) > 1
            return [
                RemoteOption(stage.id, f"{pipeline.label}: {stage.label}" if many else stage.label)
                for pipeline in self._pipelines
                for stage in pipeline.stages
            ]
        return row.remote.options if row.remote is not None else ()

    def open(self, account_id: str, *, is_fresh: bool = False) -> None:
        """Read an account's fields and its mapping; the suggestion where nothing was confirmed yet.

        Args:
            is_fresh: Ask the CRM for its fields anew.
        """
        is_other = account_id != self.account_id
        is_first = is_other or not self.is_loaded
        self.account_id = account_id
        if is_other:
            self.is_loaded, self.fields, self.definitions, self.selected = False, (), (), ""
            self._chosen = {}
        self._set_reading(True)

        def read() -> _Read:
            connections = self._connections()
            fields = tuple(connections.fields(account_id, is_fresh=is_fresh))
            pipelines = tuple(connections.pipelines(account_id))
            field_map = connections.field_map(account_id)
            if field_map.confirmed_at is None and not field_map.fields:
                field_map = connections.suggestion(account_id)
            profile = self._profile()
            own = frozenset(definition.key for definition in self._wording().of(profile.id))
            return _Read(fields, pipelines, field_map, profile, own)

        def take(read: _Read) -> None:
            self.fields, self._pipelines = read.fields, read.pipelines
            self.definitions, self._profile_now, self._own = read.profile.fields, read.profile, read.own
            # What was chosen and not confirmed yet is kept while the page is left and entered.
            if is_first:
                self._chosen = {one.key: one for one in read.field_map.fields}
                self._confirmed = read.field_map
            self.is_loaded = True
            self._judge()
            if self.row(self.selected) is None:
                self.selected = next((row.key for row in self.rows if row.reasons), self._first_key())
            self._set_reading(False)
            self.loaded.emit()

        def failed(error: VizirError) -> None:
            self._set_reading(False)
            self.failed.emit(error)

        self._requests.ask("crm.mapping", read, take, failed, lane=CRM_LANE)

    def select(self, key: str) -> None:
        """Show one field's options and definition."""
        if key != self.selected:
            self.selected = key
            self.selection_changed.emit()

    def choose(self, key: str, remote_key: str) -> None:
        """Say where a field goes; "" for nowhere. Its options are suggested anew."""
        definition = next((one for one in self.definitions if one.key == key), None)
        remote = self._remote(remote_key)
        if definition is None:
            return
        if remote is None:
            self._chosen.pop(key, None)
        else:
            fitting = self._fitting(definition, remote)
            made = MappedField(key, remote.key, remote.label, remote.type)
            self._chosen[key] = replace(made, options=fitting.options) if fitting is not None else made
        self._changed(key)

    def choose_option(self, key: str, option_id: str, remote_id: str) -> None:
        """Say what an option of ours is in the CRM; "" for nothing."""
        mapped = self._chosen.get(key)
        if mapped is not None:
            options = {**mapped.options, option_id: remote_id}
            self._chosen[key] = replace(mapped, options={k: v for k, v in options.items() if v})
            self._changed(key)

    def enable(self, key: str, is_enabled: bool) -> None:
        """Whether a field is sent; off means that it is kept on this machine only."""
        mapped = self._chosen.get(key)
        if mapped is not None and mapped.is_enabled != is_enabled:
            self._chosen[key] = replace(mapped, is_enabled=is_enabled)
            self._changed(key)

    def confirm(self) -> None:
        """Put the mapping in force: from now on approved values are sent by it, but for those that do not fit."""
        account_id = self.account_id
        for row in self.rows:
            if row.mapped is not None and row.reasons:
                self._chosen[row.key] = replace(row.mapped, is_enabled=False)
        field_map = replace(self._field_map(), confirmed_at=self._clock.now_utc())

        def done(_answer: object) -> None:
            if account_id == self.account_id:
                self._confirmed = field_map
                self.loaded.emit()
            self.confirmed.emit()

        self._requests.tell(
            "crm.confirm", lambda: self._connections().confirm(account_id, field_map), done, self.failed.emit
        )

    def write_definition(self, key: str, text: str) -> None:
        """Change what belongs in a field; the next draft goes by it."""
        definition = next((one for one in self.definitions if one.key == key), None)
        profile = self._profile_now
        if definition is None or profile is None or definition.definition == text.strip():
            return
        changed = replace(definition, definition=text.strip())
        # Shown at once: who comes back to the field while it is being written finds what was typed.
        self.definitions = tuple(changed if one.key == key else one for one in self.definitions)
        self._own |= {key}
        self.row_changed.emit(key)
        self._reword(lambda: self._wording().put(profile.id, changed), lambda: None)

    def add(self, remote_key: str) -> None:
        """Let a field of the CRM be a field of ours: the next draft looks for it, and it goes where it came from."""
        remote, profile = self._remote(remote_key), self._profile_now
        made = from_remote(remote, [one.key for one in self.definitions]) if remote is not None else None
        if made is None or profile is None:
            return

        def done() -> None:
            self.definitions = (*self.definitions, made)
            self._own |= {made.key}
            self.selected = made.key
            self.choose(made.key, remote_key)
            self.loaded.emit()

        self._reword(lambda: self._wording().put(profile.id, made), done)

    def drop(self, key: str) -> None:
        """Go back to the profile's own definition; a field that was added here goes."""
        profile = self._profile_now
        if profile is not None and key in self._own:
            self._reword(lambda: self._wording().drop(profile.id, key), lambda: self.open(self.account_id))

    def _reword(self, change: Callable[[], None], done: Callable[[], None]) -> None:
        def put() -> None:
            change()
            self._reread_profile()

        def told(_none: None) -> None:
            done()
            self.definition_changed.emit()

        def refused(error: VizirError) -> None:
            self.failed.emit(error)
            self.open(self.account_id)

        self._requests.tell("crm.definition", put, told, refused)

    def _first_key(self) -> str:
        return self.definitions[0].key if self.definitions else ""

    def _remote(self, remote_key: str) -> RemoteField | None:
        return next((one for one in self.fields if one.key == remote_key), None)

    def _row(self, definition: FieldDefinition) -> MapRow:
        mapped = self._chosen.get(definition.key)
        remote = self._remote(mapped.remote_key) if mapped is not None else None
        row = MapRow(definition, mapped, remote, tuple(self._faults.get(definition.key, ())))
        return replace(row, note=self._note(row))

    def _note(self, row: MapRow) -> str:
        if row.mapped is None or not row.has_options or row.mapped.type is RemoteType.TEXT:
            return ""
        left = [option.label for option in row.definition.options if option.id not in row.mapped.options]
        return _("Без пары в CRM: {labels}").format(labels=", ".join(left)) if left else ""

    def _fitting(self, definition: FieldDefinition, remote: RemoteField) -> MappedField | None:
        """The mapping of these two; None where a value of the one has no place in the other."""
        return next(iter(suggest([replace(definition, label=remote.label)], [remote], self._pipelines)), None)

    def _field_map(self) -> FieldMap:
        order = [definition.key for definition in self.definitions]
        kept = [self._chosen[key] for key in order if key in self._chosen]
        return FieldMap(self.account_id, tuple(kept), self._confirmed.confirmed_at)

    def _judge(self) -> None:
        self._faults = {}
        for fault in faults_of(self._field_map(), self.fields):
            self._faults.setdefault(fault.key, []).append(fault.text)
        taken: dict[str, str] = {}
        for definition in self.definitions:
            mapped = self._chosen.get(definition.key)
            remote = self._remote(mapped.remote_key) if mapped is not None else None
            if mapped is None or remote is None:
                continue
            reasons = self._faults.setdefault(definition.key, [])
            if not reasons and self._fitting(definition, remote) is None:
                text = _("«{ours}» ({own}) не помещается в поле «{label}» ({type}).")
                own, theirs = own_type_label(definition.type), type_label(remote.type)
                reasons.append(text.format(ours=definition.label, own=own, label=remote.label, type=theirs))
            if mapped.is_enabled and not reasons and taken.setdefault(remote.key, definition.label) != definition.label:
                text = _("В это поле уже передаётся «{label}».")
                reasons.append(text.format(label=taken[remote.key]))

    def _changed(self, key: str) -> None:
        self._judge()
        self.row_changed.emit(key)

    def _set_reading(self, is_reading: bool) -> None:
        if is_reading != self.is_reading:
            self.is_reading = is_reading
            self.reading_changed.emit()


def type_label(kind: RemoteType) -> str:
    """What a CRM's field holds, in one or two words."""
    return {
        RemoteType.TEXT: _("текст"),
        RemoteType.NUMBER: _("число"),
        RemoteType.MONEY: _("сумма"),
        RemoteType.DATE: _("дата"),
        RemoteType.DATETIME: _("дата и время"),
        RemoteType.BOOL: _("да или нет"),
        RemoteType.OPTION: _("список"),
        RemoteType.OPTIONS: _("несколько из списка"),
        RemoteType.STAGE: _("этап"),
        RemoteType.PHONES: _("телефон"),
        RemoteType.EMAILS: _("почта"),
        RemoteType.LINK: _("ссылка на карточку"),
        RemoteType.OTHER: _("не передаётся"),
    }[kind]


def own_type_label(kind: FieldType) -> str:
    """What a field of ours holds, likewise."""
    return {
        FieldType.TEXT: _("текст"),
        FieldType.LONGTEXT: _("текст"),
        FieldType.MONEY: _("сумма"),
        FieldType.DATE: _("дата"),
        FieldType.DATETIME: _("дата и время"),
        FieldType.ENUM: _("список"),
        FieldType.MULTIENUM: _("несколько из списка"),
        FieldType.PHONE: _("телефон"),
        FieldType.EMAIL: _("почта"),
        FieldType.INT: _("число"),
        FieldType.BOOL: _("да или нет"),
    }[kind]
