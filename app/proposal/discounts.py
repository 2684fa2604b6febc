"""How much discount a manager may give alone: the company's setting, and what its own documents say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from app.core.words import folded
from app.knowledge.model import Knowledge

UNLIMITED = Decimal(100)
"""A setting of this much limits nothing: then the documents count."""
USUAL = Decimal(10)
"""Where neither the setting nor the documents say anything."""
_PERCENT = r"(?<![\d.,])(?P<percent>\d{1,2}(?:[.,]\d+)?)\s?%"
_LIMITS = (
    re.compile(rf"(?:больше|выше|свыше|более)\s+{_PERCENT}[^.;]{{0,20}}скид\w*[^.;]{{0,20}}\b(?:нет|не)\b"),
    re.compile(rf"скид\w*[^.;]{{0,40}}\bне\s+(?:больше|выше|более|превыша\w+)\s+{_PERCENT}"),
    re.compile(rf"(?:максимальн\w+|предельн\w+|наибольш\w+)\s+скид\w*[^.;%]{{0,20}}{_PERCENT}"),
    re.compile(rf"менеджер\w*[^.;]{{0,30}}\bдо\s+{_PERCENT}[^.;]{{0,30}}скид"),
    re.compile(rf"скид\w*[^.;]{{0,30}}\bдо\s+{_PERCENT}[^.;]{{0,20}}(?:менеджер|самостоятельн)"),
)


def discount_limit(setting: Decimal, knowledge: Knowledge) -> Decimal:
    """Per cent that the manager may give without the head: the smaller of the setting and the documents' limit."""
    said = min(_said(knowledge), default=None)
    if said is None:
        return USUAL if setting >= UNLIMITED else setting
    return min(setting, said)


def _said(knowledge: Knowledge) -> Iterator[Decimal]:
    for document in knowledge.documents:
        for passage in document.passages:
            low = folded(passage.text)
            for limit in _LIMITS:
                for hit in limit.finditer(low):
                    yield Decimal(hit["percent"].replace(",", "."))
