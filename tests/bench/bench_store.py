"""The store with a hundred thousand calls: opening, list, search, approving. Encrypted, as it is by default."""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import psutil

from app.adapters.storage.store import Store, open_store
from app.core.clock import SystemClock
from app.core.words import search_words, words_of
from app.pipeline import CallQuery
from app.recording.model import CallState
from app.settings import Folders, Settings
from tests.bench.figures import Figure, at_most
from tests.fakes.clock import MOSCOW
from tests.fakes.examples import a_call, a_deal, a_draft, a_request, a_transcript, accepted, note, step
from tests.fakes.keys import FixedKey

CALLS = 100_000
_TURNS, _TURN_WORDS = 14, 14
_BATCH = 2_000
_FRAME_S = 0.016
_START = datetime(2022, 1, 10, 9, 0, tzinfo=MOSCOW)
_STATES = (CallState.APPROVED, CallState.APPROVED, CallState.APPROVED, CallState.READY, CallState.FAILED)
_COMMON = words_of(
    "добрый день да хорошо спасибо цена вам нам это завтра нужно можно сколько понял конечно сегодня давайте "
    "пришлите почта договор счёт компания заказ поставка срок склад объект"
)
_USUAL = words_of(
    "скидка рассрочка оплата бюджет отсрочка тендер монтаж гарантия образец доставка проект кабель насос светильник "
    "фильтр станок котёл труба краска плитка ангар теплица цех магазин аптека школа больница завод элеватор причал "
    "предложение решение директор бухгалтер инженер снабженец подрядчик логист водитель юрист собственник"
)
_SYLLABLES = words_of("ба ве ги до жу за ко лу ме но пи ра со ту фе ха цо ча ши яр ек ор ин уст")


