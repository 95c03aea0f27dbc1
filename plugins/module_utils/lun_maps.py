# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUN maps: their number (LUN id), their reporting nodes, and what must not be done under a host.

Source of paths, codes and what REST can do: API reference, lun_map and lun_map_reporting_node.
"""

from __future__ import annotations

from typing import Any

from . import lun_map_facts as facts
from . import plan as plans
from . import reporting_nodes as nodes
from .client import Client, dig
from .errors import InputError, OntapError, Refused
from .fields import Field
from .lun_map_facts import LUN_MAPS, Facts
from .luns import path_of_lun
from .objects import ObjectGoal, Resource
from .plan import Plan, Step

LUN_ID = Field("lun_id", "logical_unit_number")

LUN_MAP = Resource(
    "LUN map",
    LUN_MAPS,
    (Field("svm", "svm.name"), Field("lun", "lun.name"), Field("igroup", "igroup.name")),
    (LUN_ID, Field("reporting_nodes", since="9.10.1")),
    # The number is ONTAP's to choose unless the task does.
    assigned=(Field("lun_uuid", "lun.uuid"), Field("igroup_uuid", "igroup.uuid"), LUN_ID),
    key=("lun.uuid", "igroup.uuid"),
)


class LunMapGoal(ObjectGoal):
    """The goal that a LUN is mapped to an igroup in this way, or is not mapped to it."""

    resource = LUN_MAP

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.what = f"map of LUN {self.desired['lun']} to igroup {self.desired['igroup']}"
        self.mode: str = params["reporting_nodes_mode"]
        self.facts = Facts()
        self._again: tuple[nodes.Names, list[nodes.Names]] | None = None
        self._remapping = False
        if self.present and self.desired.get("reporting_nodes") == [] and self.mode == "exact":
            raise InputError(
                f"{self.what}: a map keeps at least the nodes of one HA pair.",
                hint="Leave reporting_nodes out, or set reporting_nodes_mode to trim to keep the pair of the LUN only.",
                target="reporting_nodes",
            )

    def wish(self) -> dict[str, Any]:
        """The fields that are asked for, with the LUN as a path."""
        wish = super().wish()
        wish["lun"] = path_of_lun(wish["lun"], self.params.get("volume"), self.params.get("qtree"))
        if "reporting_nodes" in wish:
            wish["reporting_nodes"] = sorted(set(wish["reporting_nodes"]))
        return wish

    # -- reading -------------------------------------------------------------------------------------------------------

    def asked(self) -> list[str]:
        """What was asked for; with what a removal or a new number has to know where one may be needed."""
        fields = [field for field in super().asked() if field != "reporting_nodes"]
        if "reporting_nodes" in self.desired or self._may_remap():
            fields += ["reporting_nodes.name", "reporting_nodes.uuid", "lun.node.name"]
        if not self.present or "reporting_nodes" in self.desired or self._may_remap():
            fields.append("igroup.initiators")
        return fields

    def needs(self) -> dict[str, str]:
        """A new number needs the reporting nodes, to keep them."""
        return {**super().needs(), **({"option allow_remap": "9.10.1"} if self._may_remap() else {})}

    def _may_remap(self) -> bool:
        return self.present and self.params["allow_remap"] and "lun_id" in self.desired

    def view(self, state: Any) -> dict[str, Any] | None:
        """The record in playbook words."""
        shown = super().view(state)
        if shown is not None and "reporting_nodes" in self.desired:
            shown["reporting_nodes"] = sorted(current_nodes(state))
        return shown

    @classmethod
    def survey(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """What else the plans must know, read once for all of them: HA pairs, places of LUNs, numbers in use, logins."""
        facts.gather(client, [(goal, state) for goal, state in found if goal.wants_facts(state)])

    # -- what a plan needs to know -------------------------------------------------------------------------------------

    def wants_facts(self, state: Any) -> bool:
        """Whether the plan for this state needs more than the state."""
        return self.needs_pairs(state) or self.remaps(state) or self.cuts_off(state)

    def remaps(self, state: Any) -> bool:
        """Whether the map has another number than the one that was asked for, and may get it."""
        return state is not None and self._may_remap() and state.get("logical_unit_number") != self.desired["lun_id"]

    def needs_pairs(self, state: Any) -> bool:
        """Whether the HA pairs decide: for nodes that come or go, and for those that a new map has to get again."""
        if self.remaps(state) and not nodes.settled("trim", frozenset(), current_nodes(state), owner_of(state)):
            return True
        return self.present and "reporting_nodes" in self.desired and (state is None or not self._settled(state))

    def _settled(self, state: dict[str, Any]) -> bool:
        return nodes.settled(self.mode, frozenset(self.desired["reporting_nodes"]), current_nodes(state), owner_of(state))

    def needs_place(self, state: Any) -> bool:
        """Whether the node of a LUN that is not mapped yet decides."""
        return state is None and self.needs_pairs(state)

    def narrows(self, state: Any) -> bool:
        """Whether nodes stop to report (a map without reporting nodes reports all of them)."""
        if state is None or self.remaps(state) or not self.needs_pairs(state) or self.mode == "add":
            return False
        try:
            wanted = self._wanted(state)
        except OntapError:
            return False
        current = current_nodes(state)
        return not current or bool(current - wanted)

    def cuts_off(self, state: Any) -> bool:
        """Whether a host may lose paths, and the task does not accept it."""
        return state is not None and not self.params["allow_in_use"] and (not self.present or self.remaps(state) or self.narrows(state))

    def _wanted(self, state: dict[str, Any]) -> nodes.Names:
        """The nodes that the map is to have."""
        owner = owner_of(state)
        if owner is None:
            raise Refused(
                f"{self.what}: ONTAP does not say which node has the LUN, so its reporting nodes cannot be changed safely.",
                hint="See that the volume of the LUN is online.",
            )
        if "reporting_nodes" not in self.desired:
            return current_nodes(state)
        return nodes.aim(self.mode, frozenset(self.desired["reporting_nodes"]), current_nodes(state), owner, self.facts.pairs)

    def _learn_facts(self, state: Any) -> Facts:
        """The facts of the survey, or, when the map has changed since, fresh ones."""
        if self.wants_facts(state) and not self.facts.cover(self, state):
            facts.gather(self.client, [(self, state)])
        return self.facts

    # -- plans ---------------------------------------------------------------------------------------------------------

    def created(self) -> Plan:
        """A new map; nodes beyond the pair of the LUN come with it, or after it when there are more pairs than one."""
        after = {**(super().created().after or {}), "lun_id": self.desired.get("lun_id")}
        if self._again is None and "reporting_nodes" in self.desired:
            known = self._learn_facts(None)
            owner = known.place(self)
            own = known.pairs.of(owner)
            wanted = nodes.aim(self.mode, frozenset(self.desired["reporting_nodes"]), own, owner, known.pairs)
            self._again = wanted, [pair for pair in known.pairs.split(wanted) if pair != own]
        wanted, more = self._again or (frozenset(), [])
        if "reporting_nodes" in self.desired:
            after["reporting_nodes"] = sorted(wanted)
        return Plan(self._mapping(more), after)

    def _mapping(self, more: list[nodes.Names]) -> list[Step]:
        """The request that maps, which takes one more pair along, and those for any further pairs."""
        fields = [*self.resource.identity, LUN_ID]
        query: dict[str, Any] = {"return_records": True}
        if more:
            query["additional_reporting_node.name"] = min(more[0])
        step = Step("create", "POST", self.resource.path, body=plans.body_of(fields, self.desired), query=query)
        return [step, *(_add(pair, lambda: f"{self.path_of_new()}/reporting-nodes") for pair in more[1:])]

    def changed(self, state: dict[str, Any]) -> Plan:
        """Another number is another map; nodes are added before others are removed."""
        before = self.view(state) or {}
        if "lun_id" in self.desired and before["lun_id"] != self.desired["lun_id"]:
            return self._remapped(state, before)
        if self._remapping or "reporting_nodes" not in self.desired or self._settled(state):
            return self._resumed(state, before)
        known, current = self._learn_facts(state), current_nodes(state)
        wanted = self._wanted(state)
        if wanted == current:
            return Plan(after=before)
        self._refuse_stranding(state, wanted)
        path = f"{self.path_of(state)}/reporting-nodes"
        own = known.pairs.of(owner_of(state) or "")
        # The pair of the LUN first: with the first node, a map that reports all nodes becomes one that reports those.
        coming = sorted(known.pairs.split(wanted - current), key=lambda pair: pair != own)
        uuids = {one["name"]: one["uuid"] for one in state.get("reporting_nodes") or []}
        steps = [_add(pair, path) for pair in coming]
        for pair in known.pairs.split(current - wanted):
            steps.append(Step(f"remove_reporting_nodes {_named(pair)}", "DELETE", f"{path}/{uuids[min(pair & current)]}"))
        return Plan(steps, {**before, "reporting_nodes": sorted(wanted)})

    def _resumed(self, state: dict[str, Any], before: dict[str, Any]) -> Plan:
        """Nothing to do; or, after a remap whose answer was lost, what is missing of the nodes that the map had before."""
        wanted, more = self._again if self._remapping and self._again else (frozenset(), [])
        path = f"{self.path_of(state)}/reporting-nodes"
        steps = [_add(pair, path) for pair in more if not pair <= current_nodes(state)]
        return Plan(steps, {**before, "reporting_nodes": sorted(wanted)} if steps and "reporting_nodes" in before else before)

    def _remapped(self, state: dict[str, Any], before: dict[str, Any]) -> Plan:
        """Unmap and map with the new number, and with the reporting nodes that the map has."""
        number = self.desired["lun_id"]
        if not self.params["allow_remap"]:
            raise Refused(
                f"{self.what} has the LUN id {before['lun_id']}, and {number} was asked for: hosts know the disk by its LUN id.",
                hint="Leave lun_id out, or set allow_remap to unmap the LUN and map it again when its hosts have let go of it.",
                target="logical_unit_number",
            )
        known = self._learn_facts(state)
        self._refuse_dead_end(state, known)
        self._refuse_users("mapped again with another LUN id")
        after = {**before, "lun_id": number}
        wanted, more = current_nodes(state), []
        if self.needs_pairs(state):
            own = known.pairs.of(owner_of(state) or "")
            wanted = self._wanted(state) | own
            more = [pair for pair in known.pairs.split(wanted) if pair != own]
        if "reporting_nodes" in self.desired:
            after["reporting_nodes"] = sorted(wanted)
        self._again = wanted, more
        self._remapping = True
        return Plan([Step("delete", "DELETE", self.path_of(state)), *self._mapping(more)], after)

    def _refuse_dead_end(self, state: dict[str, Any], known: Facts) -> None:
        """A map that is deleted must be sure to come back."""
        number = self.desired["lun_id"]
        if number in known.taken:
            raise Refused(f"{self.what}: the LUN id {number} is taken: {known.taken[number]}.", hint="Choose another lun_id.")
        if known.only_map:
            raise Refused(
                f"{self.what}: ONTAP would delete the igroup together with its last map (delete_on_unmap).",
                hint="Set delete_on_unmap of the igroup to false first.",
            )
        if not current_nodes(state):
            raise Refused(
                f"{self.what}: the map reports all nodes, a new one would not, and REST cannot bring that back.",
                hint="Choose its reporting_nodes in a task of their own first.",
            )

    def without(self, state: Any) -> Plan:
        """Unmap, but not under a host that is logged in."""
        if state is not None:
            self._learn_facts(state)
            self._refuse_users("unmapped")
        return super().without(state)

    def _refuse_users(self, fate: str) -> None:
        users = sorted(self.facts.users)
        if users and not self.params["allow_in_use"]:
            raise Refused(
                f"LUN {self.desired['lun']} would be {fate} under hosts that are logged in: {', '.join(users)} of igroup "
                f"{self.desired['igroup']}.",
                hint="Unmount the disk and remove its device on the host, then set allow_in_use.",
            )

    def _refuse_stranding(self, state: dict[str, Any], wanted: nodes.Names) -> None:
        """No host is left without a path because nodes stop to report."""
        stranded = sorted(user for user, places in self.facts.users.items() if not places & wanted)
        if stranded and self.narrows(state) and not self.params["allow_in_use"]:
            raise Refused(
                f"{self.what}: {', '.join(stranded)} would lose the last path, logged in to no LIF on {', '.join(sorted(wanted))}.",
                hint="Log in to LIFs on these nodes on the host first, or set allow_in_use.",
            )

    # -- outcome -------------------------------------------------------------------------------------------------------

    def explain(self, error: OntapError) -> OntapError:
        """When a remap got stuck between its steps, what that means."""
        done = error.facts.get("actions_done") or []
        if self._remapping and "delete" in done:
            wanted, more = self._again or (frozenset(), [])
            if "create" not in done:
                error.message += f" LUN {self.desired['lun']} is not mapped to igroup {self.desired['igroup']} now."
                error.hint += f" Running the task again maps it with the LUN id {self.desired['lun_id']}."
            if more:
                error.hint += f" Give reporting_nodes [{', '.join(sorted(wanted))}] to have these again too."
            error.hint = error.hint.strip()
        return error


def current_nodes(state: dict[str, Any]) -> nodes.Names:
    """The names of the reporting nodes of a map; none means all nodes."""
    return frozenset(one["name"] for one in state.get("reporting_nodes") or [])


def owner_of(state: dict[str, Any]) -> str | None:
    """The node that has the LUN of a map."""
    return dig(state, "lun.node.name")


def _named(pair: nodes.Names) -> str:
    return " ".join(sorted(pair))


def _add(pair: nodes.Names, path: Any) -> Step:
    return Step(f"add_reporting_nodes {_named(pair)}", "POST", path, body={"name": min(pair)})
