# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster itself: one row, and the singleton /cluster."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from ..store import Row
from .family import DONE, Family, Outcome
from .refusal import Refusal
from .world import World


def found(world: World, name: str, **fields: Any) -> Row:
    """Make the cluster of this world; fields are those of /cluster, and override the usual values."""
    row: Row = {
        "name": name,
        "location": "",
        "contact": "",
        "timezone": {"name": "Etc/UTC"},
        "dns_domains": [],
        "name_servers": [],
        "ntp_servers": [],
        "san_optimized": False,
        "disaggregated": False,
        "_tags": [],
        "auto_enable_analytics": False,
        "auto_enable_activity_tracking": False,
        "peering_policy": {"minimum_passphrase_length": 8, "authentication_required": True, "encryption_required": True},
    }
    row.update(fields)
    return world.store.insert("clusters", row)


def cluster(world: World) -> Row:
    """The row of the cluster."""
    return next(iter(world.store.table("clusters").values()))


def release(version: tuple[int, int, int], moment: float) -> Row:
    """A version object for a release. Source: API reference, cluster: "NetApp Release 9.x.y: <date>"."""
    generation, major, minor = version
    built = time.asctime(time.gmtime(moment))
    return {
        "full": f"NetApp Release {generation}.{major}.{minor}: {built[:-4]}UTC {built[-4:]}",
        "generation": generation,
        "major": major,
        "minor": minor,
    }


class Clusters(Family):
    """/cluster: GET and PATCH of the one cluster."""

    path = "/cluster"
    singleton = True

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The cluster as its only record."""
        row = dict(cluster(world))
        row["version"] = self._version(world)
        row["management_interfaces"] = [
            {"uuid": lif["uuid"], "name": lif["name"], "ip": {"address": lif["ip"]["address"]}}
            for lif in world.store.each("interfaces")
            if lif["sim"]["role"] == "cluster_mgmt"
        ]
        return [row]

    @staticmethod
    def _version(world: World) -> Row:
        # Source: API reference: the version of the cluster is the lowest of its nodes.
        versions = [tuple(node["release"]) for node in world.store.each("nodes") if node.get("release")]
        return release(min([world.version, *versions]), 1767139200.0)

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Change plain properties, at once (the API may also leave it to a job; choice: it does not)."""
        row = cluster(world)
        if "name" in body and not body["name"]:
            raise Refusal(400, "9240587", "The cluster name is missing.", "name")
        if len(body.get("name", "")) > 44:
            raise Refusal(400, "9240588", "The cluster name is too long.", "name")
        if body.get("name_servers") and not (body.get("dns_domains") or row["dns_domains"]):
            raise Refusal(400, "8847400", "The field name_servers needs dns_domains.", "name_servers")
        row.update(body)
        return DONE
