"""sqlite-utils without its habit of making what is not there."""

from __future__ import annotations

import sys
from typing import Any

from app.core.errors import Bug


def _import_sqlite_utils() -> Any:
    # sqlite-utils 4.2 imports numpy only to know the names of its types, which costs half the time the window has to
    # appear. A module marked absent is skipped by it; the mark goes at once.
    is_numpy_loaded = "numpy" in sys.modules
    if not is_numpy_loaded:
        sys.modules["numpy"] = None  # type: ignore[assignment]
    try:
        import sqlite_utils
    finally:
        if not is_numpy_loaded:
            del sys.modules["numpy"]
    return sqlite_utils


_sqlite_utils = _import_sqlite_utils()


class GuardedDatabase(_sqlite_utils.Database):  # type: ignore[misc,name-defined]
    """`sqlite_utils.Database` whose tables come from the migrations alone.

    Args:
        connection: An open connection in driver autocommit mode (``isolation_level=None``).
    """

    def __init__(self, connection: Any) -> None:
        # Plugins of sqlite-utils that happen to be installed have no business in this store.
        super().__init__(connection, execute_plugins=False, strict=True)

    def create_table(self, name: str, *_args: Any, **_options: Any) -> Any:
        """Refused: `insert` into a mistyped name would otherwise make that table. Raises Bug ``store.no_table``."""
        raise Bug("store.no_table", f"there is no table {name}", detail=name)
