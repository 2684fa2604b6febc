"""The one file that chooses parts. What is heavy is imported when first used: the window must come at once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.application import App, Engines, Lazy
from app.core.cancel import CancelToken
from app.core.clock import Clock, SystemClock
from app.core.errors import UserFixable
from app.core.keys import MODEL_SERVER_KEY, KeyStore
from app.core.language_model import LanguageModel
from app.jobs.runner import Dispatcher, InlineDispatcher, Job, JobRunner
from app.knowledge.model import Knowledge
from app.knowledge.ports import KnowledgeIndex, KnowledgeStore
from app.logs import redactor
from app.pipeline import CallPipeline, DraftStage, TranscribeStage
from app.profile.model import Profile
from app.recording.ports import CallRepository
from app.settings import SAMPLE, TOPIC_WEIGHTS, Folders, Settings
from app.transcript.ports import SpeechRecognizer, TranscriptJournal, TranscriptRepository

if TYPE_CHECKING:
    from app.adapters.crm.pace import Paces
    from app.adapters.models.registry import ModelRegistry
    from app.adapters.storage.store import Store
    from app.delivery.connections import ConnectionService
    from app.delivery.mirror import MirrorService
    from app.delivery.ports import ConnectorMaker
    from app.delivery.service import DeliveryService
    from app.draft.ports import TopicReader
    from app.knowledge.base import KnowledgeBase
    from app.knowledge.service import KnowledgeService
    from app.proposal.archive import ProposalArchive
    from app.proposal.desk import ProposalDesk
    from app.proposal.document_tools import DocumentTools
    from app.proposal.own_templates import OwnTemplates
    from app.proposal.passage_choice import PassageSearch
    from app.proposal.ports import MailDraft, PageRenderer, PdfConverter
    from app.proposal.service import Approve, ProposalService
    from app.recording.service import RecordingService
    from app.recording.telephony import CallSource


def build(settings: Settings, folders: Folders, dispatcher: Dispatcher | None = None, **overrides: Any) -> App:
    """The whole application over the store in `folders`.

    Args:
        dispatcher: Carries the ends of jobs to the main thread; inline without one.
        overrides: ``passphrase_asker`` (a `PassphraseAsker`) where the store may be protected by a passphrase,
            ``restore_backup=True`` to put the newest backup copy in the place of a damaged store first, and for tests
            parts by their name in `App` and `Engines`: ``clock``, ``secrets``, ``audio``, ``models``,
            ``recognizer``, ``language_model``, ``topic_reader``, ``profile``, ``jobs``, and ``connectors`` (a
            `ConnectorMaker`).

    Raises:
        UserFixable: The store is locked, read-only, or needs a passphrase (``store.`` and ``secrets.`` codes).
        StoredDataError: The store is damaged or newer than the program.
    """
    from app.adapters.secrets.store_keys import GivenPassphrase, StoreKeys
    from app.adapters.storage.backups import restore_newest
    from app.adapters.storage.checks import store_checks
    from app.adapters.storage.knowledge_index import SqlKnowledgeIndex
    from app.adapters.storage.store import open_store
    from app.adapters.storage.work_claim import WorkClaim
    from app.approval.service import ApprovalService
    from app.delivery.checks import delivery_checks
    from app.knowledge.base import KnowledgeBase
    from app.profile.own_fields import OwnFields

    engines = build_engines(settings, folders, **overrides)
    if overrides.get("restore_backup"):
        restore_newest(folders, engines.clock)
    asker = overrides.get("passphrase_asker") or GivenPassphrase()
    store = open_store(folders, settings, StoreKeys(engines.secrets, asker, settings.store_protection), engines.clock)
    own_fields = OwnFields(folders.config / "fields")
    profile = Lazy(lambda: own_fields.over(overrides.get("profile") or load_profile(engines.settings)))
    claim = WorkClaim(folders)
    jobs = overrides.get("jobs") or JobRunner(dispatcher or InlineDispatcher())
    search = SqlKnowledgeIndex(store.database, engines.vectors)
    knowledge = KnowledgeBase(
        Lazy(lambda: _knowledge(engines, store.knowledge, search, profile(), jobs)),
        search,
        lambda: engines.answers_from(search),
    )
    paces = Lazy(_paces)
    connections = Lazy(lambda: _connections(engines, store, profile, overrides.get("connectors"), paces))
    delivery = Lazy(lambda: _delivery(engines, store, profile, connections, claim.take))
    return App(
        settings=settings,
        folders=folders,
        clock=engines.clock,
        jobs=jobs,
        engines=engines,
        profile=profile,
        calls=store.calls,
        transcripts=store.transcripts,
        drafts=store.drafts,
        deals=store.deals,
        approvals=store.approvals,
        index=store.index,
        importer=_importer(engines, store.calls),
        knowledge=knowledge,
        knowledge_index=search,
        approval=ApprovalService(store.approvals, store.drafts, lambda: profile().fields),
        pipeline=CallPipeline(
            store.calls,
            store.transcripts,
            store.drafts,
            transcribe=lambda: engines.transcribe(store.journal, store.transcripts),
            draft=lambda chosen: engines.draft(engines.language_model(), chosen),
            profile=profile,
            clock=engines.clock,
            make_room={"transcribe": engines.rest_language_model, "draft": engines.rest_recognizer},
            claim=claim.take,
        ),
        own_fields=own_fields,
        is_encrypted=store.is_encrypted,
        own_templates=Lazy(lambda: _own_templates(folders)),
        make_proposals=Lazy(lambda: _desk(engines, store.proposals, knowledge)),
        make_connections=connections,
        make_delivery=delivery,
        make_mirror=Lazy(lambda: _mirror(engines, store, connections, delivery)),
        on_close=[store.close, claim.drop],
        checks=(
            *store_checks(lambda: store, folders, engines.clock),
            *delivery_checks(delivery, connections, engines.clock),
        ),
        back_up_if_due=store.back_up_if_due,
        call_sources=lambda: _call_sources(engines, store, paces()),
    )


def build_engines(settings: Settings, folders: Folders, **overrides: Any) -> Engines:
    """The models without a store; nothing is loaded or started yet. Overrides as for `build`."""
    from app.adapters.audio.pyav import PyAvAudio
    from app.adapters.documents.table_files import TableFiles
    from app.adapters.documents.tables import Tables
    from app.adapters.meaning.universal import UniversalVectors
    from app.adapters.secrets.keychain import Keychain

    clock: Clock = overrides.get("clock") or SystemClock()
    engines = Engines(
        settings=settings,
        folders=folders,
        clock=clock,
        secrets=overrides.get("secrets") or Keychain(),
        audio=overrides.get("audio") or PyAvAudio(),
        tables=Tables(),
        table_writer=TableFiles(),
        vectors=overrides.get("vectors") or UniversalVectors(),
        search=lambda knowledge: _index(engines, knowledge),
        models=Lazy(lambda: overrides.get("models") or _registry(engines)),
        recognizer=Lazy(lambda: overrides.get("recognizer") or _recognizer(engines)),
        language_model=Lazy(lambda: engines.make_language_model(engines.settings)),
        transcribe=lambda journal, repository: _transcribe_stage(engines, journal, repository),
        draft=lambda model, profile: _draft_stage(model, profile, overrides.get("topic_reader")),
        make_language_model=lambda chosen: overrides.get("language_model") or _language_model(engines, chosen),
        proposals=lambda _profile, knowledge: _proposals(
            engines, lambda: knowledge, Lazy(lambda: _index(engines, knowledge, has_meanings=False))
        ),
    )
    return engines


def load_profile(settings: Settings) -> Profile:
    """The chosen profile, or the sample company's. Raises UserFixable of the ``profile.`` family."""
    from app.profile.folder import load_profile as load

    profile = load(Path(settings.profile_folder) if settings.profile_folder else SAMPLE)
    redactor.register_names(contact.name for contact in profile.known_contacts)
    return profile


