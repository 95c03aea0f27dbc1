# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/application/consistency-groups: GET, POST, PATCH, DELETE, always by way of jobs.

Source: API reference and the SDK's description, consistency_group; the codes are those of the reference, their HTTP status is a choice.
How long jobs run (setting group_job) is a choice. What a request asks for is checked when it comes, and once more when its job ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..store import Row
from . import consistency_change, consistency_clone, jobs
from . import consistency_members as members
from .consistency_build import Build
from .consistency_view import Views
from .family import Family, Outcome
from .references import only, pick_svm
from .refusal import Refusal
from .world import World, handler

CREATABLE = frozenset(
    {"svm", "name", "volumes", "luns", "namespaces", "consistency_groups", "snapshot_policy", "qos.policy", "application", "_tags"}
    | {"tiering.policy", "clone"}
)
OF_CHILD = frozenset(
    {"name", "volumes", "luns", "snapshot_policy", "qos.policy", "application", "_tags", "svm"}
    | {"provisioning_options.action", "provisioning_options.name"}
)


def job_seconds(world: World) -> float:
    """How long the jobs of consistency groups run: the setting group_job."""
    return float(world.settings.get("group_job", 2))


def _name(body: Row, field: str = "name") -> str:
    """Source: SDK's description: without a name, that of the only volume. Its example shows the volume of the only LUN too."""
    name = body.get("name")
    volumes, luns = body.get("volumes", ()), body.get("luns", ())
    if not name and len(volumes) == 1:
        name = volumes[0].get("name")
    if not name and not volumes and len(luns) == 1:
        name = str(luns[0].get("name", "")).split("/")[2:3]
        name = name[0] if name else None
    if not name:
        raise Refusal(400, "53411846", "The name of the consistency group is required.", field)
    return str(name)


class Plan:
    """A POST, checked: the group and its children, each with what it is given."""

    def __init__(self, world: World, body: Row) -> None:
        only({name: value for name, value in body.items() if name != "consistency_groups"}, CREATABLE, "a consistency group")
        self.world, self.body = world, body
        self.svm = pick_svm(world, body)
        self.name = _name(body)
        members.check_name(world, self.svm["uuid"], self.name)
        self.top = Build(world, self.svm, None, self.name)
        self.top.plan(body)
        self.adopted: list[tuple[Row, str]] = []
        self.children: list[tuple[Build, Row]] = []
        names = {self.name}
        for spec in body.get("consistency_groups", ()):
            self._child(spec, names)
        consistency_change.settings(world, self.svm, body)
        self._whole()

    def _child(self, spec: Row, names: set[str]) -> None:
        only(spec, OF_CHILD, "a child of a consistency group")
        options = spec.get("provisioning_options", {})
        if options.get("action") == "add":
            group = consistency_change.standalone(self.world, self.svm, spec)
            self.adopted.append((group, options.get("name") or group["name"]))
            return
        if options.get("action") not in (None, "create"):
            raise Refusal(
                400, "53411853", f'The action "{options["action"]}" makes no sense here.', "consistency_groups.provisioning_options"
            )
        name = _name(spec, "consistency_groups.name")
        members.check_name(self.world, self.svm["uuid"], name, "consistency_groups.name")
        if name in names:
            raise Refusal(409, "53411852", f'The name "{name}" is used twice.', "consistency_groups.name")
        names.add(name)
        build = Build(self.world, self.svm, None, name)
        build.plan(spec)
        consistency_change.settings(self.world, self.svm, spec)
        self.children.append((build, spec))

    def _whole(self) -> None:
        count = len(self.children) + len(self.adopted)
        if count and (self.top.joins or self.top.makes):
            raise Refusal(400, "53411853", "A consistency group has either volumes or other consistency groups.", "volumes")
        builds = [self.top, *(build for build, _spec in self.children)]
        if not count and not (self.top.joins or self.top.makes):
            raise Refusal(400, "262245", "A consistency group needs volumes, LUNs or other consistency groups.", "volumes")
        joins = [volume["uuid"] for build in builds for volume in build.joins]
        if len(joins) != len(set(joins)):
            raise Refusal(400, "53411865", "A volume is named for more than one consistency group.", "volumes")
        empty = [build.name for build, _spec in self.children if not (build.joins or build.makes)]
        if empty:
            raise Refusal(400, "262245", f'The consistency group "{empty[0]}" has no volumes.', "consistency_groups.volumes")
        adopted = sum(len(members.volumes_of(self.world, group["uuid"])) for group, _name in self.adopted)
        total = len(joins) + adopted + sum(len(build.makes) for build in builds)
        if total > members.MOST_VOLUMES or count > members.MOST_CHILDREN:
            limits = f"{members.MOST_VOLUMES} volumes and {members.MOST_CHILDREN} children"
            raise Refusal(400, "53411853", f"A consistency group has at most {limits}.", "volumes")

    def apply(self, uuid: str) -> None:
        """Make the group; nothing is left of it when that fails."""
        done: list[Build] = []
        group = members.insert(self.world, self.svm, self.name, uuid=uuid)
        consistency_change.store(self.world, group, self.body)
        try:
            done.append(self.top)
            self.top.apply(group)
            for build, spec in self.children:
                child = members.insert(self.world, self.svm, build.name, group)
                consistency_change.store(self.world, child, spec)
                done.append(build)
                build.apply(child)
        except Refusal:
            for build in reversed(done):
                build.undo()
            members.remove(self.world, group)
            raise
        for child, name in self.adopted:
            consistency_change.attach(self.world, child, group, name)


