# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the record of a volume says about its move. Source: API reference and SDK's description, volume.movement."""

from __future__ import annotations

from typing import Any

from . import states
from .client import dig

LOOK = ("svm.name", "name", "aggregates.name", "movement")
"""What is read of a volume at every look while it moves."""

HELD = ("cutover_wait", "cutover_pending")
"""The state of a move that waits for its trigger: sources use either word, and the second one also for a move that goes on by itself."""

CUTTING = ("cutover",)


class Movement:
    """The movement part of a volume's record."""

    def __init__(self, record: dict[str, Any]) -> None:
        found = record.get("movement") or {}
        self.state: str = found.get("state") or "none"
        self.destination: str | None = dig(found, "destination_aggregate.name")
        self.percent: int | None = 100 if self.state == "success" else found.get("percent_complete")
        self.start: str | None = found.get("start_time")
        meaning = states.DONE if self.state == "none" else states.meaning(states.MOVEMENT, self.state, f"the move of {record.get('name')}")
        self.active = meaning in (states.RUNNING, states.WAITING)

    @property
    def sign(self) -> Any:
        """What tells one movement from another one: two looks with the same sign at rest show the same old movement."""
        return (self.state, self.destination, self.start)

    def view(self) -> dict[str, Any]:
        """In playbook words."""
        return {"state": self.state, "percent": self.percent, "destination": self.destination}


def place_of_data(record: dict[str, Any]) -> str:
    """The aggregate of a FlexVol."""
    return str((record.get("aggregates") or [{}])[0].get("name"))
