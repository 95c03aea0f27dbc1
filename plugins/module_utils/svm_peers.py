# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peer relationships between SVMs of one cluster, as far as work between two of them needs one.

Source: API reference and the SDK's description, svm_peer; CLI manual, lun copy start: a copy between SVMs needs a peer relationship.
A relationship within a cluster shows as one record at each of the SVMs (choice: either of them is enough). What exists is
never changed here: other applications rely on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import waiting
from .client import Client, dig
from .errors import OperationFailed, Refused
from .plan import Step

PEERS = "/svm/peers"
FIELDS = ("svm.name", "svm.uuid", "peer.svm.name", "peer.svm.uuid", "peer.cluster.name", "applications", "state", "name", "uuid")
READY = "peered"

Pair = frozenset[str]
"""The names of two SVMs."""


class Peers:
    """The relationships among some SVMs at one moment."""

    def __init__(self, client: Client, records: Iterable[dict[str, Any]]) -> None:
        self.client = client
        self._found: dict[Pair, list[dict[str, Any]]] = {}
        for record in records:
            self._found.setdefault(_pair(record), []).append(record)

    @classmethod
    def read(cls, client: Client, pairs: Iterable[Pair]) -> Peers:
        """All relationships between these SVMs, in one read."""
        names = frozenset().union(*pairs)
        wanted = {"svm.name": names, "peer.svm.name": names}
        return cls(client, client.select(PEERS, FIELDS, wanted))

    def of(self, first: dict[str, Any], second: dict[str, Any]) -> list[dict[str, Any]]:
        """The relationships of two SVMs, given by name and, where known, uuid: a namesake in another cluster is somebody else."""
        known = {first.get("uuid"), second.get("uuid")} - {None}
        found = self._found.get(frozenset({first["name"], second["name"]}), [])
        return [one for one in found if known <= {dig(one, "svm.uuid"), dig(one, "peer.svm.uuid")} or not dig(one, "peer.svm.uuid")]

    def ready(self, first: dict[str, Any], second: dict[str, Any], application: str) -> bool:
        """Whether the two may do this with each other; False when they are no peers, Refused when they are and may not."""
        found = self.of(first, second)
        if not found:
            return False
        both = f"The SVMs {first['name']} and {second['name']} are peers"
        if not any(application in (one.get("applications") or []) for one in found):
            there = sorted({name for one in found for name in one.get("applications") or []})
            raise Refused(
                f"{both}, but not for {application}: their relationship is for {', '.join(there) or 'nothing'}.",
                hint=f"It is not changed here, because others rely on it. Add {application} to its applications (vserver peer modify).",
                target="applications",
            )
        state = _state(found)
        if state not in (READY, "initializing"):
            raise Refused(f"{both}, but their relationship is {state}.", hint="Accept or resume it first.", state=state)
        return True


def create(first: dict[str, Any], second: dict[str, Any], application: str) -> Step:
    """The step that makes two SVMs peers for one application.

    Source: SDK's description: within a cluster, the name of the peer's cluster may be left out.
    """
    body = {"svm": {"name": first["name"]}, "peer": {"svm": {"name": second["name"]}}, "applications": [application]}
    return Step(f"create_peer {second['name']}", "POST", PEERS, body=body, asynchronous=True)


def wait_until_ready(
    client: Client, first: dict[str, Any], second: dict[str, Any], application: str, deadline: waiting.Deadline
) -> dict[str, Any]:
    """Wait until a relationship that was just made can be used, and return it."""

    def look() -> waiting.Progress:
        peers = Peers.read(client, [frozenset({first["name"], second["name"]})])
        found = peers.of(first, second)
        if not found:
            raise OperationFailed(f"The peer relationship of {first['name']} and {second['name']} was made and is gone again.")
        peers.ready(first, second, application)
        return waiting.Progress(_state(found) == READY, _state(found), found[0])

    relation: dict[str, Any] = waiting.wait(look, deadline, "Peer relationship", report=client.report)
    return relation


def _pair(record: dict[str, Any]) -> Pair:
    return frozenset({dig(record, "svm.name"), dig(record, "peer.svm.name")})


def _state(records: list[dict[str, Any]]) -> str:
    """The state of a relationship: that of the end which is not ready, if there is one."""
    found = [str(one.get("state")) for one in records]
    return next((state for state in found if state != READY), READY)
