# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary consistency groups: made so that volumes which are in no group can have a snapshot of one instant by REST, and deleted again.

Their names tell whose they are: a prefix, the second in which they were made, and a digest of the name of the snapshot. So a run finds what
an interrupted one has left, and a reaper finds those that nobody came back for, without asking anything else. A group that goes takes no
volume, no LUN and no snapshot of a volume with it. Source: API reference, consistency_group, DELETE.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from . import waiting
from .client import Client
from .errors import ApiError, JobFailed, JobVanished, LostAnswer, NotFound, OntapError, Refused
from .group_members import GROUPS, Group, read_groups

PREFIX = "ndo_tmp_"
DIGITS = 12
MOST_VOLUMES = 80
"""Volumes that a group can have. Source: ONTAP documentation, limits of consistency groups."""

HOLD = 15
"""Seconds that ONTAP may hold a write open to save us a look at its job."""

TRIES = 5
EXISTS, ELSEWHERE = ("53411852", "53411860"), "53411865"
"""Codes: there is a group of the name, or one is being made; a volume is in another group. Source: API reference, consistency_group."""


def temporary_name(prefix: str, snapshot: str, now: float) -> str:
    """The name of a temporary group for a snapshot, made at this time (seconds since the Unix epoch)."""
    return f"{prefix}{int(now)}_{_digest(snapshot)}"


def is_temporary(group: str, prefix: str, snapshot: str | None = None) -> bool:
    """Whether this is the name of a temporary group, of this snapshot or of any."""
    match = re.fullmatch(r"(\d+)_([0-9a-f]{12})", group[len(prefix) :]) if group.startswith(prefix) else None
    return bool(match) and (snapshot is None or match[2] == _digest(snapshot))  # type: ignore[index]


def _digest(snapshot: str) -> str:
    return hashlib.sha256(snapshot.encode()).hexdigest()[:DIGITS]


class Temporary:
    """Makes temporary groups in one SVM, and takes them away."""

    def __init__(self, client: Client, svm: str, prefix: str, snapshot: str, deadline: waiting.Deadline) -> None:
        self.client = client
        self.svm = svm
        self.prefix = prefix
        self.snapshot = snapshot
        self.deadline = deadline

    def left(self, groups: Iterable[Group]) -> list[Group]:
        """Those of this snapshot that an interrupted run has left."""
        return [group for group in groups if is_temporary(group.name, self.prefix, self.snapshot)]

    def make(self, volumes: Iterable[str]) -> tuple[str, str]:
        """Make one of these volumes; its uuid and its name."""
        name = temporary_name(self.prefix, self.snapshot, waiting.clock.wall())
        wanted = list(volumes)
        members = [{"name": volume, "provisioning_options": {"action": "add"}} for volume in wanted]
        body = {"svm": {"name": self.svm}, "name": name, "volumes": members}
        doubt: OntapError | None = None
        for _attempt in range(TRIES):
            try:
                answer = self._write("POST", GROUPS, body, f"making the temporary group {name}")
                found = next((str(one["uuid"]) for one in answer if one.get("uuid")), None) or self._find(name)
                if found:
                    return found, name
            except (LostAnswer, JobVanished) as error:
                doubt = error
            except (ApiError, JobFailed) as error:
                # The group of an interrupted run may have appeared since we looked.
                group = self._left_with(wanted) if error.code in (*EXISTS, ELSEWHERE) else None
                if group is not None:
                    return group.uuid, group.name
                # After a lost answer, this is what the group is told that is being made, or made, already.
                if doubt is None and error.code not in EXISTS:
                    raise _joined(error) from error
                doubt = doubt or error
            found = self._find(name)
            if found:
                return found, name
            waiting.pause(1.0)
        raise doubt or OntapError(f"ONTAP reported no failure, and the temporary group {name} is not there.")

    def delete(self, uuid: str, name: str) -> bool:
        """Take one away; its volumes and their snapshots stay. False: it was gone already."""
        doubt: OntapError | None = None
        for _attempt in range(TRIES):
            try:
                self._write("DELETE", f"{GROUPS}/{uuid}", None, f"deleting the temporary group {name}")
                return True
            except NotFound:
                return doubt is not None
            except (LostAnswer, JobVanished, JobFailed) as error:
                doubt = error
                waiting.pause(1.0)
        if doubt is not None and self._find(name):
            doubt.hint = f"The temporary group {name} is left; run the task again, or delete the group. Its volumes stay in any case."
            raise doubt
        return True

    def _left_with(self, volumes: list[str]) -> Group | None:
        found = self.left(read_groups(self.client, [self.svm]))
        return next((group for group in found if set(group.volumes) == set(volumes)), None)

    def _find(self, name: str) -> str | None:
        found = self.client.one(GROUPS, {"svm.name": self.svm, "name": name}, ["uuid"])
        return str(found["uuid"]) if found else None

    def _write(self, method: str, path: str, body: object, what: str) -> list[dict[str, object]]:
        query = {"return_timeout": HOLD, **({"return_records": True} if method == "POST" else {})}
        answer = self.client.call(method, path, query=query, body=body)
        if answer.status == 202:
            for job in answer.jobs:
                self.client.follow(job, self.deadline, what)
        return answer.records


def _joined(error: OntapError) -> OntapError:
    """Somebody was faster: a volume has joined another group since we looked. Source of the code: API reference."""
    if error.code == ELSEWHERE:
        return Refused(f"The volumes cannot form a temporary group: {error.message}", hint="Groups of others are left alone.")
    return error
