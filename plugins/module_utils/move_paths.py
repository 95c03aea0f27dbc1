# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reporting nodes that follow the data: the HA pair of the destination reports the LUNs of a volume before it moves there, and the
pair that it came from stops to afterwards, so that hosts have optimized paths at every moment.

Source: SDK's description, lun_map_reporting_node: before a volume moves to another HA pair, the destination is to be added; afterwards
what is remote can be removed; nodes come and go with their partners; a map without reporting nodes reports all of them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from . import ha, waiting
from .client import QUERY_LENGTH, Client, dig, literal
from .errors import ApiError, Refused, UnsupportedRelease
from .lun_map_facts import LUN_MAPS
from .lun_maps import current_nodes
from .move_hosts import Hosts, hosts_of, key_of, stranded
from .objects import UNKNOWN_FIELD
from .plan import Plan, Step
from .reporting_nodes import Names, Pairs
from .resource import Goal, Work

Place = tuple[str, str]
"""The names of an SVM and of a volume in it."""

Map = dict[str, Any]
NOBODY: Names = frozenset()
FIELDS = ("svm.name", "lun.name", "lun.uuid", "igroup.name", "igroup.uuid")
NODES = ("reporting_nodes.name", "reporting_nodes.uuid")
SINCE = "9.10.1"
"""Reporting nodes exist since this release in REST. Source: SDK schemas."""

SHOWN = 5
"""Hosts that a message names."""


def read_maps(client: Client, places: Iterable[Place]) -> dict[Place, list[Map]]:
    """The maps of all LUNs of these volumes, in one read."""
    found: dict[Place, list[Map]] = {place: [] for place in places}
    if not found:
        return found
    paths = "|".join(sorted(f"/vol/{volume}/*" for _svm, volume in found))
    query = {"svm.name": "|".join(sorted({literal(svm) for svm, _volume in found}))}
    if len(paths) <= QUERY_LENGTH:
        query["lun.name"] = paths
    for record in _maps(client, query):
        place = (dig(record, "svm.name"), str(dig(record, "lun.name")).split("/")[2])
        if place in found:
            found[place].append(record)
    return found


def _maps(client: Client, query: dict[str, str]) -> list[Map]:
    try:
        return list(client.records(LUN_MAPS, [*FIELDS, *NODES], query))
    except ApiError as error:
        if error.code != UNKNOWN_FIELD:
            raise
        # An old release: whether there are maps at all decides what that means.
        return [{**record, "unknown": True} for record in client.records(LUN_MAPS, FIELDS, query)]


class Paths:
    """The maps of one volume's LUNs, and the HA pairs of the aggregates that its move is about."""

    def __init__(self, client: Client, place: Place, maps: list[Map], nodes: dict[str, Names], pairs: Pairs) -> None:
        self.client = client
        self.place = place
        self.maps = maps
        self.pairs = pairs
        self._nodes = nodes

    def pair(self, aggregate: str | None) -> Names:
        """The nodes of an aggregate's HA pair; none for an aggregate that is not there."""
        return self._nodes.get(aggregate or "", NOBODY)

    def cross(self, source: str, destination: str) -> bool:
        """Whether there are maps to which it matters that the volume moves between these aggregates."""
        here, there = self.pair(source), self.pair(destination)
        return bool(self.maps and here and there and here != there)

    def check(self, what: str, destination: str) -> None:
        """Refuse a move after which hosts that use the LUNs now would have no path to the node that has them."""
        if any(one.get("unknown") for one in self.maps):
            raise UnsupportedRelease(
                f"{what} has mapped LUNs and would move to another HA pair: reporting nodes need ONTAP {SINCE} to be changed by REST.",
                hint="Add the nodes on the command line (lun mapping add-reporting-nodes), then move with paths: ignore.",
            )
        there = self.pair(destination)
        lost = stranded(self.maps, hosts_of(self.client, self.maps), there)
        if lost:
            names = list(dict.fromkeys(f"{host} of igroup {self._igroup(key)}" for key, hosts in lost.items() for host in hosts))
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            raise Refused(
                f"{what} would move to {' and '.join(sorted(there))}, where hosts that use its LUNs are logged in to no LIF: "
                f"{', '.join(names[:SHOWN])}{more}.",
                hint="Log them in to LIFs on these nodes first, or set paths: ignore to leave all reporting nodes as they are.",
                target="paths",
            )

    def _igroup(self, key: str) -> str:
        return next(str(dig(one, "igroup.name")) for one in self.maps if key_of(one) == key)

    def goal(self, present: Names, absent: Names, only: set[str] | None = None, known: list[Map] | None = None) -> MapsGoal:
        """The goal that these nodes report the LUNs, and those do not; `only`: maps that are meant; `known`: what they are now."""
        return MapsGoal(self, present, absent - present, only, known)


