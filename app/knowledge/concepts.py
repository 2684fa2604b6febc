"""Words of trade that mean nearly one thing: «привезёте», «рейс» and «курьер» all speak of delivery."""

from __future__ import annotations

from functools import lru_cache

# Beginnings of folded words, by what they speak of. A word may speak of more than one thing.
_CONCEPTS = {
    "delivery": "достав привез привоз довез довоз довезе отвез отвоз завез возит возим возите вози везем везете отправ "
    "перевоз курьер рейс переезд транспорт deliver ship",
    "dispatch": "отгру отправ выдач выдае самовывоз забрать заберем",
    "payment": "оплат оплач плати платя платим платит заплат рассчит расчет предоплат аванс счет payment pay",
    "prepayment": "предоплат аванс вперед задат prepay advance",
    "later": "отсроч рассроч частями позже потом постоплат кредит installment",
    "leasing": "лизинг leasing",
    "discount": "скидк скидоч скине уступ дисконт discount",
    "warranty": "гарант warrant guarant",
    "back": "возвра верн обратно назад примете примем принимаем возьмете берем return refund",
    "replace": "замен обмен поменя меняе меняю подмен replace exchange",
    "defect": "брак брако дефект недостат поврежд слома полом неисправ испорч порч разби бой defect broken damage",
    "claim": "претенз рекламац жалоб заяв claim complaint",
    "penalty": "штраф пеня пени пеню неустойк компенс возмест возмещ ответствен ущерб penalty fine",
    "late": "просроч опозда задерж срыв сорве затян late delay",
    "mounting": "монтаж монтир установ устанав постав смонтир шефмонтаж сборк собере собира соберит install",
    "starting": "пусконалад запуск запуст наладк ввод",
    "service": "обслуж сервис техобслуж ремонт почин чините чиним ремонтир service repair",
    "visit": "выезд выезж приед приезж визит visit",
    "training": "обуч учит учат учеб учен курс тренинг семинар преподав train",
    "sample": "образ проба пробн пробу попроб демо показ пилот тест sample trial",
    "staff": "сотрудн работник персонал штат человек люди людей команд staff employee",
    "head": "директор руковод начальник главн глава шеф управл завед возглав директ head director",
    "opening": "открыт откры закры график режим работа",
    "place": "адрес наход располож офис улиц ул шоссе проспект address",
    "storage": "хран годн storage",
    "document": "сертиф деклар паспорт документ удостовер свидетельств лиценз корочк диплом бумаг certificate",
    "tax": "ндс налог фактур vat tax",
    "contract": "договор контракт соглаш contract",
    "least": "минимал минимум наименьш меньше minimum",
    "most": "максим наибольш предел больше maximum",
    "urgent": "срочн экспресс быстр ускор urgent express",
    "logo": "лого логотип нанес нанос бренд надпис шеврон вышив logo",
    "cancel": "отмен отказ растор прекра передум cancel",
    "rent": "аренд прокат напрокат сдае сдач rent lease",
    "insurance": "страхов застрах полис страху insur",
    "handling": "разгру выгру погру грузчик грузит манипулятор кран подъем подним unload",
    "design": "макет дизайн эскиз отрис design",
    "heating": "обогр отоп греть нагре грее",
    "person": "физлиц частник частн физическ розниц гражданин",
    "firm": "юрлиц организац фирм предприят ип юридическ компани",
    "state": "бюджет государ муницип госзакуп тендер",
    "new": "новичк новый новые новому новых первый первые перво первом первая",
    "regular": "постоян годов регуляр",
    "production": "изготов произв делает делаем сшит шьет шьете шьем шить пошив выпуск готов производ печата",
    "away": "вывоз вывез утилиз забер забира убер",
    "secret": "конфиденц разглаш nda тайн секрет",
    "night": "ноч круглосут сутк",
    "weekend": "выходн праздн weekend",
    "remote": "онлайн дистанц удален удаленн интернет remote online",
    "free": "бесплатн даром подарок безвозмезд доплат free",
    "extra": "доплат наценк надбавк сверх дороже доплач",
    "hold": "брон резерв держ заброн",
    "valid": "действ valid",
    "application": "заявк заказ заказыв order",
    "copies": "резервн копи бэкап backup",
    "phone": "телефон мобильн звон phone",
    "mail": "почт email мейл письм",
    "client": "клиент заказчик покупател customer",
    "transfer": "перенос перенес переноси мигра перевод",
    "fix": "фикс зафикс держ меняет закреп",
    "measure": "замер замеря обмер обслед аудит",
    "waste": "мусор отход",
}  # fmt: skip
_MOST_LETTERS_BEHIND = 7


@lru_cache(maxsize=50_000)
def concepts_of(word: str) -> frozenset[str]:
    """What a folded word speaks of; nothing for a word that is not of trade."""
    return frozenset(
        name
        for name, beginnings in _CONCEPTS.items()
        if any(_begins(word, beginning) for beginning in beginnings.split())
    )


def _begins(word: str, beginning: str) -> bool:
    if len(beginning) < 4:
        return word == beginning
    return word.startswith(beginning) and len(word) - len(beginning) <= _MOST_LETTERS_BEHIND
