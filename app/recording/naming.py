"""What the name of a recording tells: date, phone and direction, as exchanges and telephones write them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

_TIME = r"(?P<h>[01]\d|2[0-3])[-_.:h]?(?P<mi>[0-5]\d)(?:[-_.:m]?(?P<s>[0-5]\d))?"
_BETWEEN = r"(?:[ T_-]{1,3}|__|, ?| at | в )"
# Asterisk and FreePBX 20261117-103000, Mango and others 2026-11-17_10-30-00, Android 20261117_103000 or 261117_103000,
# Russian exchanges 17.11.2026 10-30. A year needs to be plausible, or ten digits of a phone would be a date.
_MOMENTS = (
    re.compile(rf"(?<!\d)(?P<y>20\d\d)[-_.]?(?P<m>0[1-9]|1[0-2])[-_.]?(?P<d>[0-2]\d|3[01]){_BETWEEN}{_TIME}(?!\d)"),
    re.compile(rf"(?<!\d)(?P<d>[0-2]\d|3[01])[-_.](?P<m>0[1-9]|1[0-2])[-_.](?P<y>20\d\d){_BETWEEN}{_TIME}(?!\d)"),
    re.compile(
        r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])(?P<h>[01]\d|2[0-3])(?P<mi>[0-5]\d)(?P<s>[0-5]\d)?(?!\d)"
    ),
    re.compile(
        r"(?<!\d)(?P<y>[2-4]\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])_(?P<h>[01]\d|2[0-3])(?P<mi>[0-5]\d)(?P<s>[0-5]\d)(?!\d)"
    ),
    re.compile(r"(?<!\d)(?P<y>20\d\d)[-_.](?P<m>0[1-9]|1[0-2])[-_.](?P<d>[0-2]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>[0-2]\d|3[01])[._](?P<m>0[1-9]|1[0-2])[._](?P<y>20\d\d)(?!\d)"),
)
_PHONE = re.compile(r"(?<!\d)(?:\+|00)?[78][ (_-]*(\d{3})[) _-]*(\d{3})[ _-]*(\d{2})[ _-]*(\d{2})(?!\d)")
# Some exchanges leave the eight out of mobile numbers; ten digits that begin otherwise may be anything.
_SHORT_MOBILE = re.compile(r"(?<![\d.])(9\d{9})(?![\d.])")
_IN = re.compile(r"(?<![a-zа-я])(?:in|inbound|incoming|вх|вход|входящий|входящие)(?![a-zа-я])", re.IGNORECASE)
_OUT = re.compile(r"(?<![a-zа-я])(?:out|outbound|outgoing|исх|исходящий|исходящие)(?![a-zа-я])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a name tells; None for what it does not.

    Args:
        moment: Local time without a zone.
        phone: ``+7`` and ten digits.
        direction: "in" or "out".
    """

    moment: datetime | None = None
    phone: str | None = None
    direction: str | None = None


def facts_of_name(name: str) -> NameFacts:
    """Read the name of a recording, with or without its suffix."""
    stem = name.rsplit(".", 1)[0] if re.search(r"\.\w{2,5}$", name) else name
    moment, rest = _moment(stem)
    is_in, is_out = bool(_IN.search(rest)), bool(_OUT.search(rest))
    direction = None if is_in == is_out else "in" if is_in else "out"
    return NameFacts(moment, _phone(rest, direction), direction)


def _moment(stem: str) -> tuple[datetime | None, str]:
    for pattern in _MOMENTS:
        for found in pattern.finditer(stem):
            parts = {key: int(value) for key, value in found.groupdict().items() if value}
            year = parts["y"] + (2000 if parts["y"] < 100 else 0)
            try:
                moment = datetime(  # noqa: DTZ001 - the zone is this machine's, and is set by who knows the clock
                    year, parts["m"], parts["d"], parts.get("h", 12), parts.get("mi", 0), parts.get("s", 0)
                )
            except ValueError:
                continue
            return moment, f"{stem[: found.start()]} {stem[found.end() :]}"
    return None, stem


def phones_of_name(text: str) -> list[str]:
    """The Russian phones in a name, ``+7`` and ten digits, each once, in their order."""
    found = ["+7" + "".join(match.groups()) for match in _PHONE.finditer(text)]
    return list(dict.fromkeys(found or ["+7" + match[1] for match in _SHORT_MOBILE.finditer(text)]))


def _phone(rest: str, direction: str | None) -> str | None:
    """The other side's phone: the only mobile one, else the called one when calling out, else the calling one."""
    found = phones_of_name(rest)
    mobile = [phone for phone in found if phone[2] == "9"]
    if len(mobile) == 1:
        return mobile[0]
    if not found:
        return None
    return found[0] if direction == "out" else found[-1]
