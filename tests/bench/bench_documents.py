"""Proposals as documents: writing 300 rows, drawing a page, reading back, finding the parts of an old proposal."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app.adapters.documents.docx_paper import WordReader
from app.adapters.documents.pdf import PdfByBestConverter
from app.adapters.documents.preview import WordPages
from app.adapters.documents.template_lint import WordTemplateLinter
from app.adapters.documents.word import WordWriter
from app.adapters.documents.word_templates import WordTemplateFinder
from app.proposal.model import Proposal, Warning
from app.proposal.ports import builtin_template
from app.proposal.pricing import totals_by_option
from app.proposal.read_back import differences
from app.proposal.service import ROWS_OF_A_PAGE
from tests.bench.figures import Figure, at_most
from tests.fakes import old_proposals, sample_proposals

_RUNS = 5


def figures() -> Iterator[Figure]:
    """Makes its documents in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="vizir-bench-") as name:
        folder = Path(name)
        # The first document of a run loads what the others use; the program loads it ahead of the person.
        usual = _made(sample_proposals.proposal(), folder)
        WordPages().pages(usual)
        long_one = sample_proposals.long_one(300)
        yield at_most("300 rows written into Word", _median(lambda: _made(long_one, folder)), 0.5, "s")
        long_path = _made(long_one, folder)
        yield at_most("page drawn, 5 rows", _median(lambda: WordPages().pages(usual)), 0.2, "s")
        beginning = _made(long_one, folder, most_rows=ROWS_OF_A_PAGE)
        yield at_most(
            "first page drawn, 300 rows", _median(lambda: WordPages().first_page(beginning, ROWS_OF_A_PAGE)), 0.2, "s"
        )

        def written_and_drawn() -> None:
            WordPages().first_page(_made(long_one, folder, most_rows=ROWS_OF_A_PAGE), ROWS_OF_A_PAGE)

        yield Figure("first page written and drawn, 300 rows", _median(written_and_drawn), "s")
        pages = len(WordPages().pages(long_path))
        yield Figure(
            "all pages drawn, 300 rows", _median(lambda: WordPages().pages(long_path)), "s", note=f"{pages} pages"
        )
        totals = totals_by_option(long_one)

        def check() -> list[Warning]:
            return differences(long_one, totals, WordReader().read_back(long_path))

        yield Figure("read back and reckoned anew, 300 rows", _median(check), "s")
        yield at_most("differences found in it", len(check()), 0)
        old = folder / "old.docx"
        old_proposals.plain_order(old)
        yield Figure("parts of an old proposal found", _median(lambda: WordTemplateFinder().find(old)), "s")
        template = builtin_template("full")
        yield Figure("template checked", _median(lambda: WordTemplateLinter().faults(template)), "s")
        began = time.perf_counter()
        converter = PdfByBestConverter().convert(usual, folder / "kp.pdf")
        yield Figure("PDF", time.perf_counter() - began, "s", note=converter)


def _made(proposal: Proposal, folder: Path, most_rows: int | None = None) -> Path:
    into = folder / f"{len(list(folder.iterdir()))}.docx"
    WordWriter().render(proposal, totals_by_option(proposal), builtin_template("full"), into, most_rows=most_rows)
    return into


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _run in range(_RUNS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
