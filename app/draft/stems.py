"""Stems and word classes of Russian words, cached; how two texts are compared by meaning-bearing words."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.draft.conversation import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# Words that stand in every definition and every call; they tell nothing about a field.
_EMPTY = frozenset(
    """и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня
    еще нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас нибудь опять уж вам ведь там потом
    себя ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под
    будет ж тогда кто этот того потому этого какой совсем ним здесь этом один почти мой тем чтобы нее сейчас были куда
    зачем всех никогда можно при наконец два об другой хоть после над больше тот через эти нас про всего них какая много
    разве три эту моя впрочем хорошо свою этой перед иногда лучше чуть том нельзя такой им более всегда конечно всю
    между
    это пример поле клиент клиента клиенту менеджер менеджера пусто говорили назвал сколько последнее названное число
    нужен нужна нужно нужны наш наша наше нужное хочет просит словам слова будет которые который которую виды вид
    true false да нет разговор разговоре звонок звонка какого какие какой каком""".split()  # noqa: SIM905
)


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer  # type: ignore[import-untyped]

    return snowballstemmer.stemmer("russian")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of one folded word; numbers stay as they are."""
    return str(_stemmer().stemWord(word)).rstrip("ьй") or word


def stems_of(text: str) -> list[str]:
    """Stems of all words of a text, in order."""
    return [stem(word) for word in words_of(text)]


def content_stems(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning; short words and those of every definition left out."""
    return frozenset(stem(word) for word in words_of(text) if len(word) > 2 and word not in _EMPTY)


def same_stem(left: str, right: str) -> bool:
    """Whether two stems belong to one word: equal, or one the beginning of the other with at least four letters."""
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    return len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 4


def overlap(left: Iterable[str], right: Iterable[str]) -> set[str]:
    """The stems of `left` that have a match in `right`."""
    pool = list(right)
    return {one for one in left if any(same_stem(one, other) for other in pool)}
