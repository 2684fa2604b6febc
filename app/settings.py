"""Every setting once: default, label, unit, bounds. The only reader of the environment.

`VIZIR_HOME` moves data and settings into one folder (a portable copy, a test).
"""

from __future__ import annotations

import json
import locale
import os
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from app.core.errors import UserFixable
from app.core.i18n import _

FORMAT = 1
_APP = "Vizir"

SAMPLE = Path(__file__).resolve().parents[1] / "resources" / "sample"
"""The profile of the sample company, with its sample call in ``calls``."""
TOPIC_WEIGHTS = SAMPLE.parent / "topics" / "weights.npz"
ANSWER_WEIGHTS = SAMPLE.parent / "knowledge" / "answers.json"
ITEM_WEIGHTS = SAMPLE.parent / "goods" / "likely_items.json"
CALL_WORDS = SAMPLE.parent / "speech" / "words.json.gz"


@dataclass(frozen=True, slots=True)
class Spec:
    """What the settings page shows of a setting.

    Args:
        label: Russian label, translated when shown.
        hint: One sentence of help.
        unit: Unit of a number ("с", "МБ").
        minimum: Lower bound of a number.
        maximum: Upper bound of a number.
        choices: Allowed values of a choice.
    """

    label: str
    hint: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()


def _setting(default: Any, label: str, **spec: Any) -> Any:
    return field(default=default, metadata={"spec": Spec(label, **spec)})


@dataclass(frozen=True, slots=True)
class Settings:
    """All choices of the person. Immutable: `replace` makes the changed copy, `save` writes it."""

    language: str = _setting("ru", "Язык программы", choices=("ru", "en"))
    theme: str = _setting("system", "Оформление", choices=("system", "light", "dark"))
    person_name: str = _setting("", "Ваше имя", hint="Записывается в журнал при каждой визе.")
    profile_folder: str = _setting("", "Папка профиля", hint="Поля CRM, прайс-лист и база знаний вашей компании.")
    speech_model: str = _setting("", "Модель распознавания речи", hint="Пусто: подходящая этому компьютеру.")
    speech_language: str = _setting("ru", "Язык разговоров", choices=("ru", "en", "auto"))
    speech_hints: bool = _setting(
        False, "Подсказывать названия из прайс-листа", hint="Медленнее, но чаще верно слышит названия."
    )
    manager_channel: str = _setting("auto", "Канал менеджера", choices=("auto", "left", "right"))
    llm_mode: str = _setting("embedded", "Языковая модель", choices=("embedded", "address"))
    llm_embedded_model: str = _setting("", "Встроенная языковая модель", hint="Пусто: подходящая этому компьютеру.")
    llm_address: str = _setting("", "Адрес сервера модели", hint="Например, http://127.0.0.1:11434/v1")
    llm_name: str = _setting("", "Имя модели на сервере")
    llm_context_tokens: int = _setting(
        8192,
        "Контекст модели на сервере",
        hint="Сколько вмещают вопрос и ответ вместе.",
        unit="токенов",
        minimum=2048,
        maximum=1_000_000,
    )
    llm_timeout_s: int = _setting(120, "Ждать ответа модели", unit="с", minimum=5, maximum=1800)
    llm_idle_s: int = _setting(300, "Выгружать встроенную модель после простоя", unit="с", minimum=10, maximum=86400)
    models_folder: str = _setting("", "Папка моделей", hint="Пусто: общая папка программы. Подойдёт и USB-накопитель.")
    hub_mirror: str = _setting("", "Зеркало хранилища моделей", hint="Адрес, если основное хранилище недоступно.")
    discount_limit_percent: int = _setting(
        100,
        "Скидка без подписи руководителя",
        hint="100: действует предел из базы знаний компании.",
        unit="%",
        minimum=0,
        maximum=100,
    )
    style_rules_off: str = _setting(
        "", "Правила слога, которые не показывать", hint="Номера через запятую; правила 1–3 не выключаются."
    )
    proposal_template: str = _setting("full", "Шаблон КП", hint="С ним начинается новое КП: тот, что выбран последним.")
    letters_folder: str = _setting(
        "", "Папка с вашими письмами", hint="От 5 до 20 отправленных писем: с их манерой сравнивается текст КП."
    )
    telephony_folder: str = _setting(
        "", "Папка с записями", hint="Куда телефония складывает записи; вложенные папки просматриваются тоже."
    )
    telephony_pattern: str = _setting(
        "",
        "Шаблон имени файла",
        hint="Пусто: имена обычных АТС. Свой: {date}_{time}_{phone}_{direction}, прочее — {any}.",
    )
    telephony_days_back: int = _setting(
        7, "Брать звонки не старше", unit="дн.", minimum=1, maximum=365, hint="Более старые записи остаются в папке."
    )
    telephony_every_s: int = _setting(60, "Просматривать папку каждые", unit="с", minimum=10, maximum=3600)
    telephony_calls: str = _setting(
        "off",
        "Список звонков CRM",
        choices=("off", "crm"),
        hint="Ваши звонки с записями из Битрикс24, просматриваются так же часто. Вебхуку нужны права telephony и disk.",
    )
    store_protection: str = _setting("keyring", "Защита базы", choices=("keyring", "passphrase", "clear"))
    window_state: str = _setting("", "Состояние окна")

    @staticmethod
    def spec(name: str) -> Spec:
        """Label, unit and bounds of a setting."""
        return next(f.metadata["spec"] for f in fields(Settings) if f.name == name)  # type: ignore[no-any-return]

    def checked(self) -> Settings:
        """The settings themselves. Raises UserFixable ``settings.value`` for one outside its bounds."""
        for item in fields(self):
            spec: Spec = item.metadata["spec"]
            value = getattr(self, item.name)
            outside = (
                isinstance(value, int | float)
                and not isinstance(value, bool)
                and (
                    (spec.minimum is not None and value < spec.minimum)
                    or (spec.maximum is not None and value > spec.maximum)
                )
            )
            if outside or (spec.choices and value not in spec.choices):
                allowed = ", ".join(spec.choices) or f"{spec.minimum:g}…{spec.maximum:g} {spec.unit}"
                raise UserFixable(
                    "settings.value",
                    _("Настройка «{label}»: недопустимое значение «{value}».").format(label=_(spec.label), value=value),
                    hint=_("Допустимо: {allowed}.").format(allowed=allowed),
                    action="open_settings",
                )
        return self