def _registry(engines: Engines) -> ModelRegistry:
    from app.adapters.models.registry import ModelRegistry

    chosen = engines.settings.models_folder
    return ModelRegistry(Path(chosen) if chosen else engines.folders.models, engines.settings.hub_mirror)


def _recognizer(engines: Engines) -> SpeechRecognizer:
    from app.adapters.asr.recognizer import WhisperRecognizer

    model = engines.models().speech_model(engines.settings.speech_model)
    return WhisperRecognizer(model.folder, model.name, engines.folders.cache / "scratch", clock=engines.clock)


def _language_model(engines: Engines, settings: Settings) -> LanguageModel:
    if settings.llm_mode == "address":
        from app.adapters.llm.openai_compatible import OpenAiModel

        return OpenAiModel(
            settings.llm_address,
            _server_key(engines.secrets),
            settings.llm_name,
            timeout_s=settings.llm_timeout_s,
            context_tokens=settings.llm_context_tokens,
        )
    from app.adapters.llm.embedded import EmbeddedModel

    model = engines.models().language_model(settings.llm_embedded_model)
    return EmbeddedModel(model.file, model.name, idle_s=settings.llm_idle_s)


def _server_key(secrets: KeyStore) -> str:
    """The key for the model's server; none where the system has no keychain, for then none can have been kept."""
    try:
        key = secrets.get(MODEL_SERVER_KEY) or ""
    except UserFixable as error:
        if error.code != "secrets.no_keyring":
            raise
        return ""
    redactor.register_secret(key)
    return key


