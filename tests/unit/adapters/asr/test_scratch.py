"""Samples on disk come back as they were, and a full disk is said."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.adapters.asr.scratch import Scratch
from app.core.errors import UserFixable


def test_any_stretch_of_a_side_comes_back(tmp_path: Path) -> None:
    sides = np.random.default_rng(3).uniform(-1, 1, (2, 5000)).astype(np.float32)
    scratch = Scratch(tmp_path / "scratch")
    scratch.append(sides[:, :2000])
    scratch.append(sides[:, 2000:])
    scratch.finish()
    assert (scratch.sides, scratch.samples) == (2, 5000)
    np.testing.assert_allclose(scratch.read(1, 1900, 2100), sides[1, 1900:2100], atol=1e-4)
    np.testing.assert_allclose(scratch.read(None, 0, 5000), sides.mean(axis=0), atol=1e-4)
    assert len(scratch.read(0, 4900, 9000)) == 100
    scratch.close()


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    scratch.append(np.zeros((1, 100), np.float32))
    scratch.close()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any, **_more: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(UserFixable) as caught:
        Scratch(tmp_path).append(np.zeros((1, 100), np.float32))
    assert caught.value.code == "recording.disk_full"
