# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which consistency group a task means: by its name, by its uuid, or by the volumes that it has, no more and no fewer.

Snapshots are looked up by the name or the uuid of their group, in the read that looks for them anyway. A group that is given by its
volumes is read before; the groups of all items of a task in one read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from .client import Client
from .errors import Ambiguous, InputError
from .group_members import GROUPS, Group, Members, read_groups

MEANS = ("group", "group_uuid", "volumes")


class Groups:
    """The groups of the SVMs that a task is about, read when the first of them is asked for."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.svms: set[str] = set()
        self._found: list[Group] | None = None

    def want(self, svm: str) -> None:
        """Take note of an SVM."""
        if svm not in self.svms:
            self.svms.add(svm)
            self._found = None

    def all(self) -> list[Group]:
        """All of them; one read."""
        if self._found is None:
            self._found = read_groups(self.client, self.svms)
        return self._found


_OF: WeakKeyDictionary[Client, Groups] = WeakKeyDictionary()


class Home:
    """The group of one task or item. `uuid` and `name` are what is known of it."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        self.client = client
        self.svm: str | None = params.get("svm")
        self.name: str | None = params.get("group")
        self.uuid: str | None = params.get("group_uuid")
        self.volumes: list[str] = list(dict.fromkeys(params.get("volumes") or []))
        self._members: Members | None = None
        given = [name for name in MEANS if params.get(name)]
        if not given or not (self.svm or self.uuid):
            raise InputError("The group is not named.", hint="Give svm, and group or volumes, or group_uuid.", target="group")
        self._groups = _OF.setdefault(client, Groups(client))
        if self.svm and self.volumes:
            self._groups.want(self.svm)

    @property
    def what(self) -> str:
        """The group in a sentence."""
        if self.name:
            return f"consistency group {self.name}"
        return f"the consistency group of the volumes {', '.join(self.volumes)}" if self.volumes else f"consistency group {self.uuid}"

    def paths(self) -> tuple[str, ...]:
        """The fields of a snapshot by which its group is known."""
        return ("svm.name", "consistency_group.name") if not (self.uuid or self.volumes) else ("consistency_group.uuid",)

    def key(self) -> tuple[str, ...]:
        """The values of these fields."""
        if self.uuid or self.volumes:
            return (self.uuid or self._by_volumes(),)
        return (str(self.svm), str(self.name))

    def _by_volumes(self) -> str:
        """The uuid of the group that has these volumes; a text that is none, when there is no such group."""
        if self._members is None:
            self._members = Members([one for one in self._groups.all() if one.svm == self.svm], self.volumes)
        group = self._members.exact
        if group is not None:
            self.name, self.uuid = group.name, group.uuid
        return group.uuid if group else "none"

    def check(self, needed: bool) -> None:
        """Raise InputError when no group has the volumes; where nothing is needed, only when other groups have some of them."""
        members = self._members
        if members is None or members.exact is not None or (members.free and not needed):
            return
        found = f": {members.sentence()}" if members.taken else ""
        raise InputError(
            f"No consistency group of SVM {self.svm} has exactly the volumes {', '.join(self.volumes)}{found}.",
            hint="Name the group, or give all its volumes; ndo.ontap.group_snapshot takes snapshots of volumes without a group.",
            target="volumes",
        )

    def known_uuid(self) -> str:
        """The uuid of a group that is needed; raises InputError when there is no such group."""
        if self.uuid is None:
            self.resolve(self.client, [self])
        if self.uuid is None:
            raise InputError(f"There is no consistency group {self.name} in SVM {self.svm}.", target="group")
        return self.uuid

    @staticmethod
    def resolve(client: Client, homes: Iterable[Home]) -> None:
        """Find the uuids of groups that are named; one read."""
        open_ones = [home for home in homes if home.uuid is None and home.name is not None]
        if not open_ones:
            return
        terms = {"svm.name": {str(home.svm) for home in open_ones}, "name": {str(home.name) for home in open_ones}}
        found: dict[tuple[str, str], list[str]] = {}
        for record in client.select(GROUPS, ["uuid"], terms, {"svm.name": terms["svm.name"]}):
            found.setdefault((record["svm"]["name"], record["name"]), []).append(record["uuid"])
        for home in open_ones:
            uuids = found.get((str(home.svm), str(home.name)), [])
            if len(uuids) > 1:
                raise Ambiguous(f"{len(uuids)} groups of SVM {home.svm} are called {home.name}.", hint="Give group_uuid.")
            home.uuid = uuids[0] if uuids else None
