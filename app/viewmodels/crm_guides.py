"""What a person is told while they connect a CRM: where to click in the portal, which rights, what to copy. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.i18n import _
from app.delivery.model import CrmKind


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing of the place in the portal, no copy of its screen.

    Args:
        address: What stands in the browser's line.
        menu: Entries of the side menu; `menu_at` is the one to be pressed.
        panel: Heading of the page that opens.
        rows: Lines of that page; `rows_at` are the ones to be set or pressed.
        copied: Caption of the line to be copied at the end.
    """

    address: str
    menu: tuple[str, ...]
    menu_at: int
    panel: str
    rows: tuple[str, ...]
    rows_at: tuple[int, ...]
    copied: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of the form beside address and key."""

    name: str
    caption: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """The guided page of one CRM.

    Args:
        steps: In the order of the numbers in the sketch.
        rights: Name in the portal, and what it is needed for.
        address_hint: An example of an address.
        has_address: Whether the address is asked for; otherwise it stands in the key itself.
        secret: Caption of the key.
        asked: What the CRM needs beside the two.
        caution: What to know before.
    """

    kind: CrmKind
    steps: tuple[str, ...]
    rights: tuple[tuple[str, str], ...]
    address_hint: str
    secret: str
    secret_hint: str
    sketch: Sketch
    has_address: bool = True
    asked: tuple[Asked, ...] = ()
    caution: str = ""


def kind_label(kind: CrmKind) -> str:
    """The CRM's name as people say it."""
    return {CrmKind.BITRIX24: _("Битрикс24"), CrmKind.AMOCRM: "amoCRM", CrmKind.ODOO: "Odoo"}[kind]


def guide_of(kind: CrmKind) -> Guide:
    """The page of one CRM in the language of the window."""
    return {CrmKind.BITRIX24: _bitrix24, CrmKind.AMOCRM: _amocrm, CrmKind.ODOO: _odoo}[kind]()


def _bitrix24() -> Guide:
    return Guide(
        CrmKind.BITRIX24,
        (
            _("Откройте портал под своим именем. В меню слева: «Разработчикам»."),
            _("«Другое», затем «Входящий вебхук»."),
            _("В «Настройке прав» добавьте три права из списка ниже."),
            _("Сохраните и скопируйте «Вебхук для вызова REST API» целиком, вместе с https://."),
        ),
        (
            (_("CRM (crm)"), _("читать и менять сделки, писать заметки")),
            (_("Задачи (task)"), _("ставить следующие шаги")),
            (_("Пользователи, минимальный доступ (user_brief)"), _("узнать, кто вы")),
        ),
        "",
        _("Адрес вебхука"),
        _("Целиком: https://компания.bitrix24.ru/rest/1/…/ Адрес портала в нём уже есть."),
        Sketch(
            "https://компания.bitrix24.ru",
            (_("CRM"), _("Задачи"), _("Календарь"), _("Маркет"), _("Разработчикам"), _("Настройки")),
            4,
            _("Другое · Входящий вебхук"),
            (
                _("Вебхук для вызова REST API"),
                _("Настройка прав"),
                _("CRM (crm)"),
                _("Задачи (task)"),
                _("Пользователи (user_brief)"),
            ),
            (0, 1),
            _("Скопировать"),
        ),
        has_address=False,
        caution=_(
            "Вебхук действует от имени того, кто его создал: каждому менеджеру нужен свой. "
            "Нужен тариф с доступом к REST API."
        ),
    )


def _amocrm() -> Guide:
    return Guide(
        CrmKind.AMOCRM,
        (
            _("Под администратором: «Настройки», затем «Интеграции»."),
            _("«Создать интеграцию», вид «Внешняя» (частная)."),
            _("Дайте доступ к данным аккаунта и сохраните."),
            _("«Ключи и доступы»: создайте долгосрочный токен и скопируйте его сразу, второй раз он не покажется."),
        ),
        (
            (_("Доступ к данным аккаунта"), _("читать и менять сделки и контакты")),
            (_("Права пользователя на сделки"), _("записывать в сделки этого менеджера")),
        ),
        "https://компания.amocrm.ru",
        _("Долгосрочный токен"),
        _("Длинная строка из «Ключей и доступов». Срок действия выбирается при создании."),
        Sketch(
            "https://компания.amocrm.ru",
            (_("Рабочий стол"), _("Сделки"), _("Задачи"), _("Списки"), _("Аналитика"), _("Настройки")),
            5,
            _("Интеграции · Ключи и доступы"),
            (
                _("Создать интеграцию"),
                _("Доступ к данным аккаунта"),
                _("Долгосрочный токен"),
                _("Действует до"),
            ),
            (0, 1, 2),
            _("Скопировать"),
        ),
        asked=(
            Asked(
                "user",
                _("Ваш e-mail в amoCRM"),
                _("Токен создаёт администратор; по e-mail задачи встанут на вас, а не на него."),
            ),
        ),
        caution=_("Заметки и задачи amoCRM удалить не даёт: при отмене они останутся с пометкой «[отменено]»."),
    )


def _odoo() -> Guide:
    return Guide(
        CrmKind.ODOO,
        (
            _("Щёлкните своё имя справа вверху: «My Preferences» («Мои настройки»)."),
            _("Вкладка «Безопасность», раздел «Ключи API»."),
            _("«Add API Key»: назовите ключ «Визирь» и задайте срок, у сотрудника не больше 90 дней."),
            _("Скопируйте ключ сразу: второй раз он не покажется."),
        ),
        (
            (_("Продажи: только свои документы"), _("читать и менять свои сделки")),
            (_("Контакты"), _("находить клиента по телефону")),
        ),
        "https://crm.компания.ru",
        _("Ключ API"),
        _("Хранится в системном хранилище паролей, не в файлах программы."),
        Sketch(
            "https://crm.компания.ru",
            (_("Обсуждения"), _("Календарь"), _("CRM"), _("Продажи"), "My Preferences", _("Выйти")),
            4,
            _("Безопасность"),
            (_("Пароль"), _("Двухэтапный вход"), _("Ключи API"), _("Срок: 90 дней")),
            (2, 3),
            _("Скопировать ключ"),
        ),
        asked=(Asked("database", _("База данных"), _("Имя базы; спросите у администратора, если баз несколько.")),),
        caution=_("Ключ сотрудника живёт не дольше 90 дней: за две недели до конца программа напомнит."),
    )
