# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who can reach what at this moment: which nodes serve, which LIFs answer, which volumes can be read and written.

Plain functions on the rows of the store, shared by the ledger and the model. They derive everything from the state of
nodes, aggregates and LIFs, so that no transition has to remember whom it disturbs. A row in the table `fences`, under the uuid
of a volume, stops the writes to that volume (cutover, snapshot fence). What SAN hosts see is in `reach_san.py`.
"""

from __future__ import annotations

from typing import Any

from .store import Row, Store

SERVING = ("up", "degraded")
"""What a node can be doing (`sim.run`) while it serves storage and LIFs."""

SAN_SERVICES = frozenset({"data_iscsi", "data_fcp", "data_nvme_tcp"})

NO_PATH, NOT_SERVED, FENCED = "no path", "not served", "fenced"


def serves(node: Row | None) -> bool:
    """Whether the node is in a state in which its storage and LIFs answer."""
    return node is not None and node["sim"]["run"] in SERVING


def is_san(interface: Row) -> bool:
    """Whether the LIF carries a block protocol. Such LIFs never move to another node (source: network guide)."""
    return not SAN_SERVICES.isdisjoint(interface.get("services", ()))


def lif_up(store: Store, interface: Row | None) -> bool:
    """Whether the LIF answers: enabled, not on its way, and on a node that serves."""
    if interface is None or not interface["enabled"] or interface.get("sim", {}).get("moving_to"):
        return False
    return serves(store.table("nodes").get(interface["location"]["node"]["uuid"]))


def aggregate_of(store: Store, volume: Row) -> Row | None:
    """The aggregate that holds the volume."""
    return store.table("aggregates").get(volume["aggregates"][0]["uuid"])


def blocked(store: Store, volume: Row) -> str | None:
    """Why nobody can use the volume at this moment, or None."""
    aggregate = aggregate_of(store, volume)
    if aggregate is None or volume["state"] != "online" or aggregate["state"] != "online":
        return NOT_SERVED
    if volume["uuid"] in store.table("fences"):
        return FENCED
    return None if serves(store.table("nodes").get(aggregate["node"]["uuid"])) else NOT_SERVED


def recovering(store: Store, volume: Row) -> bool:
    """Whether what the volume waits for is under way: a relocation, or a takeover of its node."""
    aggregate = aggregate_of(store, volume)
    if aggregate is None or volume["state"] != "online":
        return False
    node = store.table("nodes").get(aggregate["node"]["uuid"])
    if serves(node):
        return True
    return node is not None and bool(node["sim"]["recovering"])


def lif_by_address(store: Store) -> dict[str, Row]:
    """The LIFs by IP address."""
    return {interface["ip"]["address"]: interface for interface in store.table("interfaces").values()}


def session_name(session: Row) -> str:
    """How the ledger calls the user of an SMB session."""
    return f"SMB user {session['user']} at {session['client_ip']}"


def host_name(host: Row) -> str:
    """How the ledger calls a SAN host."""
    return f"SAN host {host['name']}"


def clients(store: Store) -> list[tuple[str, str, Row, str]]:
    """Everybody who uses files: (kind, key, row, name by which the ledger calls them). SAN hosts: see reach_san.py."""
    found = [("nfs", key, row, f"NFS client {row['client_ip']}") for key, row in store.table("nfs_clients").items()]
    found += [("smb", key, row, session_name(row)) for key, row in store.table("cifs_sessions").items()]
    return found


def used_volumes(store: Store, client: Row) -> list[Row]:
    """The rows of the volumes that the client uses and that (still) exist."""
    table: dict[str, Any] = store.table("volumes")
    return [table[volume["uuid"]] for volume in client["volumes"] if volume["uuid"] in table]
