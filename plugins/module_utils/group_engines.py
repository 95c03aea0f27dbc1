# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ways to take a snapshot of any volumes of an SVM at one instant, with the same phases: open, start, commit, close.

REST needs a consistency group: one that has exactly these volumes is used as it is, and else a temporary one is made, and taken away at the
close. ONTAPI needs none. A ticket is what the phases after the start must know, in plain values, so that another task can commit.
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .client import Client
from .errors import OntapError
from .group_fence import GroupFence
from .group_members import Group
from .group_point import mark_of
from .group_temporary import Temporary
from .ontapi import Ontapi
from .ontapi_group import GroupSnapshot

REST, ONTAPI = "rest", "ontapi"


class Order:
    """What is to be taken."""

    def __init__(self, svm: str, name: str, volumes: list[str], *, timeout: int, label: str | None, mark: str) -> None:
        self.svm = svm
        self.name = name
        self.volumes = volumes
        self.timeout = timeout
        self.label = label
        self.mark = mark


class RestEngine:
    """By a group: `group` is one that is there; `mine` says that it is a temporary one, to be taken away."""

    engine = REST

    def __init__(self, client: Client, order: Order, temporary: Temporary, group: Group | None = None, mine: bool = False) -> None:
        self.client = client
        self.order = order
        self.temporary = temporary
        self.group = {"uuid": group.uuid, "name": group.name} if group else None
        self.mine = mine or group is None
        self.existed = group is not None
        self.since = 0.0
        self._fence: GroupFence | None = None

    @property
    def opening(self) -> list[str]:
        """The actions of open()."""
        return [] if self.existed else ["create_group"]

    @property
    def closing(self) -> list[str]:
        """The actions of close()."""
        return ["delete_group"] if self.mine else []

    @property
    def joined(self) -> bool:
        """Whether an earlier task had committed what this one was to commit."""
        return self._fence is not None and self._fence.joined

    @property
    def fenced(self) -> float:
        """For how long writes waited."""
        return self._fence.fenced if self._fence else 0.0

    def open(self) -> None:
        """Make the temporary group, unless there is a group to use."""
        if self.group is None:
            uuid, name = self.temporary.make(self.order.volumes)
            self.group = {"uuid": uuid, "name": name}

    def start(self) -> bool:
        """Let the writes wait; False when an interrupted run has done it, and its snapshot is to be committed."""
        self._fence = self._make()
        self.since = waiting.clock.wall()
        mark = mark_of(self._fence.adopt() or {}) if self.existed else None
        if mark:
            self.order.mark = mark
            return False
        self._fence.start()
        return True

    def commit(self) -> None:
        """Take the snapshots, and let the writes go on."""
        if self._fence is not None:
            self._fence.commit()

    def close(self) -> list[str]:
        """Take the temporary group away; the actions of that."""
        group, self.group = self.group, None
        if self.mine and group and self.temporary.delete(group["uuid"], group["name"]):
            return self.closing
        return []

    def ticket(self) -> dict[str, Any]:
        """What another task must know to commit."""
        uuid = self._fence.uuid if self._fence else None
        return {"group": self.group, "temporary": self.mine, "snapshot": uuid}

    def resume(self, ticket: dict[str, Any]) -> None:
        """Go on from the ticket of another task."""
        self.group, self.mine, self.since = ticket["group"], bool(ticket["temporary"]), float(ticket["since"])
        self._fence = self._make(uuid=ticket["snapshot"], since=self.since)

    def _make(self, **more: Any) -> GroupFence:
        order, group = self.order, self.group or {}
        attributes = {"comment": order.mark, "snapmirror_label": order.label or order.mark}
        what = f"consistency group {group.get('name')}"
        return GroupFence(self.client, str(group.get("uuid")), order.name, what=what, timeout=order.timeout, attributes=attributes, **more)


class OntapiEngine:
    """By cg-start and cg-commit."""

    engine = ONTAPI
    opening: list[str] = []
    closing: list[str] = []
    existed = False
    joined = False

    def __init__(self, client: Client, order: Order) -> None:
        self.order = order
        self.since = 0.0
        self._group = GroupSnapshot(
            Ontapi(client), order.svm, order.name, order.volumes, timeout=order.timeout, label=order.label or order.mark
        )

    @property
    def fenced(self) -> float:
        """For how long writes waited."""
        return self._group.fenced

    def open(self) -> None:
        """Nothing is needed."""

    def start(self) -> bool:
        """Let the writes wait."""
        self.since = waiting.clock.wall()
        self._group.start()
        return True

    def commit(self) -> None:
        """Take the snapshots, and let the writes go on."""
        self._group.commit()

    def close(self) -> list[str]:
        """Nothing is left."""
        return []

    def ticket(self) -> dict[str, Any]:
        """What another task must know to commit."""
        return {"temporary": False, "cg_id": self._group.key}

    def resume(self, ticket: dict[str, Any]) -> None:
        """Go on from the ticket of another task."""
        self.since = float(ticket["since"])
        self._group.resume(str(ticket["cg_id"]), self.since)


Engine = Any
"""A RestEngine or an OntapiEngine."""


def closed(engine: Engine, error: OntapError) -> OntapError:
    """The error, after the engine was closed because of it."""
    try:
        engine.close()
    except OntapError:
        error.hint = (
            f"{error.hint} A temporary consistency group is left; running the task again, or with state: absent, takes it away.".strip()
        )
    return error
