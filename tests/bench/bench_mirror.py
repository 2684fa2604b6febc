"""The first reading of 50,000 deals of a CRM: memory, the list and the search meanwhile, and the search afterwards."""

from __future__ import annotations

import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

import psutil

from app.adapters.storage.store import Store, open_store
from app.core.cancel import CancelToken
from app.core.clock import SystemClock
from app.core.words import basic_forms, words_of
from app.delivery.mirror import MirrorService
from app.delivery.model import DealPage, Money, RemoteContact, RemoteDeal
from app.delivery.ports import CrmConnector
from app.settings import Folders, Settings
from tests.bench.figures import Figure, at_most
from tests.fakes.keys import FixedKey

DEALS = 50_000
_PAGE = 50
_START = datetime(2024, 1, 9, 9, 0, tzinfo=UTC)
_HALVES = words_of(
    "Строй Мега Торг Волга Урал Пром Тех Лес Авто Агро Мед Пак Сталь Дом Свет Вода Окна Крым Гранд Альфа"
)
_THINGS = words_of("светильники короба котлы станки кабель плитка насосы фильтры краска трубы стеллажи плёнка")
_PEOPLE = words_of("Иванова Титов Седов Белова Котов Юдина Орлова Громов Савельев Крылова Жуков Лазарева")
_QUERIES = ("мегастрой", "светильник", "орловой", "+7 900 001-23-45", "альфасталь насосы", "громов пр")


class _ManyDeals:
    """A CRM whose deals are made as they are asked for, so that they take no memory themselves."""

    def close(self) -> None:
        """Nothing is held open."""

    def deals(self, *, since: datetime | None, cursor: str | None = None) -> DealPage:
        first = int(cursor or 0)
        last = min(first + _PAGE, DEALS)
        return DealPage(tuple(map(_deal, range(first, last))), str(last) if last < DEALS else None)


def figures() -> Iterator[Figure]:
    """Reads the deals into a store in a folder of its own; the folder goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="vizir-bench-") as folder:
        folders = Folders(Path(folder) / "config", Path(folder) / "data", Path(folder) / "cache")
        store = open_store(folders, Settings(), FixedKey(), SystemClock())
        mirror = MirrorService(
            store.mirror,
            store.accounts,
            lambda _account: cast(CrmConnector, _ManyDeals()),
            store.outbox.link_of,
            SystemClock(),
        )
        began = time.perf_counter()
        reading = threading.Thread(target=mirror.refresh, args=("a", lambda _count: None, CancelToken()))
        basic_forms("насосы")
        reading.start()
        lists, searches, peak = _used_meanwhile(store, mirror, reading)
        took = time.perf_counter() - began
        note = f"{DEALS:,} deals in pages of {_PAGE}"
        yield Figure("mirror, first reading in the background", round(took, 1), "s", note=note)
        yield at_most("mirror, memory of the process at its highest", round(peak / 2**20), 300, "MB")
        yield at_most(
            "mirror, list of deals meanwhile, slowest", round(max(lists) * 1000), 100, "ms", f"{len(lists)} times"
        )
        yield at_most(
            "mirror, search meanwhile, slowest", round(max(searches) * 1000), 100, "ms", f"{len(searches)} times"
        )
        times = [_timed(lambda text=query: mirror.search(text)) for query in _QUERIES for _repeat in range(5)]
        yield at_most("mirror, search when read, slowest", round(max(times) * 1000), 100, "ms")
        yield Figure("mirror, search when read, median", round(statistics.median(times) * 1000, 1), "ms")
        store.close()


def _used_meanwhile(
    store: Store, mirror: MirrorService, reading: threading.Thread
) -> tuple[list[float], list[float], int]:
    process = psutil.Process()
    lists, searches, peak, turn = [], [], 0, 0
    while True:
        lists.append(_timed(lambda: store.deals.recent(50)))
        searches.append(_timed(lambda at=turn: mirror.search(_QUERIES[at % len(_QUERIES)])))
        peak = max(peak, process.memory_info().rss)
        turn += 1
        reading.join(0.05)
        if not reading.is_alive():
            return lists, searches, peak


def _timed(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


def _deal(number: int) -> RemoteDeal:
    draw = random.Random(number)
    company = "".join(draw.sample(_HALVES, 2)).capitalize()
    person = RemoteContact(
        f"c{number}", f"{draw.choice(_PEOPLE).capitalize()} {draw.choice('АБВГД')}.", (f"+7900{number:07d}",)
    )
    return RemoteDeal(
        str(number),
        f"{draw.choice(_THINGS).capitalize()} для «{company}»",
        stage_id="C1:NEW",
        amount=Money(Decimal(draw.randint(1000, 9_999_999))),
        company_id=f"f{number % 9000}",
        company=f"ООО «{company}»",
        contact=person,
        updated_at=_START + timedelta(minutes=number),
    )
