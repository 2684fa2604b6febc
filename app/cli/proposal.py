"""`proposal DRAFT.json --profile DIR --out FILE.docx`: draft to Word proposal, without the application's own store."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.cli.draft_reading import ReadDraft, read_draft, read_lines
from app.cli.folder_knowledge import knowledge_of_folder
from app.cli.opening import cancel_on_signal, opened_engines
from app.cli.output import check_target, write_json
from app.core.errors import Bug, UserFixable
from app.core.i18n import _
from app.draft.model import Draft
from app.profile.folder import load_profile
from app.profile.model import Profile
from app.proposal.model import Line, Number, Proposal, Totals, Warning, WarningKind
from app.proposal.pricing import lines_of_option
from app.proposal.units import quantity_error

NAME = "proposal"
_WITHOUT_VAT = "без НДС"
# The kinds that CLI.md names; what else there is to say goes to standard error.
_KINDS = {
    WarningKind.STYLE: "style",
    WarningKind.UNSOURCED: "unsourced",
    WarningKind.PLACEHOLDER: "placeholder",
    WarningKind.DISCOUNT_LIMIT: "discount_limit",
    WarningKind.CONTRADICTION: "unsourced",
}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("draft", metavar="DRAFT.json", type=Path)
    parser.add_argument("--profile", metavar="DIR", type=Path, required=True)
    parser.add_argument("--out", metavar="FILE.docx", type=Path, required=True)
    parser.add_argument("--json", metavar="OUT")
    parser.add_argument("--lines", metavar="LINES.json", type=Path)
    parser.add_argument("--no-text", action="store_true", dest="has_no_text")
    parser.add_argument("--number", metavar="NUMBER", type=_number)
    parser.add_argument("--template", metavar="NAME|FILE.docx", default="full")


def run(args: Namespace) -> int:
    """Make the document of one draft. Nobody signs it here, so what is not settled is said and not in the way."""
    _check_out(args.out)
    check_target(args.json)
    read = read_draft(args.draft)
    wishes = read_lines(args.lines) if args.lines is not None else None
    profile = load_profile(args.profile)
    with cancel_on_signal() as cancel, opened_engines(args) as engines:
        knowledge = knowledge_of_folder(args.profile, profile)
        service = engines.proposals(profile, knowledge)
        today = engines.clock.local(engines.clock.now_utc()).date()
        number = args.number or Number(today.year, 1)
        draft = read.draft if args.has_no_text else _with_claims(read, profile)
        proposal = service.begin(draft, profile, knowledge, lines=wishes, today=today, number=number)
        proposal = replace(proposal, template=args.template)
        _check_lines(proposal)
        proposal = service.checked(proposal) if args.has_no_text else service.draft_texts(proposal, draft, cancel)
        totals = service.write_document(proposal, args.out)
    write_json(args.json, proposal_to_json(proposal, totals, args.out))
    for warning in proposal.warnings:
        sys.stderr.write(" ".join(f"{_('Внимание')}: {warning.text}".split()) + "\n")
    return 0


def proposal_to_json(proposal: Proposal, totals: dict[str, Totals], out: Path) -> dict[str, Any]:
    """The whole answer of `proposal --json`; of several options the first one's money."""
    option = proposal.options[0] if proposal.options else ""
    money = totals[option]
    return {
        "number": str(proposal.number),
        "file": str(out),
        "currency": "RUB",
        "lines": [
            {
                "sku": line.sku,
                "name": line.name,
                "unit": line.unit,
                "qty": _plain(line.qty),
                "price": f"{line.price:.2f}",
                "discount_percent": f"{line.discount_percent.normalize():f}",
                "sum": f"{amount.sum:.2f}",
                "vat_rate": _WITHOUT_VAT if line.vat_rate is None else _plain(line.vat_rate),
            }
            for line, amount in zip(lines_of_option(proposal, option), money.lines, strict=True)
        ],
        "total": f"{money.total:.2f}",
        "vat": f"{money.vat:.2f}",
        "total_words": money.in_words,
        "warnings": [{"kind": kind, "text": warning.text} for warning in proposal.warnings if (kind := _kind(warning))],
    }


def _kind(warning: Warning) -> str | None:
    """An article that nobody settled on is no better than an unsourced promise; the rest is only said."""
    if warning.kind is WarningKind.LINE and warning.is_blocking:
        return "unsourced"
    return _KINDS.get(warning.kind)


def _check_out(out: Path) -> None:
    check_target(str(out))
    if out.suffix.lower() != ".docx":
        raise UserFixable(
            "input.not_docx",
            _("КП записывается в файл .docx, а указан «{name}».").format(name=out.name),
            hint=_("Пример: {example}.").format(example="--out КП.docx"),
        )
    if out.exists():
        raise UserFixable(
            "input.exists",
            _("Файл {name} уже есть, он не будет перезаписан.").format(name=out),
            hint=_("Укажите другое имя или уберите старый файл."),
        )


def _check_lines(proposal: Proposal) -> None:
    if not proposal.lines:
        raise UserFixable(
            "proposal.no_lines",
            _("В черновике нет товаров, которые есть в прайс-листе: КП составить не из чего."),
            hint=_("Укажите строки: --lines LINES.json."),
        )
    for line in proposal.lines:
        fault = quantity_error(line.qty, line.unit)
        if fault:
            raise _bad_quantity(line, fault)


def _bad_quantity(line: Line, fault: str) -> UserFixable:
    return UserFixable(
        "proposal.qty",
        _("{sku} «{name}»: {fault}.").format(sku=line.sku, name=line.name, fault=fault),
        hint=_("Исправьте количество в этой строке."),
    )


def _with_claims(read: ReadDraft, profile: Profile) -> Draft | None:
    """The draft with the manager's promises that the knowledge base contradicts: its JSON does not hold them."""
    draft, transcript = read.draft, read.transcript
    if draft is None or transcript is None:
        return draft
    # Loaded only for the texts: without them the document is made in less than a second.
    from app.draft.candidates import Candidates
    from app.draft.claims import contradicted
    from app.draft.conversation import Conversation
    from app.draft.reading import Reading

    conversation = Conversation(transcript)
    found = contradicted(Reading(conversation, Candidates(conversation, draft.at), profile, draft.at))
    claims = [{"said": quote.quote, "file": file, "base": base} for quote, file, base in found]
    return replace(draft, extra={**draft.extra, "claims": claims})


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _number(text: str) -> Number:
    try:
        return Number.parse(text)
    except (Bug, ValueError) as error:
        raise ArgumentTypeError(
            _("номер «{text}», пишите так: {example}").format(text=text, example=Number(2026, 117))
        ) from error
