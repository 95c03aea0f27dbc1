# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is logged in: /protocols/san/iscsi/sessions and /network/fc/logins, derived from the SAN hosts and the state of their LIFs.

A host that is not `offline` has a session, or a login, with each initiator by each of its LIFs that answers and speaks the protocol.
Source: API reference and the SDK's description, iscsi_session and fc_login: fields; a target portal group has the name of its LIF.
Choice: one connection per session, no authentication, numbers of sessions by their place among the hosts and LIFs of the SVM.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from ..reach_san import San, canonical, find_lif, protocol_of
from ..store import Row
from .family import Family
from .references import ref
from .world import World

PORT = 3260


def logins(world: World, protocol: str) -> Iterable[tuple[Row, str, Row, int]]:
    """Host, initiator, LIF and number of every login by a protocol that lasts at this moment."""
    san = San(world.store)
    numbers: dict[str, int] = {}
    for host in world.store.table("san_hosts").values():
        for initiator in host["initiators"]:
            for path in host["paths"]:
                svm = host["svm"]["uuid"]
                numbers[svm] = number = numbers.get(svm, 0) + 1
                lif = find_lif(world.store, path["uuid"])
                if lif is None or host.get("offline") or protocol_of(canonical(initiator)) != protocol:
                    continue
                if ("ip" in lif) == (protocol == "iscsi") and san.up(lif):
                    yield host, initiator, lif, number


class Groups:
    """The igroups by the initiators that are in them, also by way of nested igroups."""

    def __init__(self, world: World) -> None:
        san = San(world.store)
        self._found: dict[tuple[str, str], list[Row]] = {}
        self._comments: dict[tuple[str, str], str] = {}
        for uuid, igroup in world.store.table("igroups").items():
            svm = igroup["svm"]["uuid"]
            for name in san.members(uuid):
                self._found.setdefault((svm, name), []).append(ref(igroup))
            for one in igroup.get("initiators", ()):
                if one.get("comment"):
                    self._comments[svm, canonical(one["name"])] = one["comment"]

    def of(self, svm: str, initiator: str) -> Row:
        """What a record says about the igroups of an initiator."""
        found = self._found.get((svm, canonical(initiator)))
        return {"igroups": found} if found else {}

    def comment(self, svm: str, initiator: str) -> Row:
        """What a record says about the comment on an initiator."""
        found = self._comments.get((svm, canonical(initiator)))
        return {"comment": found} if found else {}


class IscsiSessions(Family):
    """/protocols/san/iscsi/sessions: GET."""

    path = "/protocols/san/iscsi/sessions"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every session at this moment."""
        groups = Groups(world)
        tags: dict[str, int] = {}
        for row in world.store.table("interfaces").values():
            tags.setdefault(row["uuid"], 1024 + len(tags))
        for host, initiator, lif, number in logins(world, "iscsi"):
            svm = host["svm"]["uuid"]
            isid = zlib.crc32(f"{initiator} {number}".encode()).to_bytes(4, "big")
            yield {
                "svm": dict(host["svm"]),
                "target_portal_group": lif["name"],
                "target_portal_group_tag": tags[lif["uuid"]],
                "tsih": number,
                "isid": ":".join(f"{byte:02x}" for byte in b"\x00\x02" + isid),
                "initiator": {"name": initiator, "alias": host["name"], **groups.comment(svm, initiator)},
                "connections": [self._connection(host, lif, number)],
                **groups.of(svm, initiator),
            }

    @staticmethod
    def _connection(host: Row, lif: Row, number: int) -> Row:
        target = {**ref(lif), "ip": {"address": lif["ip"]["address"], "port": PORT}}
        connection: Row = {"cid": 0, "authentication_type": "none", "interface": target}
        if host.get("address"):
            connection["initiator_address"] = {"address": host["address"], "port": 49152 + number}
        return connection


class FcLogins(Family):
    """/network/fc/logins: GET."""

    path = "/network/fc/logins"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every login at this moment."""
        groups = Groups(world)
        for host, initiator, lif, number in logins(world, "fcp"):
            svm = host["svm"]["uuid"]
            about = {"wwpn": canonical(initiator), "port_address": f"{0x10000 + number:x}", **groups.comment(svm, initiator)}
            yield {
                "svm": dict(host["svm"]),
                "interface": {**ref(lif), "wwpn": lif["wwpn"]},
                "initiator": about,
                "protocol": "fcp",
                **groups.of(svm, initiator),
            }
