"""Tables of the delivery to CRMs, and the store's own rules for them."""

from __future__ import annotations

_TABLES = (
    # A disconnected account stays, for operations name it; the secret is in the keychain alone.
    """CREATE TABLE crm_accounts (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        address TEXT NOT NULL,
        user_id TEXT NOT NULL,
        names TEXT NOT NULL,
        pause_code TEXT NOT NULL DEFAULT '',
        pause_text TEXT NOT NULL DEFAULT '',
        removed_at TEXT
    ) STRICT""",
    """CREATE TABLE deal_links (
        deal_id TEXT PRIMARY KEY NOT NULL REFERENCES deals (id),
        account_id TEXT NOT NULL REFERENCES crm_accounts (id),
        remote_id TEXT NOT NULL CHECK (remote_id <> '')
    ) STRICT""",
    "CREATE INDEX deal_links_by_remote ON deal_links (account_id, remote_id)",
    """CREATE TABLE field_maps (
        account_id TEXT PRIMARY KEY NOT NULL REFERENCES crm_accounts (id),
        fields TEXT NOT NULL,
        confirmed_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE remote_fields (
        account_id TEXT PRIMARY KEY NOT NULL REFERENCES crm_accounts (id),
        fields TEXT NOT NULL,
        pipelines TEXT NOT NULL,
        read_at TEXT NOT NULL
    ) STRICT""",
    # What was last read of a linked deal: what a person has before them when approving.
    """CREATE TABLE remote_values (
        account_id TEXT NOT NULL REFERENCES crm_accounts (id),
        remote_id TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (account_id, remote_id, key)
    ) STRICT, WITHOUT ROWID""",
    # number is the order of sending. subject: "fields", "note", "step:2"; of an undo, the id that it takes back.
    """CREATE TABLE outbox (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE CHECK (length(id) = 32),
        account_id TEXT NOT NULL REFERENCES crm_accounts (id),
        approval_id TEXT NOT NULL REFERENCES approvals (id),
        deal_id TEXT NOT NULL REFERENCES deals (id),
        remote_id TEXT NOT NULL CHECK (remote_id <> ''),
        kind TEXT NOT NULL
            CHECK (kind IN ('fields', 'note', 'task', 'undo_fields', 'undo_note', 'undo_task')),
        subject TEXT NOT NULL,
        payload TEXT NOT NULL,
        undoes TEXT REFERENCES outbox (id) CHECK ((undoes IS NOT NULL) = (kind LIKE 'undo_%')),
        state TEXT NOT NULL CHECK (state IN
            ('pending', 'sending', 'unknown', 'done', 'conflict', 'rejected', 'paused', 'cancelled')),
        base TEXT NOT NULL DEFAULT '{}',
        target TEXT NOT NULL DEFAULT '{}',
        theirs TEXT NOT NULL DEFAULT '[]',
        edited TEXT NOT NULL DEFAULT '{}',
        written TEXT NOT NULL DEFAULT '{}',
        before TEXT NOT NULL DEFAULT '{}',
        ref_kind TEXT,
        ref_id TEXT,
        conflict TEXT NOT NULL DEFAULT '[]',
        attempts INTEGER NOT NULL DEFAULT 0,
        tried_s REAL NOT NULL DEFAULT 0,
        next_try_at TEXT,
        first_tried_at TEXT,
        sent_at TEXT,
        done_at TEXT,
        error_code TEXT NOT NULL DEFAULT '',
        error_text TEXT NOT NULL DEFAULT '',
        action TEXT NOT NULL DEFAULT '',
        approved_by TEXT NOT NULL,
        approved_at TEXT NOT NULL
    ) STRICT""",
    # One effect of an approval is wanted once, and taken back once.
    "CREATE UNIQUE INDEX outbox_once ON outbox (approval_id, subject) WHERE state <> 'cancelled'",
    """CREATE INDEX outbox_queues ON outbox (account_id, remote_id, number)
        WHERE state NOT IN ('done', 'cancelled')""",
    "CREATE INDEX outbox_by_state ON outbox (state, account_id)",
    "CREATE INDEX outbox_by_deal ON outbox (deal_id, number)",
    "CREATE INDEX outbox_by_undone ON outbox (undoes) WHERE undoes IS NOT NULL",
)

_SAID = """standing_decisions d WHERE d.approval_id = NEW.approval_id AND d.deal_id = NEW.deal_id"""
_FIELDS_STAND = f"""json_array_length(NEW.payload, '$.changes') > 0 AND NOT EXISTS (
    SELECT 1 FROM json_each(NEW.payload, '$.changes') c WHERE NOT EXISTS (SELECT 1 FROM {_SAID}
    AND d.subject = 'field' AND d.key = json_extract(c.value, '$.key') AND d.norm = json_extract(c.value, '$.norm')
    AND d.value = json_extract(c.value, '$.shown')))"""  # noqa: S608 - constants
_NOTE_STANDS = f"""EXISTS (SELECT 1 FROM {_SAID} AND d.subject = 'note'
    AND d.value = json_extract(NEW.payload, '$.text'))"""  # noqa: S608
_TASK_STANDS = f"""EXISTS (SELECT 1 FROM {_SAID} AND d.subject = 'step' AND NEW.subject = 'step:' || d.key
    AND d.value = json_extract(NEW.payload, '$.action') AND d.who = json_extract(NEW.payload, '$.who')
    AND d.due IS json_extract(NEW.payload, '$.due'))"""  # noqa: S608
_UNDO_STANDS = """EXISTS (SELECT 1 FROM outbox o JOIN approvals a ON a.id = o.approval_id
    WHERE o.id = NEW.undoes AND o.approval_id = NEW.approval_id AND o.account_id = NEW.account_id
    AND 'undo_' || o.kind = NEW.kind AND NEW.subject = o.id AND NEW.payload = '{}' AND a.undone_at IS NOT NULL
    AND EXISTS (SELECT 1 FROM audit u WHERE u.subject = a.id AND u.action = 'undone'))"""
_STANDS = f"""CASE NEW.kind WHEN 'fields' THEN {_FIELDS_STAND} WHEN 'note' THEN {_NOTE_STANDS}
    WHEN 'task' THEN {_TASK_STANDS} ELSE {_UNDO_STANDS} END"""
_KEPT = (
    "number",
    "id",
    "account_id",
    "approval_id",
    "deal_id",
    "kind",
    "subject",
    "payload",
    "undoes",
    "approved_by",
    "approved_at",
)


def _refuse(name: str, event: str, condition: str, why: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{why}'); END"


_RULES = (
    _refuse(
        "operation_added",
        "INSERT ON outbox",
        f"""NEW.state <> 'pending' OR NOT COALESCE({_STANDS}, 0)
        OR EXISTS (SELECT 1 FROM outbox WHERE id = NEW.id OR number = NEW.number)""",  # noqa: S608
        "nothing is sent without its approval",
    ),
    _refuse(
        "operation_changed",
        "UPDATE ON outbox",
        " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT),
        "what was approved stays as it was approved",
    ),
    _refuse("operation_done", "UPDATE ON outbox", "OLD.state IN ('done', 'cancelled')", "what is done stays done"),
    _refuse("operation_removed", "DELETE ON outbox", "1", "an operation stays"),
    _refuse("account_removed", "DELETE ON crm_accounts", "1", "an account stays, for operations name it"),
)

DELIVERY = _TABLES + _RULES
