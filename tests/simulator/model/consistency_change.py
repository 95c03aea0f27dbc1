# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a PATCH does to a consistency group: settings, members, children, promote and demote, restore, split.

Sources: API reference and the SDK's examples, consistency_group: a PATCH adds, what it does not name stays; ONTAP documentation: children
are added, detached, promoted and demoted from 9.13.1 on, and only a parent gets more children. Choices: which code means which rule; a
new name comes with the action that it is for (provisioning_options.name); without `remove`, nothing is removed, also when a list is empty.
"""

from __future__ import annotations

from ..store import Row
from . import consistency_clone, consistency_restore, volume_rules
from . import consistency_members as members
from .consistency_build import Build, needs
from .references import only, ref, rename
from .refusal import Refusal
from .world import World

CONFLICT = "53411853"
CHANGEABLE = frozenset(
    {"volumes", "luns", "namespaces", "consistency_groups", "snapshot_policy", "qos.policy", "application", "_tags", "restore_to", "clone"}
    | {"provisioning_options.action", "provisioning_options.name"}
)
OF_CHILD = (CHANGEABLE - {"consistency_groups", "clone", "namespaces"}) | {"name"}
STORED = ("application", "_tags")
GEOMETRY = (9, 13, 1)


def settings(world: World, svm: Row, body: Row) -> None:
    """Refuse settings that cannot be."""
    if body.get("snapshot_policy"):
        volume_rules.snapshot_policy(world, svm["uuid"], body["snapshot_policy"])
    for tag in body.get("_tags", ()):
        if tag.count(":") != 1 or tag.startswith(":"):
            # Source: SDK's description: key:value. Choice of the code.
            raise Refusal(400, "262247", f'Invalid value "{tag}" for field "_tags".', "_tags")


def store(world: World, group: Row, body: Row) -> None:
    """Write the settings of a body into a group."""
    if body.get("snapshot_policy"):
        group["snapshot_policy"] = volume_rules.snapshot_policy(world, group["svm"]["uuid"], body["snapshot_policy"])
    for name in STORED:
        if name in body:
            group[name] = {**group.get(name, {}), **body[name]} if isinstance(body[name], dict) else body[name]


def named(world: World, group: Row, name: str) -> None:
    """Give a group another name; everything that refers to it follows."""
    rename(world, (members.TABLE, "volumes", "consistency_snapshots"), group["uuid"], name)


def standalone(world: World, svm: Row, spec: Row) -> Row:
    """The group of its own that is to become a child."""
    needs(world, GEOMETRY, "Adding a consistency group to another", "consistency_groups.provisioning_options.action")
    group = members.pick(world, svm["uuid"], {"name": spec.get("name")}, "consistency_groups.name")
    if "parent_consistency_group" in group or members.children_of(world, group["uuid"]):
        # Source: two levels only, and one direct parent.
        raise Refusal(400, CONFLICT, f'Consistency group "{group["name"]}" is a child or a parent already.', "consistency_groups.name")
    if set(spec) - {"name", "provisioning_options"}:
        raise Refusal(400, CONFLICT, "A consistency group that is added cannot be changed at once.", "consistency_groups")
    new = spec["provisioning_options"].get("name")
    if new and new != group["name"]:
        members.check_name(world, svm["uuid"], new, "consistency_groups.provisioning_options.name")
    return group


def attach(world: World, child: Row, parent: Row, name: str) -> None:
    """Make a group the child of another one."""
    child["parent_consistency_group"] = ref(parent)
    named(world, child, name)


class Change:
    """A PATCH of one group, checked when it is made; apply() carries it out."""

    def __init__(self, world: World, group: Row, body: Row) -> None:
        self.world, self.group, self.body = world, group, body
        self.svm = world.store.table("svms")[group["svm"]["uuid"]]
        self.children = {child["name"]: child for child in members.children_of(world, group["uuid"])}
        self.inner: list[tuple[str, Row, Build | None]] = []
        for name in ("map_to", "unmap_from"):
            if name in body:
                # Source: SDK's description of PATCH: not supported (unified systems).
                raise Refusal(400, "262196", "Mapping or unmapping a consistency group is not supported.", name)
        only({name: value for name, value in body.items() if name != "consistency_groups"}, CHANGEABLE, "a consistency group")
        settings(world, self.svm, body)
        self.action = body.get("provisioning_options", {}).get("action")
        self.name = body.get("provisioning_options", {}).get("name")
        self.build = Build(world, self.svm, group, group["name"])
        if "clone" in body:
            consistency_clone.check_split(world, group, body)
        elif "restore_to" in body:
            self._alone("restore_to")
            consistency_restore.check(world, group, body["restore_to"])
        else:
            self._members()

    def _alone(self, name: str) -> None:
        if set(self.body) - {name}:
            raise Refusal(400, CONFLICT, f'Nothing else can be changed together with "{name}".', name)

    def _members(self) -> None:
        if self.action or self.name:
            self._geometry()
        if self.children and (self.body.get("volumes") or self.body.get("luns")):
            raise Refusal(400, CONFLICT, "A consistency group with children has no volumes of its own.", "volumes")
        self.build.plan(self.body)
        for spec in self.body.get("consistency_groups", ()):
            self._child(spec)
        children = sum(what in ("create", "add") for what, _spec, _build in self.inner)
        volumes = sum(len(build.coming()) + len(build.makes) for build in self._builds())
        members.check_counts(self.world, self.group, volumes, children if self.action != "promote" else 0)

    def _builds(self) -> list[Build]:
        return [self.build, *(build for _what, _spec, build in self.inner if build is not None)]

    def _geometry(self) -> None:
        """Promote or demote, perhaps with a new name."""
        field = "provisioning_options.action"
        needs(self.world, GEOMETRY, "Changing the geometry of a consistency group", field)
        if self.action not in ("promote", "demote"):
            raise Refusal(400, CONFLICT, f'The action "{self.action}" makes no sense here.', field)
        if self.name and self.name != self.group["name"]:
            members.check_name(self.world, self.svm["uuid"], self.name, "provisioning_options.name")
        if "parent_consistency_group" in self.group or bool(self.children) != (self.action == "demote"):
            kind = "single" if self.action == "promote" else "parent"
            text = f'Consistency group "{self.group["name"]}" cannot be {self.action}d: it is not a {kind} one.'
            raise Refusal(400, CONFLICT, text, field)
        specs = self.body.get("consistency_groups", [])
        if self.action == "promote" and (len(specs) != 1 or self.body.get("volumes")):
            raise Refusal(400, CONFLICT, "A consistency group is promoted with exactly one new child.", "consistency_groups")
        if self.action == "demote" and specs:
            raise Refusal(400, CONFLICT, "A consistency group is demoted without naming children.", "consistency_groups")

    def _child(self, spec: Row) -> None:
        only(spec, OF_CHILD, "a child of a consistency group")
        settings(self.world, self.svm, spec)
        action, name = spec.get("provisioning_options", {}).get("action"), spec.get("name")
        if not name:
            raise Refusal(400, "53411846", "A child is named by its name.", "consistency_groups.name")
        if not self.children and self.action != "promote":
            # Source: ONTAP documentation: a single group has to be promoted first.
            raise Refusal(400, CONFLICT, f'Consistency group "{self.group["name"]}" has no children.', "consistency_groups")
        if action == "add":
            self.inner.append(("add", spec, None))
            standalone(self.world, self.svm, spec)
        elif action == "create":
            self._new_child(spec, name)
        elif name not in self.children:
            raise Refusal(400, "53411842", f'Consistency group "{name}" is no child of "{self.group["name"]}".', "consistency_groups.name")
        elif action == "remove":
            self._detach(spec)
        elif action is not None:
            raise Refusal(400, CONFLICT, f'The action "{action}" makes no sense here.', "consistency_groups.provisioning_options.action")
        elif "restore_to" in spec:
            consistency_restore.check(self.world, self.children[name], spec["restore_to"])
            self.inner.append(("restore", spec, None))
        else:
            build = Build(self.world, self.svm, self.children[name], name, self._siblings(name))
            build.plan(spec)
            self.inner.append(("change", spec, build))

    def _siblings(self, name: str) -> tuple[str, ...]:
        return tuple(child["uuid"] for child in self.children.values() if child["name"] != name)

    def _new_child(self, spec: Row, name: str) -> None:
        needs(self.world, GEOMETRY, "Adding a child to a consistency group", "consistency_groups.provisioning_options.action")
        members.check_name(self.world, self.svm["uuid"], name, "consistency_groups.name")
        build = Build(self.world, self.svm, None, name, self._siblings(name))
        build.plan(spec)
        if self.action != "promote" and not (build.joins or build.makes):
            raise Refusal(400, "262245", f'The consistency group "{name}" has no volumes.', "consistency_groups.volumes")
        self.inner.append(("create", spec, build))

    def _detach(self, spec: Row) -> None:
        needs(self.world, GEOMETRY, "Detaching a child", "consistency_groups.provisioning_options.action")
        new = spec["provisioning_options"].get("name")
        if new and new != spec["name"]:
            members.check_name(self.world, self.svm["uuid"], new, "consistency_groups.provisioning_options.name")
        self.inner.append(("remove", spec, None))

    # -- carrying it out ---------------------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Change the group; what was made is taken back when that fails."""
        if "clone" in self.body:
            consistency_clone.split(self.world, self.group)
            return
        if "restore_to" in self.body:
            consistency_restore.restore(self.world, self.group, self.body["restore_to"])
            return
        try:
            self.build.apply(self.group)
            for what, spec, build in self.inner:
                self._inner(what, spec, build)
        except Refusal:
            for build in reversed(self._builds()):
                build.undo()
            raise
        store(self.world, self.group, self.body)
        for build in self._builds():
            build.finish()
        if self.action == "demote":
            self._demote()
        if self.name:
            named(self.world, self.group, self.name)

    def _inner(self, what: str, spec: Row, build: Build | None) -> None:
        new = spec.get("provisioning_options", {}).get("name")
        if what == "add":
            child = standalone(self.world, self.svm, spec)
            attach(self.world, child, self.group, new or child["name"])
            return
        if what == "create" and build is not None:
            mine = members.volumes_of(self.world, self.group["uuid"])
            child = members.insert(self.world, self.svm, spec["name"], self.group)
            for volume in mine if self.action == "promote" else ():
                members.join(volume, child)
            build.apply(child)
            store(self.world, child, spec)
            return
        child = self.children[spec["name"]]
        if what == "remove":
            child.pop("parent_consistency_group")
            named(self.world, child, new or child["name"])
            if not members.children_of(self.world, self.group["uuid"]):
                members.remove(self.world, self.group)
        elif what == "restore":
            consistency_restore.restore(self.world, child, spec["restore_to"])
        elif build is not None:
            build.apply(child)
            store(self.world, child, spec)

    def _demote(self) -> None:
        """Source: CLI manual, vserver consistency-group demote: the children are deleted. Choice: with the records of their snapshots."""
        for child in self.children.values():
            for volume in members.volumes_of(self.world, child["uuid"]):
                members.join(volume, self.group)
            members.remove(self.world, child)
