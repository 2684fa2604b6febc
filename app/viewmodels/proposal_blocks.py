"""The texts of a proposal: which sentences keep their source when a person writes into a block, and one-click cures."""

from __future__ import annotations

import re
from dataclasses import replace

from app.proposal.model import BlockKind, Proposal, Sentence, TextBlock, Warning, Zone

# A sentence ends before a capital letter, but not behind an initial («И. О.») or a short word of a rate («руб.»).
_END = re.compile(r"(?<=[.!?…])\s+(?=[«\"„(A-ZА-ЯЁ0-9])")
_SHORT = re.compile(r"(?:^|[\s(«])(?:[А-ЯЁA-Z]|г|ул|д|стр|корп|оф|тел|руб|коп|шт|тыс|млн|мес|см|т|п|ст|пр|им|обл)\.$")

ORDER = (
    BlockKind.COVERING,
    BlockKind.NEED,
    BlockKind.DELIVERY,
    BlockKind.PAYMENT,
    BlockKind.WARRANTY,
    BlockKind.EXCLUDED,
    BlockKind.NEXT_STEP,
)
_TERMS = (BlockKind.DELIVERY, BlockKind.PAYMENT, BlockKind.WARRANTY, BlockKind.EXCLUDED)


def sentences_of(text: str) -> list[str]:
    """A text cut into its sentences."""
    parts: list[str] = []
    for paragraph in text.splitlines():
        for piece in _END.split(paragraph.strip()):
            if parts and parts[-1] and _SHORT.search(parts[-1]):
                parts[-1] = f"{parts[-1]} {piece}"
            elif piece:
                parts.append(piece)
        parts.append("")
    return [part for part in parts if part]


def rewritten(block: TextBlock, text: str) -> TextBlock:
    """The block with another text; sentences that stand as they stood keep their sources, others have none."""
    known = {sentence.text: sentence for sentence in block.sentences}
    return replace(block, sentences=tuple(known.get(part, Sentence(part)) for part in sentences_of(text)))


def with_text(proposal: Proposal, kind: BlockKind, text: str) -> Proposal:
    """The proposal with another text in one of its blocks; an emptied block is left out of the document."""
    before = proposal.block(kind) or TextBlock(kind, (), Zone.TERMS if kind in _TERMS else Zone.PROSE)
    return with_block(proposal, rewritten(before, text))


def with_block(proposal: Proposal, block: TextBlock) -> Proposal:
    """The proposal with one block exchanged or added, in the order of the document."""
    others = [other for other in proposal.blocks if other.kind is not block.kind]
    blocks = [*others, block] if block.sentences else others
    return replace(proposal, blocks=tuple(sorted(blocks, key=lambda one: ORDER.index(one.kind))))


def merged(now: Proposal, begun: Proposal, drafted: Proposal) -> Proposal:
    """The blocks of `drafted` wherever a person wrote nothing between `begun` and `now`, with what they stand on."""
    result = replace(now, facts=drafted.facts, found=drafted.found)
    for kind in ORDER:
        block = drafted.block(kind)
        if block is not None and now.block(kind) == begun.block(kind):
            result = with_block(result, block)
    return result


def cured(proposal: Proposal, warning: Warning) -> Proposal:
    """The proposal with the cure of a warning in the place of its quote; unchanged where that does not stand there."""
    if warning.cure is None or not warning.quote:
        return proposal
    for block in proposal.blocks:
        if warning.block is not None and block.kind is not warning.block:
            continue
        if warning.quote in block.text:
            return with_text_kept(proposal, block, warning.quote, warning.cure)
    return proposal


def without_sentence(proposal: Proposal, warning: Warning) -> Proposal:
    """The proposal without the sentence that a warning is about."""
    for block in proposal.blocks:
        if warning.block is not None and block.kind is not warning.block:
            continue
        kept = tuple(one for one in block.sentences if warning.quote not in one.text)
        if warning.quote and len(kept) < len(block.sentences):
            return with_block(proposal, replace(block, sentences=kept))
    return proposal


def with_text_kept(proposal: Proposal, block: TextBlock, quote: str, cure: str) -> Proposal:
    """Exchange words within a block; a sentence keeps its source, for a cure of style changes no fact."""
    sentences = []
    is_done = False
    for sentence in block.sentences:
        text = sentence.text
        if not is_done and quote in text:
            text, is_done = " ".join(text.replace(quote, cure, 1).split()), True
            text = text[:1].upper() + text[1:] if text and sentence.text[:1].isupper() else text
        if text:
            sentences.append(replace(sentence, text=text))
    if not is_done:
        return with_text(proposal, block.kind, block.text.replace(quote, cure, 1))
    return with_block(proposal, replace(block, sentences=tuple(sentences)))


def with_next_option(proposal: Proposal, letters: tuple[str, ...]) -> Proposal:
    """The proposal with one way more: the rows of its last way stand in it once more under the next letter.

    Rows of a proposal that offered one way become the first of the two. Unchanged where no letter is left.
    """
    known = proposal.options
    if len(known) >= len(letters) or not proposal.lines:
        return proposal
    lines = proposal.lines if known else tuple(replace(line, option=letters[0]) for line in proposal.lines)
    last = known[-1] if known else letters[0]
    added = tuple(replace(line, option=letters[max(len(known), 1)]) for line in lines if line.option == last)
    return replace(proposal, lines=lines + added)


def place_of(proposal: Proposal, warning: Warning) -> BlockKind | int | str | None:
    """Where a warning leads: a block, the number of a row, the name of a client's field; None for nowhere."""
    if warning.block is not None:
        return warning.block
    if not warning.quote:
        return None
    row = next((n for n, line in enumerate(proposal.lines) if warning.quote in (line.name, line.sku)), None)
    if row is not None:
        return row
    named = next((block.kind for block in proposal.blocks if warning.quote in block.text), None)
    fields = ("company", "contact", "role", "email")
    return named or next((name for name in fields if getattr(proposal.client, name) == warning.quote), None)
