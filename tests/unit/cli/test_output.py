"""What subcommands write."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from app.cli.output import Progress, check_target, write_json
from app.core.errors import UserFixable


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_json_is_utf8_and_readable_by_people(tmp_path: Path) -> None:
    target = tmp_path / "итог.json"
    write_json(str(target), {"text": "Купол"})
    assert "Купол" in target.read_text("utf-8")
    assert list(tmp_path.iterdir()) == [target]


def test_a_dash_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    write_json("-", {"a": 1})
    assert json.loads(capsys.readouterr().out) == {"a": 1}


def test_without_a_target_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    write_json(None, {"a": 1})
    assert capsys.readouterr().out == ""


def test_a_missing_folder_is_found_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(UserFixable) as caught:
        check_target(str(tmp_path / "no" / "out.json"))
    assert caught.value.code == "input.no_folder"


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(UserFixable):
        check_target(str(tmp_path))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_leaves_the_old_result(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old", "utf-8")
    (tmp_path / "out.json.part").symlink_to("/dev/full")
    with pytest.raises(UserFixable) as caught:
        write_json(str(target), {"text": "x" * 100_000})
    assert caught.value.code == "output.write"
    assert target.read_text("utf-8") == "old"


def test_on_a_terminal_there_is_a_bar_with_the_time_left_that_goes_away() -> None:
    stream = _Terminal()
    progress = Progress(stream)
    progress.begin("Распознавание")
    progress.show(0.5, 75.4)
    assert "50%" in stream.getvalue()
    assert "1:15" in stream.getvalue()
    progress.end()
    assert stream.getvalue().endswith("\r")
    assert "\n" not in stream.getvalue()


def test_in_a_pipe_there_is_one_line_for_a_stage() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    progress.begin("Распознавание")
    progress.show(0.2, None)
    progress.show(0.9, 3.0)
    progress.begin("Черновик")
    progress.end()
    assert stream.getvalue() == "Распознавание\nЧерновик\n"
