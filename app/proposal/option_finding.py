"""Which part of an old proposal a КП with options (А, Б) repeats: the table of goods with the sums below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.proposal.document_values import OF_OPTION
from app.proposal.goods_table import GoodsTable
from app.proposal.paper import Paper
from app.proposal.ports import Mark, MarkKind

_OF_OPTION = re.compile(rf"\{{\{{ (?=(?:{'|'.join(OF_OPTION)}) )")
_SUMS = (MarkKind.TOTAL, MarkKind.VAT, MarkKind.IN_WORDS)


def repeated(paper: Paper, goods: GoodsTable, marks: Sequence[Mark]) -> tuple[int, int] | None:
    """The first and the last paragraph of that part.

    Returns:
        None where it cannot stand twice: a sum is told elsewhere too, something between the table and its last sum
        changes that no option has of its own, or the table stands in a cell of another one.
    """
    table = paper.tables[goods.number]
    if table.is_nested:
        return None
    last = max((mark.block for mark in marks if mark.kind in _SUMS), default=table.last)
    ending = paper.paragraphs[last].table
    until = max(table.last, paper.tables[ending].last if ending is not None else last)
    if ending is not None and paper.tables[ending].is_nested:
        return None
    for mark in marks:
        is_within = table.first <= mark.block <= until
        if mark.kind is not MarkKind.TABLE and is_within != (mark.kind in _SUMS):
            return None
    return table.first, until


def of_option(mark: Mark) -> Mark:
    """The same place, filled with the sum of the option it stands under."""
    return replace(mark, placeholder=_OF_OPTION.sub("{{ вариант.", mark.placeholder))
