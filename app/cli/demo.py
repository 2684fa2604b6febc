"""`demo`: the sample company and call, end to end, in a store of its own."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app import settings as settings_file
from app.application import App
from app.cli import report
from app.cli.main import FAILED
from app.cli.opening import cancel_on_signal, opened_app
from app.cli.resume import process_calls
from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.core.i18n import _
from app.deals.matching import DealClues
from app.deals.service import DealService
from app.draft.model import Draft
from app.recording.model import Call, CallState
from app.settings import Folders, Settings
from app.viewmodels.workspace import WindowState

NAME = "demo"

CALL_AT = datetime.fromisoformat("2026-11-18T11:20:00+03:00")
_PERSON = "Денис Орлов"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--headless", action="store_true", help=_("без окна: показать всё текстом"))


def run(args: Namespace) -> int:
    """Take the sample call in and show it: as text, or in the window, where it is drafted before the eyes."""
    own = Folders.of_this_machine()
    # Two stores, so that showing the text never touches one that a window has open.
    base = own.data / ("demo-text" if args.headless else "demo")
    folders = Folders(base / "config", base / "data", own.cache)
    if args.headless and base.exists():
        # The text is to show the whole way, so the last time's result must not stand in for it.
        shutil.rmtree(base)
    settings = _settings(settings_file.load(own.settings_file), folders)
    with opened_app(args, folders, settings) as app, cancel_on_signal() as cancel:
        call = app.importer.take_in(sample_recording(), at=CALL_AT, direction="in", cancel=cancel).call
        if args.headless:
            return _show(app, call, cancel)
    if not settings.window_state:
        # The first time the window opens on the call, so that its draft is written before the eyes.
        state = WindowState(call_id=call.id, is_welcomed=True).to_text()
        settings_file.save(folders.settings_file, replace(settings, window_state=state))
    return int(args.wiring.open_window(folders))


def sample_recording() -> Path:
    """The recording of the sample call. Raises UserFixable ``input.no_sample`` where it was not installed."""
    path = settings_file.SAMPLE / "calls" / "sample-01.mp3"
    if not path.is_file():
        raise UserFixable(
            "input.no_sample",
            _("Образец звонка не установлен."),
            hint=_("Переустановите программу или добавьте свою запись командой import."),
            detail=str(path),
        )
    return path


def _settings(own: Settings, folders: Folders) -> Settings:
    """The person's own models and language over the sample company, in a store without a key: nothing in it is real."""
    if folders.settings_file.exists():
        return settings_file.load(folders.settings_file)
    settings = replace(own, profile_folder="", store_protection="clear", person_name=_PERSON, window_state="")
    settings_file.save(folders.settings_file, settings)
    return settings


def _show(app: App, call: Call, cancel: CancelToken) -> int:
    failed = process_calls(app, [call], cancel)
    if failed or app.calls.get(call.id).state is not CallState.READY:
        return failed or FAILED
    transcript = app.transcripts.get(call.id)
    latest = app.drafts.latest(call.id)
    if transcript is None or latest is None:
        return FAILED
    draft = latest[1]
    profile = app.profile()
    kind = report.kind_label(draft.kind)
    print(f"\n{profile.brand}: {call.recording.original_name}, {call.at:%d.%m.%Y %H:%M}, {kind}\n")
    print(report.conversation(transcript))
    print(report.draft_text(draft, profile))
    _approve_and_show(app, call, draft)
    seconds = _("\nРаспознавание {transcribe:.0f} с ({asr}), черновик {draft:.0f} с ({llm}).")
    engine = draft.engine
    print(seconds.format(transcribe=transcript.transcribe_s, asr=engine.asr, draft=engine.draft_s, llm=engine.llm))
    return 0


def _approve_and_show(app: App, call: Call, draft: Draft) -> None:
    """Do what the button «Завизировать проверенное» does, and show what the CRM holds then."""
    proposal = DealService(app.deals).propose(_clues(call, draft))
    approval = app.approval.approve_proven(call.id, proposal.new_deal.id, app.settings.person_name, proposal.new_deal)
    print("\n" + _("Завизировано проверенное ({person}); теперь в CRM:").format(person=approval.decided_by))
    deal = app.deals.get(approval.deal_id)
    print(f"  {_('Сделка')}: {deal.title}")
    profile = app.profile()
    for key, record in app.deals.values(deal.id).items():
        definition = profile.field(key)
        print(f"  {definition.label if definition else key}: {record.value}")
    for note in app.deals.notes(deal.id):
        print(f"  {_('Записка')}: {' '.join(note.text.split())}")
    for task in app.deals.tasks(deal.id):
        print(f"  {_('Задача')}: {task.action} ({task.due or _('без срока')})")


def _clues(call: Call, draft: Draft) -> DealClues:
    said = {key: field.value for key, field in draft.fields.items()}
    phone = said.get("phone")
    return DealClues(
        phones=tuple(filter(None, (call.phone, phone))),
        email=said.get("email"),
        company=said.get("company_name"),
        contact=said.get("contact_name"),
        contact_role=said.get("contact_role"),
        file_name=call.recording.original_name,
    )
