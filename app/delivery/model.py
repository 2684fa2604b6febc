"""What goes to a CRM and what is known of it; frozen values, no vendor's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from app.deals.model import FieldType

SETTLES_S = 10.0
"""After a lost answer the change may still be under way; who looks at once finds nothing and would send it again."""


class CrmKind(StrEnum):
    BITRIX24 = "bitrix24"
    AMOCRM = "amocrm"
    ODOO = "odoo"


class Entity(StrEnum):
    """Whose card a field stands on. A field of the contact or the company is reached through the deal's own one."""

    DEAL = "deal"
    CONTACT = "contact"
    COMPANY = "company"


class RemoteType(StrEnum):
    """Types that a CRM's fields are told as; `OTHER` is shown and never written."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    BOOL = "bool"
    OPTION = "option"
    OPTIONS = "options"
    STAGE = "stage"
    PHONES = "phones"
    EMAILS = "emails"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency; compared in whole kopecks."""

    amount: Decimal
    currency: str = "RUB"


# A value in the one spelling in which two are compared. Empty is None, never "", 0 or False of a vendor; times are
# aware UTC; ids of options, stages and links are text; phones are "+7…"; several values are a sorted tuple.
CrmValue = None | bool | str | Decimal | Money | date | datetime | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoteOption:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class RemoteField:
    """A field as the CRM describes it.

    Args:
        key: The CRM's own key, with the entity before it unless it is the deal's ("contact.PHONE").
        type: What its values are told as.
    """

    key: str
    label: str
    type: RemoteType
    entity: Entity = Entity.DEAL
    options: tuple[RemoteOption, ...] = ()
    is_required: bool = False
    is_readonly: bool = False


@dataclass(frozen=True, slots=True)
class RemoteStage:
    """A stage of a pipeline; the CRM's robots may run when a deal enters it."""

    id: str
    label: str
    is_won: bool = False
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    id: str
    label: str
    stages: tuple[RemoteStage, ...]


