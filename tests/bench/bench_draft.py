"""Drafts of the benchmark's calls, as text and as recordings, with each embedded model, judged by its `score.py`."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.bootstrap import build_engines
from app.cli.call_source import read_call
from app.cli.draft_json import draft_to_json
from app.core.cancel import CancelToken
from app.core.model_store import ModelKind, SourceKind
from app.draft.reading import Pointers
from app.draft.service import assemble
from app.knowledge.model import PriceItem
from app.profile.folder import load_profile
from app.recording.model import Call
from app.settings import Folders, Settings
from app.transcript.journal_file import FileJournal
from app.transcript.model import Transcript
from tests.bench.figures import Figure, at_least, at_most
from tests.shared_bench import SHARED_BENCH

_MODELS = ("qwen2.5-coder-1.5b", "qwen2.5-0.5b")
# What the specification asks for: (key, part of it, text, recordings).
_BARS = (
    ("verified", "precision", 0.98, 0.95),
    ("fields", "f1", 0.82, 0.68),
    ("completeness_required", None, 0.90, 0.75),
    ("evidence_hit", None, 0.95, 0.93),
    ("next_steps", "f1", 0.75, 0.60),
    ("line_items", "f1", 0.85, 0.70),
    ("risks", "f1", 0.65, 0.55),
    ("note_coverage", None, 0.80, 0.70),
    ("kind_accuracy", None, 0.98, 0.95),
)
_LONG = 20_000
_GOODS = ("Насос", "Клапан", "Фильтр", "Труба", "Муфта", "Кабель", "Датчик", "Щит", "Болт", "Кран", "Лампа", "Корпус")
_KINDS = ("шаровой", "стальной", "медный", "латунный", "гибкий", "напольный", "угловой", "промышленный", "бытовой")
_CEILINGS = (
    ("hallucinated_absent", 0.05, 0.08),
    ("hallucinated_absent_verified", 0, 0),
    ("forbidden_verified", 0, 0),
    ("draft_seconds_median", 75, 75),
)


def figures() -> Iterator[Figure]:
    """Every figure of `score.py` beside its bar, for both models and both ways in."""
    if not SHARED_BENCH.is_dir():
        yield Figure("calls of the benchmark", "absent", note="no ../shared/bench beside the checkout")
        return
    calls = sorted(path for path in (SHARED_BENCH / "calls").glob("*.json") if "." not in path.stem)
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("text", "recordings"):
            heard = [_heard(path, kind, Path(folder)) for path in calls]
            if kind == "text":
                yield from _beside_a_long_price_list(*heard[0])
            for model in _MODELS:
                yield from _scored(heard, kind, model, Path(folder) / f"{kind}-{model}")


def _beside_a_long_price_list(path: Path, call: Call, transcript: Transcript) -> Iterator[Figure]:
    """What the rules cost where the price list has thousands of rows: with taking it apart, and once that is done."""
    profile = load_profile(_seller(path))
    chance = random.Random(_LONG)
    rows = [
        PriceItem(
            f"L{place}",
            f"{chance.choice(_GOODS)} {chance.choice(_KINDS)} {chance.choice('АБВГДКМН')}-{chance.randint(10, 990)}",
            "шт",
            Decimal(chance.randint(100, 90_000)),
            "22",
        )
        for place in range(_LONG)
    ]
    long = replace(profile, price_list=(*profile.price_list, *rows))
    for name in ("first", "next"):
        began_s = time.process_time()
        assemble(transcript, long, call.id, call.at, Pointers())
        yield Figure(
            f"rules of a draft, price list of {_LONG} rows, {name} call, CPU", time.process_time() - began_s, "s"
        )


def _heard(path: Path, kind: str, folder: Path) -> tuple[Path, Call, Transcript]:
    """The call and its words: those of the file, or those recognised in its recording."""
    engines = build_engines(Settings(), Folders.of_this_machine())
    source = path if kind == "text" else path.with_suffix(".mp3")
    at = datetime.fromisoformat(json.loads(path.read_text("utf-8"))["date"])
    call = read_call(source, at, engines.clock)
    transcript = engines.transcribe(FileJournal(folder / "journal"), None).transcribe(
        call,
        load_profile(_seller(path)),
        on_progress=lambda _progress: None,
        on_segments=lambda _segments: None,
        cancel=CancelToken(),
    )
    engines.close()
    return path, call, transcript


def _seller(path: Path) -> Path:
    return SHARED_BENCH / "sellers" / str(json.loads(path.read_text("utf-8"))["seller"])


def _scored(heard: list[tuple[Path, Call, Transcript]], kind: str, model: str, into: Path) -> Iterator[Figure]:
    into.mkdir(parents=True)
    engines = build_engines(Settings(llm_embedded_model=model), Folders.of_this_machine())
    if engines.models().installed(ModelKind.LANGUAGE, model) is None:
        engines.models().fetch(
            ModelKind.LANGUAGE, model, SourceKind.AUTO, on_progress=lambda _now: None, cancel=CancelToken()
        )
    try:
        for path, call, transcript in heard:
            began_s = engines.clock.monotonic_s()
            draft = engines.draft(engines.language_model(), load_profile(_seller(path))).draft(
                call, transcript, on_progress=lambda _share: None, cancel=CancelToken()
            )
            made = draft_to_json(call, transcript, draft)
            made["engine"]["seconds"]["draft"] = engines.clock.monotonic_s() - began_s
            (into / f"{path.stem}.json").write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    finally:
        engines.close()
    yield from _judged(_score(into), f"{kind}, {model}", is_text=kind == "text")


def _score(predictions: Path) -> dict[str, Any]:
    out = predictions / "score.out"
    command = [sys.executable, str(SHARED_BENCH / "score.py"), str(SHARED_BENCH), str(predictions), "--json", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    return dict(json.loads(out.read_text("utf-8")))


def _judged(score: dict[str, Any], label: str, *, is_text: bool) -> Iterator[Figure]:
    for key, part, of_text, of_recordings in _BARS:
        value = score[key][part] if part else score[key]
        name = f"{key} {part}" if part else key
        yield at_least(f"{label}: {name}", value or 0.0, of_text if is_text else of_recordings)
    for key, of_text, of_recordings in _CEILINGS:
        unit = "s" if "seconds" in key else ""
        yield at_most(f"{label}: {key}", score[key] or 0, of_text if is_text else of_recordings, unit)
    yield Figure(f"{label}: sentiment_accuracy", score["sentiment_accuracy"])
    for key, value in score["per_field_f1"].items():
        yield Figure(f"{label}: field {key} F1", value)
