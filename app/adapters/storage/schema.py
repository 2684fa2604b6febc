"""The tables, by numbered migrations. A released migration is never edited: a change is a new one."""

from __future__ import annotations

from dataclasses import dataclass

from app.adapters.storage.delivery_schema import DELIVERY
from app.adapters.storage.mirror_schema import MIRROR
from app.adapters.storage.proposal_schema import PROPOSALS

APPLICATION_ID = 0x56495A52
"""Marks the file as this program's ("VIZR")."""


@dataclass(frozen=True, slots=True)
class Migration:
    """A step from one version of the file to the next, done in one transaction."""

    number: int
    name: str
    statements: tuple[str, ...]


_CALLS = (
    """CREATE TABLE companies (
        id TEXT PRIMARY KEY NOT NULL,
        name TEXT NOT NULL,
        inn TEXT
    ) STRICT""",
    """CREATE TABLE contacts (
        id TEXT PRIMARY KEY NOT NULL,
        name TEXT NOT NULL,
        role TEXT,
        phone TEXT,
        email TEXT,
        company_id TEXT REFERENCES companies (id)
    ) STRICT""",
    """CREATE TABLE deals (
        id TEXT PRIMARY KEY NOT NULL,
        title TEXT NOT NULL,
        company_id TEXT REFERENCES companies (id),
        contact_id TEXT REFERENCES contacts (id),
        created_at TEXT NOT NULL,
        touched_at TEXT NOT NULL,
        search_text TEXT NOT NULL,
        removed_at TEXT
    ) STRICT""",
    "CREATE INDEX deals_by_touch ON deals (touched_at DESC) WHERE removed_at IS NULL",
    """CREATE TABLE recordings (
        content_sha256 TEXT PRIMARY KEY NOT NULL,
        path TEXT NOT NULL,
        original_name TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        kind TEXT NOT NULL,
        duration_s REAL,
        channels INTEGER,
        rate_hz INTEGER,
        codec TEXT,
        is_dual_mono INTEGER,
        is_cut INTEGER
    ) STRICT""",
    # list_rank orders the list: urgent calls first, then by time; see call_rows.py. What stands from title on repeats
    # what is elsewhere, so that a page of the list is read from this table alone.
    """CREATE TABLE calls (
        id TEXT PRIMARY KEY NOT NULL,
        at TEXT NOT NULL,
        content_sha256 TEXT NOT NULL UNIQUE REFERENCES recordings (content_sha256),
        state TEXT NOT NULL,
        direction TEXT,
        phone TEXT,
        manager_channel INTEGER,
        deal_id TEXT REFERENCES deals (id),
        error_code TEXT,
        error_message TEXT,
        error_hint TEXT,
        error_action TEXT,
        extra TEXT NOT NULL,
        title TEXT NOT NULL,
        length_s REAL,
        kind TEXT NOT NULL DEFAULT '',
        risks TEXT NOT NULL DEFAULT '[]',
        is_urgent INTEGER NOT NULL DEFAULT 0,
        list_rank INTEGER NOT NULL UNIQUE
    ) STRICT""",
    "CREATE INDEX calls_by_rank_and_state ON calls (list_rank DESC, state)",
    "CREATE INDEX calls_by_state_and_rank ON calls (state, list_rank DESC)",
    "CREATE INDEX calls_by_deal ON calls (deal_id) WHERE deal_id IS NOT NULL",
)

