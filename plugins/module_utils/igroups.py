# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Initiator groups: their fields, their members, and in which order members come and go.

New members are added before old ones are removed, so that a host whose initiators are exchanged has a path at every instant.
Source of paths, codes and what REST can do: API reference, igroup, igroup_initiator, igroup_nested.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from . import plan as plans
from .client import QUERY_LENGTH, Client, dig, literal
from .errors import InputError, Refused
from .fields import Codec, Field
from .igroup_users import IGROUPS, Impact, Loss, impacts, lun_and_id
from .initiators import canonical, checked
from .objects import ObjectGoal, Resource
from .plan import Plan, Step

MEMBERS = ("initiators", "initiator_comments", "igroups")
SHOWN = 10
"""Names that a refusal lists."""

INITIATORS = Codec(normal=lambda names: sorted({checked(name) for name in names}))
COMMENTS = Codec(normal=lambda comments: {checked(name): "" if text is None else str(text) for name, text in comments.items()})

IGROUP = Resource(
    "igroup",
    IGROUPS,
    (Field("svm", "svm.name"), Field("name")),
    (
        Field("os_type"),
        Field("protocol", immutable="Make another igroup with this protocol, and map the LUNs to that one."),
        Field("comment", since="9.9.1"),
        Field("portset", "portset.name", since="9.9.1"),
        Field("delete_on_unmap"),
        Field("initiators", codec=INITIATORS),
        Field("initiator_comments", "initiators", COMMENTS, since="9.9.1"),
        Field("igroups", codec=Codec(normal=lambda names: sorted(set(names))), since="9.9.1"),
    ),
    assigned=(Field("uuid"),),
)


