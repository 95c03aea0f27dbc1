# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mark by which runs know for which event of the cloud a node was taken over, and how far they are with it.

It is a tag of the cluster, one per node, so that a run which was killed is gone on with by the next, and an event that was served is known
when it is announced once more.
"""

from __future__ import annotations

from collections.abc import Iterable

MARK = "ndo_event_"
"""The key of the mark is this and the node's name."""

BEGUN, TAKEN, JOINED, SERVED = "begun", "taken", "joined", "served"
"""About to take over; taken over by us; taken over by Cloud Volumes ONTAP, which also gives back; all done."""
STAGES = (BEGUN, TAKEN, JOINED, SERVED)

NOBODY, NODE, PARTNER, BOTH = "none", "node", "partner", "both"
"""Of which nodes automatic giveback has to be turned on again when all is done."""
AUTO = (NOBODY, NODE, PARTNER, BOTH)


class Mark:
    """What a run has noted about a node: how far it is, with which event, announced by which incarnation of the document."""

    def __init__(self, stage: str, event: str, incarnation: int = 0, auto: str = NOBODY) -> None:
        self.stage = stage
        self.event = event
        self.incarnation = incarnation
        self.auto = auto

    @property
    def open(self) -> bool:
        """Whether something is left to be done for the event."""
        return self.stage != SERVED

    @property
    def text(self) -> str:
        """The mark as the value of a tag."""
        return f"{self.stage}.{self.auto}.{self.incarnation}.{self.event}"

    def at(self, stage: str) -> Mark:
        """The same, a stage further."""
        return Mark(stage, self.event, self.incarnation, NOBODY if stage == SERVED else self.auto)

    def is_for(self, event: str) -> bool:
        """Whether it is about this event."""
        return self.event.lower() == event.lower()


def mark_from(text: str | None) -> Mark | None:
    """The mark in the value of a tag; None when there is none, or it is nobody's of ours."""
    parts = (text or "").split(".", 3)
    if len(parts) != 4 or parts[0] not in STAGES or parts[1] not in AUTO or not parts[2].isdigit() or not parts[3]:
        return None
    return Mark(parts[0], parts[3], int(parts[2]), parts[1])


def marks_among(tags: Iterable[str], nodes: Iterable[str]) -> dict[str, Mark]:
    """The marks of nodes among the tags of a cluster."""
    values = dict(tag.split(":", 1) for tag in tags if ":" in tag)
    found = {node: mark_from(values.get(MARK + node)) for node in nodes}
    return {node: mark for node, mark in found.items() if mark}


def auto_of(node: bool, partner: bool) -> str:
    """The word for the nodes whose automatic giveback is meant."""
    if node and partner:
        return BOTH
    return NODE if node else PARTNER if partner else NOBODY
