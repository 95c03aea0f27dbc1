# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is before a group snapshot is taken or deleted, and which engine can take it.

The reads are as many for one volume as for many.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .client import Client, dig
from .errors import InputError, NotFound, OntapError, PartlyDone, Refused
from .group_engines import ONTAPI, REST
from .group_fence import FIELDS, GROUPS, SINCE, taken
from .group_members import Group, Members, read_groups
from .group_point import Instant, read_instant
from .group_temporary import MOST_VOLUMES, Temporary
from .ontapi import require_library
from .version import show

VOLUMES = "/storage/volumes"
AUTO = "auto"
ABSENT_VOLUME = "There is no volume {0} in the SVM {1}."


class Scene:
    """The volumes, their snapshots of the name, and the groups of their SVM. `left` are temporary groups of interrupted runs."""

    def __init__(self, client: Client, svm: str, volumes: Iterable[str], name: str, temporary: Temporary) -> None:
        self.client = client
        self.svm = svm
        self.name = name
        self.volumes = list(dict.fromkeys(volumes))
        self.instant: Instant = read_instant(client, svm, self.volumes, name)
        groups = read_groups(client, [svm])
        self.left: list[Group] = temporary.left(groups)
        ours = {group.uuid for group in self.left}
        self.members = Members([group for group in groups if group.uuid not in ours], self.volumes)

    def look_again(self) -> None:
        """Read the snapshots anew."""
        self.instant = read_instant(self.client, self.svm, self.volumes, self.name)

    @property
    def what(self) -> str:
        """The group snapshot in a sentence."""
        return f"group snapshot {self.name} of {len(self.volumes)} volumes in {self.svm}"

    @property
    def reusable(self) -> Group | None:
        """A temporary group of an interrupted run that has these volumes and no others."""
        return next((group for group in self.left if set(group.volumes) == set(self.volumes)), None)

    def of_one_instant(self) -> bool:
        """Whether every volume has a snapshot of the name and they are provably of one instant: by their mark, or by ONTAP's record."""
        if self.instant.proven:
            return True
        exact = self.members.exact
        if not self.instant.complete or exact is None:
            return False
        found = self.record_of(exact)
        recorded = [(dig(one, "volume.uuid"), dig(one, "snapshot.uuid")) for one in (found or {}).get("snapshot_volumes") or []]
        return taken(found) and set(self.instant.pairs) <= set(recorded)

    def record_of(self, group: Group) -> dict[str, Any] | None:
        """The snapshot of the name that a group has; one read."""
        return self.client.one(f"{GROUPS}/{group.uuid}/snapshots", {"name": self.name}, FIELDS)

    def check_free(self) -> None:
        """Refuse to add snapshots of now to those of another time."""
        if not self.instant.records:
            return
        hint = "Delete them with state: absent, or take another name; snapshots of different instants are never put together."
        if self.instant.complete:
            raise Refused(
                f"Every volume has a snapshot {self.name} already, and nothing proves that they are of one instant.",
                hint=hint,
                target="name",
            )
        has, lacks = ", ".join(self.instant.records), ", ".join(self.instant.missing)
        raise PartlyDone(f"Of the {self.what}, {has} {_have(self.instant.records)} a snapshot already, and not {lacks}.", hint=hint)

    def check_volumes(self) -> None:
        """Refuse volumes of which no snapshot can be taken; one read."""
        terms = {"name": self.volumes, "svm.name": [self.svm]}
        records = {one["name"]: one for one in self.client.select(VOLUMES, ("state", "type", "style"), terms, {"svm.name": [self.svm]})}
        missing = [name for name in self.volumes if name not in records]
        if missing:
            hint = "The account of an SVM sees the volumes of that SVM only."
            raise NotFound(ABSENT_VOLUME.format(", ".join(missing), self.svm), hint=hint, target="volumes")
        wrong = [words for name in self.volumes for words in _objections(name, records[name])]
        if wrong:
            raise InputError(f"No {self.what} can be taken: {'; '.join(wrong)}.", target="volumes")


def _have(several: Iterable[str]) -> str:
    return "have" if len(list(several)) > 1 else "has"


def _objections(name: str, record: dict[str, Any]) -> Iterable[str]:
    if record.get("state", "online") != "online":
        yield f"volume {name} is {record['state']}"
    if record.get("type", "rw") != "rw":
        yield f"volume {name} is of type {record['type']}, and snapshots are taken of read-write volumes"
    if record.get("style", "flexvol") != "flexvol":
        yield f"volume {name} is a {record['style']}, and this takes FlexVol volumes only"


def choose_engine(scene: Scene, engine: str) -> str:
    """The engine that takes the snapshot; raises what speaks against each that was allowed. ONTAPI is the second choice."""
    if engine == ONTAPI:
        require_library()
        return ONTAPI
    objection = _against_rest(scene)
    if objection is None:
        return REST
    if engine == AUTO:
        try:
            require_library()
        except InputError as lacking:
            objection.hint = f"{objection.hint} The engine ontapi could do it: {lacking.message} {lacking.hint}"
        else:
            return ONTAPI
    raise objection


def _against_rest(scene: Scene) -> OntapError | None:
    """Why REST cannot take the snapshot."""
    members = scene.members
    if members.exact is None and not members.free:
        named = members.sentence()
        return Refused(
            f"No temporary group can be made for the {scene.what}, because a volume is in one group at most: {named}.",
            hint="Groups of others are left alone. Use engine: ontapi, or a snapshot of that group.",
            target="volumes",
        )
    if members.exact is None and len(scene.volumes) > MOST_VOLUMES:
        return Refused(f"A group has at most {MOST_VOLUMES} volumes, and these are {len(scene.volumes)}.", hint="Use engine: ontapi.")
    release = scene.client.release()
    if release < SINCE:
        return Refused(
            f"The cluster runs ONTAP {show(release)}, and group snapshots in two phases by REST need {show(SINCE)}.",
            hint="Use engine: ontapi, or upgrade the cluster.",
        )
    return None
