"""Whom to ask when the base has no answer: a person of the base in charge of what was asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.knowledge.model import Passage
from app.knowledge.passages import sentences
from app.knowledge.ports import KnowledgeIndex, SentenceVectors
from app.spoken.morphology import inflected, parses

_PEOPLE = "руководитель директор начальник отдел менеджер инженер технолог сервис качество логистика"
_POOL = 25
_NEAR_ENOUGH = 0.3
_ROLE_OF = re.compile(r"^(?P<role>[А-ЯЁA-Z][\w ,«»-]{2,60}?) [—–-] (?P<name>[А-ЯЁ][а-яё]+(?: [А-ЯЁ][а-яё-]+){1,2})\.?$")


@dataclass(frozen=True, slots=True)
class _Person:
    role: str
    name: str


def ask_whom(question: str, index: KnowledgeIndex, vectors: SentenceVectors) -> str:
    """The person whose work comes nearest to the question: «руководителя сервиса (Степан Гуров)»; empty without one."""
    people = list(
        dict.fromkeys(
            person for hit in index.search(_PEOPLE, _POOL) if hit.passage is not None for person in _people(hit.passage)
        )
    )
    if not people:
        return ""
    near = vectors.likeness(question, [person.role for person in people])
    best = max(range(len(people)), key=lambda n: (near[n], -n))
    person = people[best] if near[best] >= _NEAR_ENOUGH else _head_of_sales(people)
    return f"{_genitive(person.role)} ({person.name})" if person else ""


def _people(passage: Passage) -> list[_Person]:
    found = []
    for sentence in sentences(passage.text):
        match = _ROLE_OF.match(sentence.strip())
        if match:
            found.append(_Person(match["role"], match["name"]))
    return found


def _head_of_sales(people: list[_Person]) -> _Person | None:
    return next((person for person in people if "прода" in person.role.lower()), None)


def _genitive(role: str) -> str:
    """The role with its first noun, and adjectives before it, in the genitive: «руководителя отдела сервиса»."""
    words = role.split()
    for place, word in enumerate(words):
        reading = parses(word.lower())[0]
        is_adjective = reading.tag.POS == "ADJF"
        if not is_adjective and reading.tag.POS != "NOUN":
            break
        words[place] = inflected(reading, "gent") if not is_adjective else inflected(reading, "gent", "masc")
        if not is_adjective:
            break
    return " ".join(words)
