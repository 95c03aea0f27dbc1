# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reporting nodes that follow one LUN to another volume: added before it moves to another HA pair, removed after it has arrived.

What is read stops at the first answer that says that nothing has to follow: an unmapped LUN costs nothing, a cluster of one HA pair one
read. The rules are those of move_paths.py, which does the same for a whole volume.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from . import ha, waiting
from .client import Client, dig
from .errors import ApiError, NotAuthorized, OntapError
from .lun_map_facts import LUN_MAPS
from .lun_maps import current_nodes
from .luns import volume_of_lun
from .move_paths import FIELDS, NOBODY, NODES, Map, MapsGoal, Paths, carry_out, with_nodes
from .objects import UNKNOWN_FIELD
from .reporting_nodes import NODES as CLUSTER_NODES
from .reporting_nodes import Names, Pairs
from .volume_fields import VOLUMES

Place = tuple[str, str]
"""SVM and volume."""

CLEANUP = 60.0
"""Seconds that are left for taking nodes away again after a failure. Choice."""


class Way:
    """From where to where a LUN moves, or has moved (over)."""

    def __init__(self, svm: str, uuid: str, source: str, destination: str, *, over: bool = False) -> None:
        self.uuid = uuid
        self.path = destination
        self.source: Place = (svm, volume_of_lun(source))
        self.destination: Place = (svm, volume_of_lun(destination))
        self.over = over


class LunMapsGoal(MapsGoal):
    """The maps of one LUN report these nodes, and not those."""

    uuid = ""

    def read(self) -> list[Map]:
        """The maps, by the uuid of the LUN, which it keeps while its path changes; what is known counts once."""
        known, self._known = self._known, None
        return read_maps(self.paths.client, {self.uuid}) if known is None else known

    def apply(self, actions: Iterable[str], shown: dict[str, list[str]]) -> None:
        """Bring what is shown of the maps, by igroup, up to date with these steps."""
        for one, pair, comes in (self._effects[name] for name in actions if name in self._effects):
            igroup = str(dig(one, "igroup.name"))
            nodes = set(shown.get(igroup, ()))
            shown[igroup] = sorted(nodes | pair if comes else nodes - pair)


class Follow:
    """What has to be done about the paths to one LUN that moves to another HA pair."""

    def __init__(self, client: Client, way: Way, maps: list[Map], homes: dict[Place, Names], pairs: Pairs) -> None:
        self.way = way
        self._here, self._there = homes[way.source], homes[way.destination]
        self._maps = maps
        self._paths = Paths(client, way.destination, maps, {way.path: self._there}, pairs)
        self._added: set[str] = set()
        self.before = {str(dig(one, "igroup.name")): sorted(current_nodes(one)) for one in maps}
        self.after = dict(self.before)
        self.told: dict[str, list[str]] = {"added": [], "removed": [], "kept": []}

    def check(self, what: str) -> None:
        """Refuse a move after which hosts would have no path to the node that has the LUN."""
        self._paths.check(what, self.way.path)

    def add(self, deadline: waiting.Deadline, check_mode: bool = False) -> list[str]:
        """The nodes of the destination report the LUN, too."""
        goal = self._goal(self._there, NOBODY, known=self._maps)
        try:
            self.told["added"] = self._carry_out(goal, deadline, check_mode)
        finally:
            self._added = goal.added
        return self.told["added"]

    def remove(self, deadline: waiting.Deadline, check_mode: bool = False) -> list[str]:
        """The nodes where the LUN was stop to report it, as far as no host needs them."""
        goal = self._goal(self._there, self._here, known=self._foretold() if check_mode else None)
        self.told["removed"] = self._carry_out(goal, deadline, check_mode)
        self.told["kept"] = goal.kept
        return self.told["removed"]

    def undo(self) -> str:
        """Take away what was added, after a move that came to nothing; a sentence on it."""
        if not self._added:
            return ""
        goal = self._goal(NOBODY, self._there, only=self._added)
        with suppress(OntapError):
            self._carry_out(goal, waiting.Deadline(CLEANUP), False)
            return " The reporting nodes that had been added have been taken away again."
        return " The reporting nodes that had been added are still there."

    def _goal(self, present: Names, absent: Names, only: set[str] | None = None, known: list[Map] | None = None) -> LunMapsGoal:
        goal = LunMapsGoal(self._paths, present, absent - present, only, known)
        goal.uuid = self.way.uuid
        return goal

    def _carry_out(self, goal: LunMapsGoal, deadline: waiting.Deadline, check_mode: bool) -> list[str]:
        actions = carry_out(self._paths.client, goal, deadline, check_mode)
        goal.apply(actions, self.after)
        return actions

    def _foretold(self) -> list[Map]:
        """What the maps would be when the LUN has arrived."""
        found = with_nodes(self._maps, self._there)
        for one in found:
            one["lun"]["name"] = self.way.path
        return found


