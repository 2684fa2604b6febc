"""The tables of the mirror: deals of the connected CRMs, with what is searched of them."""

from __future__ import annotations

MIRROR = (
    """CREATE TABLE mirror_deals (
        number INTEGER PRIMARY KEY,
        account_id TEXT NOT NULL,
        remote_id TEXT NOT NULL,
        title TEXT NOT NULL,
        stage_id TEXT NOT NULL,
        pipeline_id TEXT NOT NULL,
        amount TEXT,
        currency TEXT NOT NULL,
        company_id TEXT NOT NULL,
        company TEXT NOT NULL,
        inn TEXT NOT NULL,
        contact_id TEXT NOT NULL,
        contact TEXT NOT NULL,
        phones TEXT NOT NULL,
        emails TEXT NOT NULL,
        owner_id TEXT NOT NULL,
        updated_at TEXT,
        is_closed INTEGER NOT NULL,
        is_gone INTEGER NOT NULL DEFAULT 0,
        UNIQUE (account_id, remote_id)
    ) STRICT""",
    "CREATE INDEX mirror_deals_by_change ON mirror_deals (updated_at DESC) WHERE is_gone = 0",
    # Words as they stand and their basic forms; phones by their last ten digits.
    "CREATE VIRTUAL TABLE mirror_words USING fts5(words, prefix='3 4', detail=none)",
    """CREATE TABLE mirror_state (
        account_id TEXT PRIMARY KEY NOT NULL,
        since TEXT,
        cursor TEXT,
        started_at TEXT,
        finished_at TEXT
    ) STRICT""",
)
