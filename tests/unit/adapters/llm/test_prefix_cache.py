"""The server's cache is brought to the end of a beginning by a way that only the prompt decides about."""

from __future__ import annotations

import asyncio

import pytest

from app.adapters.llm.prefix_cache import PrefixCache, Tokens, pieces_of

_A, _B, _C, _D = (1, 2, 3), (4, 5), (6,), (7, 8)


class _Slot:
    """llama.cpp's one slot: keeps how the tokens in its cache were grouped when they were read."""

    def __init__(self) -> None:
        self.groups: list[Tokens] = []
        self.tokens_read = 0
        self.fails_at: int | None = None

    async def read(self, tokens: Tokens, is_reuse_allowed: bool) -> None:
        held = tuple(token for group in self.groups for token in group) if is_reuse_allowed else ()
        shared = 0
        while shared < min(len(held), len(tokens)) and held[shared] == tokens[shared]:
            shared += 1
        shared = min(shared, len(tokens) - 1)
        self.tokens_read += len(tokens) - shared
        kept, left = [], shared
        for group in self.groups if is_reuse_allowed else []:
            kept.append(group[:left])
            left -= len(kept[-1])
        self.groups = [group for group in [*kept, tokens[shared:]] if group]
        if self.fails_at is not None and self.tokens_read >= self.fails_at:
            self.fails_at = None
            raise asyncio.CancelledError


async def _ask(cache: PrefixCache, slot: _Slot, *pieces: Tokens) -> list[Tokens]:
    """Ask as the model does; returns how the prompt's tokens were grouped while they were read."""
    is_reuse_allowed = await cache.hold(pieces)
    await slot.read(tuple(token for piece in pieces for token in piece), is_reuse_allowed)
    return list(slot.groups)


def test_the_cache_is_the_same_cold_and_warm() -> None:
    async def asked(*before: tuple[Tokens, ...]) -> list[Tokens]:
        slot = _Slot()
        cache = PrefixCache(slot.read)
        for pieces in before:
            await _ask(cache, slot, *pieces)
        return await _ask(cache, slot, _A, _B, _C)

    cold = asyncio.run(asked())
    assert asyncio.run(asked((_A, _B, _C))) == cold
    assert asyncio.run(asked((_A, _B, _C + _D))) == cold
    assert asyncio.run(asked((_A, _D, _C))) == cold
    assert asyncio.run(asked((_D, _C), (_A, _C))) == cold


def test_a_shared_beginning_is_not_read_again() -> None:
    async def work() -> int:
        slot = _Slot()
        cache = PrefixCache(slot.read)
        long = tuple(range(100, 200))
        await _ask(cache, slot, long, _B)
        first = slot.tokens_read
        await _ask(cache, slot, long, _C)
        return slot.tokens_read - first

    assert asyncio.run(work()) <= 3


def test_a_read_that_is_given_up_leaves_nothing_doubtful_behind() -> None:
    async def work() -> tuple[list[Tokens], list[Tokens]]:
        cold_slot = _Slot()
        cold = await _ask(PrefixCache(cold_slot.read), cold_slot, _A, _B, _C)
        slot = _Slot()
        cache = PrefixCache(slot.read)
        slot.fails_at = 5
        with pytest.raises(asyncio.CancelledError):
            await cache.hold((_A, _B, _C))
        return cold, await _ask(cache, slot, _A, _B, _C)

    cold, after = asyncio.run(work())
    assert after == cold


def test_a_prompt_of_one_piece_is_read_from_its_start_each_time() -> None:
    async def work() -> list[list[Tokens]]:
        slot = _Slot()
        cache = PrefixCache(slot.read)
        asked = [await _ask(cache, slot, _A) for _again in range(2)]
        await _ask(cache, slot, _A, _B)
        return [*asked, await _ask(cache, slot, _A)]

    assert asyncio.run(work()) == [[_A]] * 3


def test_pieces_end_behind_blank_lines_and_make_up_the_prompt() -> None:
    beginning = "М: добрый день\n" * 40 + "\n"
    for question in ("Кто звонит?", "Какой бюджет?\nНазови число."):
        pieces = pieces_of(beginning + question)
        assert pieces == [beginning, question]
    assert pieces_of("коротко\n\nи всё") == ["коротко\n\nи всё"]
    assert pieces_of("") == [""]
