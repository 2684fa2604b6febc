"""The post of the person of the call."""

from __future__ import annotations

import re

from app.core.i18n import _
from app.draft.candidates import Found
from app.draft.contact import ABSENT_PERSON, INTRO_TURNS, Contact, find_contact, first_client_turns, other_side_before
from app.draft.model import FieldValue
from app.draft.reading import Reading, empty, proposed
from app.spoken.model import Certainty, Role
from app.spoken.sound import likeness

_ASKS_ROLE = re.compile(r"должност|кем (?:вы )?(?:работаете|являетесь)|ваша роль|вы кто|вы директор")
_NOT_OWN_ROLE = re.compile(
    r"\b(?:наш\w*|мо(?:й|я|его|ей)|реша\w+|подписыва\w+|утвержда\w+|соглас\w+|у нас"
    r"|ваш\w*|дайте|с вашим|скаж\w+|покаж\w+|директору|спрош\w+|глав\w+ у)\b[^,.]*$"
)


# «Я директор», «я, если честно, директор»; but neither «я не верю, но директор…» nor «я думаю, что директор…».
_OF_ONESELF = re.compile(r"\bя\b(?![^.?!]*[,;—–]\s*(?:но|а|и|что|чтобы|если|пока|как|зато|потому)\b[^,;—–]*$)")
# «Я не эксперт», «мастером участка был, а теперь…».
_NOT_NOW = re.compile(r"\b(?:не|был[аи]?|работал[аи]?|числил\w+|раньше)(?: [а-я]+)?\W*$")
_WAS = re.compile(r"\W*(?:[а-я]+\W+)?(?:был[аи]?|работал[аи]?)\b")
_BEHIND_NAME, _SAME_NAME = 3, 0.75
_GREETS = re.compile(r"(?:добр\w+|здравствуй\w*|привет\w*)(?: (?:утр[оа]|день|дня|вечера?|времени суток))?\W*$")


def _greets(found: Found[Role]) -> bool:
    """«Доброе, хозяйка!»: the post is the other side's."""
    after = found.sentence.after(found.mark.end).strip()
    return bool(_GREETS.search(found.sentence.before(found.mark.start))) and not re.search(r"[а-яa-z]", after)


def _is_of_another(reading: Reading, found: Found[Role], contact: Contact | None) -> bool:
    """«Тут Наталья Ефимовна, финансовый директор», «директору, Вадиму Сергеевичу»: beside the name of somebody else."""
    if contact is None:
        return False
    own = [part for part in (contact.first, contact.surname, contact.patronymic) if part]
    return any(
        person.turn is found.turn
        and (
            0 <= found.mark.start - person.mark.end <= _BEHIND_NAME
            or 0 <= person.mark.start - found.mark.end <= _BEHIND_NAME
        )
        and not any(
            likeness(said, part) >= _SAME_NAME
            for said in (person.mark.first, person.mark.surname)
            if said
            for part in own
        )
        for person in reading.candidates.people
    )


def contact_role(reading: Reading) -> FieldValue:
    """The post of the contact in their own words."""
    conversation = reading.conversation
    intro = {turn.index for turn in first_client_turns(conversation, 5)}
    contact = find_contact(reading)
    own_turns = {p.turn.index for p in contact.found if p.turn.is_client} if contact is not None else set()
    best: tuple[float, int] | None = None
    roles = [found for found in reading.candidates.roles if found.turn.is_client]
    for place, found in enumerate(roles):
        before = found.sentence.before(found.mark.start)
        asked = bool(_ASKS_ROLE.search(other_side_before(conversation, found.turn)))
        if _NOT_OWN_ROLE.search(before) or (found.turn.index not in intro and not asked):
            continue
        if _NOT_NOW.search(before) or _WAS.match(found.sentence.after(found.mark.end)) or _greets(found):
            continue
        if _is_of_another(reading, found, contact):
            continue
        own = bool(_OF_ONESELF.search(before[-30:])) or asked
        if re.match(r"\W*наш", found.sentence.after(found.mark.end)):
            continue
        named = found.turn.index in own_turns and not ABSENT_PERSON.search(before)
        # «Я начальник цеха, мне генеральный это доверил»: a post cut short is mostly that of somebody else.
        score = -0.5 if found.mark.certainty is Certainty.GUESS else 0.0
        score += (2.0 if own else 0) + (1.5 if named else 0) - 0.2 * conversation.place(found.turn.index)
        if (own or named) and (best is None or score > best[0]):
            best = (score, place)
    if best is None:
        return _confirmed_role(reading)
    found = roles[best[1]]
    doubt = _("Не ясно, кто это сказал.") if found.turn.is_unknown else None
    if doubt is None and found.mark.certainty is not Certainty.EXACT:
        doubt = _("Должность могла быть услышана неверно.")
    name = found.mark.name[:1].upper() + found.mark.name[1:]
    return proposed("contact_role", name, [reading.candidates.evidence(found)], doubt=doubt)


_IS_ME = re.compile(r"^\W*(?:да\b|верно\b|ага\b|угу\b|точно\b|она сам[ая]+|он самый|она\b|так и\b|правильно\b|именно)")
_CALLS_BY_ROLE = re.compile(
    r"\bвы (?:же |ведь |там )?$|\bмне бы\b|\bможно\b|\bпозовите\b|\bпомечу\b|\bзапис\w+|\bверно\b|\?"
)


def _confirmed_role(reading: Reading) -> FieldValue:
    """A post the manager named of the person they speak with, and that the person said yes to."""
    conversation = reading.conversation
    for found in reading.candidates.roles:
        answer = conversation.next(found.turn.index)
        if not found.turn.is_manager or conversation.place(found.turn.index) > INTRO_TURNS or answer is None:
            continue
        calls = _CALLS_BY_ROLE.search(found.sentence.before(found.mark.start)) or found.sentence.is_question
        if (
            not calls
            or not answer.is_client
            or not _IS_ME.search(answer.folded)
            or _NOT_OWN_ROLE.search(found.sentence.before(found.mark.start))
        ):
            continue
        name = found.mark.name[:1].upper() + found.mark.name[1:]
        quotes = [reading.candidates.evidence(found), conversation.evidence(answer.index)]
        doubt = _("Должность назвал менеджер, собеседник согласился: сверьте.")
        return proposed("contact_role", name, quotes, doubt=doubt)
    return empty("contact_role")
