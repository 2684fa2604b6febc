"""The queue to a CRM: random lives of it, and a week without network that ends."""

from __future__ import annotations

import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from app.adapters.crm.pace import Pace
from app.adapters.storage.store import open_store
from app.core.cancel import CancelToken
from app.delivery import faults
from app.delivery.model import OperationState
from app.pipeline import CallQuery
from app.settings import Folders, Settings
from tests.bench.figures import Figure, at_least, at_most
from tests.fakes.chaos import Life, steps_of
from tests.fakes.clock import FakeClock
from tests.fakes.crm import FakeConnector
from tests.fakes.deliveries import Delivery, store_in_memory
from tests.fakes.examples import accepted, note, step
from tests.fakes.keys import FixedKey

LIVES = 10_000
_BATCH = 250
APPROVALS = 1_000
_PER_SECOND, _BURST = 5.0, 10
_WEEK_S = 7 * 86_400
_BESIDE = 100
_FRAME_S = 0.016


def figures() -> Iterator[Figure]:
    """Random lives on all cores, then a long queue against a CRM's pace by a clock that the test moves."""
    yield from _beside_the_window()
    yield from _week_offline()
    yield from _lives()


def _lives() -> Iterator[Figure]:
    began = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        found = list(pool.map(_some_lives, range(0, LIVES, _BATCH)))
    counts = [sum(column) for column in zip(*found, strict=True)]
    lives, operations, events, doubles, overwritten, stuck, lost, disputes = counts
    yield Figure("lives of a queue", lives, note=f"{events} events, {operations} operations")
    yield at_most("operations with more than one effect", doubles, 0)
    yield at_most("colleagues' values overwritten without a shown conflict", overwritten, 0)
    yield at_most("operations that did not come to an end", stuck, 0)
    yield at_most("lost, sent after its undo, or not taken back", lost, 0)
    yield at_most("conflicts with our own values", disputes, 0)
    yield Figure("took", time.monotonic() - began, "s")


def _some_lives(first: int) -> tuple[int, ...]:
    counts = [0] * 8
    clock = FakeClock()
    with store_in_memory(clock) as store:
        for number in range(first, min(first + _BATCH, LIVES)):
            choose = random.Random(number)
            steps = steps_of(choose)
            life = Life(store, clock, str(number), choose)
            verdict = life.run(steps)
            lost = len(verdict.lost) + len(verdict.late)
            wrong = (len(verdict.doubles), len(verdict.overwritten), len(verdict.stuck), lost, len(verdict.disputes))
            for place, more in enumerate((1, life.operation_count, len(steps), *wrong)):
                counts[place] += more
    return tuple(counts)


def _week_offline() -> Iterator[Figure]:
    clock = FakeClock()
    with store_in_memory(clock) as store:
        delivery = Delivery(store, clock)
        delivery.connect()
        pace = Pace(_PER_SECOND, _BURST, clock_s=clock.monotonic_s, wait=lambda s: clock.advance(s) or False)
        delivery.connector = lambda _account_id: FakeConnector(delivery.crm, pace)
        for number in range(APPROVALS):
            delivery.call_with_deal(str(number))
            delivery.approve(
                accepted("delivery_city", "Тверь"), note(f"Заметка {number}"), step(f"Шаг {number}"), name=str(number)
            )
        delivery.crm.state = faults.offline()
        delivery.drain(_WEEK_S)
        yield at_most("requests in a week without network", len(delivery.crm.calls), _WEEK_S // 300 + 20)
        yield at_most("rejected by a week without network", _count(delivery, OperationState.REJECTED), 0)
        delivery.crm.state = None
        delivery.crm.calls.clear()
        clock.advance(10)
        began_s, began = clock.monotonic_s(), time.perf_counter()
        delivery.service.deliver(delivery.account_id, CancelToken())
        seconds = clock.monotonic_s() - began_s
        asked = len(delivery.crm.calls)
        yield at_least("operations delivered", _count(delivery, OperationState.DONE), 3 * APPROVALS)
        yield at_most("requests a second while draining", asked / seconds, _PER_SECOND + 0.1, "", f"{asked} requests")
        yield at_most("minutes by the CRM's clock", seconds / 60, asked / _PER_SECOND / 60 + 0.1, "min")
        yield Figure("own work for all of it", time.perf_counter() - began, "s")
        doubled = sum(1 for times in delivery.crm.effects.values() if times > 1)
        yield at_most("doubles among them", doubled, 0)


def _beside_the_window() -> Iterator[Figure]:
    """Reads of the list of calls, as the window makes them, while another thread drains the queue of a real file."""
    clock = FakeClock()
    with tempfile.TemporaryDirectory(prefix="vizir-bench-") as folder:
        folders = Folders(Path(folder) / "config", Path(folder) / "data", Path(folder) / "cache")
        store = open_store(folders, Settings(), FixedKey(), clock)
        delivery = Delivery(store, clock)
        delivery.connect()
        for number in range(_BESIDE):
            delivery.call_with_deal(str(number))
            delivery.approve(accepted("delivery_city", "Тверь"), note(), step(), name=str(number))
        worker = threading.Thread(target=delivery.deliver)
        reads: list[float] = []
        worker.start()
        while worker.is_alive():
            began = time.perf_counter()
            store.index.rows(CallQuery(), 0, 50)
            reads.append(time.perf_counter() - began)
            worker.join(_FRAME_S)
        done = _count(delivery, OperationState.DONE)
        store.close()
    slowest = f"slowest of {len(reads)}: {max(reads) * 1000:.0f} ms; {done} operations meanwhile"
    yield at_most("first 50 calls while draining: 95 of 100 within", _ninety_fifth(reads) * 1000, 50, "ms", slowest)


def _ninety_fifth(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _count(delivery: Delivery, state: OperationState) -> int:
    return delivery.service.summary().get(state, 0)