def own_initiators(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The initiators that an igroup has itself, by their canonical names; those of nested igroups name the igroup that has them."""
    members = state.get("initiators") or []
    return {canonical(one["name"]): one for one in members if dig(one, "igroup.uuid") in (None, state["uuid"])}


class IgroupGoal(ObjectGoal):
    """The goal that an igroup is there with these attributes and members, or is absent."""

    resource = IGROUP

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self._impact: tuple[Loss, Impact] | None = None
        if self.desired.get("initiators") and self.desired.get("igroups"):
            raise InputError(f"{self.what}: an igroup has either initiators or other igroups.", target="igroups")

    # -- reading -------------------------------------------------------------------------------------------------------

    def asked(self) -> list[str]:
        """What was asked for; of members only what is compared, because the rest is expensive."""
        fields = [field for field in super().asked() if field not in MEMBERS]
        if any(option in self.desired for option in MEMBERS):
            fields += ["initiators.name", "initiators.igroup.uuid"]
        if "initiator_comments" in self.desired:
            fields.append("initiators.comment")
        if "igroups" in self.desired:
            fields += ["igroups.name", "igroups.uuid"]
        if not self.present:
            fields += ["lun_maps.lun.name", "lun_maps.logical_unit_number"]
        return fields

    def view(self, state: Any) -> dict[str, Any] | None:
        """The record in playbook words; members are those that the igroup has itself."""
        if state is None:
            return None
        fields = [field for field in self.resource.fields if field.option in self.desired and field.option not in MEMBERS]
        shown = plans.view([*self.resource.identity, *fields, *self.resource.assigned], state) or {}
        shown.update({option: shown[option] or "" for option in ("comment", "portset") if option in shown})
        own = own_initiators(state)
        members = {
            "initiators": sorted(own),
            "initiator_comments": {name: one["comment"] for name, one in sorted(own.items()) if one.get("comment")},
            "igroups": sorted(one["name"] for one in state.get("igroups") or []),
        }
        return {**shown, **{option: value for option, value in members.items() if option in self.desired}}

    # -- what is wanted ------------------------------------------------------------------------------------------------

    def _aim(self, state: dict[str, Any] | None) -> dict[str, Any]:
        """The fields as they are to be in the end: members that stay, and those that come."""
        aim = dict(self.desired)
        before = (self.view(state) if state else None) or {}
        if self.params["membership"] == "add":
            for option in ("initiators", "igroups"):
                if option in aim:
                    aim[option] = sorted({*before.get(option, []), *aim[option]})
        if "initiator_comments" in aim:
            members = aim.get("initiators", sorted(own_initiators(state)) if state else [])
            strangers = sorted(set(aim["initiator_comments"]) - set(members))
            if strangers:
                raise InputError(
                    f"{self.what}: {', '.join(strangers)} would have a comment and is none of its initiators.",
                    hint="Name it in initiators too.",
                    target="initiator_comments",
                )
            comments = {**before.get("initiator_comments", {}), **aim["initiator_comments"]}
            aim["initiator_comments"] = {name: comments[name] for name in sorted(comments) if comments[name] and name in members}
        return aim

    def _loss(self, state: dict[str, Any], aim: dict[str, Any]) -> Loss:
        """What would lose access in the change to this aim."""
        names = own_initiators(state) if "initiators" in aim else {}
        gone = {name: one["name"] for name, one in names.items() if name not in aim["initiators"]}
        children = [one for one in state.get("igroups") or [] if "igroups" in aim and one["name"] not in aim["igroups"]]
        portset = aim.get("portset") or ""
        narrowed = bool(portset) and portset != dig(state, "portset.name")
        return Loss(gone, {one["uuid"]: one["name"] for one in children}, narrowed)

    def _losing(self, state: dict[str, Any] | None) -> Loss:
        """The same for a survey: nothing, when it is accepted. What is wrong with the task is said by its plan."""
        if state is None or not self.present or self.params["allow_logged_in"]:
            return Loss()
        try:
            return self._loss(state, self._aim(state))
        except InputError:
            return Loss()

    # -- who is hit ----------------------------------------------------------------------------------------------------

    @classmethod
    def survey(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """For the igroups that lose something: which LUNs they are mapped to, and who is logged in."""
        losing = [(goal, state, loss) for goal, state, loss in ((goal, state, goal._losing(state)) for goal, state in found) if loss.any]
        told = impacts(client, [(goal.params["svm"], state["uuid"], loss) for goal, state, loss in losing])
        for (goal, _state, loss), impact in zip(losing, told):
            goal._impact = (loss, impact)

    def _impact_of(self, state: dict[str, Any], loss: Loss) -> Impact:
        """What the survey found, or, when the igroup has changed since, what a survey finds now."""
        if self._impact is None or self._impact[0] != loss:
            self.survey(self.client, [(self, state)])
        if self._impact is None:
            raise AssertionError("a survey of a loss finds its impact")
        return self._impact[1]

    def _refuse_hit(self, impact: Impact) -> None:
        if impact.users:
            raise Refused(
                f"{self.what}: {_some(sorted(impact.users), verb=True)} logged in to the SVM {self.params['svm']}, and paths to "
                f"{_some(impact.luns)} would be lost.",
                hint="Log out on the host first, or set allow_logged_in.",
            )

    # -- plans ---------------------------------------------------------------------------------------------------------

    def created(self) -> Plan:
        """A new igroup with its members, in one request."""
        if "os_type" not in self.desired:
            raise InputError(f"{self.what} does not exist, and a new igroup needs os_type.", hint="Give it, or check the name and the SVM.")
        aim = self._aim(None)
        plan = super().created()
        body = {name: value for name, value in plan.steps[0].body.items() if name not in MEMBERS}
        if not self.desired.get("portset"):
            body.pop("portset", None)
        if aim.get("initiators"):
            body["initiators"] = self._new_initiators(aim["initiators"])
        if aim.get("igroups"):
            body["igroups"] = [{"name": name} for name in aim["igroups"]]
        plan.steps[0].body = body
        return Plan(plan.steps, {**(plan.after or {}), **{option: aim[option] for option in MEMBERS if option in aim}})

    def _new_initiators(self, names: Iterable[str]) -> list[dict[str, str]]:
        comments = self.desired.get("initiator_comments", {})
        return [{"name": name, **({"comment": comments[name]} if comments.get(name) else {})} for name in names]

    def changed(self, state: dict[str, Any]) -> Plan:
        """A rename by itself (source: API reference), then what is added, changed and, at the end, removed."""
        before = self.view(state) or {}
        aim = self._aim(state)
        differing = [field.option for field in plans.changes(self.fields_to_compare(), before, aim, self.what)]
        if not differing:
            return Plan(after=before)
        after = {**before, **{option: aim[option] for option in aim if option in before}}
        loss = self._loss(state, aim)
        forced = self.params["allow_logged_in"]
        if loss.any and not forced:
            impact = self._impact_of(state, loss)
            self._refuse_hit(impact)
            forced = bool(impact.luns)
        path = self.path_of(state)
        steps = [Step("rename", "PATCH", path, body={"name": aim["name"]})] if "name" in differing else []
        steps += self._additions(state, aim, path)
        attributes = [field for field in self.resource.fields if field.option in differing and field.option not in MEMBERS]
        steps += [self.patch(attributes, state)] if attributes else []
        steps += self._comments(state, aim, path)
        return Plan([*steps, *_removals(path, loss, forced)], after)

    def _additions(self, state: dict[str, Any], aim: dict[str, Any], path: str) -> list[Step]:
        own = own_initiators(state)
        inherited = [one for one in state.get("initiators") or [] if canonical(one["name"]) not in own]
        children = {one["name"] for one in state.get("igroups") or []}
        initiators = [name for name in aim.get("initiators", []) if name not in own]
        igroups = [name for name in aim.get("igroups", []) if name not in children]
        if igroups and own or initiators and (inherited or children):
            what = "initiators" if own else "igroups"
            raise Refused(
                f"{self.what} contains {what}, and an igroup has either initiators or other igroups.",
                hint=f"Remove its {what} in a task of its own, while no LUN is mapped to it, or make another igroup.",
            )
        steps = (
            [Step("add_initiators", "POST", f"{path}/initiators", body={"records": self._new_initiators(initiators)})] if initiators else []
        )
        nested = [{"name": name} for name in igroups]
        return steps + ([Step("add_igroups", "POST", f"{path}/igroups", body={"records": nested})] if nested else [])

    def _comments(self, state: dict[str, Any], aim: dict[str, Any], path: str) -> list[Step]:
        """One request for each initiator whose comment changes; the comment of a new one came with it."""
        steps = []
        for name, one in sorted(own_initiators(state).items()):
            text = self.desired.get("initiator_comments", {}).get(name)
            if text is not None and text != (one.get("comment") or "") and name in aim.get("initiators", [name]):
                member = f"{path}/initiators/{quote(one['name'], safe='')}"
                steps.append(Step(f"modify_initiator {name}", "PATCH", member, body={"comment": text}))
        return steps

    def without(self, state: Any) -> Plan:
        """Delete, but not under a host."""
        if state is None:
            return Plan()
        maps = state.get("lun_maps") or []
        if maps and not self.params["allow_mapped"]:
            raise Refused(
                f"{self.what}: {_some([lun_and_id(one) for one in maps], verb=True)} mapped to it and would be lost to its hosts.",
                hint="Unmap first (lun_map), or set allow_mapped.",
            )
        query = {"allow_delete_while_mapped": True} if self.params["allow_mapped"] else None
        return Plan([Step("delete", "DELETE", self.path_of(state), query=query)])


def _removals(path: str, loss: Loss, forced: bool) -> list[Step]:
    """The last steps: members go in one request of each kind, selected by their exact names.

    Source: API documentation, DELETE of a collection with a query; SDK, delete_collection of both kinds.
    """
    allowed = {"allow_delete_while_mapped": True} if forced else {}
    steps = []
    for what, key, values in (("initiators", "name", loss.initiators.values()), ("igroups", "uuid", loss.igroups)):
        for text in _chunks(sorted(values)):
            steps.append(Step(f"remove_{what}", "DELETE", f"{path}/{what}", query={key: text, **allowed}))
    return steps


def _chunks(values: list[str]) -> Iterable[str]:
    """The values as alternatives of a query, none of them longer than an address may be."""
    text = ""
    for value in map(literal, values):
        if text and len(text) + len(value) >= QUERY_LENGTH:
            yield text
            text = ""
        text = f"{text}|{value}" if text else value
    if text:
        yield text


def _some(names: list[str], verb: bool = False) -> str:
    """Names in a sentence, if wanted with "is" or "are"."""
    more = len(names) - SHOWN
    text = ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
    return text + (" are" if len(names) > 1 else " is") * verb