def look(client: Client, asked: dict[Place, set[str]], maps: dict[Place, list[Map]] | None = None) -> dict[Place, Paths]:
    """The paths of volumes, with the aggregates that matter to each; what nobody needs is not read, nor are maps that are known."""
    maps = read_maps(client, asked) if maps is None else maps
    aggregates = {name for place, names in asked.items() if maps[place] for name in names}
    if not aggregates:
        return {place: Paths(client, place, maps[place], {}, Pairs({})) for place in asked}
    homes = {one["name"]: dig(one, "home_node.name") for one in client.select(ha.AGGREGATES, ["home_node.name"], {"name": aggregates})}
    pairs = Pairs.read(client)
    nodes = {name: pairs.of(home) for name, home in homes.items() if home}
    return {place: Paths(client, place, maps[place], nodes, pairs) for place in asked}


class MapsGoal(Goal):
    """All maps of a volume report these nodes, and none of those.

    added: keys of the maps that got nodes; kept: nodes that stay for the sake of hosts, in words.
    """

    def __init__(self, paths: Paths, present: Names, absent: Names, only: set[str] | None, known: list[Map] | None) -> None:
        self.paths = paths
        self.present = present
        self.absent = absent
        self.only = only
        self.added: set[str] = set()
        self.kept: list[str] = []
        self._known = known
        self._lacking: set[str] = set()
        self._effects: dict[str, tuple[Map, Names, bool]] = {}

    def read(self) -> list[Map]:
        """The maps; what is known counts once."""
        known, self._known = self._known, None
        return read_maps(self.paths.client, [self.paths.place])[self.paths.place] if known is None else known

    def view(self, state: list[Map]) -> dict[str, Any]:
        """Which nodes report which LUN."""
        return {key_of(one): sorted(current_nodes(one)) for one in state}

    def plan(self, state: list[Map]) -> Plan:
        """Nodes come before others go; a map that reports all nodes is left alone."""
        mine = [one for one in state if current_nodes(one) and (self.only is None or key_of(one) in self.only)]
        lacking = {key_of(one) for one in mine if self.present - current_nodes(one)}
        # Of a request whose answer was lost, the map tells.
        self.added |= {key_of(one) for one in mine} & (self._lacking - lacking)
        self._lacking = lacking
        steps = [self._add(one, pair) for one in mine for pair in self._split(self.present - current_nodes(one))]
        return Plan([*steps, *self._removals([one for one in mine if self._leaving(one)])], {})

    def _split(self, nodes: Names) -> list[Names]:
        return self.paths.pairs.split(nodes)

    def _leaving(self, one: Map) -> Names:
        """The nodes that are to stop to report a map; never all of them."""
        current = current_nodes(one)
        gone = self.absent & current
        return gone if (current | self.present) - gone else NOBODY

    def _removals(self, maps: list[Map]) -> list[Step]:
        """Nodes stop to report a LUN only where every host has a path without them."""
        hosts: Hosts = hosts_of(self.paths.client, maps) if maps else {}
        steps = []
        self.kept = []
        for one in maps:
            gone = self._leaving(one)
            lost = stranded([one], hosts, (current_nodes(one) | self.present) - gone).get(key_of(one))
            if lost:
                self.kept.append(f"{', '.join(sorted(gone))} for {', '.join(sorted(lost))} ({dig(one, 'lun.name')})")
                continue
            uuids = {node["name"]: node["uuid"] for node in one["reporting_nodes"]}
            for pair in self._split(gone):
                name = f"remove_reporting_nodes {' '.join(sorted(pair))} {words_for(one)}"
                self._effects[name] = (one, pair, False)
                steps.append(Step(name, "DELETE", f"{_path(one)}/{uuids[min(pair & gone)]}"))
        return steps

    def _add(self, one: Map, pair: Names) -> Step:
        name = f"add_reporting_nodes {' '.join(sorted(pair))} {words_for(one)}"
        self._effects[name] = (one, pair, True)
        return Step(name, "POST", _path(one), body={"name": min(pair)})

    def learn(self, step: Step, answer: Any) -> None:
        """Remember what was added, so that it can be taken away again."""
        one, _pair, comes = self._effects[step.name]
        self.added |= {key_of(one)} if comes else set()

    def apply(self, actions: Iterable[str], shown: dict[str, list[str]]) -> None:
        """Bring what is shown of the maps up to date with these steps."""
        for one, pair, comes in (self._effects[name] for name in actions if name in self._effects):
            nodes = set(shown.get(words_for(one), ()))
            shown[words_for(one)] = sorted(nodes | pair if comes else nodes - pair)


def with_nodes(maps: list[Map], nodes: Names) -> list[Map]:
    """What the maps will be when these nodes have been added, for a forecast."""
    found = copy.deepcopy(maps)
    for one in found:
        if current_nodes(one):
            one["reporting_nodes"] += [{"name": name, "uuid": ""} for name in sorted(nodes - current_nodes(one))]
    return found


def carry_out(client: Client, goal: MapsGoal, deadline: waiting.Deadline, check_mode: bool = False) -> list[str]:
    """Bring the maps to the goal; the steps that were taken, or would be."""
    actions: list[str] = Work(client, goal, deadline).run(check_mode)["actions"]
    return actions


def words_for(one: Map) -> str:
    """The LUN and the igroup of a map."""
    return f"{dig(one, 'lun.name')} {dig(one, 'igroup.name')}"


def _path(one: Map) -> str:
    return f"{LUN_MAPS}/{key_of(one)}/reporting-nodes"
