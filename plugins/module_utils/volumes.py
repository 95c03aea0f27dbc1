# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FlexVols: the goal that one is there with these attributes, is a volume of its own, or is gone; and what is refused on the way.

Source of codes and of what REST can do: API reference, volume.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import flexclone, volume_delete
from . import plan as plans
from .client import Client, dig
from .errors import InputError, OntapError, Refused
from .fields import Field, join
from .plan import Plan, Step
from .volume_fields import EMPTY, VOLUME, WITH_CLONE, flattened, nested

PARENT = "parent"
GROWS = ("grow", "grow_shrink")
HINTS = {
    "917505": "Check the name of the SVM.",
    "917508": "Check the name of the aggregate, and that the SVM may use it.",
    "917526": "If it was deleted a short time ago: volumes in the recovery queue keep names, too.",
    "917551": "Check snapshot_policy: the policy must be one of the SVM or of the cluster.",
    "918271": "Check export_policy: the policy must be one of the SVM.",
    "8454243": "Check qos_policy: the policy must be one of the SVM or of the cluster.",
    "917775": "Set online: true in the same task.",
}
"""What helps with ONTAP's refusals, by code."""


class VolumeGoal(flexclone.SplitGoal):
    """The goal that a volume is there with these attributes, or absent. `users` has what was asked about it, by question."""

    resource = VOLUME
    grace = 20.0

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.what = f"volume {params['svm']}:{params['name']}"
        self.accepted = set(params.get("accept") or ())
        self.users: dict[str, Any] = {}
        self._deleting: dict[str, Any] = {}
        if self.present:
            self._check_sense()

    def wish(self) -> dict[str, Any]:
        """The fields that are asked for."""
        return plans.wanted(self.resource.everything, flattened(self.params))

    def _check_sense(self) -> None:
        if self.desired.get("online") is False and self.desired.get("junction_path"):
            raise InputError(
                f"{self.what}: a volume that is offline has no junction path.",
                hint="Leave out online or junction_path.",
                target="junction_path",
            )
        most = self.desired.get("autosize.maximum")
        if most is not None and most < self.desired.get("size", 0):
            raise InputError(f"{self.what}: autosize.maximum is smaller than size.", target="autosize.maximum")

    # -- what is read --------------------------------------------------------------------------------------------------

    def asked(self) -> list[str]:
        """What was asked for, and what decides whether it may be done."""
        fields = [*super().asked(), "style", "state"]
        if not self.present:
            return [*fields, *volume_delete.NEEDED]
        if "size" in self.desired:
            fields += ["space.used", "autosize.mode", "autosize.maximum"]
        if "online" in self.desired:
            fields += ["nas.path"]
        if "encrypted" in self.desired:
            fields += ["encryption.state"]
        if self.params["split"]:
            fields += flexclone.SPLIT_FIELDS
        return fields

    @classmethod
    def survey(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """Who uses the volumes that are to be taken away, and what the parents of new clones are: one read for each question."""
        asked: dict[str, list[tuple[Any, Any]]] = {}
        for goal, record in found:
            for question in goal.concerns(record):
                asked.setdefault(question, []).append((goal, record))
        for question, pairs in asked.items():
            if question == PARENT:
                parents = flexclone.read_parents(client, [flexclone.parent_of(goal.params) for goal, _record in pairs])
                for goal, _record in pairs:
                    goal.users[PARENT] = parents.get(flexclone.parent_of(goal.params))
                continue
            users = volume_delete.QUESTIONS[question].ask(client, [record for _goal, record in pairs])
            for goal, record in pairs:
                goal.users[question] = users[record["uuid"]]

    def concerns(self, record: dict[str, Any] | None) -> list[str]:
        """What must be known besides the record itself."""
        if record is None:
            return [PARENT] if self.present and self.params.get("clone") and {"aggregate", "size"} & set(self.desired) else []
        if not self.present:
            return volume_delete.concerns(record, self.accepted)
        if self.desired.get("online") is False and record.get("state") == "online":
            return volume_delete.cut_off(record, self.accepted)
        path = dig(record, "nas.path")
        moves = path and path.lower() != self.desired.get("junction_path", path).lower()
        return [kind for kind in volume_delete.unmounted(record) if kind not in self.accepted] if moves else []

    def _known_users(self, state: dict[str, Any] | None) -> dict[str, Any]:
        """The answers to all questions about this state; those that nobody has asked yet are asked now."""
        questions = self.concerns(state)
        if not set(questions) <= set(self.users):
            self.survey(self.client, [(self, state)])
        return {question: self.users[question] for question in questions}

    # -- what is shown -------------------------------------------------------------------------------------------------

    def view(self, state: Any) -> dict[str, Any] | None:
        """The record in playbook words."""
        return None if state is None else nested(self._flat(state))

    def _flat(self, state: dict[str, Any]) -> dict[str, Any]:
        """The record with the words of the table of fields."""
        fields = [field for field in self.resource.fields if field.option in self.desired or self._goes_along(field.option)]
        found = plans.view([*self.resource.identity, *fields, *self.resource.assigned], state) or {}
        found = {option: EMPTY.get(option) if value is None else value for option, value in found.items()}
        if "encrypted" in found and dig(state, "encryption.state") == "encrypting":
            found["encrypted"] = True
        return {**found, "split": flexclone.split_state(state)} if self._splits() else found

    def _goes_along(self, option: str) -> bool:
        """The junction path goes when the volume goes offline."""
        return option == "junction_path" and "online" in self.desired

    def _splits(self) -> bool:
        return self.present and bool(self.params["split"])

    # -- plans ---------------------------------------------------------------------------------------------------------

    def plan(self, state: Any) -> Plan:
        """Create or clone, change, split, or delete."""
        if state is not None and state.get("style") != "flexvol":
            raise Refused(f"{self.what} is a {state.get('style')}.", hint="ndo.ontap.volume manages FlexVols only.")
        self.split = None
        plan = super().plan(state)
        plan.after = None if plan.after is None else nested(plan.after)
        return plan

    def created(self) -> Plan:
        """A new volume, or a FlexClone, which takes some attributes only once it is there."""
        self._creating = True
        body, later = self._clone() if self.params.get("clone") else self._new()
        steps = [Step("create", "POST", self.resource.path, body=body, query={"return_records": True}, asynchronous=True)]
        if later:
            steps.append(self.patch(later))
        after = {**self.desired, "uuid": None}
        if self._goes_along("junction_path"):
            after.setdefault("junction_path", "")
        return self._plan(steps, after, self._splits() and bool(self.params.get("clone")))

    def _new(self) -> tuple[dict[str, Any], list[Field]]:
        missing = [option for option in ("aggregate", "size") if option not in self.desired]
        if missing:
            raise InputError(
                f"{self.what} does not exist, and a new volume needs {' and '.join(missing)}.",
                hint="Give what is missing, or clone; or check the name and the SVM.",
            )
        now = [field for field in self.resource.everything if not field.later]
        return self._body(now), self._wanted(field for field in self.resource.fields if field.later)

    def _clone(self) -> tuple[dict[str, Any], list[Field]]:
        """What the POST of a clone takes, and the fields that are changed afterwards."""
        parent = flexclone.parent_of(self.params)
        users = self._known_users(None)
        if "language" in self.desired:
            raise InputError(f"{self.what}: a clone has the language of its parent.", hint="Leave language out.", target="language")
        now, given = list(WITH_CLONE), {"aggregate"}
        if PARENT in users:
            flexclone.check_parent(self.what, parent, users[PARENT], self.desired)
            size = users[PARENT]["size"]
            resized = "size" in self.desired and flexclone.must_resize(self.what, size, self.desired["size"], self.params["allow_shrink"])
            given |= set() if resized else {"size"}
        if parent[0] != self.params["svm"]:
            # Source: an issue of the vendor's collection: a clone in another SVM cannot be mounted by the call that makes it.
            now.remove("junction_path")
        if self.desired.get("online") is True:
            given.add("online")
        body = join(
            [self._body(field for field in self.resource.everything if field.option in now), {"clone": flexclone.body_of(self.params)}]
        )
        return body, self._wanted(field for field in self.resource.fields if field.option not in {*now, *given})

    def _wanted(self, fields: Iterable[Field]) -> list[Field]:
        """Those fields that a new volume does not have by itself."""
        return [field for field in fields if self.desired.get(field.option) not in (None, "", [])]

    def _body(self, fields: Iterable[Field]) -> dict[str, Any]:
        return plans.body_of(self._wanted(fields), self.desired)

    def changed(self, state: dict[str, Any]) -> Plan:
        """One request for all that differs, and one for a split, which ONTAP takes only by itself (code 918248)."""
        before = self._flat(state)
        differing = plans.changes(self._comparable(state, before), before, self.desired, self.what)
        after = {**before, **{field.option: self.desired[field.option] for field in differing}}
        if after.get("online") is False:
            after["junction_path"] = ""
        self.guard(state, before, after)
        steps = [self.patch(differing, state)] if differing else []
        if after.get("online") is False and dig(state, "nas.path"):
            # Source: API reference: going offline unmounts; on a public system ONTAP refused it (524546) while there was a path.
            steps[0].body = join([steps[0].body, {"nas": {"path": ""}}])
        return self._plan(steps, after, before.get("split", "done") != "done", state)

    def _comparable(self, state: dict[str, Any], before: dict[str, Any]) -> list[Field]:
        """The fields that may differ: not a size that autosize made, nor what a volume that stays offline does not show."""
        asleep = state.get("state") != "online" and self.desired.get("online") is not True
        fields = self.fields_to_compare()
        hidden = {field.option for field in fields if before.get(field.option) is None and (asleep or field.immutable)}
        return [field for field in fields if field.option not in hidden and not (field.option == "size" and self._grown(state))]

    def _grown(self, state: dict[str, Any]) -> bool:
        """Whether the volume is larger than asked for because autosize has grown it; such a volume is never shrunk by us."""
        if "size" not in self.desired or dig(state, "autosize.mode") not in GROWS or self.desired.get("autosize.mode") == "off":
            return False
        most = self.desired.get("autosize.maximum", dig(state, "autosize.maximum") or 0)
        return bool(self.desired["size"] < state.get("size", 0) <= most)

    def _plan(self, steps: list[Step], after: dict[str, Any], split: bool, state: dict[str, Any] | None = None) -> Plan:
        """The plan, with a split where one is needed and not under way."""
        if self._splits():
            after["split"] = "done"
        if split:
            self.split = flexclone.Split(self.client, self.what, self.read)
        pending = split and state is not None and flexclone.split_state(state) == "running"
        if split and not pending:
            path = self.path_of_new if state is None else self.path_of(state)
            steps.append(Step("split", "PATCH", path, body={"clone": {"split_initiated": True}}, asynchronous=True))
        for step in steps[1:]:
            step.ready = self._after_the_last
        return Plan(steps, after, pending)

    def guard(self, state: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
        """No data and no access is taken away unless the task says so."""
        if after.get("size", 0) < (before.get("size") or 0) and not self.params["allow_shrink"]:
            raise Refused(
                f"{self.what} has {before['size']} bytes, {dig(state, 'space.used')} of them used, and {after['size']} were asked for.",
                hint="Ask for at least its size, or set allow_shrink.",
                target="size",
            )
        if before.get("encrypted") and after.get("encrypted") is False:
            raise Refused(f"{self.what} is encrypted.", hint="ONTAP decrypts a volume only while it moves: use ndo.ontap.volume_move.")
        path, new = dig(state, "nas.path"), after.get("junction_path")
        fate = "taken offline" if after.get("online") is False else f"unmounted from {path}" + (f" and mounted at {new}" if new else "")
        volume_delete.refuse_users(self.what, fate, self._known_users(state))

    def without(self, state: Any) -> Plan:
        """Unmount where it is mounted, and delete: the call itself takes the volume offline."""
        if state is None:
            return Plan()
        volume_delete.refuse(self.what, state, self._known_users(state), self.accepted)
        query = {"force": True} if self.params["purge"] else None
        steps = [Step("delete", "DELETE", self.path_of(state), query=query, asynchronous=True)]
        self._deleting = self._deleting or state
        if dig(state, "nas.path"):
            steps.insert(0, Step("unmount", "PATCH", self.path_of(state), body={"nas": {"path": ""}}, asynchronous=True))
            steps[1].ready = self._after_the_last
        return Plan(steps)

    # -- carrying out --------------------------------------------------------------------------------------------------

    def explain(self, error: OntapError) -> OntapError:
        """ONTAP's words, and what helps."""
        hints = [error.hint, HINTS.get(error.code, "")]
        if error.code == volume_delete.CLONES_EXIST:
            hints.append(volume_delete.clones_of(self.client, self._deleting))
        if "unmount" in (error.facts.get("actions_done") or []):
            path = dig(self._deleting, "nas.path")
            hints.append(f"The volume was unmounted from {path} and has not been deleted; to undo that, mount it there again.")
        error.hint = " ".join(hint for hint in hints if hint)
        return error
