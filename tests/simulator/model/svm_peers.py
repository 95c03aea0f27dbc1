# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/svm/peers: which SVMs of the cluster may work with each other, and for what.

Sources: API reference and the SDK's description, svm_peer: fields, what a POST needs, codes. Choices: both SVMs are of this cluster and
are peered when the job ends; each of them has a relationship of its own, as vserver peer show lists them. Not simulated: peers in other
clusters, accepting, changing, suspending and deleting a relationship.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from . import jobs
from .clusters import cluster
from .family import Family, Outcome
from .references import only, pick_svm, ref
from .refusal import Refusal
from .world import World, handler

APPLICATIONS = ("snapmirror", "file_copy", "lun_copy", "flexcache")
LUN_COPY = "lun_copy"
SETTABLE = frozenset({"svm", "peer", "applications", "name"})
JOB_SECONDS = 2.0
"""Choice."""


# -- for copies of LUNs ----------------------------------------------------------------------------------------------------


def of(world: World, svm: str) -> list[Row]:
    """The relationships of an SVM."""
    return [row for row in world.store.table("svm_peers").values() if row["svm"]["uuid"] == svm]


def between(world: World, owner: Row, other: Row) -> Row:
    """The relationship of an SVM with another one, or the refusal of a copy without."""
    for row in of(world, owner["uuid"]):
        if row["peer"]["svm"]["uuid"] == other["uuid"]:
            return row
    text = f'There is no SVM peer relationship between "{owner["name"]}" and "{other["name"]}".'
    raise Refusal(400, "26345672", text, "copy.source.peer")


def named(world: World, owner: Row, wanted: Row) -> Row:
    """The relationship that copy.source.peer means, by its name (that of the peer, unless it has another one) or its uuid."""
    uuid, name = wanted.get("uuid"), wanted.get("name")
    for row in of(world, owner["uuid"]):
        if (uuid or name) in (row["uuid"], row["name"]) or (uuid is None and name == row["peer"]["svm"]["name"]):
            if name in (None, row["name"], row["peer"]["svm"]["name"]):
                return row
            raise Refusal(400, "26345675", "The uuid and the name of the SVM peer differ.", "copy.source.peer")
    text = f'SVM "{owner["name"]}" has no SVM peer "{name or uuid}".'
    raise Refusal(400, "26345672", text, "copy.source.peer")


def usable(row: Row) -> Row:
    """The relationship, or the refusal when it is not there for copies of LUNs."""
    if row["state"] != "peered":
        raise Refusal(400, "26345673", f'The SVM peer relationship "{row["name"]}" is in the state "{row["state"]}".', "copy.source.peer")
    if LUN_COPY not in row["applications"]:
        text = f'The application "{LUN_COPY}" is not allowed by the SVM peer relationship "{row["name"]}".'
        raise Refusal(400, "26345674", text, "copy.source.peer")
    return row


def short(row: Row) -> Row:
    """A relationship as a LUN refers to it."""
    return {"name": row["name"], "uuid": row["uuid"]}


# -- the family ------------------------------------------------------------------------------------------------------------


@handler
def create(world: World, uuid: str, body: Row) -> None:
    """The job of a POST ends: both SVMs have the relationship."""
    owner, other = _ends(world, body)
    here = ref(cluster(world))
    first = {"uuid": uuid, "name": body.get("name", other["name"]), "svm": ref(owner), "peer": {"svm": ref(other), "cluster": here}}
    second = {"name": owner["name"], "svm": ref(other), "peer": {"svm": ref(owner), "cluster": dict(here)}}
    for row in (first, second):
        world.store.insert("svm_peers", {**row, "applications": list(body["applications"]), "state": "peered"})


def _ends(world: World, body: Row) -> tuple[Row, Row]:
    """The two SVMs of a relationship that a body describes, checked."""
    owner = pick_svm(world, body)
    # Source: SDK's description: the peer is named; a uuid cannot be validated.
    wanted = body.get("peer", {}).get("svm", {})
    if not wanted.get("name"):
        raise Refusal(400, "262245", 'The field "peer.svm.name" is required.', "peer.svm.name")
    place = body["peer"].get("cluster", {})
    here = cluster(world)
    if place.get("name", here["name"]) != here["name"]:
        # Source for the code: API reference: another cluster.
        raise Refusal(400, "26345575", "Peers in other clusters are not simulated.", "peer.cluster")
    try:
        other = pick_svm(world, {"svm": wanted})
    except Refusal as refusal:
        raise Refusal(400, "26345580", refusal.message, "peer.svm") from None
    if other["uuid"] == owner["uuid"]:
        # Choice of the code.
        raise Refusal(400, "9896095", "An SVM cannot be its own peer.", "peer.svm")
    if any(row["peer"]["svm"]["uuid"] == other["uuid"] for row in of(world, owner["uuid"])):
        # Choice, which of the codes for conflicts of names.
        raise Refusal(409, "9896086", f'SVM "{owner["name"]}" is already peered with "{other["name"]}".', "peer.svm")
    alias = body.get("name", other["name"])
    if any(row["name"] == alias for row in of(world, owner["uuid"])):
        raise Refusal(409, "9896088", f'SVM "{owner["name"]}" has a peer with the name "{alias}" already.', "name")
    return owner, other


class SvmPeers(Family):
    """/svm/peers: GET, POST."""

    path = "/svm/peers"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every relationship, from both sides."""
        return list(world.store.table("svm_peers").values())

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One relationship by its uuid."""
        return world.store.table("svm_peers").get(keys["uuid"])

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Start the job that peers two SVMs."""
        only(body, SETTABLE, "an SVM peer relationship")
        if not body.get("applications"):
            raise Refusal(400, "262245", 'The field "applications" is required.', "applications")
        for name in body["applications"]:
            if name not in APPLICATIONS:
                raise Refusal(400, "262247", f'Invalid value "{name}" for field "applications".', "applications")
        _ends(world, body)
        uuid = world.store.uuid()
        job = jobs.start(world, f"POST /api/svm/peers/{uuid}", JOB_SECONDS, "svm_peers.create", uuid=uuid, body=body)
        return Outcome(key=uuid, job=job)
