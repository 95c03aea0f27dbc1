# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Cloud Volumes ONTAP does by itself about a Freeze.

Source: knowledge base, maintenance of CVO in Azure: it asks Azure all the time; on the notice of a Freeze the partner takes over at once
(NotBefore says when Azure acts, not when the takeover begins) and the node is restarted; the node waits until the event is over, is
restarted once more, and gets its storage back. It reacts to no other type, and can be told to leave a Freeze alone. Choices are marked.
"""

from __future__ import annotations

import contextlib
from typing import Any

from ..store import Row
from . import cloud_vms, ha_boot, ha_giveback, ha_takeover
from .ha_state import BOOTING, HALTED, WAITING, partner_of, root_away, takes_over
from .refusal import Refusal
from .world import World, handler

DEFAULTS: dict[str, Any] = {
    # The switch: whether CVO reacts at all (source: it does, unless it was told not to).
    "cvo_reacts": True,
    # Choice: how long it takes until CVO has seen a notice; also how often it looks again.
    "cvo_notice": 20,
}

ATTEMPTS = 30
"""How often a giveback of CVO is tried, a look apart (choice); a veto ends it, and the rest is the operator's."""


def setting(world: World, name: str) -> Any:
    """The value of a setting of this world, or the default."""
    return world.settings.get(name, DEFAULTS[name])


def notice(world: World, event: Row) -> None:
    """An event is in the document, or has begun; CVO will see it soon."""
    if event["type"] == "Freeze" and setting(world, "cvo_reacts") and not event["taken_over"]:
        world.later(setting(world, "cvo_notice"), "cloud_agent.look", event=event["id"], number=event["round"])


@handler
def look(world: World, event: str, number: int) -> None:
    """CVO sees the event: it has the partners of its nodes take over, and tries again later where that is refused."""
    row = world.store.table("cloud_events")[event]
    if row["gone"] or row["round"] != number:
        return
    refused = [node for node in cloud_vms.nodes(world, row) if not _taken_over(world, row, node)]
    if refused:
        world.later(setting(world, "cvo_notice"), "cloud_agent.look", event=event, number=number)


def _taken_over(world: World, event: Row, node: Row) -> bool:
    """Whether nothing is left to do for the node; a takeover by somebody else is left to them (choice)."""
    partner = partner_of(world, node)
    if node["name"] in event["taken_over"] or root_away(world, node) or (partner and takes_over(partner)):
        return True
    try:
        # The node stays down until the event is over.
        ha_takeover.start(world, node, cause="scheduled event", hold=True)
    except Refusal:
        return False
    event["taken_over"].append(node["name"])
    return True


def over(world: World, event: Row) -> None:
    """The event is no longer in the document: CVO brings back the nodes that it has taken out."""
    for node in cloud_vms.nodes(world, event):
        if node["name"] in event["taken_over"]:
            world.later(setting(world, "cvo_notice"), "cloud_agent.bring_back", node=node["uuid"], attempt=1)
    event["taken_over"] = []


@handler
def bring_back(world: World, node: str, attempt: int) -> None:
    """Restart the node, and give it its storage back when it waits for that."""
    row = world.store.table("nodes")[node]
    partner = partner_of(world, row)
    if not root_away(world, row) and not (partner and takes_over(partner) == "in_progress"):
        return
    if row["sim"]["run"] == HALTED and partner and takes_over(partner) == "in_takeover":
        ha_boot.boot(world, row)
    if row["sim"]["run"] == WAITING:
        with contextlib.suppress(Refusal):
            ha_giveback.start(world, row)
        return
    if attempt < ATTEMPTS or row["sim"]["run"] == BOOTING:
        world.later(setting(world, "cvo_notice"), "cloud_agent.bring_back", node=node, attempt=attempt + 1)
