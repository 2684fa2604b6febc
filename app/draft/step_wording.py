"""How a promise is written down: the verb first, in the infinitive, then what is to be done."""

from __future__ import annotations

import re

from app.draft.conversation import Sentence, fold
from app.draft.promise_words import Verb, acting_verbs, to_do
from app.draft.wording import tidy

_PIECE = re.compile(r"[^,;:—–…]+[,;:—–…]*\s*")
_TRAILING = re.compile(r"(?:[\s,]+(?:и|а|но|да|на|в|с|по|к))+$", re.IGNORECASE)
_DROPPED = re.compile(
    r"(?<![\w-])(?:с вами|с тобой|у вас|я|мы|вам|вас|тебе|тебя|мне|меня|нам|нас|тогда|значит|давайте|давай|пожалуйста"
    r"|уж|ж|же|сам|сама|сами"
    r"|ладно|хорошо|договорились|только|секунду|минутку|заодно|непременно|обязательно|именно)(?![\w-])\s*",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:(?:и|а|но|да|или|то|что|чтобы|так)(?![\w-])\s*,?\s*)+", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:когда|во сколько)\b\s*(?=\S|$)|\s*\bкогда\b\W*$", re.IGNORECASE)
# What a recogniser leaves of a spelled address before the promise («ru и позвоните мне») and of the next sentence.
_FOREIGN = re.compile(r"(?<![\w@.-])[A-Za-z]{1,4}(?![\w@.-])\s*")
_NEXT_SENTENCE = re.compile(r"(?<=\d)\.\s+[а-яёА-ЯЁ].*$")
_LIMIT = 140
_SHORT = 60


def action_of(sentence: Sentence, verb: Verb) -> str:
    """«Тогда завтра счёт вам скину» -> «Скинуть завтра счёт»; a step of a third person stays as it was said."""
    line = _around(sentence, verb)
    if verb.person == "3per":
        return _clean(line)
    verbs = [v for v in acting_verbs(fold(line)) if v.person == verb.person and v.is_order == verb.is_order]
    if not verbs:
        return _clean(line)
    for other in reversed(verbs):
        line = line[: other.start] + to_do(other.lemma) + line[other.end :]
    first = verbs[0].start
    end = first + len(to_do(verbs[0].lemma))
    head, verb_said, tail = _bare(line[:first]), line[first:end], _bare(line[end:])
    return _clean(" ".join(part for part in (verb_said, _small(head), _small(tail)) if part))


def _bare(text: str) -> str:
    """Without the pronouns and the small words that only hold a spoken sentence together."""
    line = _LEADING.sub("", _DROPPED.sub("", " " + text).strip(" ,;:—–…?!."))
    return _TRAILING.sub("", line).strip(" ,;:—–…?!.")


def clause_of(sentence: Sentence, place: int) -> str:
    """The piece of a sentence around an offset, tidied; short pieces take the next one along."""
    if len(sentence.text) <= 110:
        return _clean(sentence.text)
    pieces = list(_PIECE.finditer(sentence.text))
    index = next((i for i, p in enumerate(pieces) if p.start() <= place < p.end()), 0)
    start, end = pieces[index].start(), pieces[index].end()
    while end - start < _SHORT and index + 1 < len(pieces):
        index += 1
        end = pieces[index].end()
    return _clean(sentence.text[start:end])


def _clean(text: str) -> str:
    line = _FOREIGN.sub("", _NEXT_SENTENCE.sub("", _WHEN.sub("", text.strip())))
    line = _TRAILING.sub("", tidy(_LEADING.sub("", line), _LIMIT).rstrip("?! ,"))
    line = _LEADING.sub("", line)
    return line[:1].upper() + line[1:]


def _small(text: str) -> str:
    """Without the capital of a sentence's beginning; names in capitals keep theirs."""
    from app.spoken.morphology import parses

    first = re.match(r"[А-ЯЁа-яё]+", text)
    if first is None or (len(first.group()) > 1 and first.group()[1].isupper()):
        return text
    tags = parses(first.group().lower())[0].tag
    is_name = any(mark in tags for mark in ("Name", "Patr", "Surn", "Geox"))
    return text if is_name else text[:1].lower() + text[1:]


def _around(sentence: Sentence, verb: Verb) -> str:
    """The clause of the verb with the neighbours that have no verb of their own."""
    pieces = list(_PIECE.finditer(sentence.text))
    own = next((i for i, p in enumerate(pieces) if p.start() <= verb.start < p.end()), 0)
    first = last = own
    while first > 0 and _belongs(pieces[first - 1].group(), is_before=True):
        first -= 1
    begins_new = re.compile(r"^\s*(?:а|но|если|потому|чтобы?|как|когда|где|котор\w+|спасибо|да)\b", re.IGNORECASE)
    while (
        last + 1 < len(pieces)
        and _belongs(pieces[last + 1].group(), is_before=False)
        and not begins_new.match(pieces[last + 1].group())
        and pieces[last + 1].end() - pieces[first].start() <= 110
    ):
        last += 1
    return sentence.text[pieces[first].start() : pieces[last].end()].strip(" ,;:—–…")


def _belongs(piece: str, *, is_before: bool) -> bool:
    from app.spoken.morphology import parses

    words = re.findall(r"[а-я]+", fold(piece))
    if not words or (is_before and len(words) > 6):
        return False
    if is_before and not any(parses(w)[0].tag.POS in ("NOUN", "ADVB", "NUMR", "ADJF") and len(w) > 2 for w in words):
        return False
    greeting = re.search(
        r"\b(?:спасибо|хорошо|ладно|понял\w*|здравствуйте|да|нет|ага|угу|ясно|отлично|верно)\b", fold(piece)
    )
    return greeting is None and not any(parses(w)[0].tag.POS in ("VERB", "INFN", "PRTS", "PRED") for w in words)
