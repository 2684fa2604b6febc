"""Count the words of the calls in installer/topics and installer/words and write resources/speech/words.json.gz.

Companies, people and calls there are invented; installer/words holds talk alone, one turn a line. The counts tell which
of two spellings is meant where a recogniser wrote something that nobody says (app/transcript/respelling.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from app.settings import CALL_WORDS
from app.transcript.vocabulary import CallWords

_CALLS = Path(__file__).parent / "topics"
_TALK = Path(__file__).parent / "words"


def _turns() -> Iterator[str]:
    for file in sorted(_CALLS.glob("*.json")):
        for turn in json.loads(file.read_text("utf-8"))["turns"]:
            yield turn["t"]
    for file in sorted(_TALK.glob("*.txt")):
        yield from file.read_text("utf-8").splitlines()


def main() -> None:
    """Count and write."""
    words = CallWords.of_texts(_turns())
    CALL_WORDS.parent.mkdir(parents=True, exist_ok=True)
    words.write(CALL_WORDS)
    print(f"{len(words.counts)} words, {sum(words.counts.values())} in all, {len(words.names)} of them names")


if __name__ == "__main__":
    main()
