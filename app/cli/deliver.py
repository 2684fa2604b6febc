"""`deliver`: sends what was approved and waits for the connected CRMs, without a window."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime

from app.application import App
from app.cli.main import FAILED, OK
from app.cli.opening import cancel_on_signal, opened_app
from app.core.cancel import CancelToken
from app.core.i18n import _
from app.delivery.model import CrmAccount, OperationState
from app.viewmodels.crm_wording import badge_of

NAME = "deliver"

_ENDED = (OperationState.DONE, OperationState.CANCELLED)
_LONGEST_REST_S = 300.0


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--wait", action="store_true", help=_("ждать сети и лимитов CRM, пока очередь не опустеет"))


def run(args: Namespace) -> int:
    """Send what is due; with `--wait` all that needs no person. The exit code is 1 while something waits."""
    with opened_app(args) as app, cancel_on_signal() as cancel:
        accounts = app.delivery.accounts()
        if not accounts:
            print(_("CRM не подключена: всё хранится в карточках программы."))
            return OK
        while (due := _round(app, accounts, cancel)) is not None and args.wait:
            cancel.wait(min(max((due - app.clock.now_utc()).total_seconds(), 0.0), _LONGEST_REST_S))
            cancel.raise_if_cancelled()
        return max(_told(app, account) for account in app.delivery.accounts())


def _round(app: App, accounts: list[CrmAccount], cancel: CancelToken) -> datetime | None:
    """When the next round is due; None when nothing is left that needs no person."""
    dues = [app.delivery.deliver(account.id, cancel) for account in accounts]
    return min((due for due in dues if due is not None), default=None)


def _told(app: App, account: CrmAccount) -> int:
    counts = app.delivery.summary(account.id)
    waiting = sum(count for state, count in counts.items() if state not in _ENDED)
    line = _("{title}: доставлено {done}, ждут {waiting}.").format(
        title=account.title, done=counts.get(OperationState.DONE, 0), waiting=waiting
    )
    badge = badge_of(app.delivery.operations(account.id, only_open=True), [account], app.clock.now_utc())
    print(" ".join([line, badge.text]).strip())
    return FAILED if waiting else OK