def _transcribe_stage(
    engines: Engines, journal: TranscriptJournal, repository: TranscriptRepository | None
) -> TranscribeStage:
    from app.transcript.service import TranscribeOptions, TranscriptService

    settings = engines.settings
    options = TranscribeOptions(
        language=None if settings.speech_language == "auto" else settings.speech_language,
        has_hints=settings.speech_hints,
        manager_channel={"left": 0, "right": 1}.get(settings.manager_channel),
    )
    return TranscriptService(engines.recognizer, journal, repository, options)


def _draft_stage(model: LanguageModel, profile: Profile, topic_reader: TopicReader | None) -> DraftStage:
    from app.adapters.topics.linear import LinearTopicReader
    from app.draft.service import DraftService

    # Made for each draft: it takes 120 MB while it reads, and less than a second to load.
    return DraftService(model, profile, topic_reader or LinearTopicReader(TOPIC_WEIGHTS))


def _index(engines: Engines, knowledge: Knowledge, *, has_meanings: bool = True) -> KnowledgeIndex:
    """An index in memory until the end. Meanings take seconds to make, which texts of a proposal do not need."""
    from app.adapters.storage.knowledge_index import index_in_memory

    index, database = index_in_memory(engines.vectors if has_meanings else None)
    engines.on_close.append(database.close)
    index.replace(knowledge)
    return index


def _knowledge(
    engines: Engines, store: KnowledgeStore, index: KnowledgeIndex, profile: Profile, jobs: JobRunner
) -> KnowledgeService:
    from app.adapters.documents.tables import Tables
    from app.adapters.documents.texts import Documents
    from app.knowledge.importing import knowledge_of
    from app.knowledge.service import KnowledgeService

    def later(work: Callable[[Callable[[], bool]], None]) -> None:
        def run(cancel: CancelToken) -> None:
            work(lambda: cancel.is_cancelled)

        jobs.submit("meanings", Job(run, on_done=lambda _done: None, on_failed=lambda _error: None, name="meanings"))

    service = KnowledgeService(store, Tables(), Documents(), engines.clock, index, later=later)
    service.begin_with(knowledge_of(profile.knowledge, profile.price_list, engines.clock.now_utc()))
    return service


def _desk(engines: Engines, archive: ProposalArchive, knowledge: KnowledgeBase) -> ProposalDesk:
    from app.approval.final_form import FinalFormApproval
    from app.proposal.desk import ProposalDesk

    service = _proposals(engines, knowledge.knowledge, lambda: knowledge, FinalFormApproval(archive))
    return ProposalDesk(service, archive, engines.clock)


def _paces() -> Paces:
    from app.adapters.crm.pace import Paces

    return Paces()


