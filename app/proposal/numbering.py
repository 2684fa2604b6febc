"""Numbers of proposals, their revisions, and the names of their files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.proposal.model import Line, Number, Proposal

_LONGEST = 100
_FORBIDDEN = re.compile(r"[^\w.\-]+|_+")
_QUOTES = re.compile(r"[«»„“”\"'`]+")
_VERSION_WORDS = re.compile(r"(?<!\w)(?:финал\w*|окончательн\w+|итогов\w+|final)(?!\w)", re.IGNORECASE)
_PRODUCT_WORDS = 4


def next_number(year: int, taken: Iterable[Number]) -> Number:
    """The number behind the highest of that year; numbers that were skipped are not filled in."""
    return Number(year, 1 + max((number.running for number in taken if number.year == year), default=0))


def next_revision(number: Number, taken: Iterable[Number]) -> Number:
    """The same number with the revision behind the highest there is: «КП-2026-0117/2»."""
    same = [one.revision for one in taken if (one.year, one.running) == (number.year, number.running)]
    return Number(number.year, number.running, 1 + max([*same, number.revision]))


def file_name(proposal: Proposal, extension: str) -> str:
    """«КП-2026-0117_АО-Ромашка_насосы-ГНОМ_2026-11-18.pdf».

    At most 100 signs, none that a file system refuses, no spaces, no names of persons, nothing like «финал».

    Args:
        extension: With or without its dot.
    """
    number = str(proposal.number).replace("/", "-")
    end = f"_{proposal.dated.isoformat()}.{extension.lstrip('.')}"
    company = _safe(_without_people(proposal.client.company))
    product = _safe(_VERSION_WORDS.sub(" ", _main_product(proposal.lines)))
    room = _LONGEST - len(number) - len(end)
    company = _shortened(company, room - 1)
    product = _shortened(product, room - len(company) - 2)
    return "_".join(part for part in (number, company, product) if part) + end


def _main_product(lines: Iterable[Line]) -> str:
    """Name of the row that costs most, up to the first comma or bracket, its first letter small unless an acronym."""
    costly = max(lines, key=lambda line: line.price * line.qty, default=None)
    if costly is None:
        return ""
    words = re.split(r"[,;(]", costly.name)[0].split()[:_PRODUCT_WORDS]
    if words and not words[0][1:2].isupper():
        words[0] = words[0][:1].lower() + words[0][1:]
    return " ".join(words)


def _without_people(company: str) -> str:
    """«ИП Серов Пётр Ильич» is a company named after a person: only «ИП» may stand in the name of a file."""
    from app.spoken.names import find_people

    bare = re.sub(r"^(\s*ИП)\b.*", r"\1", company)
    kept, end = [], 0
    for person in find_people(bare):
        kept.append(bare[end : person.start])
        end = person.end
    return "".join([*kept, bare[end:]])


def _safe(text: str) -> str:
    plain = _FORBIDDEN.sub("-", _QUOTES.sub("", text).strip())
    return re.sub(r"-{2,}", "-", plain).strip("-. ")


def _shortened(text: str, room: int) -> str:
    """The text cut at a hyphen where that is near, else at the sign."""
    if len(text) <= room:
        return text
    cut = text[: max(room, 0)]
    head = cut.rpartition("-")[0]
    return (head if len(head) >= len(cut) // 2 else cut).strip("-.")