_TRANSCRIPTS = (
    """CREATE TABLE transcripts (
        call_id TEXT PRIMARY KEY NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
        duration_s REAL,
        language TEXT NOT NULL,
        model TEXT NOT NULL,
        channels INTEGER NOT NULL,
        transcribe_s REAL NOT NULL
    ) STRICT""",
    """CREATE TABLE segments (
        call_id TEXT NOT NULL REFERENCES transcripts (call_id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        start_s REAL,
        end_s REAL,
        speaker TEXT NOT NULL,
        channel INTEGER,
        text TEXT NOT NULL,
        words TEXT NOT NULL,
        PRIMARY KEY (call_id, number)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE journal_plans (
        key TEXT PRIMARY KEY NOT NULL,
        plan TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE journal_batches (
        key TEXT NOT NULL REFERENCES journal_plans (key) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        result TEXT NOT NULL,
        PRIMARY KEY (key, number)
    ) STRICT""",
    """CREATE TABLE drafts (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        call_id TEXT NOT NULL,
        content TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX drafts_by_call ON drafts (call_id, number)",
)

_SEARCH = (
    # Words in their basic forms; the full-text index refers to these rows and repeats nothing of them.
    """CREATE TABLE search_documents (
        list_rank INTEGER PRIMARY KEY,
        call_id TEXT NOT NULL UNIQUE REFERENCES calls (id) ON DELETE CASCADE,
        said TEXT NOT NULL DEFAULT '',
        written TEXT NOT NULL DEFAULT '',
        who TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    """CREATE VIRTUAL TABLE call_search USING fts5 (
        said, written, who, content='search_documents', content_rowid='list_rank', detail=none,
        tokenize='unicode61 remove_diacritics 0'
    )""",
    # Every word ever indexed. Completing a half-typed word here is many times quicker than the full-text index's own
    # search by a beginning, which reads the calls of all words that begin so.
    "CREATE TABLE search_terms (word TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TRIGGER search_documents_added AFTER INSERT ON search_documents BEGIN
        INSERT INTO call_search (rowid, said, written, who) VALUES (NEW.list_rank, NEW.said, NEW.written, NEW.who);
    END""",
    """CREATE TRIGGER search_documents_removed AFTER DELETE ON search_documents BEGIN
        INSERT INTO call_search (call_search, rowid, said, written, who)
        VALUES ('delete', OLD.list_rank, OLD.said, OLD.written, OLD.who);
    END""",
    """CREATE TRIGGER search_documents_changed AFTER UPDATE ON search_documents BEGIN
        INSERT INTO call_search (call_search, rowid, said, written, who)
        VALUES ('delete', OLD.list_rank, OLD.said, OLD.written, OLD.who);
        INSERT INTO call_search (rowid, said, written, who) VALUES (NEW.list_rank, NEW.said, NEW.written, NEW.who);
    END""",
    """CREATE TRIGGER calls_reranked AFTER UPDATE OF list_rank ON calls WHEN NEW.list_rank <> OLD.list_rank BEGIN
        UPDATE search_documents SET list_rank = NEW.list_rank WHERE call_id = NEW.id;
    END""",
)

_APPROVALS = (
    """CREATE TABLE audit (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        content TEXT NOT NULL,
        previous_hash TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX audit_by_subject ON audit (subject, action)",
    """CREATE TABLE approvals (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        call_id TEXT NOT NULL,
        draft_id TEXT NOT NULL REFERENCES drafts (id),
        deal_id TEXT NOT NULL REFERENCES deals (id),
        decided_by TEXT NOT NULL,
        at TEXT NOT NULL,
        settles_call INTEGER NOT NULL,
        has_made_deal INTEGER NOT NULL,
        previous_deal_id TEXT,
        undone_at TEXT,
        undone_by TEXT
    ) STRICT""",
    "CREATE INDEX approvals_by_call ON approvals (call_id, number)",
    "CREATE INDEX approvals_by_deal ON approvals (deal_id, number)",
    "CREATE INDEX approvals_by_draft ON approvals (draft_id)",
    """CREATE TABLE decisions (
        approval_id TEXT NOT NULL REFERENCES approvals (id),
        position INTEGER NOT NULL,
        subject TEXT NOT NULL CHECK (subject IN ('field', 'note', 'step')),
        key TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('accepted', 'edited', 'rejected')),
        value TEXT CHECK ((value IS NULL) = (kind = 'rejected')),
        norm TEXT NOT NULL,
        evidence TEXT NOT NULL,
        who TEXT,
        due TEXT,
        previous TEXT,
        PRIMARY KEY (approval_id, position),
        UNIQUE (approval_id, subject, key)
    ) STRICT""",
    """CREATE TABLE field_values (
        deal_id TEXT NOT NULL REFERENCES deals (id),
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        norm TEXT NOT NULL,
        approval_id TEXT NOT NULL REFERENCES approvals (id),
        approved_at TEXT NOT NULL,
        PRIMARY KEY (deal_id, key)
    ) STRICT""",
    "CREATE INDEX field_values_by_approval ON field_values (approval_id)",
    """CREATE TABLE notes (
        id TEXT PRIMARY KEY NOT NULL,
        deal_id TEXT NOT NULL REFERENCES deals (id),
        text TEXT NOT NULL,
        approval_id TEXT NOT NULL UNIQUE REFERENCES approvals (id),
        approved_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX notes_by_deal ON notes (deal_id)",
    """CREATE TABLE tasks (
        id TEXT PRIMARY KEY NOT NULL,
        deal_id TEXT NOT NULL REFERENCES deals (id),
        step TEXT NOT NULL,
        who TEXT NOT NULL,
        action TEXT NOT NULL,
        due TEXT,
        approval_id TEXT NOT NULL REFERENCES approvals (id),
        is_done INTEGER NOT NULL DEFAULT 0,
        UNIQUE (approval_id, step)
    ) STRICT""",
    "CREATE INDEX tasks_by_deal ON tasks (deal_id)",
    """CREATE VIEW standing_decisions AS
        SELECT a.id AS approval_id, a.deal_id, a.at, d.subject, d.key, d.value, d.norm, d.who, d.due
        FROM approvals a JOIN decisions d ON d.approval_id = a.id
        WHERE a.undone_at IS NULL AND d.kind <> 'rejected'
        AND EXISTS (SELECT 1 FROM audit u WHERE u.subject = a.id AND u.action = 'approved')""",
)

_VALUE_STANDS = """EXISTS (SELECT 1 FROM standing_decisions d WHERE d.approval_id = NEW.approval_id
    AND d.deal_id = NEW.deal_id AND d.at = NEW.approved_at AND d.subject = 'field' AND d.key = NEW.key
    AND d.value = NEW.value AND d.norm = NEW.norm)"""
_NOTE_STANDS = """EXISTS (SELECT 1 FROM standing_decisions d WHERE d.approval_id = NEW.approval_id
    AND d.deal_id = NEW.deal_id AND d.at = NEW.approved_at AND d.subject = 'note' AND d.value = NEW.text)"""
_TASK_STANDS = """EXISTS (SELECT 1 FROM standing_decisions d WHERE d.approval_id = NEW.approval_id
    AND d.deal_id = NEW.deal_id AND d.subject = 'step' AND d.key = NEW.step AND d.value = NEW.action
    AND d.who = NEW.who AND d.due IS NEW.due)"""
_STILL_APPROVED = "(SELECT undone_at FROM approvals WHERE id = OLD.approval_id) IS NULL"


def _refuse(name: str, event: str, condition: str, why: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{why}'); END"


# The rules of the store itself: they hold for a mistake in the program and for a hand with another tool alike.
_RULES = (
    _refuse("value_added", "INSERT ON field_values", f"NOT {_VALUE_STANDS}", "a value without its approval"),
    _refuse("value_changed", "UPDATE ON field_values", f"NOT {_VALUE_STANDS}", "a value without its approval"),
    _refuse("value_removed", "DELETE ON field_values", _STILL_APPROVED, "an approved value is only taken back"),
    _refuse("note_added", "INSERT ON notes", f"NOT {_NOTE_STANDS}", "a note without its approval"),
    _refuse("note_changed", "UPDATE ON notes", f"NOT {_NOTE_STANDS}", "a note without its approval"),
    _refuse("note_removed", "DELETE ON notes", _STILL_APPROVED, "an approved note is only taken back"),
    _refuse("task_added", "INSERT ON tasks", f"NOT {_TASK_STANDS}", "a task without its approval"),
    _refuse("task_changed", "UPDATE ON tasks", f"NOT {_TASK_STANDS}", "a task without its approval"),
    _refuse("task_removed", "DELETE ON tasks", _STILL_APPROVED, "an approved task is only taken back"),
    _refuse(
        "approval_added",
        "INSERT ON approvals",
        "NEW.undone_at IS NOT NULL OR EXISTS (SELECT 1 FROM approvals WHERE id = NEW.id OR number = NEW.number)",
        "an approval begins once and stands",
    ),
    _refuse(
        "approval_changed",
        "UPDATE ON approvals",
        """NOT (OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL AND NEW.undone_by IS NOT NULL
        AND NEW.id = OLD.id AND NEW.call_id = OLD.call_id AND NEW.draft_id = OLD.draft_id AND NEW.deal_id = OLD.deal_id
        AND NEW.decided_by = OLD.decided_by AND NEW.at = OLD.at AND NEW.settles_call = OLD.settles_call
        AND NEW.has_made_deal = OLD.has_made_deal AND NEW.previous_deal_id IS OLD.previous_deal_id
        AND EXISTS (SELECT 1 FROM audit WHERE subject = OLD.id AND action = 'undone'))""",
        "an approval is only taken back, once, with an entry in the audit log",
    ),
    _refuse("approval_removed", "DELETE ON approvals", "1", "an approval stays"),
    _refuse(
        "decision_added",
        "INSERT ON decisions",
        "EXISTS (SELECT 1 FROM audit WHERE subject = NEW.approval_id AND action = 'approved')",
        "an approval that is in the audit log takes no more decisions",
    ),
    _refuse("decision_changed", "UPDATE ON decisions", "1", "a decision stays as it was made"),
    _refuse("decision_removed", "DELETE ON decisions", "1", "a decision stays"),
    _refuse(
        "audit_added",
        "INSERT ON audit",
        """NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM audit)
        OR NEW.previous_hash <> COALESCE((SELECT hash FROM audit ORDER BY number DESC LIMIT 1), '')""",
        "an audit entry goes to the end of the chain",
    ),
    _refuse("audit_changed", "UPDATE ON audit", "1", "the audit log is append-only"),
    _refuse("audit_removed", "DELETE ON audit", "1", "the audit log is append-only"),
)

_GUESSED_SPEAKERS = ("ALTER TABLE transcripts ADD COLUMN speakers_guessed INTEGER NOT NULL DEFAULT 0",)

KNOWLEDGE = (
    """CREATE TABLE price_lists (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        loaded_at TEXT NOT NULL,
        valid_until TEXT,
        priced_on TEXT,
        replaced_at TEXT
    ) STRICT""",
    "CREATE UNIQUE INDEX price_list_in_force ON price_lists (replaced_at IS NULL) WHERE replaced_at IS NULL",
    """CREATE TABLE price_items (
        price_list_id TEXT NOT NULL REFERENCES price_lists (id),
        place INTEGER NOT NULL,
        sku TEXT NOT NULL,
        name TEXT NOT NULL,
        unit TEXT NOT NULL,
        price TEXT NOT NULL,
        vat_rate TEXT NOT NULL,
        min_qty TEXT NOT NULL,
        note TEXT NOT NULL,
        stock TEXT,
        lead_days INTEGER,
        source TEXT NOT NULL,
        PRIMARY KEY (price_list_id, place)
    ) STRICT""",
    """CREATE TABLE documents (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        loaded_at TEXT NOT NULL,
        replaced_at TEXT
    ) STRICT""",
    "CREATE UNIQUE INDEX document_in_force ON documents (file) WHERE replaced_at IS NULL",
    """CREATE TABLE passages (
        document_id TEXT NOT NULL REFERENCES documents (id),
        place INTEGER NOT NULL,
        id TEXT NOT NULL,
        heading TEXT NOT NULL,
        text TEXT NOT NULL,
        literal TEXT NOT NULL,
        PRIMARY KEY (document_id, place)
    ) STRICT""",
    "CREATE TABLE remembered_columns (headers TEXT PRIMARY KEY NOT NULL, columns TEXT NOT NULL) STRICT",
    # What is searched: one row a passage or article in force, by the hash of its content; see knowledge_index.py.
    """CREATE TABLE knowledge_entries (
        number INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        is_item INTEGER NOT NULL,
        vector_version TEXT,
        vector BLOB
    ) STRICT""",
    """CREATE TABLE knowledge_codes (
        code TEXT NOT NULL,
        entry INTEGER NOT NULL REFERENCES knowledge_entries (number) ON DELETE CASCADE,
        PRIMARY KEY (code, entry)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX knowledge_codes_by_entry ON knowledge_codes (entry)",
    "CREATE VIRTUAL TABLE passage_words USING fts5(words)",
    "CREATE VIRTUAL TABLE passage_terms USING fts5vocab(passage_words, 'row')",
    "CREATE VIRTUAL TABLE item_words USING fts5(words, prefix='3')",
)
"""The price list, the documents and what is searched of them; the knowledge of a folder has these tables in memory."""

MIGRATIONS = (
    Migration(1, "calls, drafts, deals, approvals", _CALLS + _TRANSCRIPTS + _SEARCH + _APPROVALS + _RULES),
    Migration(2, "speakers that are a guess", _GUESSED_SPEAKERS),
    Migration(3, "price list, documents and their search", KNOWLEDGE),
    Migration(4, "proposals", PROPOSALS),
    Migration(5, "delivery to CRMs", DELIVERY),
    Migration(6, "deals of the CRMs", MIRROR),
)
