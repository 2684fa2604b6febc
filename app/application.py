"""The running program: every part by its role. `app/bootstrap.py` fills it; screens and subcommands take from it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from app.core.cancel import CancelToken
from app.jobs.runner import Job, JobRunner
from app.pipeline import HEAVY_LANE
from app.recording.ports import AudioProbe, WaveformReader
from app.settings import READ_EACH_TIME

if TYPE_CHECKING:
    from app.approval.ports import ApprovalRepository
    from app.approval.rerun import RerunService
    from app.approval.service import ApprovalService
    from app.core.checkup import Check
    from app.core.clock import Clock
    from app.core.errors import VizirError
    from app.core.keys import KeyStore
    from app.core.language_model import LanguageModel
    from app.core.model_store import ModelStore
    from app.deals.files import DealFiles
    from app.deals.ports import CrmFileReader, DealRepository, TableWriter
    from app.deals.service import DealService
    from app.delivery.connections import ConnectionService
    from app.delivery.mirror import MirrorService
    from app.delivery.service import DeliveryService
    from app.draft.ports import DraftRepository
    from app.jobs.runner import Dispatcher
    from app.knowledge.answering import AnswerService
    from app.knowledge.base import KnowledgeBase
    from app.knowledge.model import Knowledge
    from app.knowledge.ports import KnowledgeIndex, SentenceVectors
    from app.pipeline import CallIndex, CallPipeline, DraftStage, TranscribeStage
    from app.profile.model import Profile
    from app.profile.own_fields import OwnFields
    from app.proposal.desk import ProposalDesk
    from app.proposal.own_templates import OwnTemplates
    from app.proposal.service import ProposalService
    from app.recording.ports import CallRepository
    from app.recording.service import RecordingService
    from app.recording.telephony import CallSource
    from app.settings import Folders, Settings
    from app.transcript.ports import SpeechRecognizer, TranscriptJournal, TranscriptRepository

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Lazy(Generic[T]):
    """A part that is made when first asked for, and can be dropped to be made anew. Any thread may ask."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []
        self._lock = threading.Lock()

    def __call__(self) -> T:
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    def made(self) -> T | None:
        """The part if it was made, without making it."""
        with self._lock:
            return self._made[0] if self._made else None

    def drop(self) -> T | None:
        """Forget the part; returns it to be closed."""
        with self._lock:
            return self._made.pop() if self._made else None


class SoundReader(AudioProbe, WaveformReader, Protocol):
    """What reads a sound file."""


