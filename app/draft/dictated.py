"""A phone or an e-mail that the client dictated, held against repetitions, our own contacts and the CRM."""

from __future__ import annotations

import re
from dataclasses import replace

from app.core.i18n import _
from app.deals.model import FieldDefinition
from app.draft import proof
from app.draft.amounts import positive_part
from app.draft.candidates import Found
from app.draft.contact import find_contact, is_own_name
from app.draft.conversation import Conversation, fold
from app.draft.email_spelling import respelled
from app.draft.model import FieldStatus, FieldValue, Misheard
from app.draft.reading import Reading, empty, proposed
from app.draft.stems import content_stems, overlap, stems_of
from app.draft.wording import phone as phone_text
from app.spoken.model import Certainty, ContactMark
from app.spoken.sound import likeness

_OUR_DOMAIN = 0.9
_SAME_NAME = 0.75
_PHONE_STEMS = content_stems("телефон номер связь контакт мобильный сотовый")
_NOT_CLIENTS_PHONE = re.compile(
    r"\bномер (?:заказа|договора|счета|накладной|партии"
    r"|заявки)|\bинн\b|\bего (?:номер|телефон)|\bее (?:номер|телефон)|\bтелефон (?:директора"
    r"|бухгалт|водител|завхоз|кладовщ)"
)


# Whose number it is: the speaker's own, or that of a third person they pass on.
_SELF = re.compile(
    r"\b(?:мо(?:й|я|е|его|ему|им|ем)|меня|мне|мною|сам[аи]?|лично)\b|\bэтот (?:же )?(?:номер|телефон)|\bс которого\b"
)
_ASKED_OWN = re.compile(
    r"\b(?:ваш\w*|вас|вам|с вами|вами)\b[^.?!]{0,40}\b(?:номер\w*|телефон\w*|мобильн\w*|сотов\w*|связ\w*|найти|набрать"
    r"|\w*звон\w+|контакт\w*|записать)|\b(?:номер\w*|телефон\w*|мобильн\w*|сотов\w*|связ\w*|найти|набрать|\w*звон\w+"
    r"|контакт\w*)[^.?!]{0,40}\b(?:ваш\w*|вас|вам|с вами|вами)\b"
    r"|\b(?:номер|телефон)\w* (?:для связи|подскаж|продикт|остав|какой)"
    r"|\b(?:подскажите|продиктуйте|оставьте|скажите|какой) (?:\w+ )?(?:номер|телефон|мобильн)"
)
_THIRD_BEHIND = re.compile(r"\W*(?:это )?(?:его|ее|их)\b(?: (?:номер|телефон|мобильн|сотов)\w*)?")
_AT_A_PLACE = re.compile(
    r"\bна (?:вахту|проходную|пост|ресепшен|ресепшн|склад|объект|базу)\b|\bв (?:приемную|охрану)\b"
)
_NEAR_NAME = 70
_THIRD = re.compile(
    r"\b(?:его|ее|их|ему|ей|нему|ней|него|нее|им)\b[^.?!]{0,30}\b(?:номер|телефон|сотов|мобильн|набер|звон|пиш)\w*"
    r"|\b(?:номер|телефон|сотов\w*|мобильн\w*|набер\w+|звон\w+|позвон\w+|скин\w+|пиш\w+|запиш\w+|дайте|дам"
    r"|свяж\w+)\b[^.?!]{0,30}"
    r"(?<!\bдля )\b(?:его|ее|ему|ей|мастер\w*|инженер\w*|механик\w*|бухгалт\w+|директор\w*|водител\w+|прораб\w*"
    r"|охран\w+|завсклад\w*|кладовщи\w+|завхоз\w*|коллег\w+|напарни\w+|секретар\w+|снабжен\w+|юрист\w*|технолог\w*"
    r"|техник\w*|админ\w*|айтишник\w*|сисадмин\w*|энергетик\w*|агроном\w*|склад\w*|муж\w*|жен[аеуы]|сын\w*)\b"
)


def client_phone(reading: Reading, key: str = "phone") -> FieldValue:
    """The number the client dictated as their own, the last version; the manager's repetition proves it."""
    own = {number[-10:] for number in reading.profile.phones}
    theirs = tuple(m for m in reading.candidates.phones if not (m.turn.is_client and _is_third(reading, m)))
    value = _dictated(reading, key, theirs, own, is_phone=True)
    if value.status is not FieldStatus.VERIFIED:
        return value
    said = next(m for m in reversed(theirs) if m.turn.is_client and m.mark.value == value.norm)
    if _is_own(reading, said):
        return value
    return replace(value, status=FieldStatus.REVIEW, reason=_("Чей это номер, прямо не сказано: сверьте."))


