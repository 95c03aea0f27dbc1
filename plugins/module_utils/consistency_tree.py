# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure: a consistency group with its children, as a task wants it, and the bodies of the requests that lead there.

Source: API reference and the SDK's examples, consistency_group; ONTAP documentation, consistency groups, geometry: a group has volumes or
children, two levels; children are added, detached, promoted and demoted from 9.13.1 on; a single group must be promoted first.
"""

from __future__ import annotations

from typing import Any

from .client import dig
from .consistency_fields import Record, Scene, what
from .consistency_parts import Part, settle
from .errors import InputError, Refused

KEEP, CREATE, ATTACH, RENAME = "keep", "create", "attach", "rename"
NEW = "new"


class Child:
    """A child of the group: how it comes about, and what it has under which name now."""

    def __init__(self, mode: str, part: Part, old: str) -> None:
        self.mode = mode
        self.part = part
        self.old = old


class Tree:
    """The group that a task names, its children, and what becomes of them."""

    def __init__(self, params: Record, record: Record | None, scene: Scene, found: dict[str, list[str]] | None = None) -> None:
        self.name: str = params["name"]
        self.exact = params["membership"] == "exact"
        self.record, self.scene, self.found = record, scene, found or {}
        self.promoted: str | None = None
        self.specs: list[Record] | None = params.get("children")
        self._check_sense(params)
        if self.specs and record and record.get("volumes"):
            self._promote(self.specs[0]["name"])
        self.top = Part(self.name, params, self.record, self.exact, found)
        self.here = {one["name"]: one for one in self.scene.children(self.record)}
        self.children = [self._child(spec) for spec in self.specs or ()]
        named = {name for child in self.children for name in (child.part.name, child.old)}
        rest = [one for name, one in self.here.items() if name not in named] if self.specs is not None else []
        self.detached = rest if self.exact else []
        if not self.exact:
            self.children += [Child(KEEP, Part(one["name"], {}, one, False), one["name"]) for one in rest]

    def _check_sense(self, params: Record) -> None:
        own = [word for word in ("volumes", "new_volumes", "luns") if params.get(word)]
        if own and self.specs:
            raise InputError(
                f"consistency group {self.name} has either volumes or children.",
                hint=f"Give {' and '.join(own)} to its children.",
                target="children",
            )
        names = [spec["name"] for spec in self.specs or ()]
        if len(names) != len(set(names)) or self.name in names:
            raise InputError(f"consistency group {self.name}: a name is used twice among it and its children.", target="children")
        if own and self.scene.children(self.record):
            raise Refused(
                f"consistency group {self.name} has children, and no volumes of its own.",
                hint="Name the volumes of its children in children, or do the task for the child.",
                target=own[0],
            )

    def _promote(self, first: str) -> None:
        """A single group becomes a parent: its volumes go to a new child, the first that the task names."""
        record = self.record or {}
        if self.scene.named(first):
            raise Refused(
                f"consistency group {self.name} has volumes, which would go to a new child {first}; but that is a group already.",
                hint="Name another child first.",
                target="children",
            )
        if dig(record, "parent_consistency_group.name"):
            raise Refused(f"{what(record)}, cannot have children: ONTAP has two levels.", target="children")
        members: Record = {name: record[name] for name in ("volumes", "luns") if name in record}
        child: Record = {
            **members,
            "uuid": NEW,
            "name": first,
            "parent_consistency_group": {"uuid": record["uuid"], "name": record["name"]},
        }
        self.promoted = first
        self.record = {name: value for name, value in record.items() if name not in ("volumes", "luns")}
        self.scene = Scene([*(one for one in self.scene.records if one["uuid"] != record["uuid"]), self.record, child])

    def _child(self, spec: Record) -> Child:
        """Which group a child is, or is to become."""
        name, old = spec["name"], spec.get("from_name")
        if name in self.here and old in self.here:
            raise InputError(
                f"consistency group {self.name} has children {name} and {old}.", hint="Leave from_name out.", target="children"
            )
        mode, record = CREATE, None
        if name in self.here:
            mode, record = KEEP, self.here[name]
        elif old in self.here:
            mode, record = RENAME, self.here[old]
            self._refuse_only(str(old))
        else:
            record = self._standalone(spec)
            mode = ATTACH if record else CREATE
        part = Part(name, spec, record, self.exact, self.found)
        if mode == CREATE and not part.wanted:
            raise InputError(
                f"consistency group {self.name}: the child {name} does not exist, and a new one needs volumes.",
                hint="Name them in its volumes or new_volumes; or check its name.",
                target="children",
            )
        return Child(mode, part, record["name"] if record else name)

    def _refuse_only(self, old: str) -> None:
        if len(self.here) == 1:
            raise Refused(
                f"consistency group {self.name} would lose {old}, its only child, for a moment, and ONTAP would delete it.",
                hint="ONTAP renames a child by detaching and attaching it. Add another child first.",
                target="children",
            )

    def _standalone(self, spec: Record) -> Record | None:
        """The group of its own that is to become a child, if there is one of the name; not without having been asked for."""
        name, old = spec["name"], spec.get("from_name")
        found = self.scene.named(name) or (self.scene.named(old) if old and spec["attach"] else None)
        if found is None:
            return None
        if dig(found, "parent_consistency_group.name") or self.scene.children(found):
            raise Refused(f"{what(found)}, cannot become a child of {self.name}: it is a child or a parent already.", target="children")
        # With from_name, a run that was interrupted between the two halves of a rename goes on.
        if not spec["attach"] and not old:
            raise Refused(
                f"{what(found)} is a group of its own.",
                hint=f"Set attach: true to make it a child of {self.name}, or choose another name.",
                target="children",
            )
        return found

    # -- the whole -----------------------------------------------------------------------------------------------------

    @property
    def parts(self) -> list[Part]:
        """The group and its children."""
        return [self.top, *(child.part for child in self.children)]

    def settle(self) -> None:
        """Find out where the volumes come from; those of others are refused."""
        leaving = [Part(one["name"], {}, one, False) for one in self.detached]
        settle(self.parts, leaving, self.scene)
        gone = sorted(name for part in leaving for name in part.given)
        if gone:
            raise Refused(
                f"Volumes {', '.join(gone)} would go from children that are detached in the same request to others.",
                hint="Do it in two tasks: first exchange volumes, with membership: add.",
                target="children",
            )
        if self.here and self.specs is not None and not self.children:
            raise Refused(f"consistency group {self.name} would lose all its children, and ONTAP would delete it.", target="children")

    def show(self) -> Record:
        """The group in playbook words, as far as the task is about its parts."""
        shown = self.top.show()
        if self.specs is not None:
            shown["children"] = sorted([_shown(child.old, child.part.show(True)) for child in self._present()], key=_by_name)
        return shown

    def _present(self) -> list[Child]:
        gone = [Child(KEEP, Part(one["name"], {}, one, False), one["name"]) for one in self.detached]
        return [child for child in [*self.children, *gone] if child.mode in (KEEP, RENAME) and child.old != self.promoted]

    def forecast(self) -> Record:
        """The same in the end."""
        shown = self.top.forecast()
        if self.specs is not None:
            shown["children"] = sorted([_shown(child.part.name, child.part.forecast(True)) for child in self.children], key=_by_name)
        return shown

    # -- requests ------------------------------------------------------------------------------------------------------

    def attaching(self) -> list[Record]:
        """The children that were groups of their own, as a body names them."""
        return [adding(child.old, child.part.name) for child in self.children if child.mode == ATTACH]

    def renames(self) -> list[tuple[str, str]]:
        """The children that get another name: the old one and the new one."""
        return [(child.old, child.part.name) for child in self.children if child.mode == RENAME]

    def creation(self, qos_policy: str | None) -> Record:
        """What the request says that makes the group: its parts, with those children that are new or attached."""
        inner = [{"name": child.part.name, **child.part.body(qos_policy)} for child in self.children if child.mode == CREATE]
        inner += self.attaching()
        return {**self.top.body(qos_policy), **({"consistency_groups": inner} if inner else {})}

    def change(self, qos_policy: str | None, created: bool = False) -> Record:
        """What the request says that changes the group; created: the group is there because of creation()."""
        inner = [] if created else [_removing(one["name"]) for one in self.detached]
        for child in self.children:
            body = child.part.body(qos_policy)
            if child.mode == CREATE and not created:
                inner.append({"name": child.part.name, "provisioning_options": {"action": "create"}, **body})
            elif child.mode != CREATE and (body or child.part.given):
                inner.append({"name": child.part.name, **body})
        top = {} if created else self.top.body(qos_policy)
        return {**top, **({"consistency_groups": inner} if inner else {})}


def adding(name: str, new: str | None = None) -> Record:
    """A group of its own that becomes a child, as a body names it."""
    return {"name": name, "provisioning_options": {"action": "add", **({"name": new} if new not in (None, name) else {})}}


def _removing(name: str, new: str | None = None) -> Record:
    return {"name": name, "provisioning_options": {"action": "remove", **({"name": new} if new else {})}}


def detaching(name: str, new: str) -> Record:
    """The body that makes a child a group of its own under another name."""
    return {"consistency_groups": [_removing(name, new)]}


def promotion(first: str) -> Record:
    """The body that makes a single group a parent."""
    return {
        "provisioning_options": {"action": "promote"},
        "consistency_groups": [{"name": first, "provisioning_options": {"action": "create"}}],
    }


def _shown(name: str, words: Record) -> Record:
    return {"name": name, **words}


def _by_name(one: Record) -> Any:
    return one["name"]