@dataclass
class Engines:
    """What needs no store: the models, and the verbs that use them. Enough for `transcribe` and `process`.

    Args:
        secrets: The system's keychain.
        audio: Reads sound files: their facts and their outline.
        tables: Reads table files: price lists, exports of a CRM.
        table_writer: Writes them.
        vectors: Sentence vectors; 31 MB are loaded with the first text.
        search: Makes an index over what a folder knows, kept in memory until `close`.
        models: The model registry: what is present, what suits this machine, fetching.
        recognizer: Speech recognition; its child process starts with the first recording.
        language_model: The embedded model or the one at an address; its server starts with the first question.
        transcribe: Makes the verb of the transcript stage; without a repository it stores nothing.
        draft: Makes the verb of the draft stage.
        make_language_model: Makes the model that other settings than those in force choose.
        proposals: Makes the verb of the proposal stage over a profile's own knowledge; it approves nothing.
        on_close: What to do at the end beside, the last first.
        closing: Set when the end begins, for work that nobody waits for any more.
    """

    settings: Settings
    folders: Folders
    clock: Clock
    secrets: KeyStore
    audio: SoundReader
    tables: CrmFileReader
    table_writer: TableWriter
    vectors: SentenceVectors
    search: Callable[[Knowledge], KnowledgeIndex]
    models: Lazy[ModelStore]
    recognizer: Lazy[SpeechRecognizer]
    language_model: Lazy[LanguageModel]
    transcribe: Callable[[TranscriptJournal, TranscriptRepository | None], TranscribeStage]
    draft: Callable[[LanguageModel, Profile], DraftStage]
    make_language_model: Callable[[Settings], LanguageModel]
    proposals: Callable[[Profile, Knowledge], ProposalService]
    on_close: list[Callable[[], None]] = field(default_factory=list)
    closing: CancelToken = field(default_factory=CancelToken)

    def answers(self, knowledge: Knowledge) -> AnswerService:
        """Answers questions from what a folder knows."""
        return self.answers_from(self.search(knowledge))

    def answers_from(self, index: KnowledgeIndex) -> AnswerService:
        """Answers questions from what an index holds; the language model looks at what is in doubt."""
        from app.knowledge.answering import AnswerService
        from app.knowledge.second_look import SecondLook

        look = SecondLook(self.language_model, self.closing)
        return AnswerService(index, self.vectors, second_look=look, clock=self.clock)

    def rest_recognizer(self) -> None:
        """End the child process of speech recognition, if it runs; the next use starts it again."""
        _close(self.recognizer.drop())

    def rest_language_model(self) -> None:
        """End the embedded language model, if it runs; the next use starts it again."""
        _close(self.language_model.drop())

    @contextmanager
    def trial(self, settings: Settings, profile: Profile) -> Iterator[DraftStage]:
        """The draft stage with the model that `settings` choose, which ends with the block unless it is in force."""
        if _language_model_choice(settings) == _language_model_choice(self.settings):
            self.rest_recognizer()
            yield self.draft(self.language_model(), profile)
            return
        if settings.llm_mode == "embedded":
            self.rest_recognizer()
            self.rest_language_model()
        model = self.make_language_model(settings)
        try:
            yield self.draft(model, profile)
        finally:
            _close(model)

    def close(self) -> None:
        self.closing.cancel()
        self.rest_recognizer()
        self.rest_language_model()
        while self.on_close:
            self.on_close.pop()()


