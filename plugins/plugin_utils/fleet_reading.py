# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One pass of reads over a cluster: what the inventory plugin makes hosts of, as plain data that a cache can keep.

There is one request for each kind of object (and one more for each further page of 10,000 of them). No credential is in a reading.
"""

from __future__ import annotations

from typing import Any

from ..module_utils import gather, ha, version, waiting
from ..module_utils.client import Client, dig
from ..module_utils.gathered import AGGREGATE_KIND, SVM_KIND
from ..module_utils.transport import Settings, Transport

KINDS = ("clusters", "ha_pairs", "nodes", "svms", "aggregates")
"""What can become hosts."""

NODE_MORE = ("model", "serial_number", "location")
SVM_FIELDS = ("name", "uuid", "state", "subtype", "protocols", "aggregates", "ipspace", "language", "comment")
AGGREGATE_FIELDS = ("name", "uuid", "node", "home_node", "state", "size", "disk_class", "raid_type", "mirrored", "encrypted", "snaplock")
"""Words of svm_info and aggregate_info that do not change by the minute, and that every release has."""

Facts = dict[str, Any]


def read_cluster(params: dict[str, Any], kinds: list[str]) -> Facts:
    """Read a cluster, over one connection of its own; params are the connection options of the modules."""
    transport = Transport(Settings(params))
    try:
        client = Client(transport)
        return {
            "read_at": waiting.clock.wall(),
            "cluster": _cluster(client),
            "nodes": _nodes(client),
            "svms": _records(client, SVM_KIND, SVM_FIELDS) if "svms" in kinds else None,
            "aggregates": _records(client, AGGREGATE_KIND, AGGREGATE_FIELDS) if "aggregates" in kinds else None,
        }
    finally:
        transport.close()


def _cluster(client: Client) -> Facts:
    record = client.get("/cluster", fields=["name", "uuid", "version", "location", "contact"])
    facts = {word: record.get(word) for word in ("name", "uuid", "location", "contact")}
    return {**facts, "version": version.show(version.of_record(record["version"]))}


def _nodes(client: Client) -> list[Facts]:
    """The nodes in the order of their names, each with its partner (null without one)."""
    return [_node(record) for _name, record in sorted(ha.read_nodes(client, *NODE_MORE).items())]


def _node(record: dict[str, Any]) -> Facts:
    partners = dig(record, "ha.partners") or [{}]
    facts = {word: record.get(word) for word in ("name", "uuid", "state", *NODE_MORE)}
    release = version.show(version.of_record(record["version"])) if record.get("version") else None
    return {**facts, "version": release, "partner": partners[0].get("name"), "ha_enabled": bool(dig(record, "ha.enabled"))}


def _records(client: Client, kind: gather.Kind, fields: tuple[str, ...]) -> list[Facts]:
    """All objects of a kind in the words of its info module, in the order of their names."""
    nothing = dict.fromkeys(["names", "patterns", "filter", "limit", *(one.option for one in kind.selectors)])
    request = gather.Request(kind, {**nothing, "fields": list(fields)})
    return sorted(gather.shape(client, request, gather.read(client, request)), key=lambda one: one["name"])
