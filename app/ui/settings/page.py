"""The page «Настройки»: everything takes effect at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.core.i18n import _, ngettext
from app.core.model_store import ModelKind
from app.ui.crm.accounts_card import AccountsCard
from app.ui.settings.models_card import FetchLine, ModelList
from app.ui.settings.parts import SettingsCard, choice_row, text_row
from app.ui.settings.proposals_card import ProposalsCard
from app.ui.settings.rerun_card import RerunPanel
from app.ui.settings.telephony_card import TelephonyCard
from app.ui.theme import Theme
from app.ui.widgets import button, label, set_role
from app.viewmodels.desk import Desk
from app.viewmodels.settings_form import CheckState

_WIDTH = 820


class SettingsPage(QScrollArea):
    """Binds `SettingsViewModel` and `ModelsViewModel`."""

    mapping_wanted = Signal(str)

    def __init__(self, theme: Theme, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("settingsPage")
        self._theme = theme
        self._desk = desk
        self._form = desk.settings
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        content.setObjectName("scrolled")
        around = QHBoxLayout(content)
        around.setContentsMargins(16, 16, 16, 24)
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(label(_("Настройки"), "page"))
        self._rows = rows
        self._cards: dict[str, SettingsCard] = {}
        self._to_make: dict[str, Callable[[], SettingsCard]] = {
            "person": self._make_person,
            "profile": self._make_profile,
            "crm": self._make_crm,
            "asr": self._make_speech,
            "llm": self._make_language_model,
            "proposals": self._make_proposals,
            "telephony": self._make_telephony,
            "look": self._make_look,
            "store": self._make_store,
        }
        around.addStretch(1)
        around.addWidget(column, 100)
        around.addStretch(1)
        self.setWidget(content)

    @property
    def pieces(self) -> list[Callable[[], None]]:
        """What is left to make of the page, in portions that do not stop the window."""
        return [partial(self._make_card, name) for name in self._to_make]

    def _make_card(self, name: str) -> None:
        make = self._to_make.pop(name, None)
        if make is None:
            return
        self._cards[name] = make()
        self._rows.addWidget(self._cards[name])
        if not self._to_make:
            self._rows.addStretch(1)
            self._connect()

    def _connect(self) -> None:
        self._form.profile_changed.connect(self._renew_profile)
        self._form.checked.connect(self._renew_check)
        self._form.key_changed.connect(self._renew_key)
        self._form.changed.connect(lambda _name: self._renew_mode())
        self.fetch_line.renew()
        self._renew_profile()
        self._renew_check()
        self._renew_key()
        self._renew_mode()

    def open_section(self, action: str) -> None:
        """Scroll to the section that an error's button leads to."""
        self._complete()
        section = {
            "open_settings_llm": "llm",
            "open_settings_speech": "asr",
            "open_settings_models": "asr",
            "open_settings_profile": "profile",
            "open_settings_crm": "crm",
            "open_settings_protection": "store",
            "open_settings_telephony": "telephony",
            "open_settings_proposals": "proposals",
        }.get(action, "person")
        # A page that was made just now is laid out in the next turn of the event loop.
        QTimer.singleShot(0, self, partial(self._scroll_to, section))

    def _scroll_to(self, section: str) -> None:
        self.verticalScrollBar().setValue(self._cards[section].y() - 8)

    def entered(self) -> None:
        """The page came into view: look at what may have changed outside."""
        self._complete()
        self._desk.models.refresh()
        self._desk.rerun.refresh()
        self._form.read_profile()
        self._form.read_key()
        self._desk.crm.accounts.refresh()

    def _complete(self) -> None:
        for piece in self.pieces:
            piece()

    def _make_person(self) -> SettingsCard:
        card = SettingsCard(self._theme, "signature", _("Кто визирует"), "", "personCard")
        text_row(card, self._form, "person_name")
        return card

    def _make_profile(self) -> SettingsCard:
        text = _("Поля CRM, прайс-лист и база знаний вашей компании.")
        card = SettingsCard(self._theme, "building-2", _("Профиль компании"), text, "profileCard")
        self._profile_tile = QFrame()
        self._profile_tile.setProperty("tile", True)
        inner = QHBoxLayout(self._profile_tile)
        inner.setContentsMargins(14, 10, 10, 10)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        self._brand = label("", "strong", name="profileBrand")
        self._facts = label("", "muted", is_wrapped=True, name="profileFacts")
        texts.addWidget(self._brand)
        texts.addWidget(self._facts)
        inner.addLayout(texts, 1)
        self._sample = button(_("Вернуть пример"), "link", name="profileSample")
        self._sample.clicked.connect(lambda: self._form.change("profile_folder", ""))
        choose = button(_("Выбрать папку…"), "", name="profileChoose")
        choose.clicked.connect(self._ask_profile)
        inner.addWidget(self._sample)
        inner.addWidget(choose)
        card.rows.addWidget(self._profile_tile)
        return card

    def _make_crm(self) -> SettingsCard:
        card = AccountsCard(self._theme, self._desk.crm)
        card.mapping_wanted.connect(self.mapping_wanted)
        return card

    def _make_speech(self) -> SettingsCard:
        text = _("Работает на этом компьютере: звук его не покидает. Больше модель — точнее и медленнее.")
        card = SettingsCard(self._theme, "mic", _("Распознавание речи"), text, "speechCard")
        self.fetch_line = FetchLine(self._desk.models)
        card.rows.addWidget(self.fetch_line)
        card.rows.addWidget(ModelList(self._theme, ModelKind.SPEECH, self._desk.models, self._form))
        choice_row(card, self._form, "speech_language", [_("русский"), _("английский"), _("определять")])
        choice_row(card, self._form, "manager_channel", [_("определять"), _("левый"), _("правый")])
        return card

    def _make_language_model(self) -> SettingsCard:
        text = _("Составляет черновики. Встроенная работает без сети; на сервер уходит только текст разговора.")
        card = SettingsCard(self._theme, "cpu", _("Языковая модель"), text, "llmCard")
        choice_row(card, self._form, "llm_mode", [_("встроенная"), _("сервер по адресу")])
        self._embedded = ModelList(self._theme, ModelKind.LANGUAGE, self._desk.models, self._form)
        card.rows.addWidget(self._embedded)
        self._server = QWidget()
        inner = SettingsCard(self._theme, "server", _("Сервер"), _("Облако, vLLM, Ollama или LM Studio."), "serverCard")
        inner.setProperty("pane", None)
        inner.setProperty("tile", True)
        text_row(inner, self._form, "llm_address")
        text_row(inner, self._form, "llm_name")
        self.key = QLineEdit()
        self.key.setObjectName("setting_llm_key")
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.editingFinished.connect(self._keep_key)
        inner.add_row(_("Ключ доступа"), self.key, _("Хранится в системном хранилище паролей, не в файлах программы."))
        text_row(inner, self._form, "llm_timeout_s", width=120)
        around = QVBoxLayout(self._server)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(inner)
        card.rows.addWidget(self._server)
        line = QHBoxLayout()
        self.check = button(_("Проверить"), "soft", name="checkModelButton")
        self.check.clicked.connect(self._form.check)
        self._check_text = label("", "muted", is_wrapped=True, name="checkModelText")
        line.addWidget(self.check)
        line.addWidget(self._check_text, 1)
        card.rows.addLayout(line)
        card.rows.addWidget(RerunPanel(self._theme, self._desk.rerun))
        return card

    def _make_proposals(self) -> SettingsCard:
        return ProposalsCard(self._theme, self._form)

    def _make_telephony(self) -> SettingsCard:
        return TelephonyCard(self._theme, self._form, self._desk.telephony)

    def _make_look(self) -> SettingsCard:
        card = SettingsCard(self._theme, "sun", _("Вид"), "", "lookCard")
        choice_row(card, self._form, "theme", [_("как в системе"), _("светлое"), _("тёмное")])
        choice_row(card, self._form, "language", [_("русский"), "English"])
        self._restart = label(_("Язык сменится при следующем запуске."), "muted", name="restartHint")
        self._restart.hide()
        self._form.changed.connect(lambda name: self._restart.setVisible(True) if name == "language" else None)
        card.rows.addWidget(self._restart)
        return card

    def _make_store(self) -> SettingsCard:
        is_encrypted = self._desk.parts.is_encrypted
        text = _("База зашифрована.") if is_encrypted else _("База не зашифрована: её прочтёт любой, у кого есть файл.")
        card = SettingsCard(self._theme, "shield-check", _("Данные и защита"), text, "storeCard")
        choice_row(card, self._form, "store_protection", [_("хранилище паролей"), _("своя фраза"), _("не шифровать")])
        card.rows.addWidget(label(_("Выбор действует для новой базы: уже созданная не меняется сама."), "faint"))
        where = QLineEdit(str(self._desk.parts.folders.data))
        where.setReadOnly(True)
        where.setObjectName("dataFolder")
        card.add_row(_("Папка данных"), where, _("Записи, база и её копии. Чтобы перенести, скопируйте её целиком."))
        return card

    def _renew_profile(self) -> None:
        profile = self._form.profile
        self._sample.setVisible(not profile.is_sample)
        if profile.problem:
            self._brand.setText(_("Профиль не читается"))
            self._facts.setText(f"{profile.problem} {profile.hint}".strip())
            set_role(self._facts, role="danger")
            return
        note = _(" (пример)") if profile.is_sample else ""
        self._brand.setText((profile.brand or "…") + note)
        set_role(self._facts, role="muted")
        fields = f"{profile.fields} {ngettext('поле', 'поля', 'полей', profile.fields)}"
        products = f"{profile.products} {ngettext('товар', 'товара', 'товаров', profile.products)}"
        texts = f"{profile.texts} {ngettext('документ', 'документа', 'документов', profile.texts)}"
        manager = _("менеджер {name}").format(name=profile.manager) if profile.manager else ""
        self._facts.setText(" · ".join(filter(None, (manager, fields, products, texts))))

    def _renew_check(self) -> None:
        state = self._form.check_state
        self.check.setEnabled(state is not CheckState.RUNNING)
        self._check_text.setText(self._form.check_text)
        set_role(self._check_text, role={CheckState.PASSED: "ok", CheckState.FAILED: "danger"}.get(state, "muted"))

    def _renew_key(self) -> None:
        self.key.setPlaceholderText(_("сохранён; введите другой, чтобы заменить") if self._form.has_key else "")

    def _renew_mode(self) -> None:
        is_embedded = self._form.settings.llm_mode == "embedded"
        self._embedded.setVisible(is_embedded)
        self._server.setVisible(not is_embedded)

    def _keep_key(self) -> None:
        if self.key.text():
            self._form.keep_key(self.key.text())
            self.key.clear()

    def _ask_profile(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Папка профиля"), self._form.settings.profile_folder)
        if folder:
            self._form.change("profile_folder", folder)