@dataclass
class App:
    """The parts of the running program.

    Args:
        settings: The choices in force; `apply` changes them.
        jobs: Lanes of background work; calls are processed in `pipeline.HEAVY_LANE`.
        profile: The profile in force, read when first asked for; the sample company's while none is chosen.
        is_encrypted: False where the store is kept in clear, which the window keeps showing.
        knowledge: Takes price lists and documents in; begins with those of the profile where there are none.
        knowledge_index: Searches them.
        on_close: What to do at the end, the last first.
        checks: What `doctor` asks the store.
        make_proposals: Makes what is done with proposals; likewise `make_connections`, `make_delivery` and
            `make_mirror` what is done with the connected CRMs.
        own_fields: The company's own definitions of fields, which stand over the profile's.
        own_templates: The company's own templates: looked at, mended, or made of an old proposal.
        call_sources: Makes the lists of calls of the connected CRMs that have one; the caller closes them.
        back_up_if_due: Makes the backup copy of the day unless there is one; True if it was made. Takes its time.
    """

    settings: Settings
    folders: Folders
    clock: Clock
    jobs: JobRunner
    engines: Engines
    profile: Lazy[Profile]
    calls: CallRepository
    transcripts: TranscriptRepository
    drafts: DraftRepository
    deals: DealRepository
    approvals: ApprovalRepository
    index: CallIndex
    importer: RecordingService
    knowledge: KnowledgeBase
    knowledge_index: KnowledgeIndex
    approval: ApprovalService
    pipeline: CallPipeline
    is_encrypted: bool
    make_proposals: Lazy[ProposalDesk]
    make_connections: Lazy[ConnectionService]
    make_delivery: Lazy[DeliveryService]
    make_mirror: Lazy[MirrorService]
    own_templates: Lazy[OwnTemplates]
    own_fields: OwnFields
    on_close: list[Callable[[], None]] = field(default_factory=list)
    checks: tuple[Check, ...] = ()
    back_up_if_due: Callable[..., bool] = lambda _cancel=None: False
    call_sources: Callable[[], Sequence[CallSource]] = lambda: ()

    @property
    def models(self) -> ModelStore:
        """The model registry."""
        return self.engines.models()

    @property
    def language_model(self) -> LanguageModel:
        return self.engines.language_model()

    @property
    def secrets(self) -> KeyStore:
        return self.engines.secrets

    @property
    def audio(self) -> SoundReader:
        return self.engines.audio

    @property
    def deal_files(self) -> DealFiles:
        """Deals out to files and in from them."""
        from app.deals.files import DealFiles

        engines = self.engines
        return DealFiles(self.deals, engines.tables, engines.table_writer, self.clock, lambda: self.profile().fields)

    @property
    def rerun(self) -> RerunService:
        """Tries a language model on a person's own corrections."""
        from app.approval.rerun import RerunService

        return RerunService(self.approvals, self.calls, self.transcripts, self.profile, self.engines.trial)

    @property
    def proposals(self) -> ProposalDesk:
        """Proposals by number, from the first line to the signature."""
        return self.make_proposals()

    @property
    def connections(self) -> ConnectionService:
        """The connected CRMs: their keys, their fields, the mapping."""
        return self.make_connections()

    @property
    def delivery(self) -> DeliveryService:
        """What was approved and its way to the CRMs."""
        return self.make_delivery()

    @property
    def mirror(self) -> MirrorService:
        """The deals of the connected CRMs as they were last seen."""
        return self.make_mirror()

    @property
    def deal_service(self) -> DealService:
        """Proposes the deal of a call."""
        from app.deals.service import DealService

        return DealService(self.deals)

    def reread_profile(self) -> None:
        """Have the profile read anew when it is next asked for: a definition of it was changed."""
        self.profile.drop()

    def apply(self, settings: Settings) -> None:
        """Put other choices in force: profile and models are made anew when next needed, running work ends first."""
        before, self.settings, self.engines.settings = self.settings, settings, settings
        if all(getattr(before, n) == getattr(settings, n) for n in settings.__slots__ if n not in READ_EACH_TIME):
            return
        self.profile.drop()
        self.jobs.submit(
            HEAVY_LANE,
            Job(lambda _cancel: self.engines.close(), on_done=lambda _done: None, on_failed=_log_failure, name="apply"),
        )

    def close(self, timeout_s: float = 5.0) -> None:
        """Cancel the jobs, end the child processes, close the store. What was unfinished resumes at the next start."""
        self.engines.closing.cancel()
        self.jobs.close(timeout_s)
        self.engines.close()
        while self.on_close:
            self.on_close.pop()()


class Builder(Protocol):
    """`bootstrap.build`, as screens and subcommands are given it."""

    def __call__(self, settings: Settings, folders: Folders, dispatcher: Dispatcher = ..., **overrides: Any) -> App: ...


class EnginesBuilder(Protocol):
    """`bootstrap.build_engines` likewise."""

    def __call__(self, settings: Settings, folders: Folders, **overrides: Any) -> Engines: ...


@dataclass(frozen=True, slots=True)
class Wiring:
    """What `app/__main__.py` hands to the subcommands, which know neither adapters nor Qt.

    Args:
        build: The whole application, with its store.
        build_engines: Models only, without a store.
        open_window: The window over the folders given; returns the exit code.
    """

    build: Builder
    build_engines: EnginesBuilder
    open_window: Callable[[Folders], int]


def _language_model_choice(settings: Settings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__slots__ if name.startswith("llm_")}


def _close(part: object | None) -> None:
    close = getattr(part, "close", None)
    if close is not None:
        close()


def _log_failure(error: VizirError) -> None:
    _log.warning("the models did not stop: %s %s", error.code, error.detail)
