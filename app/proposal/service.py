"""The verb of the proposal stage: begun from a call, checked, given its texts, drawn, and made final."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TypeAlias

from app import __version__
from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import ExternalFailure, ModelOutputRejected, UserFixable
from app.core.i18n import _
from app.core.ids import file_sha256
from app.core.language_model import LanguageModel
from app.deals.model import Deal
from app.draft.model import Draft
from app.knowledge.model import Knowledge, PriceItem
from app.profile.model import Profile
from app.proposal import beginning, legal, lines, pricing, read_back, volume_steps
from app.proposal.archive import FinalFiles, FinalForm
from app.proposal.beginning import LineWish
from app.proposal.codec import proposal_to_json
from app.proposal.discounts import UNLIMITED
from app.proposal.document_tools import DocumentTools
from app.proposal.model import Number, Proposal, Totals, Warning, WarningKind
from app.proposal.numbering import file_name
from app.proposal.passage_choice import PassageSearch
from app.proposal.ports import BUILTIN_TEMPLATES, builtin_template
from app.proposal.volume_steps import VolumeStep

_log = logging.getLogger(__name__)
FinishedProposal: TypeAlias = FinalFiles
INPUTS = "inputs.json"
_SHOWN = 3
# More than a page of a usual template holds, and few enough to be drawn in a moment.
ROWS_OF_A_PAGE = 20


class Approve(Protocol):
    """What the approval stage does with a final form."""

    def __call__(self, form: FinalForm, by: str) -> None: ...


class ProposalService:
    """Everything that is done with one proposal.

    Args:
        knowledge: What is in force now: an article may go or change while a proposal is open.
        index: Searches that knowledge; asked for only where texts are made.
        model: Rewords; None where there is to be none. Asked for only where texts are made.
        discount_limit: Per cent that the manager may give alone.
        letters: The company's own letters, whose voice is compared with.
        style_off: Numbers of the rules of style that the company does not want to see.
        archive: Folder of the finished documents.
        approve: Makes a final form final; None where nothing is approved (a script).
    """

    def __init__(  # noqa: PLR0917
        self,
        tools: DocumentTools,
        clock: Clock,
        knowledge: Callable[[], Knowledge],
        index: Callable[[], PassageSearch],
        model: Callable[[], LanguageModel] | None,
        discount_limit: Callable[[], Decimal],
        archive: Path,
        approve: Approve | None = None,
        letters: Callable[[], Sequence[str]] = tuple,
        style_off: Callable[[], Collection[int]] = tuple,
    ) -> None:
        self._tools = tools
        self._clock = clock
        self._knowledge = knowledge
        self._index = index
        self._model = model
        self._discount_limit = discount_limit
        self._archive = archive
        self._approve = approve
        self._letters = letters
        self._style_off = style_off
        self._steps: tuple[Knowledge, Sequence[VolumeStep]] | None = None

    def begin(
        self,
        draft: Draft | None,
        profile: Profile,
        knowledge: Knowledge,
        *,
        lines: Sequence[LineWish] | None,
        today: date,
        number: Number,
        deal: Deal | None = None,
    ) -> Proposal:
        """A proposal without texts; see `beginning.begin`."""
        return beginning.begin(draft, profile, knowledge, lines=lines, today=today, number=number, deal=deal)

    def checked(self, proposal: Proposal) -> Proposal:
        """The proposal with its warnings anew: what blocks it first."""
        found = [*proposal.found, *self._line_warnings(proposal), *self._text_warnings(proposal)]
        today = self._clock.local(self._clock.now_utc()).date()
        found += legal.validity_warnings(proposal, today)
        found += legal.season_warnings(proposal)
        once = dict.fromkeys(found)
        return replace(proposal, warnings=tuple(sorted(once, key=lambda warning: not warning.is_blocking)))

    def totals(self, proposal: Proposal) -> dict[str, Totals]:
        """Money by option; under the empty name where there is one way. Raises UserFixable of the rows."""
        return pricing.totals_by_option(proposal)

    def draft_texts(self, proposal: Proposal, draft: Draft | None, cancel: CancelToken) -> Proposal:
        """The proposal with its texts. Without a model, or where it fails, they stand as they were said and written.

        Raises:
            Cancelled: The token was set.
        """
        from app.proposal import words

        items = self._items(proposal)
        blocks = words.plain_texts(proposal, draft, self._index(), items)
        made = replace(
            proposal,
            blocks=blocks,
            facts=tuple(dict.fromkeys((*proposal.facts, *words.facts_of_blocks(blocks)))),
            found=tuple(warning for warning in proposal.found if warning.quote != _NO_MODEL),
        )
        cancel.raise_if_cancelled()
        if self._model is not None:
            try:
                made = words.reworded(made, draft, self._model, cancel)
            except (UserFixable, ExternalFailure, ModelOutputRejected) as error:
                made = replace(made, found=(*made.found, _without_model(error)))
        return self.checked(words.without_unsupported(made))

    def preview(self, proposal: Proposal, dpi: int = 96, *, is_first_only: bool = False) -> tuple[bytes, ...]:
        """The pages as PNG.

        Args:
            is_first_only: Draw the first page alone, which of a long proposal takes a tenth of the time; none where
                the first rows do not fill it.

        Raises:
            UserFixable: Rows that cannot be reckoned, and what the template does wrong.
        """
        with tempfile.TemporaryDirectory() as folder:
            document = Path(folder) / "preview.docx"
            totals, template = self.totals(proposal), self._template(proposal)
            if not is_first_only:
                self._tools.writer.render(proposal, totals, template, document)
                return self._tools.renderer().pages(document, dpi)
            self._tools.writer.render(proposal, totals, template, document, most_rows=ROWS_OF_A_PAGE)
            first = self._tools.renderer().first_page(document, ROWS_OF_A_PAGE, dpi)
            return () if first is None else (first,)

    def missing_fonts(self, proposal: Proposal) -> tuple[str, ...]:
        """Fonts of its template that this machine has not: their letters are drawn in others."""
        return self._tools.renderer().missing_fonts(self._template(proposal))

    def write_document(self, proposal: Proposal, into: Path) -> dict[str, Totals]:
        """Make the .docx, read it back and reckon every sum anew; a file that is there is never overwritten.

        Raises:
            UserFixable: ``proposal.difference`` where what was read back differs, and then no file is left; rows that
                cannot be reckoned, and what the template or the folder does wrong.
        """
        totals = self.totals(proposal)
        self._tools.writer.render(proposal, totals, self._template(proposal), into)
        found = read_back.differences(proposal, totals, self._tools.checker.read_back(into))
        if found:
            into.unlink()
            raise UserFixable(
                "proposal.difference",
                _("Готовый документ расходится с расчётом: {what}").format(what=_listed(found)),
                hint=_("Исправьте шаблон: проверьте таблицу и итоги в нём."),
            )
        return totals

    def finish(self, proposal: Proposal, *, by: str, folder: Path | None = None) -> FinishedProposal:
        """Make it final: documents into the archive, then the approval, then copies into `folder`.

        Args:
            by: Who signs.
            folder: Where the person wants the files as well.

        Raises:
            UserFixable: ``proposal.blocked`` with what must be settled, ``proposal.difference``,
                ``proposal.file_exists``, what the approval and the store refuse, what stands in the way of the files.
        """
        checked = self.checked(proposal)
        if checked.is_blocked:
            raise blocked(checked)
        place = self._new_place(checked.number)
        files = self._documents(checked, place)
        self._write_inputs(checked, place)
        if self._approve is not None:
            total = next(iter(self.totals(checked).values())).total
            self._approve(FinalForm(checked, total, file_sha256(files.docx), files), by)
        return files if folder is None else _copied(files, folder)

    def _documents(self, proposal: Proposal, place: Path) -> FinalFiles:
        docx = place / file_name(proposal, "docx")
        self.write_document(proposal, docx)
        pdf: Path | None = docx.with_suffix(".pdf")
        why = ""
        try:
            converter = self._tools.converter().convert(docx, docx.with_suffix(".pdf"))
        except (UserFixable, ExternalFailure) as error:
            # A proposal without its PDF can still be sent; the person is told why there is none.
            _log.warning("no pdf of %s: %s %s", proposal.number, error.code, error.detail)
            pdf, converter, why = None, "", " ".join(filter(None, (error.message, error.hint)))
        attached = [path for path in (pdf, docx) if path is not None]
        eml = docx.with_suffix(".eml")
        eml.write_bytes(
            self._tools.mail()(
                subject=f"Коммерческое предложение {proposal.number} от {proposal.dated:%d.%m.%Y}",
                text=_letter(proposal),
                to=proposal.client.email,
                sender=proposal.seller.manager.email or proposal.seller.email,
                attachments=attached[:1],
            )
        )
        return FinalFiles(docx, pdf, eml, converter, why)

    def _write_inputs(self, proposal: Proposal, place: Path) -> None:
        template = self._template(proposal)
        text = json.dumps(
            {
                "schema": 1,
                "program": __version__,
                "made_at": self._clock.now_utc().isoformat(timespec="seconds"),
                "template": {"name": template.name, "sha256": file_sha256(template)},
                "proposal": proposal_to_json(proposal),
            },
            ensure_ascii=False,
            indent=1,
        )
        (place / INPUTS).write_text(text + "\n", "utf-8")

    def _new_place(self, number: Number) -> Path:
        """A folder of its own: what an unfinished attempt left there is not touched."""
        year = self._archive / str(number.year)
        name = str(number).replace("/", "-")
        try:
            year.mkdir(parents=True, exist_ok=True)
            for attempt in range(1, 1000):
                place = year / (name if attempt == 1 else f"{name}_{attempt}")
                try:
                    place.mkdir()
                except FileExistsError:
                    continue
                return place
        except OSError as error:
            raise UserFixable(
                "proposal.archive",
                _("Архив КП недоступен для записи: {folder}.").format(folder=year),
                hint=_("Проверьте место на диске и права на папку."),
                detail=repr(error),
            ) from error
        raise UserFixable(
            "proposal.archive",
            _("В архиве слишком много незаконченных копий {number}.").format(number=number),
            hint=_("Удалите лишние папки в {folder}.").format(folder=year),
        )

    @staticmethod
    def _template(proposal: Proposal) -> Path:
        is_builtin = proposal.template in BUILTIN_TEMPLATES
        return builtin_template(proposal.template) if is_builtin else Path(proposal.template)

    def _items(self, proposal: Proposal) -> Sequence[PriceItem]:
        price_list = self._knowledge().price_list
        return price_list.items if price_list is not None else ()

    def _line_warnings(self, proposal: Proposal) -> list[Warning]:
        if not proposal.lines:
            text = _("В предложении нет ни одной строки: добавьте товары или услуги.")
            return [Warning(WarningKind.LINE, text, is_blocking=True)]
        limit = UNLIMITED if proposal.discount_by.strip() else self._discount_limit()
        price_list = self._knowledge().price_list
        found = [fault for line in proposal.lines for fault in lines.faults(line, limit)]
        if price_list is not None:
            found += [fault for line in proposal.lines for fault in lines.faults_against(line, price_list)]
            found += lines.price_list_faults(price_list, proposal.dated, proposal.valid_until)
        return [*found, *volume_steps.hints(proposal, self._volume_steps())]

    def _volume_steps(self) -> Sequence[VolumeStep]:
        """Those of the knowledge in force; it is looked through only when it has changed."""
        knowledge = self._knowledge()
        if self._steps is None or self._steps[0] is not knowledge:
            self._steps = knowledge, volume_steps.steps_of(knowledge)
        return self._steps[1]

    def _text_warnings(self, proposal: Proposal) -> list[Warning]:
        if not proposal.blocks:
            return []
        # Loaded with the first text: a proposal without any is made in less than a second.
        from app.proposal import claims, style, voice

        found = [
            *claims.check(proposal.blocks, proposal.facts, proposal),
            *style.check(proposal.blocks, switched_off=self._style_off()),
        ]
        found += legal.text_warnings(proposal)
        letters = self._letters()
        if letters:
            found += voice.differences(letters, "\n".join(block.text for block in proposal.blocks))
        return found


_NO_MODEL = "llm"


def _without_model(error: Exception) -> Warning:
    text = _("Потребность клиента стоит его словами: языковая модель не ответила ({why})").format(why=error)
    return Warning(WarningKind.LINE, text, quote=_NO_MODEL)


def blocked(proposal: Proposal) -> UserFixable:
    """Says what keeps a proposal from being final."""
    found = [warning for warning in proposal.warnings if warning.is_blocking]
    return UserFixable(
        "proposal.blocked",
        _("КП ещё нельзя завизировать: {what}").format(what=_listed(found)),
        hint=_("Исправьте отмеченное и повторите."),
        detail="; ".join(warning.text for warning in found),
    )


def _listed(found: Sequence[Warning]) -> str:
    text = " ".join(warning.text for warning in found[:_SHOWN])
    return text + (" " + _("И ещё: {count}.").format(count=len(found) - _SHOWN) if len(found) > _SHOWN else "")


def _letter(proposal: Proposal) -> str:
    greeting = f"Здравствуйте, {proposal.client.contact}!" if proposal.client.contact else "Здравствуйте!"
    asked = f"{proposal.asked} направляем" if proposal.asked else "Направляем"
    manager = proposal.seller.manager
    return "\n\n".join(
        [
            greeting,
            f"{asked} коммерческое предложение {proposal.number}. Оно действует до {proposal.valid_until:%d.%m.%Y}.",
            "\n".join(part for part in (manager.name, manager.role, proposal.seller.legal_name, manager.phone) if part),
        ]
    )


def _copied(files: FinalFiles, folder: Path) -> FinalFiles:
    """Copies beside what lies there already; none of it is overwritten."""
    made: list[Path] = []
    try:
        for path in files.files:
            target = folder / path.name
            with target.open("xb") as stream:
                made.append(target)
                stream.write(path.read_bytes())
    except OSError as error:
        for target in made:
            target.unlink(missing_ok=True)
        raise UserFixable(
            "proposal.file_exists" if isinstance(error, FileExistsError) else "proposal.folder",
            _("КП завизировано и лежит в архиве {place}, но в папку {folder} его не скопировать.").format(
                place=files.docx.parent, folder=folder
            ),
            hint=_("Там уже есть такой файл или нет прав на запись: выберите другую папку."),
            detail=repr(error),
        ) from error
    by_suffix = {path.suffix: path for path in made}
    return FinalFiles(
        by_suffix[".docx"], by_suffix.get(".pdf"), by_suffix.get(".eml"), files.converter, files.no_pdf_why
    )
