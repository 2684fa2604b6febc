"""Where a model lies, and what is written down beside it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.adapters.models.catalogue import ModelSpec
from app.adapters.models.sources import Delivery
from app.core.model_store import ModelKind

RECORD = "vizir-model.json"
_GGUF = b"GGUF"
_LEAST_BYTES = 1 << 20
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")


@dataclass(frozen=True, slots=True)
class Place:
    """The files of a model as they lie on a disk."""

    folder: Path
    files: tuple[str, ...]
    sizes: tuple[int, ...]


def place_in(folder: Path, spec: ModelSpec) -> Place | None:
    """Where below `folder` a model lies whole, by the names and sizes of its files; None where it does not."""
    below = (spec.name, spec.key, *spec.aliases, spec.hub.repository.rpartition("/")[2])
    for candidate in (*(folder / name for name in below), folder):
        sizes = _sizes_in(candidate, spec)
        if sizes:
            return Place(candidate, tuple(sizes), tuple(sizes.values()))
    return None


def _sizes_in(folder: Path, spec: ModelSpec) -> dict[str, int]:
    names = [name for name in spec.files if name not in _VOCABULARIES]
    if spec.kind is ModelKind.SPEECH:
        # The converter has written the vocabulary under either name over the years; both load.
        names += [next((name for name in _VOCABULARIES if (folder / name).is_file()), _VOCABULARIES[0])]
    try:
        sizes = {name: (folder / name).stat().st_size for name in names if (folder / name).is_file()}
        is_there = len(sizes) == len(names) and _is_whole(folder, spec, sizes)
    except OSError:
        # A stick that was pulled out, a share that went away: nothing is there.
        return {}
    return sizes if is_there else {}


def _is_whole(folder: Path, spec: ModelSpec, sizes: dict[str, int]) -> bool:
    recorded = read_record(folder).get("sizes")
    if isinstance(recorded, dict):
        return all(recorded.get(name) == size for name, size in sizes.items())
    main = spec.files[0]
    pin = spec.pin_of(main)
    # The hub's build of a model may differ from the pinned one by some bytes; a copy that broke off lacks more.
    if sizes[main] < (pin.size_bytes * 0.99 if pin else _LEAST_BYTES):
        return False
    if spec.kind is ModelKind.LANGUAGE:
        with (folder / main).open("rb") as stream:
            return stream.read(len(_GGUF)) == _GGUF
    return True


def promised_sums(place: Place, spec: ModelSpec) -> dict[str, str]:
    """SHA-256 by file that a model must have: from the record beside it, else the pinned ones; empty without either."""
    recorded = read_record(place.folder).get("sha256")
    if isinstance(recorded, dict) and set(place.files) <= set(recorded):
        return {name: str(recorded[name]) for name in place.files}
    main = spec.pin_of(spec.files[0])
    if main is None or (place.folder / main.name).stat().st_size != main.size_bytes:
        # Another build of the model, as the hub may have it: nobody vouches for it here.
        return {}
    return {name: pin.sha256 for name in place.files if (pin := spec.pin_of(name)) is not None}


def is_unchanged(place: Place) -> bool:
    """True when the files have the sizes and times with which they were verified and put in place."""
    recorded = read_record(place.folder).get("times_ns")
    return isinstance(recorded, dict) and all(
        recorded.get(name) == (place.folder / name).stat().st_mtime_ns for name in place.files
    )


def is_recorded_as_verified(folder: Path) -> bool:
    """True when the sums of what lies in `folder` were compared with what its source vouched for."""
    return read_record(folder).get("is_verified") is True


def read_record(folder: Path) -> dict[str, object]:
    """What was written down when the model came; empty without a readable record."""
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def put_in_place(staging: Path, folder: Path, delivery: Delivery) -> None:
    """Move a whole, verified model from `staging` to `folder`, both on one disk; an older one there is dropped."""
    record = {
        "sha256": delivery.sums,
        "sizes": {name: (staging / name).stat().st_size for name in delivery.sums},
        "times_ns": {name: (staging / name).stat().st_mtime_ns for name in delivery.sums},
        "origin": delivery.origin,
        "is_verified": delivery.is_verified,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    for path in staging.iterdir():
        if path.name not in delivery.sums:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (staging / RECORD).write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    dropped = staging.with_name(f"{staging.name}.dropped")
    shutil.rmtree(dropped, ignore_errors=True)
    if folder.exists():
        folder.rename(dropped)
    staging.rename(folder)
    shutil.rmtree(dropped, ignore_errors=True)
