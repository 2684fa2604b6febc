"""Next steps: who promised what, and for when; several with different owners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.core.i18n import _
from app.draft import proof
from app.draft.conversation import Turn, fold
from app.draft.model import CallKind, FieldStatus, FieldValue, NextStep
from app.draft.promise import CONTACTS, Promise
from app.draft.promising import promises_of
from app.draft.reading import Reading, empty, proposed
from app.draft.signs import call_kind
from app.draft.wording import day, lower_first
from app.spoken.model import Certainty

__all__ = ["Promise", "date_in_turn", "main_step", "named", "next_step", "next_step_at", "next_steps", "promises"]

# Such a line tells by its first word what is to be done.
_SAYS_SO = {
    "call": re.compile(r"позвон|созвон|перезвон|набрать"),
    "visit": re.compile(r"встрет|встреч|приех|выех|выезд|демонстр|показ|диагност|осмотр|обследов"),
    "send": re.compile(r"отправ|присл|высл|скин|направ|пересл|напис"),
    "prepare": re.compile(r"подготов|состав|собра|сдела|посчит|рассчит|пересчит|оформ|выстав|заказ|переда|подписа"),
    "deliver": re.compile(r"доставить|привез|довез|завез|отгруз|постав|забра"),
    "clarify": re.compile(r"уточн|узна|выясн|спрос|провер|свер|отве"),
}
_ON_CONDITION = re.compile(r"(?:позвон|набер|приед|подъед|встрет|созвон)\w*[^.?!]{0,12},\s*если\b")
_TO_SOMEBODY_ELSE = re.compile(
    r"\b(?:ей|ему|им)\W+(?:\w+\W+)?(?:позвон|перезвон|набер)\w*|\b(?:позвон|перезвон|набер)\w*\W+(?:ей|ему|им)\b"
)
_DAY_BEFORE = re.compile(r"\bнакануне\b")
# «После замера», «сразу после стирки», but neither «после обеда» nor «после двух».
_AFTER_EVENT = re.compile(r"\bпосле\s+(?:(?:вашей|нашей|этой|вашего|нашего|этого)\s+)?([а-я]{4,})")
_NO_EVENT = re.compile(
    r"^(?:обед|праздник|выходн|завтрак|планерк|час|дву|тре|четыр|пят|шест|сем|восьм|девят|десят|одиннадц"
    r"|двенадц|нов|работ|майск|каникул)"
)


def promises(reading: Reading) -> tuple[Promise, ...]:
    """Promises and agreements, each once, in the order in which they were made."""
    found: list[Promise] = []
    for turn in reading.conversation.turns:
        found += [_beside_contact(reading, p, found) for p in promises_of(reading, turn)]
    if call_kind(reading) is CallKind.INTERNAL:
        # Colleagues: whoever does it, it is done by our side.
        found = [replace(p, who="manager") for p in found]
    return tuple(_without_echoes(_merged(reading, found)))


def next_steps(found: Sequence[Promise]) -> tuple[NextStep, ...]:
    """Promises as steps of a draft."""
    return tuple(_step(promise) for promise in found)


def _step(promise: Promise) -> NextStep:
    reason = None
    if promise.due is not None and not promise.due_sure:
        reason = _("Срок назван неточно или взят из соседней фразы: сверьте.")
    elif not promise.confirmed:
        reason = _("Похоже на обещание: прочтите, так ли это.")
    status = FieldStatus.REVIEW if reason else FieldStatus.VERIFIED
    return NextStep(promise.who, promise.action, promise.due, status, promise.evidence, reason)


def _beside_contact(reading: Reading, promise: Promise, before: Sequence[Promise]) -> Promise:
    """«Накануне отзвонится», «сразу после стирки, в пятницу»: a day counted from a contact agreed on before."""
    contacts = [p.due for p in before if p.group in CONTACTS and p.due]
    if not contacts:
        return promise
    known = date.fromisoformat(contacts[-1][:10])
    quote = fold(promise.evidence[0].quote)
    if promise.due is None and _DAY_BEFORE.search(quote):
        return replace(promise, due=(known - timedelta(days=1)).isoformat(), due_sure=False)
    event = _AFTER_EVENT.search(quote)
    if event is None or _NO_EVENT.match(event.group(1)) or promise.due is None:
        return promise
    due = date.fromisoformat(promise.due[:10])
    if due >= known or due <= reading.at.date():
        return promise
    while due < known:
        due += timedelta(days=7)
    return replace(promise, due=due.isoformat() + promise.due[10:], due_sure=False)


def date_in_turn(reading: Reading, turn: Turn, after: int) -> tuple[str | None, bool]:
    """The last day of a turn behind an offset, and whether it was said in full."""
    marks = [
        m
        for m in reading.candidates.moments
        if m.turn.index == turn.index and m.mark.start >= after and not m.mark.is_past
    ]
    if not marks:
        return None, True
    return marks[-1].mark.iso, marks[-1].mark.certainty is Certainty.EXACT


def _merged(reading: Reading, promises: list[Promise]) -> list[Promise]:
    """One step for a promise made, repeated and made more exact: same owner, same action, days that agree."""
    kept: list[Promise] = []
    for promise in promises:
        same = next((i for i in reversed(range(len(kept))) if _is_same(reading, kept[i], promise)), None)
        if same is None:
            kept.append(promise)
            continue
        old = kept[same]
        due = promise.due if promise.due and (not old.due or len(promise.due) >= len(old.due)) else old.due
        sure = promise.due_sure if due == promise.due else old.due_sure
        if promise.hour and due is not None and "T" not in due:
            due = f"{due}T{promise.hour}"
        longer = len(promise.action) > len(old.action) and promise.who == "manager" and not promise.is_asked
        dated = bool(promise.due) and not old.due
        takes_over = (dated and not promise.is_asked) or (longer and not (old.due and not promise.due))
        evidence = tuple(dict.fromkeys((*old.evidence, *promise.evidence)))[:4]
        kept[same] = replace(
            old,
            due=due,
            due_sure=sure,
            group=promise.group if dated and old.is_asked else old.group,
            action=promise.action if takes_over or (old.is_asked and not promise.is_asked) else old.action,
            evidence=evidence,
            confirmed=old.confirmed or promise.confirmed,
            is_asked=old.is_asked and promise.is_asked,
        )
    return kept


def _is_same(reading: Reading, old: Promise, new: Promise) -> bool:
    if old.who != new.who:
        return False
    near = 0 <= new.place - old.place <= 8
    if old.group != new.group:
        # «Сделаю сравнение» and, a little later, «завтра пришлю» are one step; so are a request and its answer.
        made = old.group == "prepare" and new.group == "send" and 0 <= new.place - old.place <= 4
        papers = {old.group, new.group} <= {"prepare", "send", "clarify"} and near
        return old.due is None and (made or (old.is_asked and papers and new.due is not None))
    if old.due and new.due and old.due[:10] != new.due[:10]:
        if old.place == new.place:
            # «Завтра сделаю… тьфу, сегодня»: taken back in one breath.
            return proof.corrects(reading.conversation.turn(new.place).text) and old.evidence[0] != new.evidence[0]
        # A day moved in the next turns is the same step; far apart they are two.
        same_words = old.evidence[:1] == new.evidence[:1]
        return old.group in CONTACTS and (0 < new.place - old.place <= 3 or same_words)
    return old.group in CONTACTS or new.place - old.place <= 12


def _without_echoes(kept: Sequence[Promise]) -> list[Promise]:
    """«Присылайте», «звоните»: an undated request behind a promise of the other side only agrees to it."""
    result = []
    for promise in kept:
        is_loose = promise.is_asked and promise.due is None
        owed = [p for p in kept if p is not promise and p.who == promise.who and not (p.is_asked and p.due is None)]
        if is_loose and (promise.group == "call" or any(abs(p.place - promise.place) <= 2 for p in owed)):
            continue
        result.append(promise)
    return result


def main_step(found: Sequence[Promise]) -> Promise | None:
    """The nearest agreed contact; without one, the manager's main promise."""
    contacts = [p for p in found if p.group in ("call", "visit")]
    dated = sorted((p for p in contacts if p.due), key=lambda p: (not p.confirmed, str(p.due)))
    if dated:
        return dated[0]
    own = [p for p in found if p.who == "manager"]
    for group in ("send", "prepare", "deliver"):
        if chosen := next((p for p in own if p.group == group and p.due), None):
            return chosen
    if contacts:
        return contacts[0]
    order = {group: place for place, group in enumerate(("send", "prepare", "deliver", "clarify"))}
    ranked = sorted(own, key=lambda p: (p.due is None, order.get(p.group, 9)))
    return ranked[0] if ranked else None


