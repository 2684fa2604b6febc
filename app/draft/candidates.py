"""All values that were said in a call, each with its place, before anybody decides what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from app.draft.conversation import Conversation, Sentence, Turn
from app.draft.model import Evidence
from app.spoken.model import City, ClockTime, ContactMark, Moment, Money, Number, Organisation, Person, Role, Term


class Mark(Protocol):
    """Anything with a place in a text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


M = TypeVar("M", bound=Mark)


@dataclass(frozen=True, slots=True)
class Found(Generic[M]):
    """A value and the turn it was found in."""

    turn: Turn
    mark: M

    @property
    def sentence(self) -> Sentence:
        return self.turn.sentence_at(self.mark.start)

    @property
    def text(self) -> str:
        return self.turn.text[self.mark.start : self.mark.end]

    @property
    def clause(self) -> str:
        return self.sentence.clause_at(self.mark.start)


class Candidates:
    """Values of each kind in the order they were said; each kind is looked for when first asked for."""

    def __init__(self, conversation: Conversation, at: datetime) -> None:
        self.conversation = conversation
        self._at = at

    def _each(self, find: Callable[[str], Iterable[M]]) -> tuple[Found[M], ...]:
        return tuple(
            Found(turn, mark)
            for turn in self.conversation.turns
            for mark in find(turn.text)
            if any(sentence.start <= mark.start < sentence.end for sentence in turn.sentences)
        )

    @cached_property
    def numbers(self) -> tuple[Found[Number], ...]:
        from app.spoken.numbers import find_numbers

        return self._each(find_numbers)

    @cached_property
    def money(self) -> tuple[Found[Money], ...]:
        from app.spoken.money import find_money

        return self._each(find_money)

    @cached_property
    def moments(self) -> tuple[Found[Moment], ...]:
        from app.spoken.dates import find_moments

        return self._each(lambda text: find_moments(text, self._at))

    @cached_property
    def terms(self) -> tuple[Found[Term], ...]:
        from app.spoken.dates import find_terms

        return self._each(find_terms)

    @cached_property
    def phones(self) -> tuple[Found[ContactMark], ...]:
        from app.spoken.contacts import find_phones

        return self._each(find_phones)

    @cached_property
    def emails(self) -> tuple[Found[ContactMark], ...]:
        from app.spoken.contacts import find_emails

        return self._each(find_emails)

    @cached_property
    def people(self) -> tuple[Found[Person], ...]:
        from app.spoken.names import find_people

        return self._each(find_people)

    @cached_property
    def organisations(self) -> tuple[Found[Organisation], ...]:
        from app.spoken.companies import find_organisations

        return self._each(find_organisations)

    @cached_property
    def roles(self) -> tuple[Found[Role], ...]:
        from app.spoken.roles import find_roles

        return self._each(find_roles)

    @cached_property
    def cities(self) -> tuple[Found[City], ...]:
        from app.spoken.cities import find_cities

        return self._each(find_cities)

    @cached_property
    def times(self) -> tuple[Found[ClockTime], ...]:
        from app.spoken.times import find_times

        return self._each(find_times)

    def evidence(self, found: Found[M]) -> Evidence:
        """The quote of a found value."""
        return self.conversation.evidence(found.turn.index, found.mark.start, found.mark.end)


def in_turn(found: Iterable[Found[M]], index: int) -> Iterator[Found[M]]:
    """Those of a turn."""
    return (one for one in found if one.turn.index == index)
