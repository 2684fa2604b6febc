"""Questions to the knowledge bases of the benchmark, and search over a base of the largest size."""

from __future__ import annotations

import json
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.adapters.llm.embedded import EmbeddedModel
from app.adapters.meaning.universal import UniversalVectors
from app.adapters.models.registry import ModelRegistry
from app.adapters.storage.knowledge_index import index_in_memory
from app.core.words import folded
from app.knowledge.answering import AnswerService
from app.knowledge.importing import knowledge_of
from app.knowledge.model import Answer, Document, Knowledge, Passage, PriceItem, PriceList
from app.knowledge.second_look import SecondLook
from app.profile.folder import load_profile
from app.settings import SAMPLE, Folders
from tests.bench.figures import Figure, at_least, at_most
from tests.shared_bench import SHARED_BENCH

_RIGHT, _REFUSED = 0.90, 0.95
_SEARCH_S = 0.1
_PASSAGES, _ITEMS, _PER_DOCUMENT = 20_000, 50_000, 40
_ROUNDS = 5
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_WORDS = (
    "доставка гарантия котёл насос оплата скидка рассрочка монтаж склад заказ срок договор цена счёт брак замена акт "
    "возврат клиент город район область машина разгрузка инженер выезд сервис запчасть модель мощность горелка датчик "
    "кабель труба лист фланец отвод профиль краска ткань стол кресло"
)
_QUERIES = (
    "какая гарантия на насос",
    "рассрочка",
    "ТД-777",
    "тд 4321",
    "сколько стоит доставка до склада",
    "цена трубы 40",
)


def figures() -> Iterator[Figure]:
    """Answers beside their bars, then speed."""
    vectors = UniversalVectors()
    vectors.encode(["проба"])
    if SHARED_BENCH.is_dir():
        found = ModelRegistry(Folders.of_this_machine().models).language_model("qwen2.5-coder-1.5b")
        model = EmbeddedModel(found.file, found.name)
        yield from _answered(vectors, None, "without a model: ")
        yield from _answered(vectors, SecondLook(lambda: model))
        model.close()
    else:
        yield Figure("questions of the benchmark", "absent", note="no ../shared/bench beside the checkout")
    yield from _searched(vectors)


def _answered(vectors: UniversalVectors, second_look: SecondLook | None, how: str = "") -> Iterator[Figure]:
    right: list[bool] = []
    refused: list[bool] = []
    first_file: list[bool] = []
    seconds: list[float] = []
    invented = 0
    for folder, questions in _questions().items():
        profile = load_profile(folder)
        index, database = index_in_memory(vectors)
        index.replace(knowledge_of(profile.knowledge, profile.price_list, datetime.now(UTC)))
        service = AnswerService(index, vectors, second_look=second_look)
        for asked in questions:
            answer = service.ask(asked["q"])
            seconds.append(answer.seconds)
            invented += _invented(answer, folder)
            if asked["answerable"]:
                right.append(_is_right(answer, asked))
                first_file.append(answer.is_answerable and answer.sources[0].file == asked["file"])
            else:
                refused.append(not answer.is_answerable)
        database.close()
    note = f"{len(right)} questions"
    yield at_least(f"{how}answered right when the base answers", _share(right), _RIGHT, note=note)
    yield at_least(f"{how}refused when it does not", _share(refused), _REFUSED, note=f"{len(refused)} questions")
    yield Figure(f"{how}first source is the right file", _share(first_file))
    yield at_most(f"{how}invented numbers", invented, 0)
    yield Figure(f"{how}seconds an answer takes, median", statistics.median(seconds), "s")
    longest = "with the words of the base read anew" if second_look is None else "with the model's start"
    yield Figure(f"{how}seconds an answer takes, longest", max(seconds), "s", note=longest)


def _questions() -> dict[Path, list[dict[str, Any]]]:
    found: dict[Path, list[dict[str, Any]]] = {}
    for path in sorted((SHARED_BENCH / "calls").glob("*.json")):
        call = json.loads(path.read_text("utf-8"))
        if isinstance(call, dict) and "gold" in call:
            folder = SHARED_BENCH / "sellers" / str(call["seller"])
            found.setdefault(folder, []).extend(call["gold"].get("kb_questions", []))
    return found


