"""`python -m tests.bench.delivery_odoo_child NUMBER`: the program on its way from an approval to Odoo, to be killed.

The key comes on the first line of the input. What an earlier one left is delivered first; then the deal of that number
is approved and delivered, and each of these is said on a line. A number of 0 approves nothing.
"""

from __future__ import annotations

import sys

from app.core.clock import SystemClock
from tests.fakes.examples import accepted, note, step
from tests.real_odoo.office import office


def main() -> None:
    number = int(sys.argv[1])
    with office(SystemClock(), sys.stdin.readline().strip()) as desk:
        account = desk.connections.accounts()[0]
        desk.drain(account)
        if number:
            desk.approve(
                accepted("delivery_city", f"Город {number}"),
                accepted("budget_amount", f"{number} ₽", number),
                note(f"Заметка {number}"),
                step(f"Шаг {number}"),
                number=number,
            )
            _say("approved")
            desk.drain(account)
        _say("delivered")
        # Stays until it is killed, or until the input ends.
        sys.stdin.read()


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
