"""Who signs an old proposal: post, name, telephone and e-mail at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.core.i18n import _
from app.proposal.paper import Paper

_POST = re.compile(
    r"(?:Ваш )?(?:[Мм]енеджер|[Рр]уководител|[Дд]иректор|[Гг]енеральный директор|[Кк]оммерческий директор|"
    r"[Сс]пециалист|[Нн]ачальник|[Ии]нженер)[а-яё]*(?: [а-яё-]+)*(?!\s*:)(?![а-яё])"
)
_BEGINS = re.compile(
    r"с уважением|менеджер|руководител|директор|специалист|начальник|исполнител|инженер", re.IGNORECASE
)
_NAME = re.compile(
    r"\b[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?|"
    r"\b[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?\s[А-ЯЁ]\.\s?[А-ЯЁ]\.|"
    r"\b[А-ЯЁ][а-яё]+\s[А-ЯЁ][а-яё]+(?:\s[А-ЯЁ][а-яё]+)?"
)
_PHONE = re.compile(r"(?:\+7|\b8)[\s(–-]*\d{3,5}[\s)–-]*\d[\d\s–-]{4,9}\d(?:\s?\(?(?:доб|вн)\.?\s?\d+\)?)?")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINES = 7

Place = tuple[str, str, tuple[int, int, str], float]


def places(paper: Paper, blocks: list[int]) -> Iterator[Place]:
    """Label, placeholder, place (paragraph, where in it, text) and confidence of what is in the last signature."""
    begins = [at for at, block in enumerate(blocks) if _BEGINS.search(paper.paragraphs[block].text)]
    closing = [at for at in begins if "уважением" in paper.paragraphs[blocks[at]].text.casefold()]
    if not begins:
        return
    first = closing[-1] if closing else next(at for at in begins if begins[-1] - at < _LINES)
    wanted = [
        (_("Должность менеджера"), "менеджер.должность", _POST, 0.65),
        (_("Имя менеджера"), "менеджер.имя", _NAME, 0.75),
        (_("Телефон менеджера"), "менеджер.телефон", _PHONE, 0.75),
        (_("Почта менеджера"), "менеджер.почта", _EMAIL, 0.75),
    ]
    for block in blocks[first : first + _LINES]:
        text = paper.paragraphs[block].text
        taken: list[tuple[int, int]] = []
        for item in list(wanted):
            label, placeholder, pattern, confidence = item
            match = next(
                (m for m in pattern.finditer(text) if not any(a < m.end() and m.start() < b for a, b in taken)), None
            )
            if match is not None and "уважением" not in match.group().casefold():
                taken.append(match.span())
                wanted.remove(item)
                words = f"{{{{ {placeholder} }}}}"
                yield label, words, (block, match.start(), match.group().rstrip()), confidence
