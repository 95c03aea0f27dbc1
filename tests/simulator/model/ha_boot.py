# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Going down and coming up: what becomes of a node that boots depends on who holds its root aggregate.

Source: API reference, node state: waiting_for_giveback is ready, and taken_over not yet.
"""

from __future__ import annotations

from ..store import Row
from . import ems_log, ha_giveback, volume_move_steps
from .ha_settings import setting
from .ha_state import BOOTING, HALTED, WAITING, partner_of, root_away, takes_over
from .world import World, handler


def boot(world: World, node: Row) -> None:
    """Power the node up; a little later it waits for giveback, or is up."""
    node["sim"]["run"] = BOOTING
    node["sim"]["boots"] += 1
    world.later(setting(world, "boot"), "ha_boot.booted", node=node["uuid"], boot_number=node["sim"]["boots"])


def go_down(world: World, node: Row, recovering: bool) -> None:
    """The node is gone: nothing on it answers. `recovering` says that a takeover of it is under way."""
    node["sim"].update(run=HALTED, recovering=recovering, stopping=None)
    for aggregate in world.store.table("aggregates").values():
        if aggregate["node"]["uuid"] == node["uuid"] and aggregate["state"] == "relocating":
            aggregate["state"] = "online"
    volume_move_steps.follow(world)


@handler
def booted(world: World, node: str, boot_number: int) -> None:
    """The node has started."""
    row = world.store.table("nodes")[node]
    if row["sim"]["run"] != BOOTING or row["sim"]["boots"] != boot_number:
        return
    if root_away(world, row):
        row["sim"].update(run=WAITING, stopping=None)
        # Choice: name and severity of this event.
        ems_log.emit(world, row, "cf.fsm.waitingForGiveback", "notice", f"Failover monitor: {row['name']} is waiting for giveback.")
        ha_giveback.schedule(world, row)
    else:
        ha_giveback.came_up(world, row, f"boot {boot_number} of {row['name']}")
        if takes_over(row) == "in_takeover":
            # Source: HA guide: a takeover node that failed returns to takeover mode.
            ems_log.emit(world, row, "cf.fm.takeoverComplete", "notice", "Failover monitor: takeover completed.")
            _resume_automatic(world, row)
    volume_move_steps.follow(world)
    world.ledger.observe(f"{row['name']} has booted")


def _resume_automatic(world: World, holder: Row) -> None:
    owner = partner_of(world, holder)
    if owner is not None and owner["sim"]["run"] == WAITING:
        ha_giveback.schedule(world, owner)
