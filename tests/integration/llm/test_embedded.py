"""The embedded model's server: private, there only while needed, gone with the program."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psutil
import pytest

from app.adapters.llm.embedded import EmbeddedModel
from app.adapters.models.registry import ModelRegistry
from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure, UserFixable
from app.core.language_model import CompletionRequest, Message

_SCHEMA = {
    "type": "object",
    "properties": {"note": {"type": "string", "maxLength": 40}},
    "required": ["note"],
    "additionalProperties": False,
}
_TALK = "\n".join(f"{'М' if n % 2 else 'К'}: нужно {n * 3} ламп на склад к пятнице, пришлите счёт." for n in range(8))


def _question(text: str) -> CompletionRequest:
    prompt = f"<разговор>\n{_TALK}\n</разговор>\n\n{text}"
    return CompletionRequest(
        "note", (Message("system", "Отвечай по разговору."), Message("user", prompt)), _SCHEMA, max_tokens=48
    )


@pytest.fixture
def model(real_models: Path) -> Iterator[EmbeddedModel]:
    found = ModelRegistry(real_models).language_model("qwen2.5-coder-1.5b")
    made = EmbeddedModel(found.file, found.name, context_tokens=1024)
    yield made
    made.close()


def _server(model: EmbeddedModel) -> psutil.Process:
    pid = model.server_pid
    assert pid is not None
    return psutil.Process(pid)


def test_a_model_that_is_not_there_starts_nothing(tmp_path: Path) -> None:
    model = EmbeddedModel(tmp_path / "gone.gguf", "gone")
    with pytest.raises(UserFixable) as caught:
        model.complete(_question("Что нужно?"), CancelToken())
    assert caught.value.code == "llm.no_model"
    assert not model.is_running


@pytest.mark.slow
def test_a_file_that_is_no_model_is_refused_and_leaves_no_process(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(1000))
    model = EmbeddedModel(broken, "broken")
    with pytest.raises(UserFixable) as caught:
        model.complete(_question("Что нужно?"), CancelToken())
    assert caught.value.code == "llm.bad_model"
    assert not model.is_running


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_answer_does_not_depend_on_what_was_asked_before(model: EmbeddedModel) -> None:
    asked = [_question("Что нужно клиенту?"), _question("Что нужно прислать?")]
    cold = model.complete(asked[0], CancelToken()).data
    second = model.complete(asked[1], CancelToken()).data
    assert model.complete(asked[0], CancelToken()).data == cold
    model.complete(CompletionRequest("other", (Message("user", "Привет"),), _SCHEMA), CancelToken())
    assert model.complete(asked[1], CancelToken()).data == second


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_only_this_machine_and_only_with_the_key_reaches_the_server(model: EmbeddedModel) -> None:
    model.warm_up(CancelToken())
    listening = [c for c in _server(model).net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert [c.laddr.ip for c in listening] == ["127.0.0.1"]
    address = f"http://127.0.0.1:{listening[0].laddr.port}"
    for path, body in (("/v1/chat/completions", {"messages": []}), ("/tokenize", {"content": "да"})):
        assert httpx2.post(address + path, json=body, trust_env=False).status_code == 401


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_server_stops_when_idle_and_starts_again_when_asked(real_models: Path) -> None:
    found = ModelRegistry(real_models).language_model("qwen2.5-coder-1.5b")
    model = EmbeddedModel(found.file, found.name, context_tokens=512, idle_s=0.2)
    try:
        assert model.count_tokens("сорок ламп") > 0
        first = model.server_pid
        for timer in [thread for thread in threading.enumerate() if thread.name == "language-model-idle"]:
            timer.join(30)
        assert not model.is_running
        assert model.count_tokens("сорок ламп") > 0
        assert model.server_pid != first
    finally:
        model.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_killed_server_is_an_error_once_and_then_there_again(model: EmbeddedModel) -> None:
    model.warm_up(CancelToken())
    server = _server(model)
    # The question waits at the stopped server until it is killed.
    server.suspend()
    killer = subprocess.Popen([sys.executable, "-c", f"import os, signal; os.kill({server.pid}, signal.SIGKILL)"])
    with pytest.raises(ExternalFailure) as caught:
        model.complete(_question("Что нужно?"), CancelToken())
    killer.wait()
    assert caught.value.code == "llm.stopped"
    assert model.complete(_question("Что нужно?"), CancelToken()).data["note"]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_cancelled_start_leaves_no_process(model: EmbeddedModel) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        model.warm_up(cancel)
    assert not model.is_running


_PROGRAM = """
import sys
import threading
from pathlib import Path
from app.adapters.llm.embedded import EmbeddedModel
from app.core.cancel import CancelToken

if __name__ == "__main__":
    model = EmbeddedModel(Path(sys.argv[1]), "test", context_tokens=512)
    model.warm_up(CancelToken())
    print(model.server_pid, flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_server_dies_with_a_program_that_is_killed(real_models: Path, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(_PROGRAM, "utf-8")
    file = ModelRegistry(real_models).language_model("qwen2.5-coder-1.5b").file
    with subprocess.Popen(
        [sys.executable, str(script), str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        server = psutil.Process(int(program.stdout.readline()))
        assert server.is_running()
        program.kill()
    _gone, alive = psutil.wait_procs([server], timeout=20)
    assert alive == []
