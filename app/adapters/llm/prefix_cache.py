"""Keeps the beginning of a prompt in llama.cpp's cache so that an answer does not depend on what was asked before.

The server reuses the longest common beginning with the request before, wherever that ends, and reads the rest in one
go. How tokens are grouped while they are read changes the last bits of the numbers, and at temperature 0 these change
answers (measured: one question gave 68 tokens cold and 79 warm). So a prompt is read in pieces that only its own text
decides about, and the cache is cut back to the end of a piece before anything else is read behind it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

Tokens = tuple[int, ...]
ReadPrompt = Callable[[Tokens, bool], Awaitable[None]]
"""Reads tokens into the cache and answers nothing; the flag says whether what the cache holds may be reused."""

_PIECE_CHARS = 240


def pieces_of(prompt: str) -> list[str]:
    """A prompt cut behind blank lines, into pieces of some length; joined they are the prompt.

    Prompts that differ only behind a blank line share all pieces up to it.
    """
    pieces = [""]
    for paragraph in prompt.splitlines(keepends=True):
        pieces[-1] += paragraph
        if not paragraph.strip() and len(pieces[-1]) >= _PIECE_CHARS:
            pieces.append("")
    return pieces if pieces[-1] or len(pieces) == 1 else pieces[:-1]


class PrefixCache:
    """What the one slot of the server holds, piece by piece.

    Args:
        read: Reads a prompt into the server's cache.
    """

    def __init__(self, read: ReadPrompt) -> None:
        self._read = read
        self._held: list[Tokens] = []

    async def hold(self, pieces: Sequence[Tokens]) -> bool:
        """Bring the cache to the end of the last piece but one, by a way that depends on the pieces only.

        Returns:
            Whether the request itself may use the cache; one of a single piece must be read from its start.
        """
        beginning = list(pieces[:-1])
        shared = 0
        for held, wanted in zip(self._held, beginning, strict=False):
            if held != wanted:
                break
            shared += 1
        if shared:
            await self._settle(beginning[:shared])
        for count in range(shared + 1, len(beginning) + 1):
            # A read that is given up leaves a part of the piece behind; what was settled before stays sure.
            await self._read(_joined(beginning[:count]), count > 1)
            await self._settle(beginning[:count])
        if not beginning:
            self._held = []
        return bool(beginning)

    async def _settle(self, beginning: list[Tokens]) -> None:
        # A prompt that the cache holds already has its last token read again, alone. Doing so always leaves the cache
        # the same after reading a piece and after cutting back to one.
        self._held = beginning[:-1]
        await self._read(_joined(beginning), True)
        self._held = list(beginning)


def _joined(pieces: list[Tokens]) -> Tokens:
    return tuple(token for piece in pieces for token in piece)
