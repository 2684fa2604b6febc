"""The child process of the embedded language model: llama.cpp's own server, and nothing of ours in between."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.errors import UserFixable, VizirError
from app.core.i18n import _, set_language
from app.jobs.child import ChildEnd

_BATCH_TOKENS = 128


@dataclass(frozen=True, slots=True)
class ServerOrder:
    """What the child is told to serve.

    Args:
        key: Requests without it are refused: any program on the machine can reach a loopback port.
        language: Language of the texts in errors.
    """

    model_file: Path
    key: str
    context_tokens: int
    threads: int
    language: str


@dataclass(frozen=True, slots=True)
class ServerStarted:
    """Address without a path: ``http://127.0.0.1:PORT``."""

    address: str


def serve(end: ChildEnd) -> None:
    """Start the server, tell its address, and keep it until the parent closes the pipe."""
    order = end.receive()
    if not isinstance(order, ServerOrder):
        return
    set_language(order.language)
    try:
        server = _started(order)
    except VizirError as error:
        end.send(error)
        return
    end.send(ServerStarted(str(server.listening_address)))
    # Nothing more comes: the wait ends with the process, once the pipe is closed. The server lives as long as its name.
    end.receive()


def _started(order: ServerOrder) -> Any:
    # OpenMP's threads wait for each other spinning, which beside another busy process costs most of the speed (measured
    # on two loaded cores: under 6 tokens/s read instead of 15). The variable is read once, when the library is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import xllamacpp
    except ImportError as error:
        raise UserFixable(
            "llm.no_runtime",
            _("Встроенная языковая модель не установлена."),
            hint=_("Установите дополнение offline-models или укажите адрес сервера модели в настройках."),
            detail=repr(error),
            action="open_settings_llm",
        ) from error
    params = xllamacpp.CommonParams()
    params.model.path = str(order.model_file)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order.key]
    params.n_ctx = order.context_tokens
    params.n_parallel = 1
    # A request that was given up is noticed between two batches.
    params.n_batch = params.n_ubatch = _BATCH_TOKENS
    # The weights are put in another order for this processor; mapped from the file they would stand in memory twice
    # (measured: 1,878 MB instead of 1,288).
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    params.cpuparams.n_threads = order.threads
    params.cpuparams_batch.n_threads = order.threads
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
    params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_Q8_0
    # The prompts of one call share their beginning, which the one slot keeps; copies of older ones cost gigabytes.
    params.cache_ram_mib = 0
    # Thinking aloud first would cost minutes, and the answer is bound to a schema anyway.
    params.enable_reasoning = 0
    params.fit_params = False
    params.warmup = False
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = 0
    try:
        return xllamacpp.Server(params)
    except Exception as error:  # the library has no error class of its own
        raise UserFixable(
            "llm.bad_model",
            _("Файл модели {name} не загружается.").format(name=order.model_file.name),
            hint=_("Загрузите модель заново или выберите другую в настройках."),
            detail=repr(error),
            action="open_settings_llm",
        ) from error
