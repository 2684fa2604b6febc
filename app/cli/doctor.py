"""`doctor`: asks each part whether it works, one line each, with the cure."""

from __future__ import annotations

import logging
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from app import settings as settings_file
from app.application import App, Engines
from app.cli.main import FAILED, exit_code
from app.cli.opening import cancel_on_signal, opened_app, opened_engines
from app.core.cancel import CancelToken
from app.core.checkup import Check, CheckResult
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.keys import MODEL_SERVER_KEY
from app.core.language_model import CompletionRequest, Message
from app.core.model_store import InstalledModel
from app.profile.folder import load_profile
from app.recording.telephony import LEDGER, CallList
from app.recording.watching import RecordingFolder, WatchChoices
from app.settings import SAMPLE, Folders

NAME = "doctor"

_log = logging.getLogger(__name__)
_PROBE = CompletionRequest(
    purpose="doctor",
    messages=(Message("user", 'Ответь {"ok": true}.'),),
    schema={
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    },
    max_tokens=32,
)


def add_arguments(_parser: ArgumentParser) -> None:
    return


def run(args: Namespace) -> int:
    """Print a line for each part; the exit code is that of the first that does not work, else 0."""
    folders = Folders.of_this_machine()
    code = 0
    with cancel_on_signal() as cancel:
        settings_check = Check(_("Настройки"), lambda: _settings(folders))
        for check in (settings_check, *_parts(args, folders, cancel)):
            cancel.raise_if_cancelled()
            found = _print(check)
            code = code or found
    return code


def _parts(args: Namespace, folders: Folders, cancel: CancelToken) -> Iterator[Check]:
    try:
        settings_file.load(folders.settings_file)
    except VizirError:
        # The line before has said so; without settings the other parts cannot be asked.
        return
    with opened_engines(args) as engines:
        yield from engine_checks(engines, cancel)
    yield from _store_checks(args, folders)


def engine_checks(engines: Engines, cancel: CancelToken) -> list[Check]:
    """What is asked without the store."""
    settings = engines.settings
    return [
        Check(_("Профиль"), lambda: _profile(Path(settings.profile_folder) if settings.profile_folder else SAMPLE)),
        Check(_("Распознавание речи"), lambda: _speech(engines, cancel)),
        Check(_("Языковая модель"), lambda: _language(engines, cancel)),
        Check(_("Звук"), lambda: _sound(engines, cancel)),
        Check(_("Хранилище паролей"), lambda: _keychain(engines)),
        *([Check(_("Телефония"), lambda: _telephony(engines))] if settings.telephony_folder else []),
    ]


def _store_checks(args: Namespace, folders: Folders) -> Iterator[Check]:
    if not folders.database.exists():
        yield Check(_("База"), lambda: CheckResult(True, _("ещё не создана: появится с первым звонком")))
        return
    try:
        with opened_app(args) as app:
            yield from app.checks
            yield Check(_("CRM"), lambda: _local_crm(len(app.deals.recent(1))))
            if app.settings.telephony_calls == "crm":
                yield Check(_("Список звонков CRM"), lambda: _call_list(app))
    except VizirError as error:
        failure = error
        yield Check(_("База"), lambda: _raise(failure))


def _print(check: Check) -> int:
    """Print the line of a check; returns its exit code."""
    try:
        result, code = check.run(), FAILED
    except VizirError as error:
        _log.info("%s: %s %s", check.name, error.code, error.detail)
        result, code = CheckResult(False, error.message, error.hint), exit_code(error)
    mark = "✓" if result.is_good else "✗"
    print(" ".join(f"{mark} {check.name}: {result.text.rstrip('.')}. {result.cure}".split()))
    return 0 if result.is_good else code


def _settings(folders: Folders) -> CheckResult:
    settings_file.load(folders.settings_file).checked()
    if folders.settings_file.exists():
        return CheckResult(True, _("читаются"))
    return CheckResult(True, _("по умолчанию"))


def _profile(folder: Path) -> CheckResult:
    profile = load_profile(folder)
    text = _("{name}, полей: {fields}, товаров: {products}").format(
        name=profile.brand, fields=len(profile.fields), products=len(profile.price_list)
    )
    return CheckResult(True, text)


def _speech(engines: Engines, cancel: CancelToken) -> CheckResult:
    model = engines.models().speech_model(engines.settings.speech_model)
    return _verified(engines, model, cancel)


def _language(engines: Engines, cancel: CancelToken) -> CheckResult:
    """The model on this machine, or the one at the address; either is asked a short question."""
    if engines.settings.llm_mode == "embedded":
        _verified(engines, engines.models().language_model(engines.settings.llm_embedded_model), cancel)
    model = engines.language_model()
    seconds = model.complete(_PROBE, cancel).seconds
    answered = _("{name} отвечает, {seconds} с на короткий вопрос").format(name=model.name, seconds=f"{seconds:.0f}")
    engines.rest_language_model()
    return CheckResult(True, answered)


def _verified(engines: Engines, model: InstalledModel, cancel: CancelToken) -> CheckResult:
    engines.models().verify(model, cancel)
    if model.is_verified:
        return CheckResult(True, _("{name}, файлы целы").format(name=model.name))
    return CheckResult(True, _("{name}, файлы на месте").format(name=model.name))


def _sound(engines: Engines, cancel: CancelToken) -> CheckResult:
    facts = engines.audio.probe(SAMPLE / "calls" / "sample-01.mp3", cancel)
    return CheckResult(True, _("записи читаются ({codec})").format(codec=facts.codec))


def _telephony(engines: Engines) -> CheckResult:
    settings = engines.settings
    choices = WatchChoices(settings.telephony_folder, settings.telephony_pattern, settings.telephony_days_back)
    facts = RecordingFolder(engines.folders.telephony_ledger, engines.clock).check(choices)
    text = _("записей в папке: {sounds}, имя прочитано у {fitting}")
    is_good = facts.fitting > 0 or facts.sounds == 0
    cure = "" if is_good else _("Задайте шаблон имени файла: Настройки → Телефония.")
    return CheckResult(is_good, text.format(sounds=facts.sounds, fitting=facts.fitting), cure)


def _keychain(engines: Engines) -> CheckResult:
    try:
        engines.secrets.get(MODEL_SERVER_KEY)
    except VizirError as error:
        if error.code != "secrets.no_keyring" or engines.settings.store_protection == "keyring":
            raise
        return CheckResult(True, _("в системе его нет, и база защищена без него"))
    return CheckResult(True, _("отвечает"))


def _local_crm(deals: int) -> CheckResult:
    return CheckResult(True, _("карточки ведутся в базе программы") if deals else _("сделок пока нет"))


def _call_list(app: App) -> CheckResult:
    spool = app.folders.telephony_calls
    calls = CallList(app.call_sources, spool, spool / LEDGER, app.clock)
    found = calls.check(WatchChoices(days_back=app.settings.telephony_days_back))
    text = _("новых звонков: {listed}, ещё без записи: {waiting}")
    return CheckResult(True, text.format(listed=len(found.ready), waiting=len(found.waiting)))


def _raise(error: VizirError) -> CheckResult:
    raise error
