# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goal that a LIF is on a node, or has left one.

Source of paths, codes and what REST can do: API reference, ip_interface; network guide and CLI manual, network interface migrate, modify.
"""

from __future__ import annotations

from typing import Any

from . import plan as plans
from .client import Client, dig
from .errors import Ambiguous, InputError, OntapError, Refused
from .fields import Field
from .lif_migrate_places import FC_LIFS, LIFS, Place, Places, home_of, name_of, place_of, refuse_loss, unprotected, why_bound
from .objects import Index, Key, ObjectGoal, Resource
from .plan import Plan, Step
from .smb_allow import AllowList

IDENTITY = (Field("svm", "svm.name"), Field("name"), Field("uuid"))
PLACE = (
    Field("node", "location.node.name"),
    Field("port", "location.port.name"),
    Field("home_node", "location.home_node.name"),
    Field("home_port", "location.home_port.name"),
    Field("is_home", "location.is_home"),
    Field("auto_revert", "location.auto_revert"),
    Field("state"),
)
LIF = Resource("LIF", LIFS, (Field("name"),), PLACE)
FIELDS = [
    *(field.path for field in (*IDENTITY, *PLACE)),
    "enabled",
    "vip",
    "scope",
    "services",
    "ip.address",
    "ipspace.name",
    "location.failover",
]
"""What is read of a LIF: all that a plan needs, so that one read is enough for one that has nothing to do."""


class LifGoal(ObjectGoal):
    """The goal that one LIF is on `to_node`, or is not on `from_node`."""

    resource = LIF

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.svm: str | None = params.get("svm")
        self.name: str | None = params.get("name")
        if self.name and not self.svm and ":" in self.name:
            self.svm, _colon, self.name = self.name.partition(":")
        self.uuid: str | None = params.get("uuid")
        self.to_node: str | None = params.get("to_node")
        self.to_port: str | None = params.get("to_port")
        self.from_node: str | None = params.get("from_node")
        self.rehomes = params["home"] == "change"
        called = f"{self.svm}:{self.name}" if self.svm else self.name
        self.what = f"LIF {called or self.uuid}"
        self.record: dict[str, Any] | None = None
        self.places: Places | None = None
        self.sessions: list[dict[str, Any]] = []
        self.allow = AllowList(params.get("smb_allow"))
        check_task(params)

    def know(self, record: dict[str, Any]) -> None:
        """Take a record that was read with others."""
        self.what = f"LIF {name_of(record)}"
        self.record = self._known = record

    # -- which LIF is meant --------------------------------------------------------------------------------------------

    def paths(self) -> Key:
        """By uuid, or by name and SVM, or by name."""
        return ("uuid",) if self.uuid else (("svm.name", "name") if self.svm else ("name",))

    def keys(self) -> list[Key]:
        """The values of those."""
        return [(self.uuid,) if self.uuid else ((self.svm, str(self.name)) if self.svm else (str(self.name),))]

    def asked(self) -> list[str]:
        """All that a plan needs."""
        return FIELDS

    def choose(self, index: Index) -> dict[str, Any]:
        """The record that is meant; there must be exactly one, and FC LIFs are not among IP LIFs."""
        found = index.get(self.keys()[0]) or []
        if len(found) > 1:
            raise Ambiguous(
                f"{self.what}: there are several: {', '.join(sorted(map(name_of, found)))}.", hint="Name the SVM.", target="svm"
            )
        if found:
            self.what = f"LIF {name_of(found[0])}"
            return found[0]
        self._refuse_fc()
        raise InputError(f"{self.what} does not exist.", hint="Check the names of the LIF and of its SVM.", target="name")

    def _refuse_fc(self) -> None:
        wanted = {path: [value] for path, value in zip(self.paths(), self.keys()[0])}
        for one in self.client.select(FC_LIFS, ["svm.name", "name", "location.node.name"], wanted):
            raise Refused(
                f"LIF {name_of(one)} is an FC LIF on {dig(one, 'location.node.name')}: ONTAP does not migrate SAN LIFs.",
                hint="Hosts use their paths to other nodes meanwhile.",
            )

    # -- what the plans must know --------------------------------------------------------------------------------------

    @classmethod
    def survey(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """Ports, nodes and SMB sessions, read once for all LIFs that have to go anywhere."""
        going = [(goal, state) for goal, state in found if state is not None and not goal.reached(state) and why_bound(state) is None]
        if not going:
            return
        places = Places.read(client, any(goal.to_node is None for goal, _state in going))
        asked = [(goal, address_of(state)) for goal, state in going if goal.minds_sessions(state)]
        sessions = unprotected(client, {address for _goal, address in asked})
        for goal, _state in going:
            goal.places = places
        for goal, address in asked:
            goal.sessions, _given_up = goal.allow.split(client, sessions.get(address, []))

    def minds_sessions(self, state: dict[str, Any]) -> bool:
        """Whether SMB sessions could be lost that nobody gave up."""
        return not self.params["accept_smb_disruption"] and not self._in_place(state) and "data_cifs" in (state.get("services") or [])

    def reached(self, state: dict[str, Any]) -> bool:
        """Whether nothing has to be changed."""
        home = home_of(state)
        if not self._in_place(state):
            return False
        if not self.rehomes:
            return True
        if self.to_node is None:
            return home[0] != self.from_node
        return home[0] == self.to_node and self.to_port in (None, home[1])

    def _in_place(self, state: dict[str, Any]) -> bool:
        node, port = place_of(state)
        return node != self.from_node if self.to_node is None else node == self.to_node and self.to_port in (None, port)

    # -- the questions of the engine -----------------------------------------------------------------------------------

    def view(self, state: Any) -> dict[str, Any] | None:
        """The LIF in playbook words."""
        return plans.view([*IDENTITY, *PLACE], state)

    def plan(self, state: Any) -> Plan:
        """Migrate, and make the new place the home where that is asked for."""
        before = self.view(state) or {}
        if self.reached(state):
            return Plan(after=before, pending=not has_arrived(state))
        why = why_bound(state)
        if why is not None:
            raise Refused(f"{self.what} stays on {place_of(state)[0]}: {why}.", hint="Leave it out of the task.")
        if self.places is None:
            self.survey(self.client, [(self, state)])
        target = self._target(state, self.places or Places())
        steps, after = [], dict(before)
        if target != place_of(state):
            refuse_loss(self.what, self.sessions)
            steps.append(self._step("migrate", state, target, ""))
            after.update(node=target[0], port=target[1], state="up" if state.get("enabled") else before["state"])
        if self.rehomes and target != home_of(state):
            steps.append(self._step("rehome", state, target, "home_"))
            after.update(home_node=target[0], home_port=target[1])
        after["is_home"] = (after["node"], after["port"]) == (after["home_node"], after["home_port"])
        return Plan(steps, after)

    def explain(self, error: OntapError) -> OntapError:
        """ONTAP's refusals have the uuid of the LIF only."""
        if self.what not in error.message:
            error.message = f"{self.what}: {error.message}"
        return error

    def _target(self, state: dict[str, Any], places: Places) -> Place:
        if self._in_place(state):
            return place_of(state)
        if self.to_node is None:
            nodes = places.candidates(str(self.from_node), home_of(state)[0])
        elif not places.knows(self.to_node):
            raise InputError(f"The cluster has no node {self.to_node}.", target="to_node")
        else:
            nodes = [self.to_node]
        return places.port(self.what, state, nodes, self.to_port)

    def _step(self, name: str, state: dict[str, Any], target: Place, which: str) -> Step:
        node, port = target
        body = {"location": {f"{which}node": {"name": node}, f"{which}port": {"name": port, "node": {"name": node}}}}
        return Step(name, "PATCH", f"{LIFS}/{state['uuid']}", body=body)


