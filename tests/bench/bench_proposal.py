"""Proposals from the benchmark's calls: no invented number, every sum reckoned another way, and how long it takes."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.adapters.topics.linear import LinearTopicReader
from app.bootstrap import build_engines
from app.cli.call_source import read_call
from app.cli.draft_json import draft_to_json
from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.core.model_store import ModelKind
from app.draft.model import Draft
from app.draft.reading import Pointers
from app.draft.service import assemble
from app.knowledge.importing import knowledge_of
from app.profile.folder import load_profile
from app.proposal.model import BlockKind, Number, Proposal
from app.settings import TOPIC_WEIGHTS, Folders, Settings
from app.transcript.reading import read_transcript
from tests.bench.figures import Figure, at_most
from tests.shared_bench import SHARED_BENCH

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_WITH_MODEL = 3


@dataclass(frozen=True, slots=True)
class _Call:
    name: str
    seller: Path
    draft: Draft
    spoken: str
    content: dict[str, Any]


def figures() -> Iterator[Figure]:
    """Over all calls as text, with and without the texts; with the embedded model over the first few that sell."""
    if not SHARED_BENCH.is_dir():
        yield Figure("calls of the benchmark", "absent", note="no ../shared/bench beside the checkout")
        return
    calls = [_read(path) for path in sorted((SHARED_BENCH / "calls").glob("*.json")) if "." not in path.stem]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _without_model(calls, folder)
        yield from _command(calls, folder)
        yield from _with_model(calls, folder)


def _read(path: Path) -> _Call:
    content = path.read_bytes()
    ready = read_transcript(content, path.name)
    seller = SHARED_BENCH / "sellers" / str(json.loads(content)["seller"])
    engines = build_engines(Settings(), Folders.of_this_machine())
    call = read_call(path, None, engines.clock)
    reader = LinearTopicReader(TOPIC_WEIGHTS)
    draft = assemble(ready.transcript, load_profile(seller), call.id, call.at, Pointers(), topic_reader=reader)
    spoken = "\n".join(segment.text for segment in ready.transcript.segments)
    return _Call(path.stem, seller, draft, spoken, draft_to_json(call, ready.transcript, draft))


def _made(call: _Call, settings: Settings, into: Path, *, has_texts: bool) -> tuple[Proposal, float, bool]:
    """The proposal, the seconds it took, and whether its sums are right."""
    engines = build_engines(settings, Folders.of_this_machine())
    profile = load_profile(call.seller)
    knowledge = knowledge_of(profile.knowledge, profile.price_list, datetime.now(UTC))
    try:
        began_s = time.perf_counter()
        service = engines.proposals(profile, knowledge)
        today = call.draft.at.date()
        made = service.begin(call.draft, profile, knowledge, lines=None, today=today, number=Number(today.year, 1))
        made = service.draft_texts(made, call.draft, CancelToken()) if has_texts else service.checked(made)
        is_right = True
        if made.lines:
            totals = service.write_document(made, into)[""]
            sums = [_reckoned(line.price, line.qty, line.discount_percent, line.vat_rate) for line in made.lines]
            is_right = [(one.sum, one.vat) for one in totals.lines] == sums
            is_right = is_right and (totals.total, totals.vat) == (
                sum((one for one, _vat in sums), Decimal(0)),
                sum((vat for _one, vat in sums), Decimal(0)),
            )
        return made, time.perf_counter() - began_s, is_right
    finally:
        engines.close()


def _without_model(calls: list[_Call], folder: Path) -> Iterator[Figure]:
    invented: list[str] = []
    wrong = blocks = removed = 0
    bare: list[float] = []
    written: list[float] = []
    for call in calls:
        settings = Settings(llm_embedded_model="none")
        _proposal, seconds, is_right = _made(call, settings, folder / f"{call.name}-bare.docx", has_texts=False)
        bare.append(seconds)
        wrong += not is_right
        proposal, seconds, is_right = _made(call, settings, folder / f"{call.name}.docx", has_texts=True)
        written.append(seconds)
        wrong += not is_right
        blocks += len(proposal.blocks)
        removed += sum("Не вошло" in warning.text for warning in proposal.found)
        invented += _invented(call, proposal)
    note = f"{len(calls)} calls, {blocks} text blocks" + (f": {', '.join(invented[:5])}" if invented else "")
    yield at_most("invented numbers in the texts", len(invented), 0, note=note)
    yield at_most("documents whose sums differ from another reckoning", wrong, 0, note=f"{2 * len(calls)} documents")
    yield Figure("sentences that the facts did not bear out", removed, note="left out of the documents")
    yield at_most("without text blocks, slowest after the first", max(bare[1:]), 1.0, "s", f"first {bare[0]:.2f} s")
    yield Figure("with texts word for word, median", statistics.median(written), "s")


def _command(calls: list[_Call], folder: Path) -> Iterator[Figure]:
    call = next(call for call in calls if call.draft.line_items)
    source = folder / "draft.json"
    source.write_text(json.dumps(call.content, ensure_ascii=False), "utf-8")
    seconds = []
    for attempt in range(3):
        command = [sys.executable, "-m", "app", "proposal", str(source), "--profile", str(call.seller), "--no-text"]
        began_s = time.perf_counter()
        subprocess.run([*command, "--out", str(folder / f"command-{attempt}.docx")], check=True, capture_output=True)
        seconds.append(time.perf_counter() - began_s)
    yield Figure("the command without text blocks, start of the program and all", min(seconds), "s")


def _with_model(calls: list[_Call], folder: Path) -> Iterator[Figure]:
    models = build_engines(Settings(), Folders.of_this_machine()).models()
    if not any(models.installed(ModelKind.LANGUAGE, name) for name in ("qwen2.5-coder-1.5b", "qwen2.5-0.5b")):
        yield Figure("with the embedded model", "absent", note="no language model on this machine: run `make models`")
        return
    told = [call for call in calls if call.draft.line_items and call.draft.fields["need"].evidence][:_WITH_MODEL]
    seconds, invented = [], 0
    for call in told:
        try:
            proposal, took_s, _right = _made(call, Settings(), folder / f"{call.name}-model.docx", has_texts=True)
        except UserFixable as error:
            yield Figure("with the embedded model", error.code)
            return
        seconds.append(took_s)
        invented += len(_invented(call, proposal))
    yield at_most("with the embedded model, slowest", max(seconds), 60.0, "s", f"{len(told)} calls, model started anew")
    yield at_most("invented numbers with the embedded model", invented, 0)


def _invented(call: _Call, proposal: Proposal) -> list[str]:
    """Numbers of the texts that stand in no file of the seller, in no turn and in no date or quantity of the draft."""
    known = [call.spoken, *(path.read_text("utf-8") for path in call.seller.rglob("*") if path.suffix in _READ)]
    values = [value for value in call.draft.fields.values() if value.value is not None]
    known += [f"{value.value} {value.norm}" for value in values]
    known += [f"{value.norm[8:10]}.{value.norm[5:7]}.{value.norm[:4]}" for value in values if _is_date(value.norm)]
    for step in call.draft.next_steps:
        due = step.due or ""
        known.append(f"{due[8:10]}.{due[5:7]}.{due[:4]} {due[11:]}")
    known += [f"{line.qty.normalize():f}" for line in proposal.lines]
    numbers = {_plain(number) for text in known for number in _NUMBER.findall(_joined(text))}
    phone = re.sub(r"\D", "", proposal.seller.manager.phone)
    found = []
    for block in proposal.blocks:
        for sentence in block.sentences:
            text = sentence.text
            if block.kind is BlockKind.NEXT_STEP:
                text = re.sub(
                    r"\+7[\d\s-]{12,}", lambda hit: "" if re.sub(r"\D", "", hit[0]) == phone else hit[0], text
                )
            found += [
                f"{number} in «{sentence.text}»"
                for number in _NUMBER.findall(_joined(text))
                if _plain(number) not in numbers
            ]
    return found


_READ = (".md", ".csv", ".json")


def _is_date(norm: object) -> bool:
    return isinstance(norm, str) and re.match(r"\d{4}-\d{2}-\d{2}", norm) is not None


def _joined(text: str) -> str:
    return re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(?!\d))", "", text)


def _plain(number: str) -> str:
    return f"{Decimal(number.replace(',', '.')).normalize():f}"


def _reckoned(price: Decimal, qty: Decimal, discount: Decimal, rate: Decimal | None) -> tuple[Decimal, Decimal]:
    """The sum of a row and the VAT in it, in whole kopecks and fractions of them."""
    reduced = _kopecks(Fraction(price) * 100 * (100 - Fraction(discount)) / 100)
    total = _kopecks(reduced * Fraction(qty))
    vat = 0 if rate is None else _kopecks(Fraction(total) * Fraction(rate) / (100 + Fraction(rate)))
    return Decimal(total) / 100, Decimal(vat) / 100


def _kopecks(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))
