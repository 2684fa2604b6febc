"""A measured figure beside the bar it should reach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of what `make bench` prints.

    Args:
        name: What was measured, unique within its module ("word errors, stereo").
        value: The measured number, or a word where there is no number ("identical").
        unit: "s", "MB", "%", "x", or "" for a count or a share.
        bar: What it should reach, as the specification words it ("at most 75"); "" where there is no bar.
        is_met: Whether the bar is reached; None where there is no bar or it could not be judged.
        note: Anything a reader must know to trust the figure (number of items, spread).
    """

    name: str
    value: float | int | str
    unit: str = ""
    bar: str = ""
    is_met: bool | None = None
    note: str = ""


def at_most(name: str, value: float, limit: float, unit: str = "", note: str = "") -> Figure:
    """A figure that is better the smaller it is."""
    return Figure(name, value, unit, f"at most {limit:g}", value <= limit, note)


def at_least(name: str, value: float, limit: float, unit: str = "", note: str = "") -> Figure:
    """A figure that is better the larger it is."""
    return Figure(name, value, unit, f"at least {limit:g}", value >= limit, note)