@dataclass(frozen=True, slots=True)
class RemoteContact:
    id: str
    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteDeal:
    """A deal as the mirror keeps it: enough for the list, for matching and for search.

    Args:
        amount: None where the CRM has none.
        updated_at: The CRM's own time in UTC; a hint only, never a version.
        is_gone: The CRM says that it was deleted or merged.
    """

    id: str
    title: str
    stage_id: str = ""
    pipeline_id: str = ""
    amount: Money | None = None
    company_id: str = ""
    company: str = ""
    inn: str = ""
    contact: RemoteContact | None = None
    owner_id: str = ""
    updated_at: datetime | None = None
    is_closed: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class DealPage:
    """A page of deals; `cursor` asks for the next one and is None behind the last."""

    deals: tuple[RemoteDeal, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class MirroredDeal:
    """A deal of a connected CRM as it was last seen; `account_id` says of which one."""

    account_id: str
    deal: RemoteDeal


@dataclass(frozen=True, slots=True)
class MirrorProgress:
    """How far a CRM's deals were read.

    Args:
        since: What changed before this moment is in the mirror; None until the first reading is through.
        cursor: Where the running reading goes on, also after a kill; None between two readings.
        started_at: When the running (or last) reading began: the next one asks for what changed since then.
        finished_at: When the last reading was through; the mirror is as old as this.
        count: Deals in the mirror.
    """

    since: datetime | None = None
    cursor: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Values of a deal at one moment, by the CRM's keys."""

    deal_id: str
    values: Mapping[str, CrmValue]


@dataclass(frozen=True, slots=True)
class Account:
    """Who is connected, as «Проверить» tells it.

    Args:
        user_id: The manager's id in the CRM: the tasks' owner.
        missing_rights: Names of rights or scopes that are needed and not given, in the CRM's own words.
        expires_at: When the token or key lapses; None where it does not or the CRM does not say.
    """

    user_id: str
    user_name: str
    portal: str
    missing_rights: tuple[str, ...] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Caps:
    """What a CRM does otherwise than others.

    Args:
        has_robots: A change of stage may start processes that no undo takes back.
        keeps_one_number: A field for phones or e-mails holds one, so a new one takes its place, under the same check as
            any other value.
    """

    has_robots: bool = False
    keeps_one_number: bool = False


@dataclass(frozen=True, slots=True)
class TaskOrder:
    """A task to be made in the CRM.

    Args:
        due: A day, or an aware moment where a time was agreed on; None without one.
        owner_id: Whose task; the account's user where empty.
    """

    title: str
    text: str = ""
    due: date | datetime | None = None
    owner_id: str = ""


class RefKind(StrEnum):
    NOTE = "note"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class RemoteRef:
    """A note or task that stands in the CRM, with its deal."""

    kind: RefKind
    id: str
    deal_id: str


@dataclass(frozen=True, slots=True)
class CrmAccount:
    """A connection of one manager to one CRM. The secret is in the keychain under `secret_name`, nowhere else.

    Args:
        address: Portal without the secret ("https://example.bitrix24.ru").
        user_id: As `Account` told it at the last check.
        names: What a vendor needs beside ("database" of Odoo).
        is_paused: Nothing is sent until a person has done something ("crm.auth", "crm.blocked").
        pause_code: Why, as the error's code; `pause_text` says it in words.
    """

    id: str
    kind: CrmKind
    title: str
    address: str
    user_id: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    is_paused: bool = False
    pause_code: str = ""
    pause_text: str = ""

    @property
    def secret_name(self) -> str:
        return f"crm-{self.id}"


@dataclass(frozen=True, slots=True)
class DealLink:
    """Our deal stands for one of the CRM's: what is approved of it goes there."""

    deal_id: str
    account_id: str
    remote_id: str


@dataclass(frozen=True, slots=True)
class DescribedFields:
    """Fields and pipelines of an account as its CRM told them at `read_at`."""

    fields: tuple[RemoteField, ...]
    pipelines: tuple[Pipeline, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class MappedField:
    """Our field and the CRM's, as the person confirmed them.

    Args:
        label: The CRM's label when it was confirmed; re-checked before each sending, likewise `type`.
        options: Our option id -> the CRM's.
        is_enabled: Whether values are written; off means: kept here only.
    """

    key: str
    remote_key: str
    label: str
    type: RemoteType
    options: Mapping[str, str] = field(default_factory=dict)
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The mapping of one account; nothing is written while it is not confirmed."""

    account_id: str
    fields: tuple[MappedField, ...] = ()
    confirmed_at: datetime | None = None

    def of(self, key: str) -> MappedField | None:
        """The enabled mapping of our field; None for one that is not sent."""
        return next((item for item in self.fields if item.key == key and item.is_enabled), None)


class MappingProblem(StrEnum):
    """What became of a field since the person confirmed the mapping."""

    REMOVED = "removed"
    RENAMED = "renamed"
    TYPE_CHANGED = "type_changed"
    READ_ONLY = "read_only"
    OPTION_GONE = "option_gone"


@dataclass(frozen=True, slots=True)
class MappingFault:
    """A mapped field that is not what the person confirmed: nothing is written through it.

    Args:
        key: Our field.
        text: One plain sentence for the person.
    """

    key: str
    remote_key: str
    problem: MappingProblem
    text: str


class OperationKind(StrEnum):
    """In this order an approval's operations go: fields, then note, then tasks; an undo goes the other way round."""

    FIELDS = "fields"
    NOTE = "note"
    TASK = "task"
    UNDO_FIELDS = "undo_fields"
    UNDO_NOTE = "undo_note"
    UNDO_TASK = "undo_task"


class OperationState(StrEnum):
    """`SENDING` found at the start means `UNKNOWN`: the answer was lost, so it is looked up before any sending."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One approved value on its way.

    Args:
        key: Our field.
        type: Its type in our definition.
        norm: The approved value in our spelling (JSON types; see `app.deals.model.Norm`).
        label: For the screens.
        shown: The value in words.
    """

    key: str
    type: FieldType
    norm: int | str | bool | list[str] | None
    label: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of the outbox: one effect in the CRM, wanted by one approval.

    Args:
        id: Its key at the CRM too: 32 hexadecimal digits, never used for a second effect.
        approval_id: The approval behind it; of an undo, the approval taken back.
        deal_id: Our deal.
        remote_id: The deal in the CRM.
        changes: For FIELDS: approved values.
        base: For FIELDS: what stood in the CRM when the person approved, by the CRM's keys; what is missing was not
            known then. For UNDO_FIELDS: what we wrote.
        target: For UNDO_FIELDS: what to put back, by the CRM's keys.
        text: For NOTE.
        task: For TASK.
        undoes: For an undo: the operation that it takes back.
        theirs: CRM keys that the person left as a colleague has them; `edited` holds values decided on instead of ours.
        written: After FIELDS: what was written, by the CRM's keys; likewise `before`.
        ref: After NOTE and TASK: what was made.
        conflict: In CONFLICT: per CRM key what stood at the draft, stands now, and is proposed.
        sent_at: When it left the machine, until it is known that it did not arrive: with it, an operation that is not
            done may stand in the CRM.
        tried_s: Seconds spent trying, time without network not counted.
        action: Key of the button that leads to the cure, as `VizirError.action`.
    """

    id: str
    account_id: str
    approval_id: str
    deal_id: str
    remote_id: str
    kind: OperationKind
    state: OperationState = OperationState.PENDING
    changes: tuple[FieldChange, ...] = ()
    base: Mapping[str, CrmValue] = field(default_factory=dict)
    target: Mapping[str, CrmValue] = field(default_factory=dict)
    text: str = ""
    task: TaskOrder | None = None
    undoes: str = ""
    theirs: tuple[str, ...] = ()
    edited: Mapping[str, CrmValue] = field(default_factory=dict)
    written: Mapping[str, CrmValue] = field(default_factory=dict)
    before: Mapping[str, CrmValue] = field(default_factory=dict)
    ref: RemoteRef | None = None
    conflict: tuple[FieldConflict, ...] = ()
    attempts: int = 0
    next_try_at: datetime | None = None
    first_tried_at: datetime | None = None
    sent_at: datetime | None = None
    tried_s: float = 0.0
    done_at: datetime | None = None
    error_code: str = ""
    error_text: str = ""
    action: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None

    @property
    def mark(self) -> str:
        """The visible mark by which a note or task is found again where the CRM has no key: «№ VZ-7F3A2C19B0»."""
        return f"№ VZ-{self.id[-10:].upper()}"


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A value that a colleague changed since the draft: three columns of the dialogue."""

    key: str
    label: str
    base: CrmValue
    theirs: CrmValue
    ours: CrmValue


class Resolution(StrEnum):
    THEIRS = "theirs"
    OURS = "ours"


def mark_of(operation_id: str) -> str:
    """The visible mark of an operation, as `Operation.mark`."""
    return f"№ VZ-{operation_id[-10:].upper()}"
