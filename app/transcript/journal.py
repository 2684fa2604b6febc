"""A journal that lasts as long as the process: for work without a store."""

from __future__ import annotations

from typing import Any


class MemoryJournal:
    """`TranscriptJournal` in memory."""

    def __init__(self) -> None:
        self._plans: dict[str, dict[str, Any]] = {}
        self._batches: dict[str, dict[int, Any]] = {}

    def load(self, key: str) -> tuple[dict[str, Any] | None, dict[int, Any]]:
        return self._plans.get(key), dict(self._batches.get(key, {}))

    def save_plan(self, key: str, plan: dict[str, Any]) -> None:
        self._plans[key] = plan
        self._batches[key] = {}

    def save_batch(self, key: str, number: int, result: Any) -> None:
        self._batches.setdefault(key, {})[number] = result

    def forget(self, key: str) -> None:
        self._plans.pop(key, None)
        self._batches.pop(key, None)