READ_EACH_TIME = frozenset(
    (
        *("language", "theme", "person_name", "window_state", "discount_limit_percent"),
        *("style_rules_off", "letters_folder", "proposal_template"),
        *("telephony_folder", "telephony_pattern", "telephony_days_back", "telephony_every_s"),
        "telephony_calls",
    )
)
"""Settings that are asked for whenever they count: no model and no profile is made anew for them."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things live on this machine."""

    config: Path
    data: Path
    cache: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.json"

    @property
    def database(self) -> Path:
        return self.data / "vizir.db"

    @property
    def recordings(self) -> Path:
        return self.data / "recordings"

    @property
    def telephony_ledger(self) -> Path:
        """What was taken out of the folder of telephony."""
        return self.data / "telephony.json"

    @property
    def telephony_calls(self) -> Path:
        """Recordings of the CRM's list of calls on their way in, and beside them what was taken."""
        return self.data / "telephony"

    @property
    def proposals(self) -> Path:
        """The archive of finished proposals."""
        return self.data / "proposals"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def models(self) -> Path:
        return self.cache / "models"

    @classmethod
    def of_this_machine(cls) -> Folders:
        """The system's usual folders, or the ones below ``VIZIR_HOME``; models may stand apart in ``VIZIR_MODELS``."""
        home = os.environ.get("VIZIR_HOME")
        models = os.environ.get("VIZIR_MODELS")
        if home:
            base = Path(home)
            found = cls(base / "config", base / "data", base / "cache")
        else:
            found = cls(
                platformdirs.user_config_path(_APP, False),
                platformdirs.user_data_path(_APP, False),
                platformdirs.user_cache_path(_APP, False),
            )
        return replace(found, cache=Path(models)) if models else found


def language_of_environment() -> str:
    """``ru`` or ``en``, as the locale of this process asks for."""
    named = next((v for v in map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG")) if v), None)
    return "ru" if (named or locale.getlocale()[0] or "").lower().startswith("ru") else "en"


def load(path: Path) -> Settings:
    """Read the settings; a missing file gives the defaults, unknown keys of a newer version are kept out.

    Raises:
        UserFixable: ``settings.broken`` when the file is no settings file.
    """
    if not path.exists():
        return Settings()
    try:
        stored = json.loads(path.read_text("utf-8"))
        known = {f.name: type(getattr(Settings(), f.name)) for f in fields(Settings)}
        return Settings(**{k: v for k, v in stored["settings"].items() if k in known and type(v) is known[k]})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserFixable(
            "settings.broken",
            _("Файл настроек не читается: {name}.").format(name=path.name),
            hint=_("Переименуйте или удалите его: программа начнёт с настроек по умолчанию, данные не пострадают."),
            detail=f"{path}: {error!r}",
        ) from error


def save(path: Path, settings: Settings) -> None:
    """Write the settings whole: a crash leaves the old file or the new one. Raises UserFixable ``settings.write``."""
    settings.checked()
    text = json.dumps(
        {"format": FORMAT, "settings": {f.name: getattr(settings, f.name) for f in fields(settings)}},
        ensure_ascii=False,
        indent=1,
    )
    write_whole(path, text + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a file of settings: a crash leaves the old one or the new one. Raises UserFixable ``settings.write``."""
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError as error:
        raise UserFixable(
            "settings.write",
            _("Настройки не записаны: {name}.").format(name=path.name),
            hint=_("Проверьте, что на диске есть место и у вас есть права на папку."),
            detail=repr(error),
        ) from error
