# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plans of LUN maps must know beyond the maps: HA pairs, places of LUNs, LUN ids in use, who is logged in.

Read once for all maps of a task, and only what a change of one of them really needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .client import Client, dig, literal
from .errors import InputError
from .igroup_users import IGROUPS
from .initiators import canonical
from .logins import User, logged_in, nodes_of
from .luns import LUNS
from .reporting_nodes import Pairs

LUN_MAPS = "/protocols/san/lun-maps"
Pair = tuple[Any, Any]
"""A goal and its record."""


class Facts:
    """What is known for one map."""

    def __init__(self) -> None:
        self.pairs = Pairs({})
        self.taken: dict[int, str] = {}
        self.only_map = False
        self._places: dict[tuple[str, str], str] = {}
        self._users: dict[User, set[str]] = {}
        self._svm = ""
        self._sign: Any = None

    def cover(self, goal: Any, state: Any) -> bool:
        """Whether they were gathered for this need, for the same initiators."""
        return self._sign == _sign(goal, state)

    def place(self, goal: Any) -> str:
        """The node that has the LUN of a map which is to be made."""
        key = (goal.params["svm"], goal.desired["lun"])
        if key not in self._places:
            raise InputError(f"There is no LUN {key[1]} in the SVM {key[0]}, or its volume is offline.", target="lun")
        return self._places[key]

    @property
    def users(self) -> dict[str, set[str]]:
        """The initiators of the map's igroup that are logged in, with the nodes where they are."""
        return {initiator: places for (svm, initiator), places in self._users.items() if svm == self._svm}

    def fill(self, goal: Any, state: Any, places: dict[tuple[str, str], str], users: dict[User, set[str]]) -> None:
        """Take what concerns this map."""
        self._sign = _sign(goal, state)
        self._places = places
        self._svm = goal.params["svm"]
        mine = _initiators(state)
        self._users = {user: nodes for user, nodes in users.items() if user[1] in mine}


def gather(client: Client, found: list[Pair]) -> None:
    """Fill the facts of these goals."""
    if not found:
        return
    pairs = Pairs.read(client) if any(goal.needs_pairs(state) for goal, state in found) else Pairs({})
    places = _places(client, [goal for goal, state in found if goal.needs_place(state)])
    for goal, _state in found:
        goal.facts = Facts()
        goal.facts.pairs = pairs
    _survey_igroups(client, found)
    _survey_numbers(client, [(goal, state) for goal, state in found if goal.remaps(state)])
    users = _users(client, [(goal, state) for goal, state in found if goal.cuts_off(state)])
    for goal, state in found:
        goal.facts.fill(goal, state, places, users)


def _sign(goal: Any, state: Any) -> Any:
    return goal.needs_pairs(state), goal.needs_place(state), goal.remaps(state), frozenset(_initiators(state))


def _initiators(state: Any) -> set[str]:
    return {canonical(name) for name in dig(state, "igroup.initiators") or []} if state else set()


def _places(client: Client, goals: list[Any]) -> dict[tuple[str, str], str]:
    if not goals:
        return {}
    wanted: dict[str, Iterable[str]] = {"svm.name": {goal.params["svm"] for goal in goals}, "name": {goal.desired["lun"] for goal in goals}}
    records = client.select(LUNS, ["location.node.name"], wanted)
    places = {(dig(one, "svm.name"), one["name"]): dig(one, "location.node.name") for one in records}
    return {key: node for key, node in places.items() if node}


def _survey_igroups(client: Client, found: list[Pair]) -> None:
    """Look at igroups for whose maps no initiators are shown (that an igroup passes on those of nested ones is documented for igroups
    only), and at those that may vanish with the map that is to be made anew (delete_on_unmap)."""
    unsure = [(goal, state) for goal, state in found if state and (goal.remaps(state) or goal.cuts_off(state) and not _initiators(state))]
    if not unsure:
        return
    fields = ["initiators.name"]
    if any(goal.remaps(state) for goal, state in unsure):
        fields += ["delete_on_unmap", "lun_maps.logical_unit_number"]
    records = {one["uuid"]: one for one in client.select(IGROUPS, fields, {"uuid": {dig(state, "igroup.uuid") for _goal, state in unsure}})}
    for goal, state in unsure:
        igroup = records.get(dig(state, "igroup.uuid"), {})
        state["igroup"]["initiators"] = [one["name"] for one in igroup.get("initiators") or []]
        goal.facts.only_map = bool(igroup.get("delete_on_unmap")) and len(igroup.get("lun_maps") or []) < 2


def _survey_numbers(client: Client, found: list[Pair]) -> None:
    """Who has the LUN ids that are to be used. Source: API reference, 1254324: a number stands for one LUN per initiator, whatever
    the igroup; it is looked at before the LUN is unmapped, because ONTAP looks only when it is mapped again."""
    if not found:
        return
    numbers = sorted({goal.desired["lun_id"] for goal, _state in found})
    svms = sorted({goal.params["svm"] for goal, _state in found})
    query = {"svm.name": "|".join(map(literal, svms)), "logical_unit_number": "|".join(map(str, numbers))}
    fields = ["svm.name", "lun.name", "lun.uuid", "igroup.name", "igroup.uuid", "igroup.initiators", "logical_unit_number"]
    used = list(client.records(LUN_MAPS, fields, query))
    for goal, state in found:
        for one in used:
            same_svm = dig(one, "svm.name") == goal.params["svm"] and dig(one, "lun.uuid") != dig(state, "lun.uuid")
            if same_svm and (dig(one, "igroup.uuid") == dig(state, "igroup.uuid") or _initiators(one) & _initiators(state)):
                goal.facts.taken[one["logical_unit_number"]] = f"{dig(one, 'lun.name')} has it in igroup {dig(one, 'igroup.name')}"


def _users(client: Client, found: list[Pair]) -> dict[User, set[str]]:
    users = logged_in(client, {(goal.params["svm"], name) for goal, state in found for name in _initiators(state)})
    # Where they are logged in matters only for maps that stay, with fewer reporting nodes.
    return nodes_of(client, users) if users and any(goal.narrows(state) for goal, state in found) else users