def _is_right(answer: Answer, asked: dict[str, Any]) -> bool:
    said = folded(answer.text).replace("\u00a0", " ")
    return (
        answer.is_answerable
        and asked["file"] in {source.file for source in answer.sources}
        and all(stem in said for stem in asked["must"])
    )


def _invented(answer: Answer, folder: Path) -> int:
    """Numbers of an answer that stand in none of the files it names."""
    if not answer.is_answerable:
        return 0
    files = {source.file for source in answer.sources}
    paths = [path for path in (*folder.glob("*.csv"), *(folder / "kb").glob("*")) if path.name in files]
    known = {Decimal(n) for path in paths for n in _numbers(path.read_text("utf-8"))}
    return sum(Decimal(number) not in known for number in _numbers(answer.text))


def _numbers(text: str) -> list[str]:
    joined = re.sub(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))", "", text)
    return [number.replace(",", ".") for number in _NUMBER.findall(joined)]


def _share(found: list[bool]) -> float:
    return sum(found) / max(1, len(found))


def _searched(vectors: UniversalVectors) -> Iterator[Figure]:
    knowledge = _large()
    index, database = index_in_memory(None)
    began = time.perf_counter()
    index.replace(knowledge)
    yield Figure("reading 20,000 passages and 50,000 articles", time.perf_counter() - began, "s", note="words")
    began = time.perf_counter()
    index.replace(knowledge)
    yield Figure("reading them again, nothing changed", time.perf_counter() - began, "s")
    yield at_most("longest search, words", _longest(index.search), _SEARCH_S, "s")
    yield at_most("longest search of articles", _longest(index.items), _SEARCH_S, "s")
    database.close()
    began = time.perf_counter()
    index, database = index_in_memory(vectors)
    index.replace(knowledge)
    yield Figure("reading with sentence vectors", time.perf_counter() - began, "s", note="in the background, kept")
    yield at_most("longest search, words and meaning", _longest(index.search), _SEARCH_S, "s")
    service = AnswerService(index, vectors)
    service.ask(_QUERIES[0])
    yield Figure("seconds an answer takes in the large base", _asked(service), "s")
    database.close()


def _longest(search: Callable[[str], object]) -> float:
    longest = 0.0
    for query in _QUERIES:
        taken = []
        for _round in range(_ROUNDS):
            began = time.perf_counter()
            search(query)
            taken.append(time.perf_counter() - began)
        longest = max(longest, statistics.median(taken))
    return longest


def _asked(service: AnswerService) -> float:
    began = time.perf_counter()
    service.ask("Сколько стоит доставка до склада?")
    return time.perf_counter() - began


def _large() -> Knowledge:
    """A base of sentences put together from common words and names of towns."""
    chance = random.Random(1)
    towns = (SAMPLE.parent / "towns_ru.txt").read_text("utf-8").split()
    words = _WORDS.split()
    moment = datetime.now(UTC)
    passages = [
        Passage(
            f"p{n}",
            f"{n // _PER_DOCUMENT}.md",
            chance.choice(words).capitalize(),
            " ".join([*chance.choices(words, k=10), *chance.choices(towns, k=6)])
            + f" ТД-{n}, {chance.randint(1, 99)} ₽.",
            n % _PER_DOCUMENT,
        )
        for n in range(_PASSAGES)
    ]
    documents = tuple(
        Document(f"d{at}", f"{at // _PER_DOCUMENT}.md", "", moment, tuple(passages[at : at + _PER_DOCUMENT]))
        for at in range(0, _PASSAGES, _PER_DOCUMENT)
    )
    items = tuple(
        PriceItem(
            sku=f"ART-{n:05d}",
            name=f"{chance.choice(words)} {chance.choice(words)} {chance.choice(('ТД', 'НЦ', 'КТ'))}-{n}",
            unit="шт",
            price=Decimal(n + 1),
            vat_rate="22",
        )
        for n in range(_ITEMS)
    )
    return Knowledge(PriceList("list", "price.xlsx", "", moment, items), documents)