def check_task(params: dict[str, Any]) -> None:
    """What makes no sense is said before anything is sent."""
    if not params.get("to_node") and not params.get("from_node"):
        raise InputError(
            "Where the LIF is to go is not said: give to_node, or from_node to leave the choice to the task.", target="to_node"
        )
    if params.get("to_node") == params.get("from_node"):
        raise InputError(f"to_node and from_node are the same: {params['to_node']}.", target="to_node")
    if params.get("to_port") and not params.get("to_node"):
        raise InputError("to_port needs to_node: a port is one of a node.", target="to_port")


def address_of(record: dict[str, Any]) -> tuple[str | None, str]:
    """SVM and address, by which SMB sessions know their LIF."""
    return dig(record, "svm.name"), str(dig(record, "ip.address"))


def has_arrived(record: dict[str, Any]) -> bool:
    """Whether the LIF answers; one that is disabled is not waited for."""
    return record.get("state") == "up" or not record.get("enabled")


def sentence(record: dict[str, Any], foretold: bool) -> str:
    """Where the LIF is, and whether it stays there."""
    name = f"{record['svm']}:{record['name']}" if record["svm"] else record["name"]
    text = f"LIF {name} {'would be' if foretold else 'is'} on {record['node']}, port {record['port']}"
    if record["is_home"]:
        return f"{text}, its home."
    text += f"; its home is {record['home_node']}, port {record['home_port']}."
    if record["auto_revert"]:
        return text + " It has auto_revert, so ONTAP may send it home by itself, as when its home node starts."
    return text + " It stays there until somebody sends it home."
