"""The keys of the whole window: what each does depends on the page that is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut

from app.viewmodels.workspace import Page

if TYPE_CHECKING:
    from app.ui.calls.page import CallsPage
    from app.ui.main_window import MainWindow
    from app.viewmodels.desk import Desk


class WindowKeys(QObject):
    """Binds the keys to a window whose program is running."""

    def __init__(self, window: MainWindow, desk: Desk, calls: CallsPage) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._calls = calls
        for keys, act in (
            ("Ctrl+O", self._add_files),
            ("Ctrl+P", self._prepare_proposal),
            ("Ctrl+F", self._focus_search),
            ("Ctrl+Return", self._approve),
            ("Ctrl+Enter", self._approve),
            ("Ctrl+Z", self._undo),
            ("F3", lambda: desk.conversation.step_hit(1)),
            ("Shift+F3", lambda: desk.conversation.step_hit(-1)),
            ("F6", self._next_column),
            *((f"Ctrl+{number}", partial(window.go, page)) for number, page in enumerate(Page, 1)),
        ):
            QShortcut(QKeySequence(keys), window).activated.connect(act)

    def _approve(self) -> None:
        page = self._window.shown_page
        if page is Page.CALLS:
            self._desk.review.approve_joint()
        elif page is Page.PROPOSALS:
            self._window.proposals.approve()
        elif page is Page.KNOWLEDGE:
            self._window.knowledge.confirm()
        else:
            self._window.crm.confirm()

    def _undo(self) -> None:
        page = self._window.shown_page
        if page is Page.CALLS:
            self._desk.review.undo()
        elif page is Page.PROPOSALS:
            self._desk.proposal.undo()
        elif page is Page.KNOWLEDGE:
            self._desk.knowledge.undo()

    def _add_files(self) -> None:
        if self._window.shown_page is Page.KNOWLEDGE:
            self._window.knowledge.ask_files()
        else:
            self._window.ask_files()

    def _prepare_proposal(self) -> None:
        page = self._window.shown_page
        if page is Page.CALLS:
            self._window.prepare_from_call()
        elif page is Page.DEALS:
            self._window.prepare_from_deal(self._desk.deals.deal_id)

    def _focus_search(self) -> None:
        window = self._window
        if window.shown_page is Page.DEALS:
            window.deals.search.setFocus()
        elif window.shown_page is Page.KNOWLEDGE:
            window.knowledge.focus_search()
        else:
            window.go(Page.CALLS)
            self._calls.list.search.setFocus()
            self._calls.list.search.selectAll()

    def _next_column(self) -> None:
        page = self._window.shown_page
        if page is Page.CALLS:
            self._next_of_calls()
        elif page is Page.PROPOSALS:
            self._window.proposals.next_column()

    def _next_of_calls(self) -> None:
        """From the list to the conversation to the draft and round again."""
        calls, now = self._calls, self._window.focusWidget()
        if now is not None and calls.list.isAncestorOf(now):
            calls.conversation.turns.setFocus()
        elif now is not None and calls.conversation.isAncestorOf(now):
            calls.draft.focus_cards()
        else:
            calls.list.table.setFocus()