@handler
def create(world: World, uuid: str, body: Row) -> None:
    """The job of a POST ends: the group is there."""
    svm = pick_svm(world, body)
    if "clone" in body:
        members.check_name(world, svm["uuid"], body["name"])
        consistency_change.store(world, consistency_clone.create(world, svm, uuid, body), body)
        return
    Plan(world, body).apply(uuid)


@handler
def change(world: World, group: str, body: Row) -> None:
    """The job of a PATCH ends."""
    row = world.store.table(members.TABLE).get(group)
    if row is None:
        raise Refusal(404, "53411843", "The consistency group does not exist.")
    consistency_change.Change(world, row, body).apply()


@handler
def remove(world: World, group: str) -> None:
    """The job of a DELETE ends: volumes, LUNs and snapshots of volumes stay."""
    row = world.store.table(members.TABLE).get(group)
    if row is None:
        raise Refusal(404, "53411843", "The consistency group does not exist.")
    parent = row.get("parent_consistency_group")
    members.remove(world, row)
    if parent and not members.children_of(world, parent["uuid"]):
        members.remove(world, world.store.table(members.TABLE)[parent["uuid"]])


class ConsistencyGroups(Family):
    """/application/consistency-groups."""

    path = "/application/consistency-groups"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every group, parents and children too."""
        views = Views(world)
        return [views.group(row) for row in world.store.table(members.TABLE).values()]

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One group by its uuid."""
        row = world.store.table(members.TABLE).get(keys["uuid"])
        return Views(world).group(row) if row else None

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Check, and start the job that makes the group."""
        svm = pick_svm(world, body)
        if "clone" in body:
            members.check_name(world, svm["uuid"], str(body.get("name")))
            consistency_change.settings(world, svm, body)
            consistency_clone.check(world, svm, body)
        else:
            Plan(world, body)
        self._pending(world, svm, body)
        uuid = world.store.uuid()
        return Outcome(key=uuid, job=self._job(world, "POST", uuid, "consistency_groups.create", uuid=uuid, body=body))

    @staticmethod
    def _pending(world: World, svm: Row, body: Row) -> None:
        """Refuse a second group of a name that is being made. Choice: the code of a name that is taken."""
        for job in world.store.each("jobs", state="running", handler="consistency_groups.create"):
            other = job["data"]["body"]
            if _name(other) == _name(body) and pick_svm(world, other)["uuid"] == svm["uuid"]:
                raise Refusal(409, "53411860", f'A consistency group "{_name(body)}" is being created.', "name")

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Check, and start the job that changes the group."""
        row = world.store.table(members.TABLE)[record["uuid"]]
        consistency_change.Change(world, row, body)
        return Outcome(job=self._job(world, "PATCH", row["uuid"], "consistency_groups.change", group=row["uuid"], body=body))

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Start the job that deletes the group."""
        return Outcome(job=self._job(world, "DELETE", record["uuid"], "consistency_groups.remove", group=record["uuid"]))

    @staticmethod
    def _job(world: World, method: str, key: str, work: str, **data: Any) -> str:
        return jobs.start(world, f"{method} /api/application/consistency-groups/{key}", job_seconds(world), work, **data)
