"""Tables of the proposals, and the store's own rules for them."""

from __future__ import annotations

_TABLES = (
    # A series of a year has no gaps; it may begin with any number, for the company had others before. What was thrown
    # away keeps its number, so that a missing one can be explained.
    """CREATE TABLE proposal_numbers (
        place INTEGER PRIMARY KEY,
        year INTEGER NOT NULL,
        running INTEGER NOT NULL CHECK (running > 0),
        revision INTEGER NOT NULL CHECK (revision > 0),
        call_id TEXT NOT NULL,
        deal_id TEXT NOT NULL,
        client TEXT NOT NULL,
        dated TEXT NOT NULL,
        total TEXT NOT NULL,
        content TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        active_s REAL NOT NULL,
        edits INTEGER NOT NULL,
        discarded_at TEXT,
        UNIQUE (year, running, revision)
    ) STRICT""",
    "CREATE INDEX proposal_numbers_by_call ON proposal_numbers (call_id)",
    "CREATE INDEX proposal_numbers_by_deal ON proposal_numbers (deal_id)",
    """CREATE TABLE proposal_approvals (
        id TEXT PRIMARY KEY NOT NULL,
        place INTEGER NOT NULL UNIQUE REFERENCES proposal_numbers (place),
        content TEXT NOT NULL,
        document_sha256 TEXT NOT NULL CHECK (length(document_sha256) = 64),
        decided_by TEXT NOT NULL CHECK (trim(decided_by) <> ''),
        at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE final_proposals (
        place INTEGER PRIMARY KEY REFERENCES proposal_numbers (place),
        approval_id TEXT NOT NULL UNIQUE REFERENCES proposal_approvals (id),
        content TEXT NOT NULL,
        document_sha256 TEXT NOT NULL,
        documents TEXT NOT NULL
    ) STRICT""",
)
_IS_NEXT = """CASE WHEN NEW.revision = 1
    THEN NOT EXISTS (SELECT 1 FROM proposal_numbers WHERE year = NEW.year)
        OR NEW.running = (SELECT MAX(running) + 1 FROM proposal_numbers WHERE year = NEW.year)
    ELSE NEW.revision = (SELECT MAX(revision) + 1 FROM proposal_numbers
        WHERE year = NEW.year AND running = NEW.running)
    END"""
_STANDS = """EXISTS (SELECT 1 FROM proposal_approvals a WHERE a.id = NEW.approval_id AND a.place = NEW.place
    AND a.content = NEW.content AND a.document_sha256 = NEW.document_sha256
    AND EXISTS (SELECT 1 FROM audit u WHERE u.subject = a.id AND u.action = 'proposal_approved'))"""
_KEEPS_NUMBER = """NEW.place = OLD.place AND NEW.year = OLD.year AND NEW.running = OLD.running
    AND NEW.revision = OLD.revision"""


def _refuse(name: str, event: str, condition: str, why: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{why}'); END"


_RULES = (
    _refuse(
        "proposal_number_taken",
        "INSERT ON proposal_numbers",
        f"NOT COALESCE({_IS_NEXT}, 0) OR EXISTS (SELECT 1 FROM proposal_numbers WHERE place = NEW.place)",  # noqa: S608
        "the series of numbers has no gaps",
    ),
    _refuse(
        "proposal_number_changed",
        "UPDATE ON proposal_numbers",
        f"NOT ({_KEEPS_NUMBER}) OR OLD.discarded_at IS NOT NULL"  # noqa: S608
        " OR EXISTS (SELECT 1 FROM proposal_approvals WHERE place = OLD.place)",
        "a number stays, and what is signed or thrown away stays as it is",
    ),
    _refuse("proposal_number_removed", "DELETE ON proposal_numbers", "1", "a number stays"),
    _refuse(
        "proposal_approval_added",
        "INSERT ON proposal_approvals",
        """EXISTS (SELECT 1 FROM proposal_approvals WHERE id = NEW.id OR place = NEW.place)
        OR EXISTS (SELECT 1 FROM proposal_numbers WHERE place = NEW.place AND discarded_at IS NOT NULL)""",
        "a proposal is signed once",
    ),
    _refuse("proposal_approval_changed", "UPDATE ON proposal_approvals", "1", "an approval stays as it was made"),
    _refuse("proposal_approval_removed", "DELETE ON proposal_approvals", "1", "an approval stays"),
    _refuse("final_proposal_added", "INSERT ON final_proposals", f"NOT {_STANDS}", "a final proposal without approval"),
    _refuse("final_proposal_changed", "UPDATE ON final_proposals", "1", "a final proposal stays as it was signed"),
    _refuse("final_proposal_removed", "DELETE ON final_proposals", "1", "a final proposal stays"),
)

PROPOSALS = _TABLES + _RULES
