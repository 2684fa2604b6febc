"""The machine a figure was measured on."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

import psutil

_VERSIONS = ("faster-whisper", "ctranslate2", "xllamacpp", "openai", "PySide6", "sqlcipher3", "av")


def describe_machine() -> dict[str, str]:
    """Processor, cores, memory, load, system and the versions that matter for the figures, as text."""
    memory = psutil.virtual_memory()
    return {
        "processor": _processor(),
        "cores": f"{psutil.cpu_count(logical=False) or '?'} physical, {psutil.cpu_count()} logical",
        "memory": f"{memory.total / 2**30:.1f} GB, {memory.available / 2**30:.1f} GB free",
        "load": " ".join(f"{value:.2f}" for value in psutil.getloadavg()),
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "versions": ", ".join(f"{name} {_version(name)}" for name in _VERSIONS),
    }


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for row in listing.read_text("utf-8").splitlines():
            if row.startswith("model name"):
                return row.partition(":")[2].strip()
    return platform.processor() or os.environ.get("PROCESSOR_IDENTIFIER", "unknown")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "absent"
