"""How likely a model held words to be, read from a server's answer."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable

from app.core.language_model import MOST_ODDS

_LETTERS = re.compile(r"\w+")


def odds_of(answer: str, one: str, other: str) -> float | None:
    """The logarithm of the odds of two first words; None where the answer names neither.

    Args:
        answer: The body of a chat completion of one token with ``top_logprobs``. A token may be the beginning of a
            word, or have a space before it.

    Raises:
        ValueError, KeyError, IndexError, TypeError, AttributeError: It is no such answer.
    """
    choice = json.loads(answer)["choices"][0]
    likelihoods = choice.get("logprobs")
    if not likelihoods or not likelihoods.get("content"):
        said = choice["message"].get("content") or ""
        return MOST_ODDS if _begins(said, one) else -MOST_ODDS if _begins(said, other) else None
    known = [(str(top["token"]), float(top["logprob"])) for top in likelihoods["content"][0]["top_logprobs"]]
    # What is not among the likeliest is at most as likely as the last of them.
    least = min((value for _token, value in known), default=-MOST_ODDS)
    first, second = (_sum(value for token, value in known if _begins(token, word)) for word in (one, other))
    if first is None and second is None:
        return None
    difference = (least if first is None else first) - (least if second is None else second)
    return max(-MOST_ODDS, min(MOST_ODDS, difference))


def _begins(token: str, word: str) -> bool:
    """Whether a token is a word or its beginning: «Да,» and «д» are of «да», «данных» is not."""
    said = _LETTERS.match(token.strip().casefold())
    return said is not None and word.startswith(said.group())


def _sum(logarithms: Iterable[float]) -> float | None:
    shares = [math.exp(value) for value in logarithms]
    return math.log(sum(shares)) if sum(shares) > 0 else None