def _call_sources(engines: Engines, store: Store, paces: Paces) -> list[CallSource]:
    """The lists of calls of the accounts that have one and can be asked."""
    from app.adapters.crm.bitrix24_calls import Bitrix24Calls
    from app.delivery.model import CrmKind

    found: list[CallSource] = []
    for account in store.accounts.accounts():
        if account.kind is CrmKind.BITRIX24 and not account.is_paused:
            secret = engines.secrets.get(account.secret_name)
            if not secret:
                continue
            found.append(Bitrix24Calls(account, secret, clock_s=engines.clock.monotonic_s, paces=paces))
    return found


def _connections(
    engines: Engines,
    store: Store,
    profile: Callable[[], Profile],
    make: ConnectorMaker | None,
    paces: Callable[[], Paces],
) -> ConnectionService:
    from app.adapters.crm.connectors import Connectors
    from app.delivery.connections import ConnectionService

    return ConnectionService(
        store.accounts,
        store.mirror,
        make or Connectors(engines.clock, paces=paces()),
        engines.secrets,
        engines.clock,
        definitions=lambda: profile().fields,
        keep_out_of_logs=redactor.register_secret,
    )


def _delivery(
    engines: Engines,
    store: Store,
    profile: Callable[[], Profile],
    connections: Callable[[], ConnectionService],
    claim: Callable[[], None],
) -> DeliveryService:
    from app.delivery.service import DeliveryService

    return DeliveryService(
        store.outbox,
        store.accounts,
        lambda account_id: connections().connector(account_id),
        engines.clock,
        definitions=lambda: profile().fields,
        claim=claim,
    )


def _mirror(
    engines: Engines,
    store: Store,
    connections: Callable[[], ConnectionService],
    delivery: Callable[[], DeliveryService],
) -> MirrorService:
    from app.delivery.mirror import MirrorService

    return MirrorService(
        store.mirror,
        store.accounts,
        lambda account_id: connections().connector(account_id),
        lambda deal_id: delivery().link_of(deal_id),
        engines.clock,
    )


def _proposals(
    engines: Engines,
    knowledge: Callable[[], Knowledge],
    index: Callable[[], PassageSearch],
    approve: Approve | None = None,
) -> ProposalService:
    from app.adapters.documents.letters import LettersFolder
    from app.proposal.discounts import discount_limit
    from app.proposal.service import ProposalService
    from app.proposal.style import rule_numbers

    letters = LettersFolder()
    return ProposalService(
        _document_tools(engines.folders),
        engines.clock,
        knowledge=knowledge,
        index=index,
        model=engines.language_model,
        discount_limit=lambda: discount_limit(Decimal(engines.settings.discount_limit_percent), knowledge()),
        archive=engines.folders.proposals,
        approve=approve,
        letters=lambda: letters.texts(engines.settings.letters_folder),
        style_off=lambda: rule_numbers(engines.settings.style_rules_off),
    )


def _document_tools(folders: Folders) -> DocumentTools:
    from app.adapters.documents.docx_paper import WordReader
    from app.adapters.documents.word import WordWriter
    from app.proposal.document_tools import DocumentTools

    return DocumentTools(WordWriter(), WordReader(), _page_renderer, lambda: _pdf_converter(folders), _mail_draft)


def _own_templates(folders: Folders) -> OwnTemplates:
    from app.adapters.documents.template_lint import WordTemplateLinter
    from app.adapters.documents.word_templates import WordTemplateFinder
    from app.proposal.own_templates import OwnTemplates

    return OwnTemplates(WordTemplateLinter, WordTemplateFinder, folders.data / "templates")


def _page_renderer() -> PageRenderer:
    from app.adapters.documents.preview import WordPages

    return WordPages()


def _pdf_converter(folders: Folders) -> PdfConverter:
    from app.adapters.documents.pdf import PdfByBestConverter

    return PdfByBestConverter(folders.cache / "libreoffice")


def _mail_draft() -> MailDraft:
    from app.adapters.documents.mail import mail_draft

    return mail_draft


def _importer(engines: Engines, calls: CallRepository) -> RecordingService:
    from app.recording.service import RecordingService
    from app.transcript.reading import transcript_facts

    return RecordingService(engines.audio, calls, engines.folders, engines.clock, transcript_facts)