def other_phone(reading: Reading, definition: FieldDefinition) -> FieldValue:
    """The number of a third person, in a field of a company's own; shown only beside words of its definition."""
    about = content_stems(definition.label + " " + positive_part(definition.definition)) - _PHONE_STEMS
    own = {number[-10:] for number in reading.profile.phones}
    found = [
        m
        for m in reading.candidates.phones
        if m.turn.is_client
        and m.mark.value[-10:] not in own
        and (_is_third(reading, m) or overlap(about, stems_of(_around(reading.conversation, m))))
        and not (_SELF.search(m.sentence.folded) and not _is_third(reading, m))
    ]
    if not found:
        return empty(definition.key)
    last = found[-1]
    named = overlap(about, stems_of(_around(reading.conversation, last)))
    doubt: str | None = None
    if last.mark.certainty is not Certainty.EXACT:
        doubt = _("Продиктовано неразборчиво: сверьте.")
    elif last.turn.is_unknown or not named or not _is_third(reading, last) or len(found) > 1:
        doubt = _("Чей это номер, прямо не сказано: сверьте.")
    elif last.turn.segment.words:
        doubt = _("Менеджер не повторил это вслух: сверьте по записи.")
    quotes = [reading.candidates.evidence(last)]
    return proposed(definition.key, phone_text(last.mark.value), quotes, norm=last.mark.value, doubt=doubt)


def _around(conversation: Conversation, found: Found[ContactMark]) -> str:
    """What was said right before a number: the question, and the speaker's own words up to it."""
    before = [conversation.previous(found.turn.index, steps) for steps in (2, 1)]
    said = found.turn.folded[: found.mark.start]
    return " ".join([*(turn.folded for turn in before if turn is not None), said])


def _is_third(reading: Reading, found: Found[ContactMark]) -> bool:
    """Somebody else's number that the client passes on."""
    conversation = reading.conversation
    said = found.turn.folded[: found.mark.start]
    is_about_another = _THIRD_BEHIND.match(found.turn.folded[found.mark.end :]) or _AT_A_PLACE.search(said)
    if _THIRD.search(said) or is_about_another or _follows_a_name(reading, found):
        return True
    if _SELF.search(said):
        return False
    asked = conversation.previous(found.turn.index)
    return asked is not None and asked.is_manager and bool(_THIRD.search(asked.folded))


def _follows_a_post(reading: Reading, found: Found[ContactMark]) -> bool:
    """«…Мещеряков, технолог: восемь, девятьсот…»: a post right before the number, and nothing of the contact's name."""
    contact = find_contact(reading)
    own = [fold(part) for part in (contact.first, contact.surname) if part] if contact is not None else []
    said = found.turn.folded
    return any(
        role.turn is found.turn and re.fullmatch(r"\s*[:—–-]\s*", said[role.mark.end : found.mark.start])
        for role in reading.candidates.roles
    ) and not any(part in said for part in own)


def _follows_a_name(reading: Reading, found: Found[ContactMark]) -> bool:
    """«Вот Юра Мещеряков, технолог: восемь, девятьсот…»: the number of somebody else who was named right before it."""
    if _SELF.search(found.turn.folded[: found.mark.start]):
        return False
    if _follows_a_post(reading, found):
        return True
    named = [
        person
        for person in reading.candidates.people
        if person.turn is found.turn
        and 0 <= found.mark.start - person.mark.end <= _NEAR_NAME
        and not is_own_name(reading, person.mark)
    ]
    contact = find_contact(reading)
    if contact is None:
        return False
    own = [part for part in (contact.first, contact.patronymic, contact.surname) if part]
    return bool(named) and not any(
        likeness(said, part) >= _SAME_NAME
        for person in named
        for said in (person.mark.first, person.mark.surname)
        if said
        for part in own
    )


def _is_own(reading: Reading, found: Found[ContactMark]) -> bool:
    conversation = reading.conversation
    asked = conversation.previous(found.turn.index)
    if _SELF.search(found.turn.folded):
        return True
    return asked is not None and asked.is_manager and bool(_ASKED_OWN.search(asked.folded))


def client_email(reading: Reading, key: str = "email") -> FieldValue:
    """The address the client dictated; the manager's repetition or the CRM proves the spelling."""
    own = set(reading.profile.emails)
    return respelled(reading, _dictated(reading, key, reading.candidates.emails, own, is_phone=False))


