"""The colours of the window, light and dark: the only place where a colour is written down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by their role, as `#rrggbb`.

    Text on `surface` reaches a contrast of 4.5 in every role but `line` and `line_strong`; a test holds that.
    """

    is_dark: bool
    # Ground
    canvas: str
    surface: str
    raised: str
    sunken: str
    hover: str
    line: str
    line_strong: str
    # Text
    text: str
    muted: str
    faint: str
    # Ink: what can be pressed, and the manager's voice
    accent: str
    accent_strong: str
    accent_soft: str
    accent_line: str
    on_accent: str
    # States
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    danger: str
    danger_soft: str
    neutral_soft: str
    # Voices
    manager: str
    client: str
    client_soft: str
    playing: str
    hit: str
    # Rail
    rail: str
    rail_text: str
    rail_active: str
    rail_active_text: str
    shadow: str


LIGHT = Palette(
    is_dark=False,
    canvas="#eef0f5",
    surface="#ffffff",
    raised="#ffffff",
    sunken="#f6f7fa",
    hover="#f1f3f9",
    line="#e3e6ee",
    line_strong="#cbd1de",
    text="#181c28",
    muted="#525b6e",
    faint="#5f697d",
    accent="#3650cf",
    accent_strong="#2a40b0",
    accent_soft="#e9edfd",
    accent_line="#b9c5f6",
    on_accent="#ffffff",
    ok="#137a48",
    ok_soft="#e1f4e9",
    warn="#8f5600",
    warn_soft="#fdf0d8",
    danger="#ba2c27",
    danger_soft="#fde9e7",
    neutral_soft="#eceff4",
    manager="#3650cf",
    client="#a63a86",
    client_soft="#f9e9f4",
    playing="#cfd9fd",
    hit="#ffe9a8",
    rail="#171c33",
    rail_text="#a9b2d0",
    rail_active="#2c3560",
    rail_active_text="#ffffff",
    shadow="#1a2038",
)

DARK = Palette(
    is_dark=True,
    canvas="#0f1118",
    surface="#171a23",
    raised="#1e222d",
    sunken="#13161e",
    hover="#232836",
    line="#2a2f3d",
    line_strong="#434a5e",
    text="#e9ebf2",
    muted="#aab2c3",
    faint="#8e97ab",
    accent="#8b9dff",
    accent_strong="#a6b4ff",
    accent_soft="#242b50",
    accent_line="#3f4b8c",
    on_accent="#0d1230",
    ok="#5fd096",
    ok_soft="#16352a",
    warn="#f1b95e",
    warn_soft="#3b2d13",
    danger="#ff8f86",
    danger_soft="#432122",
    neutral_soft="#272c39",
    manager="#8b9dff",
    client="#f193cf",
    client_soft="#3a2036",
    playing="#3a4689",
    hit="#5a4a17",
    rail="#0a0c13",
    rail_text="#8f98b5",
    rail_active="#222946",
    rail_active_text="#f2f4ff",
    shadow="#000000",
)
