"""All view-models of one running program, wired to one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.approval.ports import ApprovalRepository
from app.core.clock import Clock
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.keys import KeyStore
from app.core.language_model import LanguageModel
from app.core.model_store import ModelStore
from app.core.observable import Signal
from app.deals.ports import DealRepository
from app.draft.ports import DraftRepository
from app.jobs.runner import Dispatcher, Job, JobRunner
from app.pipeline import CallIndex, CallQuery
from app.profile.model import Profile
from app.recording.model import CallState
from app.recording.ports import CallRepository, WaveformReader
from app.recording.telephony import LEDGER, CallList, CallSource, RecordingPlaces
from app.recording.watching import RecordingFolder
from app.settings import Folders, Settings
from app.transcript.ports import TranscriptRepository
from app.viewmodels.call_list import CallListViewModel
from app.viewmodels.conversation import ConversationViewModel
from app.viewmodels.crm_desk import CrmDesk, CrmParts, deals_as_in_crm
from app.viewmodels.deal_files import DealFilesViewModel, FilesOfDeals
from app.viewmodels.deal_order import DealOrderViewModel
from app.viewmodels.deals import DealsViewModel
from app.viewmodels.knowledge import KnowledgeBase, KnowledgeViewModel
from app.viewmodels.models_shelf import ModelsViewModel
from app.viewmodels.own_template import OwnTemplateViewModel, TemplateShelf
from app.viewmodels.player import Player
from app.viewmodels.proposal import ProposalViewModel
from app.viewmodels.proposal_articles import ArticleFinder
from app.viewmodels.proposal_parts import ProposalDesk
from app.viewmodels.requests import Requests
from app.viewmodels.rerun import Rerunner, RerunViewModel
from app.viewmodels.review import Approver, DealProposer, ReviewViewModel
from app.viewmodels.settings_form import SettingsViewModel
from app.viewmodels.telephony import TelephonyViewModel
from app.viewmodels.work import CallProcessor, ImportEnd, Importer, WorkQueue
from app.viewmodels.workspace import ImportTally, Notice, Tone, notice_of

_NO_MODEL = ("asr.no_model", "llm.no_model")


class Parts(CrmParts, Protocol):
    """What the window needs of the running program; `app.application.App` has it."""

    settings: Settings
    clock: Clock
    jobs: JobRunner
    calls: CallRepository
    transcripts: TranscriptRepository
    drafts: DraftRepository
    deals: DealRepository
    approvals: ApprovalRepository
    index: CallIndex

    @property
    def importer(self) -> Importer: ...

    @property
    def approval(self) -> Approver: ...

    @property
    def pipeline(self) -> CallProcessor: ...

    @property
    def rerun(self) -> Rerunner: ...

    @property
    def deal_service(self) -> DealProposer: ...

    @property
    def audio(self) -> WaveformReader: ...

    @property
    def profile(self) -> Callable[[], Profile]: ...

    @property
    def models(self) -> ModelStore: ...

    @property
    def secrets(self) -> KeyStore: ...

    @property
    def language_model(self) -> LanguageModel: ...

    @property
    def folders(self) -> Folders: ...

    @property
    def is_encrypted(self) -> bool: ...

    @property
    def back_up_if_due(self) -> Callable[..., bool]: ...

    @property
    def proposals(self) -> ProposalDesk: ...

    @property
    def knowledge(self) -> KnowledgeBase: ...

    @property
    def deal_files(self) -> FilesOfDeals: ...

    @property
    def own_templates(self) -> Callable[[], TemplateShelf]: ...

    @property
    def call_sources(self) -> Callable[[], Sequence[CallSource]]: ...

    def apply(self, settings: Settings) -> None: ...


class Desk:
    """The state of the window. Nothing in it blocks: the store is asked through `Requests`."""

    def __init__(self, parts: Parts, dispatcher: Dispatcher, player: Player) -> None:
        self.parts = parts
        self.clock = parts.clock
        self.player = player
        self.noticed: Signal[Notice] = Signal()
        self.call_wanted: Signal[str] = Signal()
        self.requests = Requests(parts.jobs, self.say)
        self.work = WorkQueue(parts.jobs, dispatcher, parts.pipeline, parts.calls, parts.importer)
        self.call_list = CallListViewModel(self.requests, parts.index, self.work)
        self.conversation = ConversationViewModel(
            self.requests,
            calls=parts.calls,
            transcripts=parts.transcripts,
            index=parts.index,
            work=self.work,
            player=player,
            waveforms=parts.audio,
        )
        self.review = ReviewViewModel(
            self.requests,
            calls=parts.calls,
            drafts=parts.drafts,
            deals=deals_as_in_crm(parts),
            approvals=parts.approvals,
            approval=parts.approval,
            proposer=parts.deal_service,
            profile=parts.profile,
            person=self._person,
            work=self.work,
        )
        self.crm = CrmDesk(parts, dispatcher, self.requests, self.review, self._person)
        self._connect_crm()
        self.deals = DealsViewModel(self.requests, parts.deals, parts.approvals, parts.profile)
        self.deal_files = DealFilesViewModel(self.requests, parts.deal_files)
        self.deal_files.noticed.connect(self.noticed.emit)
        self.deal_order = DealOrderViewModel(self.requests, parts.deal_files)
        self.models = ModelsViewModel(self.requests, parts.jobs, dispatcher, lambda: parts.models)
        self.settings = SettingsViewModel(
            self.requests,
            parts.jobs,
            settings=parts.settings,
            apply=parts.apply,
            file=parts.folders.settings_file,
            profile=parts.profile,
            secrets=lambda: parts.secrets,
            language_model=lambda: parts.language_model,
        )
        self.telephony = TelephonyViewModel(
            parts.jobs,
            form=self.settings,
            folder=_places(parts),
            work=self.work,
            own_phones=lambda: parts.profile().phones,
        )
        self.telephony.noticed.connect(self.noticed.emit)
        self.telephony.arrived.connect(self.call_list.refresh)
        self.rerun = RerunViewModel(
            self.requests,
            parts.jobs,
            dispatcher,
            rerunner=lambda: parts.rerun,
            models=self.models,
            form=self.settings,
        )
        self.knowledge = KnowledgeViewModel(self.requests, parts.knowledge, parts.clock)
        self.knowledge.taken.connect(self._knowledge_taken)
        self.knowledge.withdrawn.connect(self._knowledge_withdrawn)
        self.knowledge.task_wanted.connect(self._make_task)
        self.proposal = ProposalViewModel(
            self.requests,
            parts.jobs,
            proposals=lambda: parts.proposals,
            articles=ArticleFinder(self.requests, parts.knowledge),
            knowledge=parts.knowledge,
            profile=parts.profile,
            calls=parts.calls,
            drafts=parts.drafts,
            deals=parts.deals,
            clock=parts.clock,
            person=self._person,
            template=lambda: self.settings.settings.proposal_template,
        )
        self.proposal.template_chosen.connect(lambda template: self.settings.change("proposal_template", template))
        self.proposal.rule_off_wanted.connect(self._hide_style_rule)
        self.own_template = OwnTemplateViewModel(self.requests, parts.own_templates)
        self.own_template.taken.connect(self.proposal.set_template)
        shelves = (self.knowledge.failed, self.proposal.failed, self.proposal.articles.failed, self.own_template.failed)
        for failed in (*shelves, self.deal_files.failed, self.deal_order.failed):
            failed.connect(self.say)
        self.settings.changed.connect(self._setting_changed)
        self.models.fetched.connect(lambda _facts: self._go_on_with_models())
        self.manager_name = ""
        self._tally = ImportTally()
        self._tally.finished.connect(self.noticed.emit)
        self.work.import_ended.connect(self._import_ended)
        self.work.failed.connect(self.say)
        self.review.evidence_wanted.connect(self.conversation.play_evidence)
        self.review.items_changed.connect(self._name_speakers)
        self.review.deal_changed.connect(self._name_speakers)
        self.review.approved.connect(self._approved)
        self.review.undone.connect(self._undone)
        self.call_list.reset.connect(self._search_changed)
        screens = (self.conversation, self.review, self.deals, self.models, player, self.settings, self.rerun)
        for source in screens:
            source.failed.connect(self.say)
        self._searched = ""

    def start(self) -> None:
        """Read the first page of the list, and go on with what was unfinished."""
        self.call_list.refresh()
        self.read_profile()
        self.work.resume()
        self.crm.start()

    def read_profile(self) -> None:
        """Take the names of the profile in force over."""

        def take(profile: Profile) -> None:
            self.manager_name = profile.manager_name
            self._name_speakers()
            self.review.reload()

        self.requests.ask("desk.profile", self.parts.profile, take, self.say)

    def open_call(self, call_id: str) -> None:
        """Show a call in the second and third column; at its first hit while something is searched for."""
        self.conversation.open(call_id, self.call_list.query.text)
        self.review.open(call_id)

    def delete_call(self) -> None:
        """Forget the open call."""

        def deleted() -> None:
            self.conversation.open("")
            self.review.open("")
            self.call_list.refresh()

        self.conversation.delete(deleted)

    def import_files(self, paths: list[Path]) -> None:
        """Take files in; the first new call is shown."""
        if paths:
            self.work.import_files(paths)

    def say(self, error: VizirError) -> None:
        """Tell the person what is wrong."""
        self.noticed.emit(notice_of(error))

    def warm_up(self) -> None:
        """Load what the first call and the first edit would otherwise wait for, and make the backup copy of the day.

        Modules that load beside a window that is being drawn hold it up.
        """

        def load() -> None:
            import multiprocessing.connection  # noqa: F401

            import phonenumbers

            import app.jobs.child
            import app.transcript.service  # noqa: F401

            self.parts.audio.prepare()
            phonenumbers.parse("+79123456789")
            self.parts.index.count(CallQuery(_("звонок")))

        job = Job(lambda _cancel: load(), on_done=lambda _done: None, on_failed=self.say, name="warm-up")
        self.parts.jobs.submit("warm-up", job)
        backup = Job(
            self.parts.back_up_if_due,
            on_done=lambda _is_made: None,
            on_failed=self.say,
            name="backup",
        )
        self.parts.jobs.submit("backup", backup)

    def close(self) -> None:
        """Ask nothing and take nothing on any more."""
        self.telephony.close()
        self.work.close()
        self.crm.close()
        self.requests.close()
        self.player.close()

    def _person(self) -> str:
        return self.parts.settings.person_name.strip() or self.manager_name or _("Менеджер")

    def _name_speakers(self) -> None:
        self.conversation.set_names(self.manager_name, self.review.client_name, self.review.company_name)

    def _import_ended(self, end: ImportEnd) -> None:
        self._tally.add(end, self.work.imports_running == 0)
        self.call_list.refresh()
        if end.call is not None:
            self.call_wanted.emit(end.call.id)

    def _approved(self, _count: int) -> None:
        self.call_list.refresh()
        self.deals.refresh()

    def _connect_crm(self) -> None:
        self.crm.noticed.connect(self.noticed.emit)
        self.crm.failed.connect(self.say)
        self.crm.outbox.calls_changed.connect(self._deliveries_changed)
        self.crm.outbox.undone.connect(self._undone)
        self.crm.mapping.definition_changed.connect(self.read_profile)

    def _deliveries_changed(self) -> None:
        self.call_list.set_sending(self.crm.outbox.sending_calls)
        self.call_list.refresh()

    def _undone(self) -> None:
        self.noticed.emit(Notice(_("Виза снята: прежние значения вернулись.")))
        self.call_list.refresh()
        self.deals.refresh()

    def _knowledge_taken(self, text: str) -> None:
        self.noticed.emit(Notice(text, tone=Tone.DONE))
        self.proposal.articles.forget()

    def _knowledge_withdrawn(self, text: str) -> None:
        self.noticed.emit(Notice(text, action="restore_knowledge"))
        self.proposal.articles.forget()

    def _hide_style_rule(self, rule: int) -> None:
        self.settings.switch_rule(rule, is_on=False)
        text = _("Эта подсказка о слоге больше не показывается. Вернуть её можно в настройках.")
        self.noticed.emit(Notice(text, action="open_settings_proposals"))

    def _make_task(self, text: str) -> None:
        """A task is a next step of the open call's draft: nothing is written before a person approves it."""
        if self.review.draft is None:
            text = _("Задача ставится к звонку: откройте звонок с черновиком и повторите.")
            self.noticed.emit(Notice(text, tone=Tone.WARNING))
            return
        item_id = self.review.add_step()
        self.review.edit(item_id, text, who="manager", due=None)
        done = _("Задача добавлена в черновик звонка и ждёт визы.")
        self.noticed.emit(Notice(done, text, Tone.DONE, "show_draft"))

    def _go_on_with_models(self) -> None:
        """A model has come: the calls that failed for want of one are tried again by themselves."""

        def failed_without() -> list[str]:
            calls = self.parts.calls.with_state(CallState.FAILED)
            return [call.id for call in calls if call.error is not None and call.error.code in _NO_MODEL]

        def enqueue(found: list[str]) -> None:
            for call_id in found:
                self.work.enqueue(call_id)

        self.requests.ask("desk.no_model", failed_without, enqueue, self.say)

    def _setting_changed(self, name: str) -> None:
        if name == "profile_folder":
            self.read_profile()
        if name in ("style_rules_off", "discount_limit_percent", "letters_folder"):
            self.proposal.recheck()
        if name in ("models_folder", "speech_model", "llm_embedded_model", "llm_mode"):
            self.models.refresh()

    def _search_changed(self) -> None:
        text = self.call_list.query.text
        if text != self._searched:
            self._searched = text
            self.conversation.find(text)


def _places(parts: Parts) -> RecordingPlaces:
    """Where recordings of telephony come from."""
    spool = parts.folders.telephony_calls
    calls = CallList(parts.call_sources, spool, spool / LEDGER, parts.clock)
    return RecordingPlaces(RecordingFolder(parts.folders.telephony_ledger, parts.clock), calls)
