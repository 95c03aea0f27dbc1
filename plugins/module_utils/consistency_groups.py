# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consistency groups: the goal that one is there with these volumes, LUNs, children and settings, or is gone.

Where a task is about members, one read brings all groups of the SVM, so that a volume of somebody else's group is known before anything is
sent. Source of codes and of what REST can do: API reference, consistency_group.
"""

from __future__ import annotations

from typing import Any

from . import consistency_delete, flexclone
from .client import Answer, Client, dig
from .consistency_fields import FIELDS, GROUP, LUN_FIELDS, PLACE, QOS_FIELD, VOLUME_FIELDS, Record, Scene, igroups_of
from .consistency_parts import Part
from .consistency_steps import clone_body, holding_name, mapping, qos_steps, rename_steps
from .consistency_tree import Tree, adding, detaching, promotion
from .errors import InputError, OntapError, UnsupportedRelease
from .gather import UNKNOWN
from .group_members import GROUPS
from .igroup_users import IGROUPS
from .luns import LUNS, MAPS
from .objects import Index, Key
from .plan import Plan, Step
from .version import require

MEMBERS = ("volumes", "new_volumes", "luns", "children", "qos_policy")
HINTS = {
    "53411842": "Check the names of the groups.",
    "53411860": "A group of this name is there or being made: run the task again.",
    "53411865": "A volume is in one consistency group: take it out of the other one first.",
    "1638600": "Check clone.snapshot: it must be a snapshot of the group that is cloned.",
    "460770": "If a volume of that name is there and is to join, name it in volumes, not in new_volumes.",
    "917526": "If a volume of that name is there and is to join, name it in volumes, not in new_volumes.",
    "917551": "Check snapshot_policy: the policy must be one of the SVM or of the cluster.",
    "8454243": "Check qos_policy: the policy must be one of the SVM or of the cluster.",
}
"""What helps with ONTAP's refusals, by code."""


