"""Only one program works on the calls of a store."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.adapters.storage.work_claim import WorkClaim
from app.core.errors import UserFixable
from app.settings import Folders

_THREADS = 8
_OTHER_PROGRAM = """
import sys
from app.adapters.storage.work_claim import WorkClaim
from app.settings import Folders
claim = WorkClaim(Folders.of_this_machine())
claim.take()
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folders() -> Folders:
    found = Folders.of_this_machine()
    found.data.mkdir(parents=True)
    return found


def test_a_second_program_is_told_and_may_work_once_the_first_was_killed(folders: Folders) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", _OTHER_PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdin is not None
    assert other.stdout.readline() == "taken\n"
    claim = WorkClaim(folders)
    with pytest.raises(UserFixable) as caught:
        claim.take()
    assert caught.value.code == "pipeline.taken"
    other.kill()
    other.wait()
    other.stdin.close()
    other.stdout.close()
    claim.take()
    claim.drop()


def test_claiming_twice_and_dropping_twice_do_no_harm(folders: Folders) -> None:
    claim = WorkClaim(folders)
    claim.take()
    claim.take()
    claim.drop()
    claim.drop()
    other = WorkClaim(folders)
    other.take()
    other.drop()


def test_one_program_may_claim_from_several_threads_at_once(folders: Folders) -> None:
    at_once = threading.Barrier(_THREADS)

    def take(claim: WorkClaim) -> None:
        at_once.wait()
        claim.take()

    with ThreadPoolExecutor(_THREADS) as pool:
        for _round in range(50):
            claim = WorkClaim(folders)
            for taken in [pool.submit(take, claim) for _thread in range(_THREADS)]:
                taken.result()
            claim.drop()
