"""The settings page: choices that take effect at once, and the checks beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from app import settings as stored
from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.keys import MODEL_SERVER_KEY, KeyStore
from app.core.language_model import Completion, CompletionRequest, LanguageModel, Message
from app.core.observable import Signal
from app.jobs.runner import Job, JobRunner
from app.pipeline import HEAVY_LANE
from app.profile.model import Profile
from app.settings import Settings
from app.viewmodels.requests import Requests

_CHECK_LANE = "check"
_QUESTION = CompletionRequest(
    purpose="check",
    messages=(Message("user", 'Ответь одним словом «готов» в виде {"answer": "готов"}.'),),
    schema={
        "type": "object",
        "properties": {"answer": {"type": "string", "maxLength": 20}},
        "required": ["answer"],
        "additionalProperties": False,
    },
    max_tokens=40,
)


class CheckState(StrEnum):
    IDLE = "idle"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """What the chosen profile holds, or why it cannot be read."""

    brand: str = ""
    manager: str = ""
    fields: int = 0
    products: int = 0
    texts: int = 0
    problem: str = ""
    hint: str = ""
    is_sample: bool = True


class SettingsViewModel:
    """Every change is checked, put in force and written at once; there is no «Save» to forget.

    Args:
        apply: Puts other choices in force in the running program.
        file: Where the choices are kept.
    """

    def __init__(
        self,
        requests: Requests,
        jobs: JobRunner,
        *,
        settings: Settings,
        apply: Callable[[Settings], None],
        file: Path,
        profile: Callable[[], Profile],
        secrets: Callable[[], KeyStore],
        language_model: Callable[[], LanguageModel],
    ) -> None:
        self._requests = requests
        self._jobs = jobs
        self._apply = apply
        self._file = file
        self._profile = profile
        self._secrets = secrets
        self._language_model = language_model
        self.settings = settings
        self.profile = ProfileFacts()
        self.has_key: bool | None = None
        self.check_state = CheckState.IDLE
        self.check_text = ""
        self.changed: Signal[str] = Signal()
        self.profile_changed: Signal[()] = Signal()
        self.key_changed: Signal[()] = Signal()
        self.checked: Signal[()] = Signal()
        self.failed: Signal[VizirError] = Signal()

    def change(self, name: str, value: Any) -> None:
        """Change one setting. A value outside its bounds is refused, and `failed` says why."""
        if getattr(self.settings, name) == value:
            return
        try:
            settings = replace(self.settings, **{name: value}).checked()
        except VizirError as error:
            self.failed.emit(error)
            self.changed.emit(name)
            return
        self.settings = settings
        self._apply(settings)
        self._requests.tell(
            "settings.save", lambda: stored.save(self._file, settings), lambda _done: None, self.failed.emit
        )
        if name.startswith("llm_"):
            self.check_state, self.check_text = CheckState.IDLE, ""
            self.checked.emit()
        self.changed.emit(name)
        if name == "profile_folder":
            self.read_profile()

    @property
    def rules_off(self) -> tuple[int, ...]:
        """Numbers of the rules of style that this company does not want to see."""
        return tuple(sorted({int(digits) for digits in re.findall(r"\d+", self.settings.style_rules_off)}))

    def switch_rule(self, rule: int, *, is_on: bool) -> None:
        """Show a rule of style, or show it no more."""
        others = [number for number in self.rules_off if number != rule]
        self.change("style_rules_off", ", ".join(map(str, sorted(others if is_on else [*others, rule]))))

    def read_profile(self) -> None:
        """Read the profile in force and say what is in it."""
        is_sample = not self.settings.profile_folder

        def take(profile: Profile) -> None:
            self.profile = ProfileFacts(
                profile.brand,
                profile.manager_name,
                len(profile.fields),
                len(profile.price_list),
                len(profile.knowledge),
                is_sample=is_sample,
            )
            self.profile_changed.emit()

        def failed(error: VizirError) -> None:
            self.profile = ProfileFacts(problem=error.message, hint=error.hint, is_sample=is_sample)
            self.profile_changed.emit()

        self._requests.ask("settings.profile", self._profile, take, failed)

    def read_key(self) -> None:
        """Look whether a key for the model's server is kept."""

        def take(key: str | None) -> None:
            self.has_key = bool(key)
            self.key_changed.emit()

        self._requests.ask("settings.key", lambda: self._secrets().get(MODEL_SERVER_KEY), take, lambda _error: None)

    def keep_key(self, key: str) -> None:
        """Put the key into the system's keychain; an empty one is forgotten."""

        def keep() -> None:
            if key.strip():
                self._secrets().set(MODEL_SERVER_KEY, key.strip())
            else:
                self._secrets().delete(MODEL_SERVER_KEY)

        def kept(_done: None) -> None:
            self.has_key = bool(key.strip())
            self._apply(self.settings)
            self.key_changed.emit()

        self._requests.tell("settings.keep_key", keep, kept, self.failed.emit)

    def check(self) -> None:
        """Ask the language model one short question and say how it went."""
        if self.check_state is CheckState.RUNNING:
            return
        is_embedded = self.settings.llm_mode == "embedded"
        self._say(CheckState.RUNNING, _("Запускаю модель…") if is_embedded else _("Спрашиваю сервер…"))

        def ask(cancel: CancelToken) -> Completion:
            return self._language_model().complete(_QUESTION, cancel)

        def passed(answer: Completion) -> None:
            text = _("Отвечает: {model}, {seconds} с")
            seconds = f"{answer.seconds:.1f}".replace(".", ",")
            self._say(CheckState.PASSED, text.format(model=answer.model, seconds=seconds))

        job = Job(
            ask,
            on_done=passed,
            on_failed=lambda error: self._say(CheckState.FAILED, str(error)),
            on_cancelled=lambda: self._say(CheckState.IDLE, ""),
            name="check",
        )
        # The embedded model takes turns with speech recognition; a server elsewhere does not.
        self._jobs.submit(HEAVY_LANE if is_embedded else _CHECK_LANE, job)

    def _say(self, state: CheckState, text: str) -> None:
        self.check_state, self.check_text = state, text
        self.checked.emit()