class GroupGoal(flexclone.SplitGoal):
    """The goal that a consistency group is there with these parts and settings, or absent."""

    resource = GROUP
    grace = 20.0

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.what = f"consistency group {params['svm']}:{params['name']}"
        self.ending = consistency_delete.Ending(client, self.what, params)
        self.scene = Scene([])
        self.found: dict[str, list[str]] | None = None
        """LUNs of volumes that are to join, with their igroups, once they were asked for."""
        self.igroups: dict[str, list[str]] | None = None
        """The igroups of new LUNs that are there, once they were asked for."""
        self._holder = ""
        self._looks = 0
        self.wide = bool(self.ending.names) if not self.present else any(params.get(word) is not None for word in (*MEMBERS, "from_name"))
        self._check_sense()

    def _check_sense(self) -> None:
        if self.present and self.ending.names:
            raise InputError(f"{self.what}: delete_volumes goes with state: absent.", target="delete_volumes")
        if self.present and self.params.get("children") == []:
            raise InputError(f"{self.what}: children is empty.", hint="Leave it out; state: absent deletes a group.", target="children")

    # -- what is read --------------------------------------------------------------------------------------------------

    def paths(self) -> Key:
        """With members, all groups of the SVM are read."""
        return ("svm.name",) if self.wide else super().paths()

    def asked(self) -> list[str]:
        """What was asked for, of the group and of its children, which are groups of the SVM too."""
        fields = [*PLACE, *super().asked()]
        if not self.present:
            fields += ["consistency_groups.uuid"]
            return fields + (["volumes.name"] if self.ending.names else [])
        children = self.params.get("children") or []
        if self.wide:
            fields += VOLUME_FIELDS
        if any(one.get("luns") for one in (self.params, *children)):
            fields += LUN_FIELDS
        if self.params["qos_policy"] is not None:
            fields.append(QOS_FIELD)
        fields += [field.path for field in FIELDS if any(one.get(field.option) is not None for one in children)]
        return fields + (list(flexclone.SPLIT_FIELDS) if self.params["split"] else [])

    def needs(self) -> dict[str, str]:
        """What the task uses that not every release has."""
        found = super().needs() if self.present else {}
        for one in (self.params.get("children") or []) if self.present else []:
            found.update({f"option children.{field.option}": field.since for field in FIELDS if field.since and one.get(field.option)})
        return {**found, "option split": "9.15.1"} if self.present and self.params["split"] else found

    def _later(self) -> dict[str, str]:
        """What writes need, which the release says only when it refuses them."""
        since = {"from_name": "9.13.1", "clone": "9.12.1", "children": "9.13.1"}
        return {f"option {word}": release for word, release in since.items() if self.present and self.params.get(word)}

    def choose(self, index: Index) -> Record | None:
        """The group that is meant, out of those of the SVM."""
        if self.wide:
            records = index.get((self.params["svm"],), [])
            self.scene = Scene(records)
            index = {}
            for one in records:
                index.setdefault((dig(one, "svm.name"), one["name"]), []).append(one)
        found = super().choose(index)
        if not self.wide:
            self.scene = Scene([found] if found else [])
        return found

    def read(self) -> Any:
        """The record of the group; what else the plan knows is read again from the second look on."""
        if self._looks:
            self.ending.forget()
        self._looks += 1
        return super().read()

    @classmethod
    def survey(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """What speaks against deletions, and the LUNs and igroups that requests name: one read for each kind, where one is needed."""
        consistency_delete.look(client, [(goal.ending, record) for goal, record in found if not goal.present])
        pairs = [(goal, record) for goal, record in found if goal.present]
        _look(client, pairs, "found", LUNS, ["name", "svm.name", *MAPS])
        _look(client, pairs, "igroups", IGROUPS, ["name", "svm.name"])

    def lacking(self, record: Record | None, kind: str) -> set[str]:
        """The LUNs that join with their volumes, or the igroups of new ones. What is wrong with the task is said by its plan."""
        try:
            parts = self._tree(record).parts
        except OntapError:
            return set()
        if kind == "igroups":
            return {name for part in parts for name in part.igroups()}
        return {lun["name"] for part in parts for lun in part.luns if joins(part, lun["name"])}

    def _tree(self, state: Record | None) -> Tree:
        return Tree(self.params, state, self.scene, self.found)

    def _settled(self, state: Record | None) -> Tree:
        """The group as it is to be, when nothing speaks against it."""
        self.survey(self.client, [(self, state)])
        tree = self._tree(state)
        tree.settle()
        missing = sorted({name for part in tree.parts for name in part.igroups()} - set(self.igroups or ()))
        if missing:
            raise InputError(
                f"{self.what}: igroup {', '.join(missing)} does not exist, and ONTAP would make an empty one.",
                hint="Check its name, or make it with ndo.ontap.igroup.",
                target="luns",
            )
        return tree

    # -- what is shown -------------------------------------------------------------------------------------------------

    def view(self, state: Any) -> dict[str, Any] | None:
        """The group in playbook words."""
        if not self.present:
            return self.ending.view(super().view(state), self.params["name"])
        if state is None:
            return None
        shown = {**(super().view(state) or {}), **self._tree(state).show()}
        if self.params["qos_policy"] is not None:
            shown["qos_policy"] = self.scene.qos_policy(state)
        return {**shown, "split": flexclone.split_state(state)} if self._splits() else shown

    def _splits(self) -> bool:
        return self.present and bool(self.params["split"])

    # -- plans ---------------------------------------------------------------------------------------------------------

    def plan(self, state: Any) -> Plan:
        """Create or clone, change, split, or delete."""
        self.split = None
        return super().plan(state)

    def created(self) -> Plan:
        """A new group with all its parts, or a clone of another one."""
        self._creating = True
        tree = self._settled(None)
        identity = {"svm": {"name": self.params["svm"]}, "name": self.params["name"]}
        if self.params.get("clone"):
            body = clone_body(self.params["clone"], self.desired)
        else:
            self._refuse_empty(tree)
            body = tree.creation(self.params["qos_policy"])
        query = {"return_records": True}
        steps = [Step("create", "POST", GROUPS, body={**identity, **body}, query=query, asynchronous=True)]
        rest = tree.change(None, created=True)
        if rest:
            steps.append(Step("modify", "PATCH", self.path_of_new, body=rest, asynchronous=True))
        after = {**self.desired, **tree.forecast(), "uuid": None}
        return self._finished(steps, after, tree, None)

    def _refuse_empty(self, tree: Tree) -> None:
        if not (tree.top.after or tree.children):
            raise InputError(
                f"{self.what} does not exist, and a new group needs volumes.",
                hint="Give volumes, new_volumes, children or clone; or check the name and the SVM.",
            )

    def changed(self, state: dict[str, Any]) -> Plan:
        """What differs, in one request where ONTAP takes it in one."""
        before = self.view(state) or {}
        tree, path = self._settled(state), self.path_of(state)
        steps = rename_steps(state, self.scene, self.params["name"], self._holder_path) if self.old_name else []
        if tree.promoted:
            steps.append(_patch("promote", path, promotion(tree.promoted)))
        for old, new in tree.renames():
            steps.append(_patch(f"detach {old}", path, detaching(old, new)))
        attaching = tree.attaching() + [adding(new) for _old, new in tree.renames()]
        if attaching:
            steps.append(_patch("attach", path, {"consistency_groups": attaching}))
        body = tree.change(self.params["qos_policy"])
        if body:
            steps.append(_patch("modify", path, body))
        after = {**before, "name": self.params["name"], **tree.forecast()}
        return self._finished(steps, after, tree, state)

    def _finished(self, steps: list[Step], after: Record, tree: Tree, state: Record | None) -> Plan:
        """The steps about maps, QoS and a split that follow; each waits for the one before it."""
        steps += mapping(self.params["svm"], [one for part in tree.parts for one in part.maps()])
        if self.params["qos_policy"] is not None:
            steps += self._qos(tree, state)
            after["qos_policy"] = self.params["qos_policy"]
        pending = False
        if self._splits():
            pending = self._split_too(steps, state)
            after["split"] = "done"
        for step in steps[1:]:
            step.ready = self._after_the_last
        return Plan(steps, after, pending)

    def _qos(self, tree: Tree, state: Record | None) -> list[Step]:
        """ONTAP gives a policy to new volumes only; all others are changed at the volumes."""
        policy = self.params["qos_policy"]
        has = {one["name"]: dig(one, "qos.policy.name") or "" for one in self.scene.volumes(state)}
        kept = (
            set().union(*(part.after for part in tree.parts)) if tree.specs is not None else tree.top.after | (set(has) - tree.top.before)
        )
        made = {name for part in tree.parts for name in part.coming & set(part.new)}
        return qos_steps(self.params["svm"], {name for name in kept - made if has.get(name) != policy}, policy)

    def _split_too(self, steps: list[Step], state: Record | None) -> bool:
        """Add a split where one is needed; returns whether one is under way already."""
        now = flexclone.split_state(state) if state is not None else "none" if self.params.get("clone") else "done"
        if now == "done":
            return False
        self.split = flexclone.Split(self.client, self.what, self.read)
        if now == "none":
            path = self.path_of(state) if state is not None else self.path_of_new
            steps.append(_patch("split", path, {"clone": {"split_initiated": True}}))
        return now == "running"

    def without(self, state: Any) -> Plan:
        """Delete the group, then volumes."""
        if not self.ending.known:
            self.survey(self.client, [(self, state)])
        steps = self.ending.steps(state, self.scene)
        for step in steps[1:]:
            step.ready = self._after_the_last
        return Plan(steps)

    # -- carrying out --------------------------------------------------------------------------------------------------

    def learn(self, step: Step, answer: Answer) -> None:
        """Remember the parent that holds the group while it gets another name."""
        super().learn(step, answer)
        if step.name == "hold" and answer.records:
            self._holder = str(answer.records[0].get("uuid") or "")

    def _holder_path(self) -> str:
        """The path of the parent that a group has while it gets another name."""
        if not self._holder:
            held = holding_name(self.params["name"])
            found = self.client.one(GROUPS, {"svm.name": self.params["svm"], "name": held}, ["uuid"])
            self._holder = found["uuid"] if found else ""
        return f"{GROUPS}/{self._holder}"

    def explain(self, error: OntapError) -> OntapError:
        """ONTAP's words, what helps, and what a half-done task leaves."""
        hints = [error.hint, HINTS.get(error.code, "")]
        done = error.facts.get("actions_done") or []
        if error.code in UNKNOWN and not done:
            # Only now is the release worth a request.
            try:
                require(self.client.release(), self._later())
            except UnsupportedRelease as lacking:
                return lacking
        if "delete" in done and self.ending.names:
            hints.append("The group is gone; the same task again deletes the volumes that are left.")
        if "hold" in done and "rename" not in done:
            held = holding_name(self.params["name"])
            hints.append(f"The group has its new name, and is for now a child of {held}; the same task again makes it a group of its own.")
        error.hint = " ".join(hint for hint in hints if hint)
        return error


def _look(client: Client, pairs: list[tuple[Any, Any]], kind: str, path: str, fields: list[str]) -> None:
    """Ask for the objects of one kind that goals lack; one read for all of them."""
    asking = [(goal, names) for goal, names in ((goal, goal.lacking(record, kind)) for goal, record in pairs) if names]
    asking = [(goal, names) for goal, names in asking if getattr(goal, kind) is None]
    if not asking:
        return
    names = {name for _goal, some in asking for name in some}
    found: dict[str, dict[str, list[str]]] = {goal.params["svm"]: {} for goal, _names in asking}
    for one in client.select(path, fields, {"svm.name": list(found), "name": list(names)}):
        found[dig(one, "svm.name")][one["name"]] = igroups_of(one)
    for goal, _names in asking:
        setattr(goal, kind, found[goal.params["svm"]])


def _patch(name: str, path: Any, body: Record) -> Step:
    return Step(name, "PATCH", path, body=body, asynchronous=True)


def joins(part: Part, lun: str) -> bool:
    """Whether a LUN is on an existing volume that comes to the group, so that it may be there already."""
    volume = "".join(lun.split("/")[2:3])
    return lun not in part.known and volume in part.coming - set(part.new)
