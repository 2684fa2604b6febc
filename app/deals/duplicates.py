"""Deals that were entered twice: the same company, within days of one another. Pure; 20,000 rows take seconds.

Two rows are only compared when they share a sign: INN, phone, e-mail, the company's name, or the beginning of it
together with a person. Namesakes (another INN, another phone) and a client's next purchase are no duplicates.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from app.core.i18n import _
from app.core.validation import is_inn
from app.core.words import basic_forms, folded, words_of
from app.deals.cell_checks import FREE_MAIL, email_fault, phone_fault, phones_of_cell, read_amount
from app.deals.crm_rows import CrmColumn, CrmRow, read_cell_moment
from app.deals.matching import LEGAL_FORMS, phone_key

SAME_DEAL_WITHIN = timedelta(days=14)
_MOST_NEIGHBOURS = 60
"""A number or a word that hundreds of rows share (the company's own phone) tells nothing of one client."""

_KIND_OF_COMPANY = re.compile(
    "фабрика|фка|ф|завод|компани[яи]|фирма|группа|гк|тд|торговый|магазин|интернет|производство|предприятие|ка"
    "|холдинг|концерн|корпорация|центр|агентство|студия|салон|сеть|the|company|group|trade"
)
_LOOKALIKE = str.maketrans("aceopxykmthbu", "асеорхукмтнви")
_DIGITS = re.compile(r"\d+")
_SIMILAR_NAME, _SIMILAR_WORD = 86, 84
_SHORT_WORD = 4
_SIGNIFICANT = 3


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Rows that are one deal, in the order of the file.

    Args:
        why: By what they were recognised, for a person.
    """

    deal_ids: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class _Face:
    """What of a row is compared, in the spelling in which it is compared."""

    row: CrmRow
    at: datetime | None
    inn: str
    phones: frozenset[str]
    email: str
    domain: str
    company: tuple[str, ...]
    person: frozenset[str]
    title: str
    amount: Decimal | None

    @property
    def joined(self) -> str:
        return "".join(self.company)


def duplicates(rows: Sequence[CrmRow]) -> list[DuplicateGroup]:
    """Groups of rows that are one deal entered again, in the order of the file."""
    faces = [_face(row) for row in rows]
    parent = list(range(len(faces)))
    whys: dict[int, list[str]] = defaultdict(list)

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    found: list[tuple[int, str]] = []
    for one, other in _pairs(faces):
        signs = _signs_of_one_company(faces[one], faces[other])
        if signs and _is_same_deal(faces[one], faces[other]):
            found += [(one, sign) for sign in signs]
            parent[max(root(one), root(other))] = min(root(one), root(other))
    for at, sign in found:
        whys[root(at)].append(sign)
    groups: dict[int, list[str]] = defaultdict(list)
    for at in range(len(faces)):
        if root(at) in whys:
            groups[root(at)].append(faces[at].row.deal_id)
    return [
        DuplicateGroup(tuple(ids), ", ".join(dict.fromkeys(whys[at])))
        for at, ids in groups.items()
        if len(set(ids)) > 1
    ]


def _face(row: CrmRow) -> _Face:
    inn = re.sub(r"\D", "", re.sub(r"\.0+$", "", row.text(CrmColumn.INN)))
    email = row.text(CrmColumn.EMAIL).casefold()
    domain = email.rpartition("@")[2] if email and not email_fault(email) else ""
    phones = {phone_key(phone) for phone in phones_of_cell(row.text(CrmColumn.PHONE)) if not phone_fault(phone)}
    return _Face(
        row,
        read_cell_moment(row.text(CrmColumn.CREATED_AT)).moment,
        inn if is_inn(inn) else "",
        frozenset(phones - {""}),
        email,
        "" if domain.partition(".")[0] in FREE_MAIL else domain,
        _name_words(row.text(CrmColumn.COMPANY)),
        frozenset(word for word in words_of(row.text(CrmColumn.CONTACT)) if len(word) >= _SIGNIFICANT),
        row.text(CrmColumn.TITLE),
        read_amount(row.text(CrmColumn.AMOUNT)),
    )


def _name_words(name: str) -> tuple[str, ...]:
    """The words that tell a company from others: no legal form, no «завод», no «интернет-магазин»."""
    words = [_in_one_script(word) for word in words_of(re.sub(r"(?<=\w)[-–](?=ка\b)", "", name))]
    words = [word for word in words if word not in LEGAL_FORMS]
    telling = [word for word in words if not _KIND_OF_COMPANY.fullmatch(word)]
    return tuple(telling or words)


def _in_one_script(word: str) -> str:
    """A word whose Latin letters look Russian: «OOO», «Bектор»."""
    turned = word.translate(_LOOKALIKE)
    is_mixed = re.search(r"[а-я]", word) is not None and re.search(r"[a-z]", word) is not None
    return turned if is_mixed or turned in LEGAL_FORMS else word


def _keys(face: _Face) -> Iterator[str]:
    if face.inn:
        yield f"inn:{face.inn}"
    for phone in face.phones:
        yield f"phone:{phone}"
    if face.email:
        yield f"email:{face.email}"
    if face.domain:
        yield f"domain:{face.domain}"
    if face.company:
        yield f"name:{''.join(sorted(face.company))}"
        longest = max(face.company, key=len)
        for person in face.person:
            yield f"person:{longest[:_SHORT_WORD]}:{person}"


def _pairs(faces: Sequence[_Face]) -> Iterator[tuple[int, int]]:
    blocks: dict[str, list[int]] = defaultdict(list)
    for at, face in enumerate(faces):
        for key in _keys(face):
            blocks[key].append(at)
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) < 2:
            continue
        for pair in _near_pairs(block, faces):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _near_pairs(block: list[int], faces: Sequence[_Face]) -> Iterator[tuple[int, int]]:
    """Pairs of a block whose dates are near; a row without a date goes with all of a small block."""
    dated = sorted(((face.at, at) for at in block if (face := faces[at]).at is not None), key=lambda one: one)
    for place, (moment, at) in enumerate(dated):
        for later, other in dated[place + 1 : place + 1 + _MOST_NEIGHBOURS]:
            if later is None or moment is None or later - moment > SAME_DEAL_WITHIN + timedelta(days=1):
                break
            yield min(at, other), max(at, other)
    undated = [at for at in block if faces[at].at is None]
    if undated and len(block) <= _MOST_NEIGHBOURS:
        for at in undated:
            for other in block:
                if other != at and (faces[other].at is not None or other > at):
                    yield min(at, other), max(at, other)


def _signs_of_one_company(one: _Face, other: _Face) -> list[str]:
    """By what two rows are one company, the strongest first; empty when they are not."""
    if one.inn and other.inn and one.inn != other.inn:
        return []
    is_backed = _is_same_person(one.person, other.person) or bool(one.domain and one.domain == other.domain)
    has_sign = (
        (one.inn and one.inn == other.inn) or one.phones & other.phones or (one.email and one.email == other.email)
    )
    if not is_backed and not has_sign:
        return []
    is_alike = _are_alike(one.company, other.company)
    has_both_names = bool(one.company and other.company)
    is_same_person = _is_same_person(one.person, other.person)
    signs = []
    if one.inn and one.inn == other.inn:
        signs.append(_("один ИНН"))
    if one.phones & other.phones and (is_alike or not has_both_names or is_same_person):
        signs.append(_("один телефон"))
    if one.email and one.email == other.email and (is_alike or not has_both_names or is_same_person):
        signs.append(_("одна почта"))
    if is_alike:
        # A namesake has a phone and an address of its own.
        has_other = bool(one.phones and other.phones and not one.phones & other.phones)
        if signs or (is_backed and not (has_other and not one.domain)):
            signs.append(_("похожее название"))
    return signs


@lru_cache(maxsize=100_000)
def _are_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names are spellings of one: «Урал Кабель» and «Уралкабель», «Печенькино» and «Печенкино»."""
    from rapidfuzz import fuzz

    if not one or not other:
        return False
    if _DIGITS.findall(" ".join(one)) != _DIGITS.findall(" ".join(other)):
        return False
    if "".join(one) == "".join(other) or sorted(one) == sorted(other):
        return True
    if fuzz.ratio("".join(one), "".join(other)) >= _SIMILAR_NAME:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len("".join(shorter)) < _SHORT_WORD:
        return False
    return all(any(fuzz.ratio(word, its) >= _SIMILAR_WORD for its in longer) for word in shorter)


def _is_same_person(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and (one <= other or other <= one)


def _is_same_deal(one: _Face, other: _Face) -> bool:
    """Entered again within two weeks. Without dates, the titles must say the same thing."""
    has_common = _share_words(one.title, other.title)
    if one.at is None or other.at is None:
        return has_common or not (one.title and other.title)
    # By days: an export may leave the time of day out.
    if abs(one.at.date() - other.at.date()) > SAME_DEAL_WITHIN:
        return False
    has_other_sum = one.amount is not None and other.amount is not None and one.amount != other.amount
    return has_common or not has_other_sum


def _share_words(one: str, other: str) -> bool:
    return bool(_telling_words(one) & _telling_words(other))


def _telling_words(title: str) -> set[str]:
    words: Iterable[str] = words_of(folded(title))
    return {basic_forms(word)[0] for word in words if len(word) >= _SIGNIFICANT or any(map(str.isdigit, word))}
