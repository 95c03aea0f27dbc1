# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SAN hosts notice: LUN by LUN, and path by path.

A host loses a LUN when its last path goes, when the LUN is taken offline, deleted or unmapped, when the host's initiators leave the
igroup, or when nobody serves the volume. All of these are outages at once, also when it lasts but the instant between two requests:
a host drops a disk that answers "no such LUN", it does not wait. Two rules tell a plan from an accident (both choices):

- A LUN that the host has `released` (see reach_san.py), and everything on a host that is `offline`, is nobody's loss.
- A LUN that was mapped less than `rescan` seconds ago (setting, 30) is not in use yet, so it can be unmapped again.

A path that is taken away by configuration (reporting nodes, portset, initiators of one protocol) is an entry, but nothing that
has to come back, as long as another path remains.

A LUN that is served by a node which is no reporting node of its maps has lost its optimized paths: I/O goes the long way round, through
nodes of another pair (source: SAN guide, selective LUN map). That has to be put right. A LUN whose serial number changes is another disk.
"""

from __future__ import annotations

from typing import Any

from . import reach, reach_san
from .store import Row

GONE, OFFLINE = "the LUN is gone", "the LUN is offline"
RESCAN = 30.0
START = "start"
HAS, LOST, NEVER = "has", "lost", "never"


class PathChanges:
    """What became of the paths of one host at one look: an entry for each LIF and direction, not for each LUN."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, bool], Row] = {}

    def add(self, lif: str, up: bool, paths: reach_san.Paths, lun: str) -> None:
        """One path to one LUN has changed."""
        left = sum(paths.values())
        change = self.found.setdefault((lif, up), {"remaining": left, "of": len(paths), "luns": []})
        change["luns"].append(lun)
        if left < change["remaining"]:
            change.update(remaining=left, of=len(paths))


class Moment:
    """What one look knows about all LUNs."""

    def __init__(self, world: Any, because: str, san: reach_san.San) -> None:
        self.because = because
        self._san = san
        self.now = world.now()
        self.rescan = float(world.settings.get("rescan", RESCAN))
        self.luns = world.store.table("luns")
        self._store = world.store
        self._volumes: dict[str, tuple[str | None, bool]] = {}

    def cause(self, lun: Row | None, paths: reach_san.Paths | None) -> tuple[str | None, bool]:
        """Why a host cannot use a LUN, or None; and whether that is an outage at once."""
        if lun is None or paths is None:
            return GONE, True
        uuid = lun["location"]["volume"]["uuid"]
        if uuid not in self._volumes:
            self._volumes[uuid] = self._volume(uuid)
        if self._volumes[uuid][0] is not None:
            return self._volumes[uuid]
        if not lun["enabled"]:
            return OFFLINE, True
        return (None, False) if any(paths.values()) else (reach.NO_PATH, True)

    def optimized(self, key: str, lun: Row) -> bool:
        """Whether the node that serves a LUN is one of those that report it to a host."""
        volume = self._store.table("volumes").get(lun["location"]["volume"]["uuid"])
        aggregate = reach.aggregate_of(self._store, volume) if volume else None
        nodes = self._san.reporting.get((key, lun["uuid"]))
        return not nodes or aggregate is None or aggregate["node"]["uuid"] in nodes

    def _volume(self, uuid: str) -> tuple[str | None, bool]:
        volume = self._store.table("volumes").get(uuid)
        if volume is None:
            return GONE, True
        blocked = reach.blocked(self._store, volume)
        return blocked, blocked == reach.NOT_SERVED and not reach.recovering(self._store, volume)


