# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the health checks need: one collection per family, filtered by ONTAP, whatever the size of the cluster."""

from __future__ import annotations

import datetime
from typing import Any

from . import ha, health, smb, waiting
from .client import Client, literal
from .errors import ApiError, NotAuthorized
from .health_finding import Facts
from .maintenance import MOVING


class Family:
    """A collection that checks read. node: the field by which ONTAP picks the records of some nodes."""

    def __init__(self, path: str, fields: tuple[str, ...], node: str | None, query: dict[str, Any] | None = None) -> None:
        self.path = path
        self.fields = fields
        self.node = node
        self.query = query or {}


FAMILIES = {
    "aggregates": Family(ha.AGGREGATES, ("name", "state", "node.name", "home_node.name"), "home_node.name"),
    "lifs": Family(
        ha.INTERFACES,
        ("name", "svm.name", "enabled", "state", "location.is_home", "location.node.name", "location.home_node.name"),
        "location.home_node.name",
    ),
    # A volume says its aggregate and not its node, so the rule itself picks by the aggregates that were read.
    "moves": Family("/storage/volumes", ("name", "svm.name", "aggregates.name", "movement"), None, {"movement.state": "|".join(MOVING)}),
    "disks": Family("/storage/disks", ("name", "node.name", "container_type"), "node.name", {"container_type": "broken"}),
    "events": Family(
        "/support/ems/events",
        ("index", "time", "node.name", "message.name", "message.severity", "log_message"),
        "node.name",
        {"message.severity": "emergency|alert"},
    ),
    # The star asks for what this release has: a job names its node since 9.11.1 only, so ONTAP cannot pick by it before.
    "jobs": Family("/cluster/jobs", ("*",), None, {"state": "queued|running|paused"}),
    "sessions": Family(smb.SESSIONS, ("svm.name", "node.name", "user", "open_files", "continuous_availability"), "node.name", smb.AT_RISK),
}
"""Source of the paths and fields: API reference. Volume moves of FlexGroup constituents are not in the list of volumes."""


def scope_of(nodes: dict[str, dict[str, Any]], wanted: list[str] | None) -> list[str]:
    """The names of the wanted nodes and their partners; all nodes when none is named."""
    if not wanted:
        return sorted(nodes)
    pairs = [ha.pair_of(nodes, name) for name in wanted]
    return sorted({name for pair in pairs for name in (pair.name, pair.partner_name) if name})


def needed(checks: list[str], whole: bool) -> list[str]:
    """The families that the checks need; to pick the moves of some nodes takes the aggregates too."""
    families = {health.CHECKS[check].family for check in checks}
    if "moves" in families and not whole:
        families.add("aggregates")
    return [name for name in FAMILIES if name in families]


def cluster_time(nodes: dict[str, dict[str, Any]]) -> float:
    """Seconds since the epoch by the cluster's own clock; by ours when no node tells."""
    dates = [str(node["date"]).replace("Z", "+00:00") for node in nodes.values() if node.get("date")]
    return max((datetime.datetime.fromisoformat(date).timestamp() for date in dates), default=waiting.clock.wall())


def survey(client: Client, wanted: list[str] | None, checks: list[str], ems_since: int) -> Facts:
    """Read the nodes, then each family once. A family that cannot be read is noted; without the nodes there is no survey."""
    nodes = ha.read_nodes(client, "date")
    if not nodes:
        raise NotAuthorized("This account sees no node of the cluster.")
    scope = scope_of(nodes, wanted)
    facts = Facts(nodes, scope, {})
    for name in needed(checks, facts.whole()):
        extra = {"time": f">={int(cluster_time(nodes)) - ems_since}"} if name == "events" else {}
        try:
            facts.found[name] = _read(client, FAMILIES[name], None if facts.whole() else scope, extra)
        except (ApiError, NotAuthorized) as error:
            facts.unread[name] = error
    return facts


def _read(client: Client, family: Family, scope: list[str] | None, extra: dict[str, Any]) -> list[dict[str, Any]]:
    query = {**family.query, **extra}
    if scope and family.node:
        query[family.node] = "|".join(literal(name) for name in scope)
    return list(client.records(family.path, family.fields, query))
