"""`ask QUESTION --profile DIR [--json OUT]`: an answer from the knowledge base, with its sources."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from app.cli.folder_knowledge import knowledge_of_folder
from app.cli.opening import opened_engines
from app.cli.output import STANDARD_OUTPUT, check_target, write_json
from app.core.errors import UserFixable
from app.core.i18n import _
from app.knowledge.model import Answer, Source
from app.profile.folder import load_profile

NAME = "ask"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("--profile", metavar="DIR", type=Path, required=True)
    parser.add_argument("--json", metavar="OUT")


def run(args: Namespace) -> int:
    """Answer one question. Raises UserFixable ``input.no_question`` where there is none."""
    if not args.question.strip():
        raise UserFixable(
            "input.no_question",
            _("Вопроса нет."),
            hint=_("Напишите его в кавычках: {example}").format(example="ask «…» --profile …"),
        )
    check_target(args.json)
    profile = load_profile(args.profile)
    with opened_engines(args) as engines:
        answer = engines.answers(knowledge_of_folder(args.profile, profile)).ask(args.question)
    write_json(args.json, answer_to_json(answer))
    if args.json != STANDARD_OUTPUT:
        sys.stdout.write(_told(answer))
    return 0


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """An answer as scripts and benchmarks read it."""
    return {
        "answer": answer.text,
        "answerable": answer.is_answerable,
        "sources": [
            {"file": source.file, "heading": source.heading, "quote": source.quote} for source in answer.sources
        ],
        "seconds": answer.seconds,
    }


def _told(answer: Answer) -> str:
    """An answer for a person: its text, then from where each part of it is."""
    lines = [answer.text]
    if answer.sources:
        lines += ["", _("Откуда:")]
        lines += [f"  {_place(source)}: «{source.quote}»" for source in answer.sources]
    return "\n".join(lines) + "\n"


def _place(source: Source) -> str:
    return f"{source.file}, {source.heading}" if source.heading else source.file
