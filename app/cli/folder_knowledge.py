"""What the folder of a profile knows: its price list and its documents, as old as their files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.knowledge.importing import knowledge_of
from app.knowledge.model import Knowledge
from app.profile.model import Profile


def knowledge_of_folder(folder: Path, profile: Profile) -> Knowledge:
    """The knowledge of a profile that was read from `folder`.

    Args:
        folder: Its catalog.csv says how old the prices are, or seller.json where there is no price list.
    """
    dated = next(path for path in (folder / "catalog.csv", folder / "seller.json") if path.exists())
    loaded_at = datetime.fromtimestamp(dated.stat().st_mtime, UTC)
    return knowledge_of(profile.knowledge, profile.price_list, loaded_at)
