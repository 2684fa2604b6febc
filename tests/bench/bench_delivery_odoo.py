"""From approval to a real Odoo 19: how long it takes, and what a kill at any moment between leaves behind."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.core.clock import SystemClock
from app.delivery.model import OperationState
from tests.bench.figures import Figure, at_least, at_most
from tests.fakes.examples import accepted, note, step
from tests.real_odoo.office import Office, office
from tests.real_odoo.postgres import OdooUnavailable
from tests.real_odoo.server import OdooServer, odoo_server

KILLS = 100
_MOST_TRIES = 150
_TIMED = 20
_WARM_UP = 3
_MEASURED = 3
_CHILD = [sys.executable, "-m", "tests.bench.delivery_odoo_child"]
_SEED = 20261122


def figures() -> Iterator[Figure]:
    """Starts the server of the slow tests; without one it says so and judges nothing."""
    try:
        with odoo_server() as odoo:
            yield from _delivery_time(odoo)
            yield from _kills(odoo)
    except OdooUnavailable as missing:
        yield Figure("real Odoo", "not here", note=str(missing))


def _delivery_time(odoo: OdooServer) -> Iterator[Figure]:
    taken: list[float] = []
    with _home():
        with office(SystemClock()) as desk:
            account = desk.connect(odoo.url, odoo.database, odoo.keys.salesman)
            for number in range(1, _WARM_UP + _TIMED + 1):
                desk.link(account, odoo.new_deal(f"Сделка {number}"), number)
        for number in range(1, _WARM_UP + _TIMED + 1):
            # A program of its own for each: the CRM's limit is that of a person who approves now and then.
            with office(SystemClock(), odoo.keys.salesman, is_paced=True) as desk:
                began = time.perf_counter()
                _approve(desk, number)
                desk.deliver(account)
                taken.append(time.perf_counter() - began)
                assert set(desk.states()[-3:]) == {"fields done", "note done", "task done"}
    timed = sorted(taken[_WARM_UP:])
    how = f"two fields, note and task; {_TIMED} approvals, slowest {timed[-1]:.2f} s"
    yield at_most("approval to «доставлено», middle", statistics.median(timed), 1.0, "s", how)
    yield at_most("approval to «доставлено», 95 of 100 within", timed[int(len(timed) * 0.95) - 1], 1.0, "s")


def _kills(odoo: OdooServer) -> Iterator[Figure]:
    chance = random.Random(_SEED)
    began = time.monotonic()
    with _home():
        deals = {number: odoo.new_deal(f"Убитая {number}") for number in range(1, _MEASURED + _MOST_TRIES + 1)}
        with office(SystemClock()) as desk:
            account = desk.connect(odoo.url, odoo.database, odoo.keys.salesman)
            for number, deal in deals.items():
                desk.link(account, deal, number)
        numbers = iter(deals)
        whole_s = min(_whole_way_s(odoo, next(numbers)) for _ in range(_MEASURED))
        tries = in_the_middle = 0
        while in_the_middle < KILLS and tries < _MOST_TRIES:
            in_the_middle += _killed(odoo, next(numbers), chance.uniform(0, whole_s))
            tries += 1
        _whole_way_s(odoo, 0)
        with office(SystemClock(), odoo.keys.salesman) as desk:
            left = sum(operation.state is not OperationState.DONE for operation in desk.operations())
    lost = twice = 0
    for number in range(1, _MEASURED + tries + 1):
        deal = deals[number]
        stands = odoo.values(deal, "city", "expected_revenue")
        counts = (len(odoo.notes(deal)), len(odoo.tasks(deal)))
        lost += (stands["city"], stands["expected_revenue"]) != (f"Город {number}", number)
        lost += sum(count == 0 for count in counts)
        twice += sum(count > 1 for count in counts)
    how = f"of {tries} kills at random moments within {whole_s:.2f} s of approval"
    yield at_least("kill -9 between approval and delivery: kills", in_the_middle, KILLS, note=how)
    yield at_most("kill -9 between approval and delivery: lost", lost, 0)
    yield at_most("kill -9 between approval and delivery: twice", twice, 0)
    yield at_most("kill -9 between approval and delivery: left in the queue", left, 0)
    yield Figure("kills took", time.monotonic() - began, "s")


def _approve(desk: Office, number: int) -> None:
    desk.approve(
        accepted("delivery_city", f"Город {number}"),
        accepted("budget_amount", f"{number} ₽", number),
        note(f"Заметка {number}"),
        step(f"Шаг {number}"),
        number=number,
    )


def _killed(odoo: OdooServer, number: int, after_s: float) -> bool:
    """Kill the program so long after its approval; whether something was still to be delivered."""
    with _child(odoo, number) as child:
        _heard(child, "approved")
        try:
            child.wait(after_s)
        except subprocess.TimeoutExpired:
            child.kill()
        assert child.stdout is not None
        return "delivered" not in child.stdout.read()


def _whole_way_s(odoo: OdooServer, number: int) -> float:
    """Seconds from approval to all delivered, undisturbed; without a number what is left is delivered."""
    with _child(odoo, number) as child:
        if number:
            _heard(child, "approved")
        began = time.monotonic()
        _heard(child, "delivered")
        took = time.monotonic() - began
        assert child.stdin is not None
        child.stdin.close()
        child.wait()
    return took


@contextmanager
def _child(odoo: OdooServer, number: int) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([*_CHILD, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        child.stdin.write(odoo.keys.salesman + "\n")
        child.stdin.flush()
        yield child


def _heard(child: subprocess.Popen[str], word: str) -> None:
    assert child.stdout is not None
    said = child.stdout.readline().strip()
    assert said == word, f"the program said {said!r} instead of {word!r}"


@contextmanager
def _home() -> Iterator[None]:
    """An empty ``VIZIR_HOME``, also for the child processes."""
    before = os.environ.get("VIZIR_HOME")
    with tempfile.TemporaryDirectory(prefix="vizir-bench-") as folder:
        os.environ["VIZIR_HOME"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["VIZIR_HOME"]
            else:
                os.environ["VIZIR_HOME"] = before