def _dictated(
    reading: Reading, key: str, marks: tuple[Found[ContactMark], ...], own: set[str], *, is_phone: bool
) -> FieldValue:
    conversation = reading.conversation

    def is_ours(value: str) -> bool:
        return (value[-10:] if is_phone else value) in own or (not is_phone and _is_own_domain(reading, value))

    clients = [
        m for m in marks if m.turn.is_client and not is_ours(m.mark.value) and not _is_of_another(conversation, m)
    ]
    repeats = [m for m in marks if m.turn.is_manager and not is_ours(m.mark.value)]
    if not clients:
        # The manager reads the number back from the screen, or the client's turn was not understood.
        confirmed = [
            m
            for m in repeats
            if (n := conversation.next(m.turn.index)) is not None and n.is_client and proof.agrees(n.text)
        ]
        if not confirmed:
            return empty(key)
        last = confirmed[-1]
        answer = conversation.next(last.turn.index)
        evidence = [reading.candidates.evidence(last)] + ([conversation.evidence(answer.index)] if answer else [])
        return proposed(
            key,
            _shown(last.mark.value, is_phone),
            evidence,
            norm=last.mark.value,
            doubt=_("Продиктовал менеджер, клиент подтвердил: сверьте."),
        )
    last = clients[-1]
    read_back = None if is_phone else _read_back(conversation, last, repeats)
    if read_back is not None:
        answer = conversation.next(read_back.turn.index)
        quotes = [reading.candidates.evidence(last), reading.candidates.evidence(read_back)]
        quotes += [conversation.evidence(answer.index)] if answer is not None else []
        return proposed(
            key,
            read_back.mark.value,
            quotes,
            norm=read_back.mark.value,
            doubt=_("Продиктовал менеджер, клиент подтвердил: сверьте."),
            others=[last.mark.value],
        )
    same = [m for m in repeats if m.mark.value == last.mark.value]
    known = _known_mark(reading, last.mark.value, is_phone=is_phone)
    evidence = [reading.candidates.evidence(last), *(reading.candidates.evidence(m) for m in same[:1])]
    others = [_shown(m.mark.value, is_phone) for m in (*clients, *repeats) if m.mark.value != last.mark.value]
    if is_phone and same and known != last.mark.value:
        # Said and read back digit by digit: the CRM has an older number.
        others += [_shown(known, is_phone)] if known else []
        known = None
    if known is not None and known != last.mark.value:
        shown = _shown(known, is_phone)
        return proposed(
            key,
            shown,
            evidence,
            norm=known,
            doubt=_("В CRM записано так: сверьте."),
            others=others,
            misheard=[Misheard(_shown(last.mark.value, is_phone), shown)],
        )
    doubt: str | None = None
    if last.turn.is_unknown:
        doubt = _("Не ясно, кто это продиктовал.")
    elif known is None and last.mark.certainty is not Certainty.EXACT:
        doubt = _("Продиктовано неразборчиво: сверьте.")
    elif known is None and others and not same:
        doubt = _("Прозвучали разные варианты: {names}.").format(names=", ".join(dict.fromkeys(others)))
    elif known is None and not same and last.turn.segment.words:
        doubt = _("Менеджер не повторил это вслух: сверьте по записи.")
    return proposed(key, _shown(last.mark.value, is_phone), evidence, norm=last.mark.value, doubt=doubt, others=others)


def _read_back(
    conversation: Conversation, dictated: Found[ContactMark], repeats: list[Found[ContactMark]]
) -> Found[ContactMark] | None:
    """The address as the manager read it right after and the client confirmed, where the dictation was not clear."""
    if dictated.mark.certainty is Certainty.EXACT:
        return None
    for found in repeats:
        gap = conversation.place(found.turn.index) - conversation.place(dictated.turn.index)
        answer = conversation.next(found.turn.index)
        confirmed = answer is not None and answer.is_client and proof.agrees(answer.text)
        if gap == 1 and confirmed and found.mark.value != dictated.mark.value:
            return found
    return None


def _shown(value: str, is_phone: bool) -> str:
    return phone_text(value) if is_phone else value


def _is_of_another(conversation: Conversation, found: Found[ContactMark]) -> bool:
    """A number of an order, of a colleague, or ours that the client reads back."""
    if re.search(r"\bваш\w* (?:номер|телефон)", found.sentence.before(found.mark.start)):
        return True
    return bool(_NOT_CLIENTS_PHONE.search(_context(conversation, found)))


def _context(conversation: Conversation, found: Found[ContactMark]) -> str:
    before = conversation.previous(found.turn.index)
    return (before.folded if before is not None else "") + " " + found.sentence.before(found.mark.start)


def _is_own_domain(reading: Reading, value: str) -> bool:
    """An address at our own domain, however a recogniser wrote it."""
    said = value.rsplit("@", 1)[-1]
    return any(likeness(said, mail.rsplit("@", 1)[-1]) >= _OUR_DOMAIN for mail in reading.profile.emails)


def _known_mark(reading: Reading, value: str, *, is_phone: bool) -> str | None:
    """The same or a nearly same number or address of a contact in the CRM."""
    from rapidfuzz.distance import Levenshtein

    best: tuple[float, str] | None = None
    for contact in reading.profile.known_contacts:
        other = _plain_phone(contact.phone) if is_phone else (contact.email or "")
        if not other:
            continue
        if other == value:
            return value
        score = Levenshtein.normalized_similarity(other, value)
        if score >= (0.9 if is_phone else 0.75) and (best is None or score > best[0]):
            best = (score, other)
    return best[1] if best else None


def _plain_phone(number: str | None) -> str:
    digits = re.sub(r"\D", "", number or "")
    return "+7" + digits[-10:] if len(digits) in (10, 11) else ""