class SanWatch:
    """The part of the ledger that looks after SAN hosts. What it knew at its last look is in the table ledger_luns."""

    def __init__(self, ledger: Any) -> None:
        self._ledger = ledger

    @property
    def _known(self) -> dict[str, Row]:
        return self._ledger.world.store.table("ledger_luns")

    def missing(self) -> int:
        """How many paths (of a host, by a LIF) were lost and have not come back."""
        found = set()
        for key, luns in self._known.items():
            for lun in luns.values():
                found |= {(key, lif) for lif, state in lun["paths"].items() if state["counts"] and not state["up"]}
        return len(found)

    def detours(self) -> int:
        """How many LUNs of hosts have lost their optimized paths and have not got them back."""
        return sum(lun.get("optimized") == LOST for luns in self._known.values() for lun in luns.values())

    def look(self, because: str, luns: list[str] | None = None) -> set[str]:
        """Look at all LUNs that hosts see or saw, or only at some; returns the keys under which their gaps are kept."""
        world = self._ledger.world
        san = reach_san.San(world.store)
        used = san.used(luns)
        moment = Moment(world, because, san)
        seen: set[str] = set()
        for key, host in world.store.table("san_hosts").items():
            if host.get("offline"):
                self._known.pop(key, None)
                continue
            mine, known = used.get(key, {}), self._known.setdefault(key, {})
            scope = [uuid for uuid in luns if uuid in mine or uuid in known] if luns is not None else list({**known, **mine})
            changes = PathChanges()
            for uuid in scope:
                if self._lun(moment, (key, host), uuid, mine.get(uuid), changes):
                    seen.add(f"{key}/{uuid}")
            self._note(host, changes, because)
        return seen

    def _lun(self, moment: Moment, who: tuple[str, Row], uuid: str, paths: reach_san.Paths | None, changes: PathChanges) -> bool:
        """Look at one LUN of one host; whether the host has it in use."""
        key, host = who
        known = self._known[key]
        row = moment.luns.get(uuid)
        name = row["name"] if row else known.get(uuid, {}).get("name", uuid)
        about = (reach.host_name(host), name)
        if name in host.get("released", ()):
            known.pop(uuid, None)
            self._ledger.gap(f"{key}/{uuid}", None, about, False, moment.because)
            return False
        entry = known.get(uuid)
        if entry is None:
            entry = known[uuid] = {"since": None if moment.because == START else moment.now, "paths": {}}
        entry["name"] = name
        if paths is not None:
            self._compare(entry, paths, changes)
        if entry["since"] is not None and moment.now - entry["since"] < moment.rescan:
            if paths is None:
                del known[uuid]
            return False
        if row is not None and paths is not None:
            self._identity(moment, about, entry, row)
            self._optimized(moment, about, entry, moment.optimized(key, row))
        cause, lost = moment.cause(row, paths)
        self._ledger.gap(f"{key}/{uuid}", cause, about, lost, moment.because)
        return True

    def _identity(self, moment: Moment, about: tuple[str, str], entry: Row, row: Row) -> None:
        """A host knows a LUN by its serial number."""
        before = entry.setdefault("serial", row["serial_number"])
        if before != row["serial_number"]:
            detail = f"{moment.because}: the serial number is {row['serial_number']} instead of {before}"
            self._ledger.note("identity_changed", "emergency", *about, detail)
            entry["serial"] = row["serial_number"]

    def _optimized(self, moment: Moment, about: tuple[str, str], entry: Row, optimized: bool) -> None:
        """Note that a LUN has lost its optimized paths, or has got them back; what was so from the start is nobody's loss."""
        before = entry.setdefault("optimized", HAS if optimized else NEVER)
        if optimized and before != HAS:
            entry["optimized"] = HAS
            if before == LOST:
                self._ledger.note("optimized_paths_restored", "informational", *about, moment.because)
        elif not optimized and before == HAS:
            entry["optimized"] = LOST
            self._ledger.note("optimized_paths_lost", "error", *about, moment.because)

    @staticmethod
    def _compare(entry: Row, paths: reach_san.Paths, changes: PathChanges) -> None:
        """Compare the paths of a LUN with those of the last look, and keep them."""
        for lif in [lif for lif in entry["paths"] if lif not in paths]:
            if entry["paths"].pop(lif)["up"]:
                changes.add(lif, False, paths, entry["name"])
        for lif, up in paths.items():
            # A path that was down from the start is nobody's loss.
            state = entry["paths"].setdefault(lif, {"up": up, "counts": up})
            if state["up"] != up:
                state.update(up=up, counts=True)
                changes.add(lif, up, paths, entry["name"])

    def _note(self, host: Row, changes: PathChanges, because: str) -> None:
        for (lif, up), change in changes.found.items():
            row = reach_san.find_lif(self._ledger.world.store, lif)
            left = change["remaining"]
            severity = "informational" if up else "notice" if left else "error"
            detail = f"{because}; {left} of {change['of']} paths up"
            kind, name = "path_restored" if up else "path_lost", row["name"] if row else lif
            self._ledger.note(kind, severity, reach.host_name(host), name, detail, remaining=left, luns=change["luns"])
