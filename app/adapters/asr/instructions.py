"""Which of the processor's instructions CTranslate2 is to use."""

from __future__ import annotations

import os
from importlib import import_module

_NEEDED = ("AVX512F", "AVX512CD", "AVX512VL", "AVX512BW", "AVX512DQ")


def prefer_wide_instructions() -> None:
    """Let CTranslate2 use AVX-512 where the processor has it; call before it is first imported, in the child process.

    By itself it takes AVX2 even there, which costs a quarter of the decoding time (measured on an Intel Xeon with
    VNNI; nothing on an AMD EPYC). What the person has chosen in the environment stays.

    Source: ``src/cpu/cpu_isa.cc`` of CTranslate2 4.8: "AVX512 can only be enabled with the environment variable".
    """
    features = _features()
    if all(features.get(name, False) for name in _NEEDED):
        os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX512")


def _features() -> dict[str, bool]:
    try:
        found = import_module("numpy._core._multiarray_umath").__cpu_features__
    except (ImportError, AttributeError):
        # Not promised by numpy: without it CTranslate2 chooses by itself, as ever.
        return {}
    return dict(found)
