"""The model whose vocabulary holds one language: the same numbers in fewer rows, and no copy where it is not sure."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from app.adapters.asr import narrowing
from app.adapters.asr.narrowing import kept_tokens, narrowed_files

# As GPT-2 spells bytes: «Ð°» is «а», «åľº» Chinese, «Ã©» é, «âĤ½» ₽, «Ð» and «°» its halves.
TOKENS = ["!", "a", "Ð", "°", "Ð°", "åľº", "Ġ950", "Ã©", "âĤ½", "<|endoftext|>", "<|startoftranscript|>", "<|ru|>"]
KEPT = [0, 1, 2, 3, 4, 6, 8, 9, 10, 11]
COLUMNS = 3


def _variable(name: str, dims: tuple[int, ...], values: bytes) -> bytes:
    named = name.encode() + b"\0"
    head = struct.pack("<H", len(named)) + named + struct.pack("<B", len(dims)) + struct.pack(f"<{len(dims)}I", *dims)
    return head + struct.pack("<BI", 4, len(values)) + values


def _row(number: int) -> bytes:
    return bytes([number]) * 2 * COLUMNS


ENCODER = _variable("encoder/conv1/weight", (2, COLUMNS), b"\x07" * 4 * COLUMNS)
ALIAS = struct.pack("<I", 1) + b"\x02\0a\0\x02\0b\0"


def _model(rows: list[int], version: int = 6) -> bytes:
    head = struct.pack("<I", version) + struct.pack("<H", 12) + b"WhisperSpec\0" + struct.pack("<II", 3, 2)
    values = b"".join(map(_row, rows))
    return head + ENCODER + _variable("decoder/embeddings/weight", (len(rows), COLUMNS), values) + ALIAS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.bin").write_bytes(_model(list(range(len(TOKENS)))))
    (tmp_path / "vocabulary.json").write_text(json.dumps(TOKENS), "utf-8")
    (tmp_path / "config.json").write_text(json.dumps({"suppress_ids": [0, 5, 8], "lang_ids": [11]}), "utf-8")
    special = [{"content": token, "id": at} for at, token in enumerate(TOKENS) if token.startswith("<|")]
    model = {
        "vocab": {token: at for at, token in enumerate(TOKENS[:9])},
        "merges": [["Ð", "°"], ["å", "ľº"]],
    }
    tokenizer = {"model": model, "added_tokens": special, "post_processor": {"special_tokens": {}}}
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    return tmp_path


def test_russian_keeps_its_letters_numbers_signs_and_special_tokens() -> None:
    assert kept_tokens(TOKENS) == KEPT


def test_of_latin_words_only_the_common_ones_stay() -> None:
    rare = [f"word{'x' * (at % 3)}" for at in range(20_000)]
    kept = kept_tokens([*rare, "Ġ1000", "<|endoftext|>"])
    assert kept == [*range(10_000), 20_000, 20_001]


def test_the_rows_of_the_kept_tokens_stand_in_a_model_that_is_otherwise_the_same(folder: Path) -> None:
    files = narrowed_files(folder, "ru")
    assert files is not None
    assert files["model.bin"] == _model(KEPT)
    assert json.loads(files["vocabulary.json"]) == [TOKENS[number] for number in KEPT]
    assert json.loads(files["config.json"]) == {"suppress_ids": [0, 6], "lang_ids": [9]}


def test_the_tokenizer_has_the_new_numbers(folder: Path) -> None:
    files = narrowed_files(folder, "ru")
    assert files is not None
    tokenizer = json.loads(files["tokenizer.json"])
    words = json.loads(files["vocabulary.json"])
    assert all(words[number] == token for token, number in tokenizer["model"]["vocab"].items())
    assert all(words[token["id"]] == token["content"] for token in tokenizer["added_tokens"])
    assert tokenizer["model"]["merges"] == [["Ð", "°"]]


@pytest.mark.parametrize("language", ["en", "kk", None])
def test_another_language_keeps_the_whole_vocabulary(folder: Path, language: str | None) -> None:
    assert narrowed_files(folder, language) is None


def test_a_large_model_is_not_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowing, "LARGEST_BYTES", 100)
    assert narrowed_files(folder, "ru") is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(_model(list(range(12)), version=7), id="another version"),
        pytest.param(_model(list(range(11))), id="not a row for each token"),
        pytest.param(_model(list(range(12)))[:90], id="cut"),
        pytest.param(b"\0" * 64, id="no model"),
    ],
)
def test_a_file_that_is_not_understood_is_left_to_its_own_reader(folder: Path, content: bytes) -> None:
    (folder / "model.bin").write_bytes(content)
    assert narrowed_files(folder, "ru") is None


@pytest.mark.parametrize("name", ["vocabulary.json", "tokenizer.json", "config.json"])
def test_a_model_without_one_of_its_lists_is_left_to_its_own_reader(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert narrowed_files(folder, "ru") is None


def test_a_vocabulary_by_lines_is_read_too(folder: Path) -> None:
    (folder / "vocabulary.json").unlink()
    (folder / "vocabulary.txt").write_text("\n".join(TOKENS) + "\n", "utf-8")
    files = narrowed_files(folder, "ru")
    assert files is not None
    assert files["model.bin"] == _model(KEPT)