def figures() -> Iterator[Figure]:
    """Generates a store in a folder of its own and measures it; the folder goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="vizir-bench-") as folder:
        folders = Folders(Path(folder) / "config", Path(folder) / "data", Path(folder) / "cache")
        began = time.perf_counter()
        store = _open(folders)
        texts = generate(store, CALLS)
        store.close()
        yield Figure("calls in the store", CALLS, note=f"{_TURNS * _TURN_WORDS} words each")
        yield Figure("made in", time.perf_counter() - began, "s")
        yield Figure("file", folders.database.stat().st_size / 2**20, "MB")
        began = time.perf_counter()
        store = _open(folders)
        rows = store.index.rows(CallQuery(), 0, 50)
        yield at_most("opening and the first 50 rows", time.perf_counter() - began, 0.3, "s")
        yield from _list_figures(store)
        yield from _search_figures(store, rows[-1].id, texts)
        yield from _write_figures(store)
        yield Figure("memory of the process", psutil.Process().memory_info().rss / 2**20, "MB", note="with morphology")
        store.close()


def _open(folders: Folders) -> Store:
    return open_store(folders, Settings(), FixedKey(), SystemClock())


def _list_figures(store: Store) -> Iterator[Figure]:
    chance = random.Random(1)
    places = [chance.randrange(CALLS - 100) for _ in range(60)] + [0, CALLS - 100]
    pages = [_seconds(lambda at=at: store.index.rows(CallQuery(), at, 100)) for at in places]  # type: ignore[misc]
    slowest = f"slowest of {len(pages)}: {max(pages) * 1000:.0f} ms"
    yield _frame("page of 100 rows at any place: 95 of 100 within", sorted(pages)[int(len(pages) * 0.95)], slowest)
    ready = CallQuery(states=(CallState.READY,))
    few = store.index.count(ready)
    pages = [_seconds(lambda at=at: store.index.rows(ready, at, 100)) for at in (0, few // 2, few - 100)]  # type: ignore[misc]
    yield _frame("page of one state, slowest of 3", max(pages), f"{few} calls in it")
    yield _frame("count of all calls", _median(lambda: store.index.count(CallQuery())))
    yield _frame("count of a state", _median(lambda: store.index.count(ready)))


def _search_figures(store: Store, call_id: str, rare: list[str]) -> Iterator[Figure]:
    cases = {
        "a word of every call": "добрый",
        "a usual word in another form": "рассрочку",
        "two usual words": "скидки теплицу",
        "a rare word": rare[0],
        "a word half typed": "рассроч",
        "three letters": "при",
        "words that nobody said": "абракадабра",
    }
    for name, text in cases.items():
        seconds, found = _searched(store, CallQuery(text))
        yield at_most(f"search: {name}", seconds * 1000, 100, "ms", f"{found} calls; first 100 rows and count")
    seconds, found = _searched(store, CallQuery("рассрочку", (CallState.READY,)))
    yield at_most("search: a usual word within a state", seconds * 1000, 100, "ms", f"{found} calls")
    texts = [word for word in (*_USUAL, *rare) for _ in range(2)]
    times = sorted(_searched(store, CallQuery(text))[0] for text in texts)
    yield at_most("search: 95 of 100 are quicker than", times[int(len(times) * 0.95)] * 1000, 100, "ms")
    yield at_most("hits within a call", _median(lambda: store.index.hits(call_id, "рассрочка")) * 1000, 50, "ms")


def _write_figures(store: Store) -> Iterator[Figure]:
    store.calls.add(a_call("bench", at=_START + timedelta(days=3000)))
    store.deals.create(a_deal())
    draft_id = store.drafts.save(a_draft("bench"))
    decisions = (accepted("need", "Нужно"), accepted("delivery_city", "Тверь"), note())
    approvals = []
    for number in range(20):
        request = a_request(draft_id, *decisions, step(key=str(number)), call_id="bench")
        approvals.append(_seconds(lambda request=request: store.approvals.approve(request)))  # type: ignore[misc]
    yield Figure("approving, median of 20", statistics.median(approvals) * 1000, "ms", note="synced to the disk")
    long_call = a_transcript(*(" ".join(_USUAL[:20]) for _ in range(1500)))
    yield Figure(
        "storing a transcript of 30,000 words", _seconds(lambda: store.transcripts.save("bench", long_call)), "s"
    )
    yield Figure("reading it", _seconds(lambda: store.transcripts.get("bench")), "s")
    yield Figure("verifying the audit log", _seconds(store.approvals.verify_audit), "s", note="21 entries")


def generate(store: Store, count: int) -> list[str]:
    """Fill the store with so many calls; returns some words that few calls hold."""
    chance = random.Random(7)
    rare = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(20_000)]
    vocabulary = [*_COMMON, *_USUAL, *rare]
    # Few words make most of the talk, as in any language.
    weights = list(accumulate(1 / (place + 3) for place in range(len(vocabulary))))
    forms = {word: search_words(word) for word in vocabulary}
    terms = sorted({form for text in forms.values() for form in text.split()})
    store.database.write(
        lambda db: db.conn.executemany("INSERT OR IGNORE INTO search_terms VALUES (?)", [(t,) for t in terms])
    )
    for first in range(0, count, _BATCH):
        calls = [_words(chance, vocabulary, weights) for _ in range(min(_BATCH, count - first))]
        store.database.write(lambda db, first=first, calls=calls: _insert(db, first, calls, forms))
    return rare[-20:]


def _words(chance: random.Random, vocabulary: list[str], weights: list[float]) -> list[list[str]]:
    words = chance.choices(vocabulary, cum_weights=weights, k=_TURNS * _TURN_WORDS)
    words[:2] = ["добрый", "день"]
    return [words[at : at + _TURN_WORDS] for at in range(0, len(words), _TURN_WORDS)]


def _insert(db: Any, first: int, calls: list[list[list[str]]], forms: dict[str, str]) -> None:
    recordings, rows, documents, transcripts, segments = [], [], [], [], []
    for number, turns in enumerate(calls, first):
        call_id, content = f"{number:032x}", f"{number:064x}"
        at = _START + timedelta(minutes=20 * number)
        rank = int(at.timestamp()) << 22
        recordings.append(
            (content, f"recordings/{content}.mp3", f"{number}.mp3", 1, "audio", 180.0, 2, 8000, "mp3", 0, 0)
        )
        title = f"Клиент {number}"
        state = _STATES[number % len(_STATES)]
        rows.append((call_id, at.isoformat(), content, state, "{}", title, 180.0, json.dumps(["price"]), rank))
        said = " ".join(forms[word] for turn in turns for word in turn)
        documents.append((rank, call_id, said, "прислать расчёт", f"клиент {number}"))
        transcripts.append((call_id, 180.0, "ru", "whisper-base", 2, 20.0))
        segments += [
            (call_id, index, index * 9.0, index * 9.0 + 8, "client", index % 2, " ".join(turn), "[]")
            for index, turn in enumerate(turns)
        ]
    many = db.conn.executemany
    many("INSERT INTO recordings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", recordings)
    many(
        "INSERT INTO calls (id, at, content_sha256, state, extra, title, length_s, risks, list_rank)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    many("INSERT INTO search_documents VALUES (?, ?, ?, ?, ?)", documents)
    many(
        "INSERT INTO transcripts (call_id, duration_s, language, model, channels, transcribe_s)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        transcripts,
    )
    many("INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?)", segments)


def _frame(name: str, seconds: float, about: str = "") -> Figure:
    return replace(at_most(name, seconds * 1000, _FRAME_S * 1000, "ms", about), bar="at most 16 (a frame)")


def _searched(store: Store, query: CallQuery) -> tuple[float, int]:
    """Seconds until the screen has what it shows of a search, and how many calls were found."""
    began = time.perf_counter()
    store.index.rows(query, 0, 100)
    found = store.index.count(query)
    return time.perf_counter() - began, found


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(7))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
