# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The point in time that snapshots of several volumes stand for: its identity, and whether it is provably one.

Two things are told apart. `point` says which snapshots these are: snapshots that were taken anew have another one. `proven` says that they
are of one instant: they bear the mark of one group snapshot. Each start of a group snapshot has a mark of its own, which ONTAP writes
into all snapshots when it takes them, so no run that is killed can leave some of them without it. Neither the name nor the time of
creation, which is told in whole seconds, proves anything: the snapshots of a schedule, or of a loop, have them in common too.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable
from typing import Any

from .client import Client, dig
from .snapshots import LOCKS

SNAPSHOTS = "/storage/volumes/*/snapshots"
FIELDS = ("name", "uuid", "volume.name", "volume.uuid", "create_time", "comment", "snapmirror_label", *LOCKS)
"""What is read of a snapshot."""

DIGITS = 12
MARK = re.compile(r"\bndo_group_[0-9a-f]{12}\b")
PLACES = ("snapmirror_label", "comment")
"""Where a mark can be: ONTAPI gives labels to the snapshots of a group, REST also comments."""


def new_mark() -> str:
    """The mark of one group snapshot, which no other has."""
    return f"ndo_group_{uuid.uuid4().hex[:DIGITS]}"


def mark_of(record: dict[str, Any]) -> str | None:
    """The mark that a snapshot (a record of the API) bears."""
    found = (MARK.search(record.get(place) or "") for place in PLACES)
    return next((match.group() for match in found if match), None)


def point_of(pairs: Iterable[tuple[str, str]]) -> str:
    """The identity of a point in time: of the snapshots (uuid of the volume, uuid of the snapshot) that stand for it, in any order."""
    lines = "\n".join(sorted(f"{volume}:{snapshot}" for volume, snapshot in pairs))
    return hashlib.sha256(lines.encode()).hexdigest()[:DIGITS]


class Instant:
    """The snapshots of one name that volumes have. `records` are the API's, by the name of the volume."""

    def __init__(self, name: str, volumes: Iterable[str], records: Iterable[dict[str, Any]]) -> None:
        self.name = name
        self.volumes = list(dict.fromkeys(volumes))
        found = {str(dig(one, "volume.name")): one for one in records if one["name"] == name}
        self.records = {volume: found[volume] for volume in self.volumes if volume in found}

    @property
    def missing(self) -> list[str]:
        """The volumes that have no snapshot of the name."""
        return [volume for volume in self.volumes if volume not in self.records]

    @property
    def complete(self) -> bool:
        """Whether every volume has one."""
        return bool(self.volumes) and not self.missing

    @property
    def mark(self) -> str | None:
        """The mark that all the snapshots bear that there are."""
        marks = {mark_of(one) for one in self.records.values()}
        return next(iter(marks)) if len(marks) == 1 else None

    @property
    def proven(self) -> bool:
        """Whether every volume has one and all are provably of one instant."""
        return self.complete and self.mark is not None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The uuids of volumes and snapshots."""
        return [(str(dig(one, "volume.uuid")), str(one["uuid"])) for one in self.records.values()]

    @property
    def point(self) -> str | None:
        """The identity of the point in time; None where a volume has no snapshot."""
        return point_of(self.pairs) if self.complete else None

    def view(self) -> list[dict[str, Any]]:
        """The snapshots in playbook words, in the order of the volumes."""
        return [
            {
                "volume": volume,
                "volume_uuid": dig(one, "volume.uuid"),
                "name": one["name"],
                "uuid": one["uuid"],
                "create_time": one.get("create_time"),
            }
            for volume, one in self.records.items()
        ]


def read_instant(client: Client, svm: str, volumes: Iterable[str], name: str) -> Instant:
    """The snapshots of this name in these volumes of an SVM; one read."""
    wanted = list(dict.fromkeys(volumes))
    terms = {"svm.name": [svm], "name": [name], "volume.name": wanted}
    return Instant(name, wanted, client.select(SNAPSHOTS, FIELDS, terms))
