"""How long a person really worked on a proposal, from «начать КП» to «готово», and how much they had to change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.core.clock import Clock

LONGEST_PAUSE_S = 60.0
"""A longer pause without an edit is somebody at another task, and does not count."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What the work on one proposal has cost so far.

    Args:
        active_s: Seconds of work, pauses over a minute left out.
        edits_after_generation: Changes a person made behind the generation of the texts.
        is_generated: Texts were generated: edits count from then on.
        is_done: «готово» was pressed.
    """

    active_s: float = 0.0
    edits: int = 0
    edits_after_generation: int = 0
    is_generated: bool = False
    is_done: bool = False


class ActiveTime:
    """Counts the work on one proposal; begins with «начать КП», which is when it is made.

    Args:
        earlier: What was counted before the program was closed; time in between does not count.
    """

    def __init__(self, clock: Clock, earlier: Effort | None = None) -> None:
        self._clock = clock
        self._effort = earlier or Effort()
        self._last_s = clock.monotonic_s()

    @property
    def effort(self) -> Effort:
        """Up to the last thing that was done."""
        return self._effort

    def edited(self) -> Effort:
        """A person changed something: a row, a text, a term."""
        effort = self._passed()
        return self._keep(
            replace(
                effort,
                edits=effort.edits + 1,
                edits_after_generation=effort.edits_after_generation + effort.is_generated,
            )
        )

    def generated(self) -> Effort:
        """The program wrote the texts. Its own time is no work of a person, however short it was."""
        self._last_s = self._clock.monotonic_s()
        return self._keep(replace(self._effort, is_generated=True))

    def generation_began(self) -> Effort:
        """The person pressed the button: what they did until now counts."""
        return self._keep(self._passed())

    def finished(self) -> Effort:
        """«готово»: nothing counts behind it until `reopened`."""
        return self._keep(replace(self._passed(), is_done=True))

    def reopened(self) -> Effort:
        """The proposal is worked on again."""
        self._last_s = self._clock.monotonic_s()
        return self._keep(replace(self._effort, is_done=False))

    def _passed(self) -> Effort:
        now = self._clock.monotonic_s()
        gap, self._last_s = now - self._last_s, now
        if self._effort.is_done or gap > LONGEST_PAUSE_S:
            return self._effort
        return replace(self._effort, active_s=self._effort.active_s + gap)

    def _keep(self, effort: Effort) -> Effort:
        self._effort = effort
        return effort
