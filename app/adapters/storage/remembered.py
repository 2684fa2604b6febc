"""What the program remembers from one start to the next, such as the call that was open."""

from __future__ import annotations

from app.adapters.storage.database import Database


class Remembered:
    """Short texts by name; nothing here is a fact of a call or a deal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """The text kept under `key`; None without one."""
        row = self._database.run(
            lambda db: db.conn.execute("SELECT value FROM remembered WHERE key = ?", (key,)).fetchone()
        )
        return str(row[0]) if row else None

    def put(self, key: str, value: str) -> None:
        """Keep `value` under `key` in place of what was there."""
        self._database.write(lambda db: db.table("remembered").upsert({"key": key, "value": value}, pk="key"))
