"""The store: one encrypted file, opened once, and the repositories on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.approval.ports import ApprovalRepository
from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.keys import KeySource
from app.deals.ports import DealRepository
from app.delivery.ports import AccountStore, MirrorStore, Outbox
from app.draft.ports import DraftRepository
from app.knowledge.ports import KnowledgeStore
from app.pipeline import CallIndex
from app.proposal.archive import ProposalArchive
from app.recording.ports import CallRepository
from app.settings import Folders, Settings
from app.transcript.ports import TranscriptJournal, TranscriptRepository

if TYPE_CHECKING:
    from app.adapters.storage.database import Database

_BACKUP_REST = 3.0


class Store:
    """Everything that is kept, by its role. Any thread may use it; one thread of its own does the work."""

    def __init__(self, database: Database, folders: Folders, clock: Clock) -> None:
        from app.adapters.storage.approvals import SqlApprovals
        from app.adapters.storage.call_index import SqlCallIndex
        from app.adapters.storage.calls import SqlCalls
        from app.adapters.storage.crm_accounts import SqlCrmAccounts
        from app.adapters.storage.deals import SqlDeals
        from app.adapters.storage.drafts import SqlDrafts
        from app.adapters.storage.journal import SqlJournal
        from app.adapters.storage.knowledge import SqlKnowledge
        from app.adapters.storage.mirror import SqlMirror
        from app.adapters.storage.outbox import SqlOutbox
        from app.adapters.storage.proposals import SqlProposals
        from app.adapters.storage.transcripts import SqlTranscripts

        self.database = database
        self.folders = folders
        self._clock = clock
        self.calls: CallRepository = SqlCalls(database, folders, clock)
        self.transcripts: TranscriptRepository = SqlTranscripts(database)
        self.journal: TranscriptJournal = SqlJournal(database)
        self.drafts: DraftRepository = SqlDrafts(database)
        self.deals: DealRepository = SqlDeals(database, clock)
        self.approvals: ApprovalRepository = SqlApprovals(database, clock)
        self.proposals: ProposalArchive = SqlProposals(database, folders.proposals, clock)
        self.knowledge: KnowledgeStore = SqlKnowledge(database, clock)
        self.accounts: AccountStore = SqlCrmAccounts(database, clock)
        self.outbox: Outbox = SqlOutbox(database, clock)
        self.mirror: MirrorStore = SqlMirror(database, clock)
        self.index: CallIndex = SqlCallIndex(database)

    @property
    def is_encrypted(self) -> bool:
        """False where the person chose to keep the store in clear: the window keeps showing that."""
        return self.database.is_encrypted

    def back_up_if_due(self, cancel: CancelToken | None = None) -> bool:
        """Make a backup copy unless there is one of today; True if it was made. Blocks, so it belongs in a job.

        Raises:
            UserFixable: ``store.no_folder``, ``store.disk_full``; no half copy is left.
            Cancelled: The token was set; likewise.
        """
        from app.adapters.storage import backups

        if not backups.is_due(self.folders.backups, self._clock):
            return False
        backups.back_up(
            self.database.connect,
            self.database.path,
            self.folders.backups,
            self._clock,
            cancel=cancel,
            rest=_BACKUP_REST,
        )
        return True

    def close(self) -> None:
        """Finish what waits and close the file; closing twice does nothing more."""
        self.database.close()


def open_store(folders: Folders, settings: Settings, key_source: KeySource, clock: Clock) -> Store:
    """Open the store in `folders`, making it where there is none and bringing an older one up to date.

    Args:
        settings: `store_protection` says how the store is protected; one protected otherwise is written anew.
        key_source: Asked for the key unless the store is in clear.

    Raises:
        UserFixable: ``store.wrong_key``, ``store.locked``, ``store.read_only``, ``store.disk_full``,
            ``store.no_folder``, and the ``secrets.`` codes of the key source.
        StoredDataError: ``store.newer``, ``store.damaged``; the file was not written to.
    """
    from app.adapters.storage.opening import open_database

    return Store(open_database(folders, settings.store_protection, key_source, clock), folders, clock)