def next_step(found: Sequence[Promise], key: str = "next_step") -> FieldValue:
    """What happens next, in one line."""
    main = main_step(found)
    if main is None:
        return empty(key)
    return proposed(key, named(main), main.evidence, doubt=_step(main).reason or _choice_doubt(found, main))


def named(promise: Promise) -> str:
    """The step in one line that begins with what is done."""
    names = {
        "call": _("Позвонить"),
        "visit": _("Встреча"),
        "send": _("Отправить"),
        "prepare": _("Подготовить"),
        "deliver": _("Доставить"),
        "clarify": _("Уточнить"),
    }
    name = names.get(promise.group, "")
    says_so = bool(_SAYS_SO[promise.group].match(fold(promise.action))) if promise.group in _SAYS_SO else False
    return f"{name}: {lower_first(promise.action)}" if name and not says_so else promise.action


def next_step_at(found: Sequence[Promise], key: str = "next_step_at") -> FieldValue:
    """When it happens."""
    main = main_step(found)
    if main is None or main.due is None:
        return empty(key)
    doubt = _step(main).reason or _choice_doubt(found, main)
    return proposed(key, day(main.due), main.evidence, norm=main.due, doubt=doubt)


def _wording_doubt(main: Promise) -> str | None:
    """Why the words of a contact may mean less than an agreement."""
    said = fold(main.evidence[0].quote)
    if main.group == "visit" and len(main.action.split()) == 1:
        return _("О чём договорились, прямо не названо: сверьте.")
    if _ON_CONDITION.search(said):
        return _("Обещано при условии: сверьте.")
    return _("Речь о звонке или встрече с другим человеком: сверьте.") if _TO_SOMEBODY_ELSE.search(said) else None


def _choice_doubt(found: Sequence[Promise], main: Promise) -> str | None:
    """Why the chosen step may not be the one a manager would call the next."""
    if main.group not in ("call", "visit"):
        return _("О звонке или встрече не договорились, взято обещание: сверьте.")
    if why := _wording_doubt(main):
        return why
    if main.due and any(
        p.group == "deliver" and p.who == "manager" and p.due and p.due[:10] < main.due[:10] for p in found
    ):
        return _("Раньше обещана доставка: сверьте, что из этого следующий шаг.")
    days = {p.due[:10] for p in found if p.due and p.group in ("call", "visit")}
    if len(days) > 1:
        return _("Договорились о нескольких встречах и звонках, взят ближайший: сверьте.")
    return None
