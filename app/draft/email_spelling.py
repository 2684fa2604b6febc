"""An address whose parts sound like the client's own names is written as those names are; shown, never proven."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.core.i18n import _
from app.draft import contact
from app.draft.model import FieldStatus, FieldValue, Misheard
from app.draft.reading import Reading
from app.spoken.letters import latin
from app.spoken.sound import likeness, to_cyrillic

_LIKE = 0.7
_SHORTEST = 4
_PARTS = re.compile(r"([._+-])")
# «Дефис» that a recogniser grew together with the words beside it: no name holds it.
_GROWN_HYPHEN = re.compile(r"(?<=[a-z0-9])-?d[ei][fv][ei][sztf]{1,2}-?(?=[a-z0-9])")


def respelled(reading: Reading, value: FieldValue) -> FieldValue:
    """The address with its parts as the contact and the company are written; the same value where none fits."""
    heard = str(value.norm or "")
    if value.status is not FieldStatus.REVIEW or heard.count("@") != 1:
        return value
    local, domain = heard.split("@")
    host, point, top = domain.rpartition(".")
    people = _words(contact.contact_name(reading).value)
    firms = _words(contact.company_name(reading).value)
    meant = f"{_as_named(local, people)}@{_as_named(_GROWN_HYPHEN.sub('-', host), firms)}{point}{top}"
    if meant == heard:
        return value
    return replace(
        value,
        value=meant,
        norm=meant,
        reason=_("Адрес записан по именам из разговора: сверьте."),
        others=tuple(dict.fromkeys([heard, *value.others])),
        misheard=(Misheard(heard, meant),),
    )


def _words(name: str | None) -> list[str]:
    """The words of a name, and for several all of them in one: «Сосновый бор» may be sosnovybor."""
    words = re.findall(r"[^\W\d_]+", name or "")
    return [*words, *(["".join(words)] if len(words) > 1 else [])]


def _as_named(address: str, names: list[str]) -> str:
    return "".join(_parts(address, names))


def _parts(address: str, names: list[str]) -> Iterator[str]:
    for part in _PARTS.split(address):
        best = max(names, key=lambda name: likeness(to_cyrillic(part), name), default="")
        spelled = latin(best)[0] if best else ""
        # «Петрова» may well have petrov@, and ivanov2@ is no slip: what only adds an ending stays.
        is_ending = part.startswith(spelled) or spelled.startswith(part)
        fits = min(len(part), len(best)) >= _SHORTEST and likeness(to_cyrillic(part), best) >= _LIKE
        yield spelled if fits and not is_ending else part
