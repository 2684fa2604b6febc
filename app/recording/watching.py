"""The folder into which telephony puts its recordings: what in it is new, and what each name tells.

A look at the folder gives the files that are ready: of the wanted age, not taken before, and no longer being written,
which is known by size and time that did not change from one look to the next.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import UserFixable, VizirError
from app.core.i18n import _
from app.recording.naming import NameFacts, facts_of_name, phones_of_name
from app.settings import write_whole

SOUND_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        "mp3",
        "wav",
        "ogg",
        "opus",
        "oga",
        "m4a",
        "aac",
        "amr",
        "flac",
        "wma",
        "mp4",
        "webm",
        "mov",
        "3gp",
        "gsm",
        "wav49",
    )
)
_MOST_FILES = 50_000
_EXAMPLES = 3
_IN = re.compile(r"in|inbound|incoming|external|i|вх\w*", re.IGNORECASE)
_OUT = re.compile(r"out|outbound|outgoing|o|исх\w*", re.IGNORECASE)
_PARTS = {
    "date": r"(?P<date>20\d\d[-_.]?[01]\d[-_.]?[0-3]\d|[0-3]\d[-_.]?[01]\d[-_.]?20\d\d)",
    "time": r"(?P<time>[0-2]\d[-_.:]?[0-5]\d(?:[-_.:]?[0-5]\d)?)",
    "phone": r"(?P<phone>\+?[\d() -]{5,24})",
    "direction": r"(?P<direction>[A-Za-zА-Яа-яЁё]+)",
    "any": r".*?",
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchChoices:
    """What the person chose.

    Args:
        folder: "" for none.
        pattern: Their own pattern of names; "" for what exchanges usually write.
        days_back: Older calls are left alone.
        own_phones: The company's numbers: they tell which way a call went.
        has_call_list: Whether calls are taken from the connected CRM's list too.
    """

    folder: str = ""
    pattern: str = ""
    days_back: int = 7
    own_phones: tuple[str, ...] = ()
    has_call_list: bool = False


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A recording in the folder, with what its name tells."""

    path: Path
    facts: NameFacts
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found.

    Args:
        waiting: Files that may still be written to.
        fault: Why there was nothing to look at; None when there was.
    """

    ready: tuple[FoundRecording, ...] = ()
    waiting: int = 0
    fault: VizirError | None = None


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """What a person wants to know before they trust the folder.

    Args:
        sounds: All recordings in it.
        fitting: Those whose names are read by the pattern; without a pattern of their own, those that tell a date.
        recent: Those that would be taken in.
        examples: The newest, with what is read out of each name.
        strange: The newest whose name does not fit.
        listed: Calls of the CRM's list that would be taken in; None where none is asked.
        unrecorded: Those of the list whose recording is not there yet.
    """

    sounds: int
    fitting: int
    recent: int
    examples: tuple[tuple[str, NameFacts], ...] = ()
    strange: tuple[str, ...] = ()
    listed: int | None = None
    unrecorded: int = 0


class NamePattern:
    """A pattern of names such as ``{date}_{time}_{phone}_{direction}``.

    Args:
        text: Letters as they are, and in braces date, time, phone, direction, or any for whatever stands there.

    Raises:
        UserFixable: ``telephony.pattern``: a name in braces that is not known, twice the same, or none at all.
    """

    def __init__(self, text: str) -> None:
        parts = re.split(r"\{(\w+)\}", text.strip())
        named = [name.lower() for name in parts[1::2]]
        telling = [name for name in named if name != "any"]
        is_odd = set(named) - set(_PARTS) or len(set(telling)) < len(telling) or re.search(r"[{}]", "".join(parts[::2]))
        if not telling or is_odd:
            raise UserFixable(
                "telephony.pattern",
                _("Шаблон имени не понят: {text}").format(text=text.strip()),
                hint=_("В фигурных скобках могут стоять date, time, phone, direction (каждое один раз) и any."),
                action="open_settings_telephony",
            )
        source = "".join(re.escape(part) if at % 2 == 0 else _PARTS[part.lower()] for at, part in enumerate(parts))
        self._pattern = re.compile(source, re.IGNORECASE)

    def read(self, stem: str) -> NameFacts | None:
        """What a name without its suffix tells; None when it does not fit."""
        found = self._pattern.fullmatch(stem)
        if found is None:
            return None
        parts = found.groupdict()
        moment = facts_of_name(f"{parts.get('date') or ''} {parts.get('time') or ''}".strip()).moment
        if parts.get("date") and moment is None:
            return None
        phones = phones_of_name(parts.get("phone") or "")
        word = parts.get("direction") or ""
        direction = "in" if _IN.fullmatch(word) else "out" if _OUT.fullmatch(word) else None
        return NameFacts(moment, phones[0] if phones else None, direction)


def read_name(relative: Sequence[str], pattern: NamePattern | None, own_phones: Sequence[str] = ()) -> NameFacts | None:
    """What the name of a recording tells, by the person's pattern or as exchanges usually write.

    Args:
        relative: The folders below the watched one, and the name: an exchange may keep a folder for each day.

    Returns:
        None only when the person's own pattern does not fit.
    """
    name = relative[-1]
    stem = name.rpartition(".")[0] or name
    if pattern is not None:
        found = pattern.read(stem)
        return None if found is None else _with_direction(found, stem, own_phones)
    facts = facts_of_name(name)
    if facts.moment is None and len(relative) > 1:
        facts = replace(facts, moment=facts_of_name("-".join((*relative[-4:-1], stem))).moment)
    return _with_direction(facts, stem, own_phones)


class RecordingFolder:
    """Looks into the folder, and remembers what was dealt with.

    Args:
        ledger: File that remembers it beyond the end of the program, so that a deleted call does not come back.
        clock: Says how old a call is.
    """

    def __init__(self, ledger: Path, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._settled: dict[str, list[int]] | None = None
        self._before: dict[str, tuple[int, int]] = {}

    def look(self, choices: WatchChoices) -> Look:
        """The files that can be taken in now. Raises nothing: a fault is part of the answer."""
        if not choices.folder:
            return Look()
        try:
            recent = list(self._recent(choices))
        except UserFixable as fault:
            return Look(fault=fault)
        self._forget_all_but(recent)
        wanted = [found for found in recent if not self._is_settled(found)]
        now = {str(found.path): (found.size_bytes, found.modified_ns) for found in wanted}
        ready = tuple(
            found for found in wanted if found.size_bytes and self._before.get(str(found.path)) == now[str(found.path)]
        )
        self._before = now
        return Look(ready, len(wanted) - len(ready))

    def settle(self, found: FoundRecording) -> None:
        """The file was dealt with and is not offered again, unless its content changes.

        Raises:
            UserFixable: ``settings.write``: this cannot be remembered beyond the end of the program.
        """
        settled = self._remembered()
        settled[str(found.path)] = [found.size_bytes, found.modified_ns]
        write_whole(self._ledger, json.dumps(settled, ensure_ascii=False) + "\n")

    def check(self, choices: WatchChoices) -> FolderFacts:
        """What is in the folder and how its names are read. Raises UserFixable of the ``telephony.`` family."""
        pattern = NamePattern(choices.pattern) if choices.pattern.strip() else None
        files = sorted(_sounds(Path(choices.folder)), key=lambda one: -one[1].st_mtime_ns)
        read: list[tuple[str, NameFacts]] = []
        strange: list[str] = []
        for relative, _stat in files:
            facts = read_name(relative, pattern, choices.own_phones)
            if facts is None or (pattern is None and facts.moment is None):
                strange.append(relative[-1])
            else:
                read.append((relative[-1], facts))
        recent = sum(1 for _found in self._recent(choices))
        return FolderFacts(len(files), len(read), recent, tuple(read[:_EXAMPLES]), tuple(strange[:_EXAMPLES]))

    def _recent(self, choices: WatchChoices) -> Iterator[FoundRecording]:
        pattern = NamePattern(choices.pattern) if choices.pattern.strip() else None
        now = self._clock.local(self._clock.now_utc())
        since = now - timedelta(days=choices.days_back)
        folder = Path(choices.folder)
        for relative, stat in _sounds(folder):
            facts = read_name(relative, pattern, choices.own_phones)
            if facts is None:
                continue
            modified = self._clock.local(datetime.fromtimestamp(stat.st_mtime, tz=now.tzinfo))
            at = facts.moment.replace(tzinfo=now.tzinfo) if facts.moment else modified
            if at >= since:
                yield FoundRecording(folder.joinpath(*relative), facts, stat.st_size, stat.st_mtime_ns)

    def _is_settled(self, found: FoundRecording) -> bool:
        return self._remembered().get(str(found.path)) == [found.size_bytes, found.modified_ns]

    def _forget_all_but(self, recent: Sequence[FoundRecording]) -> None:
        """What is too old or gone needs no memory, which would grow for years."""
        kept = {str(found.path) for found in recent}
        self._settled = {path: facts for path, facts in self._remembered().items() if path in kept}

    def _remembered(self) -> dict[str, list[int]]:
        if self._settled is None:
            try:
                stored = json.loads(self._ledger.read_text("utf-8"))
                self._settled = {str(path): [int(size), int(at)] for path, (size, at) in stored.items()}
            except FileNotFoundError:
                self._settled = {}
            except (OSError, ValueError, TypeError, AttributeError) as error:
                # Its loss costs a second reading: the content is recognised all the same.
                _log.warning("what was taken from telephony is not known any more: %r", error)
                self._settled = {}
        return self._settled


def _with_direction(facts: NameFacts, stem: str, own_phones: Sequence[str]) -> NameFacts:
    """Of two numbers, the first called the second; the company's own is not the client's."""
    own = {phone for text in own_phones for phone in phones_of_name(text)}
    phones = phones_of_name(stem)
    clients = [phone for phone in phones if phone not in own]
    if len(phones) == len(clients) or not clients:
        return facts
    direction = facts.direction or ("out" if phones[0] in own else "in")
    return NameFacts(facts.moment, clients[0], direction)


def _sounds(folder: Path) -> Iterator[tuple[tuple[str, ...], os.stat_result]]:
    """Sound files below the folder, as parts of their path, with their facts.

    Raises:
        UserFixable: ``telephony.folder``: it cannot be looked into.
    """

    def fault(error: OSError) -> None:
        if error.filename is None or Path(error.filename) == folder:
            raise _no_folder(folder, error) from error
        _log.info("a folder of telephony is passed over: %r", error)

    count = 0
    for place, _folders, names in os.walk(folder, onerror=fault):
        for name in sorted(names):
            if name.startswith((".", "~")) or Path(name).suffix.lower() not in SOUND_SUFFIXES:
                continue
            path = Path(place, name)
            try:
                stat = path.stat()
            except OSError as error:
                _log.info("a file of telephony is passed over: %r", error)
                continue
            count += 1
            if count > _MOST_FILES:
                return
            yield path.relative_to(folder).parts, stat


def _no_folder(folder: Path, error: OSError) -> UserFixable:
    return UserFixable(
        "telephony.folder",
        _("Папка с записями телефонии недоступна: {folder}").format(folder=folder),
        hint=_("Проверьте, подключён ли сетевой диск и есть ли права; как только папка появится, записи подхватятся."),
        detail=repr(error),
        action="open_settings_telephony",
    )