# -- what is read ----------------------------------------------------------------------------------------------------------


def look(client: Client, ways: list[Way]) -> dict[str, Follow]:
    """By the uuid of the LUN: what has to follow, for the mapped LUNs that change, or have changed, their HA pair."""
    try:
        return _look(client, ways) if ways else {}
    except NotAuthorized as error:
        error.hint = "An account of the cluster is needed to let reporting nodes follow a mapped LUN; paths: ignore moves it without that."
        raise


def _look(client: Client, ways: list[Way]) -> dict[str, Follow]:
    over = {way.uuid for way in ways if way.over}
    maps = read_maps(client, over) if over else []
    # A map with the nodes of one HA pair has nothing left over.
    wide = {dig(one, "lun.uuid") for one in maps if len(current_nodes(one)) > 2}
    ways = [way for way in ways if not way.over or way.uuid in wide]
    pairs = _pairs(client) if ways else None
    homes = _homes(client, ways, pairs) if pairs else {}
    crossing = [way for way in ways if homes.get(way.source, NOBODY) != homes.get(way.destination, NOBODY)]
    crossing = [way for way in crossing if way.source in homes and way.destination in homes]
    missing = {way.uuid for way in crossing} - over
    maps += read_maps(client, missing) if missing else []
    found: dict[str, list[Map]] = {}
    for one in maps:
        found.setdefault(dig(one, "lun.uuid"), []).append(one)
    return {way.uuid: Follow(client, way, found[way.uuid], homes, pairs) for way in crossing if pairs and way.uuid in found}


def _pairs(client: Client) -> Pairs | None:
    """The HA pairs; None where there is one only."""
    records = client.records(CLUSTER_NODES, ["name", "ha.partners.name"])
    partners = {one["name"]: frozenset(node["name"] for node in dig(one, "ha.partners") or []) for one in records}
    pairs = Pairs(partners)
    return pairs if len(pairs.split(partners)) > 1 else None


def _homes(client: Client, ways: list[Way], pairs: Pairs) -> dict[Place, Names]:
    """The HA pairs of the volumes: a read of the volumes, and one of their aggregates when those differ."""
    wanted = {place for way in ways for place in (way.source, way.destination)}
    names = {"svm.name": {svm for svm, _volume in wanted}, "name": {volume for _svm, volume in wanted}}
    volumes = {(dig(one, "svm.name"), one["name"]): one for one in client.select(VOLUMES, ["aggregates.name"], names)}
    places = {key: one["aggregates"][0]["name"] for key, one in volumes.items() if one.get("aggregates")}
    if all(places.get(way.source) == places.get(way.destination) for way in ways):
        return {}
    aggregates = client.select(ha.AGGREGATES, ["home_node.name"], {"name": set(places.values())})
    nodes = {one["name"]: dig(one, "home_node.name") for one in aggregates}
    return {key: pairs.of(nodes[aggregate]) for key, aggregate in places.items() if nodes.get(aggregate)}


def read_maps(client: Client, luns: set[str]) -> list[Map]:
    """The maps of these LUNs, with the nodes that report them; marked as unknown where the release does not tell."""
    try:
        return list(client.select(LUN_MAPS, [*FIELDS, *NODES], {"lun.uuid": luns}))
    except ApiError as error:
        if error.code != UNKNOWN_FIELD:
            raise
        return [{**one, "unknown": True} for one in client.select(LUN_MAPS, FIELDS, {"lun.uuid": luns})]
