"""A real Odoo keeps what every connector promises; the promise itself stands in tests/contract."""

from __future__ import annotations

import pytest

from tests.contract import test_crm_connector as promise
from tests.contract.test_crm_connector import (  # noqa: F401 - collected here with the world below
    test_a_colleagues_change_is_seen_whatever_the_times_of_change_say,
    test_a_deal_that_is_not_there_is_not_found,
    test_a_note_is_found_by_its_operation_alone_and_goes_once_for_all,
    test_a_task_likewise,
    test_a_value_can_be_cleared_which_an_undo_may_need,
    test_after_an_undo_a_new_operation_makes_it_anew,
    test_check_tells_who_is_connected,
    test_fields_are_told_once_each_with_label_and_type,
    test_stages_have_labels_and_are_options_of_the_stage,
    test_the_card_has_an_address_for_a_browser,
    test_values_that_stand_there_already_are_not_needed,
    test_what_was_written_is_read_and_nothing_else_changes,
)
from tests.real_odoo.conftest import Connect
from tests.real_odoo.server import OdooServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def world(odoo: OdooServer, connect: Connect) -> promise.World:
    # The server outlives the test, and the operations of the promise are the same each time.
    keys = [f"<{operation}@vizir>" for operation in (promise.OP, promise.OTHER_OP)]
    left = odoo.call("mail.message", "search", domain=[["message_id", "in", keys]])
    odoo.call("mail.message", "unlink", ids=left)
    deal = odoo.new_deal("Поставка светильников", expected_revenue=5000)
    return promise.World(connect(), connect(odoo.keys.admin), deal, "name", "expected_revenue")
