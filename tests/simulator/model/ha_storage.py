# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How aggregates change hands, and what vetoes say about it.

A veto is a plain row in `sim.vetoes` of an aggregate: the module that objects, whether overriding helps (soft) or not
(hard), at what (giveback or takeover), and until when. Source: HA guide, vetoes: which modules object, soft and hard.

Not simulated: the causes of vetoes. A scenario, a timeline or a trigger sets and clears them.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import reach, reach_san
from ..store import Row
from . import ems_log, volume_move_steps
from .ha_state import ref
from .world import World

# Source: HA guide: an operator may override these; the rest are hard. Choice where the guide names only the subsystem.
SOFT = frozenset(
    {
        "vfiler_low_level",
        "disk_check",
        "autosupport",
        "coredump",
        "lock_manager",
        "lock_manager_ndo",
        "backup",
        "replication_engine",
        "keymanager",
        "volume_move",
        "wafl",
    }
)
LOCKS = ("lock_manager", "lock_manager_ndo")


def begin_move(world: World, aggregate: Row) -> None:
    """The aggregate does not answer from now on.

    Choice: clients of a volume that is cutting over at this moment have an outage, because the cutover is cut short;
    the guides only say not to do both at once.
    """
    aggregate["state"] = "relocating"
    cutting = {row["uuid"] for row in _volumes(world, aggregate) if row.get("movement", {}).get("state") == "cutover"}
    for client, volume in _users(world) if cutting else []:
        if volume["uuid"] in cutting:
            because = f"{aggregate['name']} changes hands during the cutover of the volume"
            world.ledger.note("outage", "emergency", client, volume["name"], because, seconds=None)
    volume_move_steps.follow(world)


def _users(world: World) -> Iterator[tuple[str, Row]]:
    """Everybody who uses a volume, by the name that the ledger has for them, and the volume."""
    for _kind, _key, client, name in reach.clients(world.store):
        yield from ((name, volume) for volume in client["volumes"])
    for key, host in world.store.table("san_hosts").items():
        yield from ((reach.host_name(host), volume) for volume in reach_san.volumes_of(world.store, key))


def _volumes(world: World, aggregate: Row) -> list[Row]:
    return [row for row in world.store.table("volumes").values() if row["aggregates"][0]["uuid"] == aggregate["uuid"]]


def stay(world: World, aggregate: Row) -> None:
    """The move was given up; the aggregate answers again where it is."""
    aggregate["state"] = "online"
    volume_move_steps.follow(world)


def arrive(world: World, aggregate: Row, node: Row, operation: str, because: str) -> None:
    """The node serves the aggregate from now on; SMB sessions that do not survive the move are cut."""
    aggregate["node"] = ref(node)
    aggregate["state"] = "online"
    world.ledger.lose_sessions(sessions_on(world, aggregate), operation, because)
    volume_move_steps.follow(world)


def sessions_on(world: World, aggregate: Row) -> list[Row]:
    """The SMB sessions that use a volume of the aggregate."""
    store = world.store
    return [
        session
        for session in store.table("cifs_sessions").values()
        if any(reach.aggregate_of(store, volume) is aggregate for volume in reach.used_volumes(store, session))
    ]


def set_veto(aggregate: Row, module: str, hard: bool | None = None, on: str = "giveback", until: float | None = None) -> None:
    """Have a module object to the move of the aggregate; whether it is hard follows from the module unless given."""
    veto = {"module": module, "hard": module not in SOFT if hard is None else hard, "on": on, "until": until}
    aggregate["sim"]["vetoes"] = [one for one in aggregate["sim"]["vetoes"] if one["module"] != module] + [veto]


def clear_vetoes(aggregate: Row, module: str | None = None) -> None:
    """Drop the objections of one module, or all."""
    aggregate["sim"]["vetoes"] = [one for one in aggregate["sim"]["vetoes"] if module and one["module"] != module]


def veto(world: World, aggregate: Row, on: str, override: bool) -> Row | None:
    """The veto that stops the move of the aggregate now, or None. Source: HA guide: soft ones yield to an override."""
    for one in aggregate["sim"]["vetoes"]:
        expired = one["until"] is not None and one["until"] <= world.now()
        if one["on"] == on and not expired and (one["hard"] or not override):
            return one
    return None


def pay_for_override(world: World, aggregate: Row, node: Row, operation: str) -> None:
    """Overriding the lock manager drops locks: what open files held back is gone.

    Source: EMS reference, lmgr.gb.CA.locks.lost. Which sessions suffer: those without protection under lock_manager,
    every session with open files under lock_manager_ndo (locks not mirrored yet).
    """
    for one in list(aggregate["sim"]["vetoes"]):
        if one["on"] != "giveback" or one["hard"]:
            continue
        if one["module"] in LOCKS:
            everyone = one["module"] == "lock_manager_ndo"
            because = f"the {one['module']} veto on {aggregate['name']} was overridden"
            _drop_locks(world, aggregate, everyone, because)
            world.ledger.lose_sessions(sessions_on(world, aggregate), operation, because, even_available=everyone)
            text = f"Dropping partner aggregate locks during lock sync on aggregate {aggregate['name']}."
            ems_log.emit(world, node, "lmgr.gb.CA.locks.lost", "notice", text, aggr=aggregate["name"])
        clear_vetoes(aggregate, one["module"])


def _drop_locks(world: World, aggregate: Row, everyone: bool, because: str) -> None:
    for session in sessions_on(world, aggregate):
        if session["open_files"] and (everyone or session["continuous_availability"] != "available"):
            world.ledger.note("data_lost", "emergency", reach.session_name(session), aggregate["name"], because)
