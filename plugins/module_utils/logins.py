# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which initiators are logged in to an SVM, and through which nodes: what is looked at before access is taken away.

Source: API reference, iscsi_session and fc_login. Sessions and logins exist since 9.6; the connectivity tracking of igroups
(9.11.1) tells less: an initiator that is logged in to other nodes than those of its LUNs counts as not connected there.
All sessions of the SVM are read, because a filter on names would miss one that ONTAP spells in another case.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .client import Client, dig, literal
from .initiators import canonical, is_fc

ISCSI_SESSIONS = "/protocols/san/iscsi/sessions"
FC_LOGINS = "/network/fc/logins"
IP_INTERFACES = "/network/ip/interfaces"
FC_INTERFACES = "/network/fc/interfaces"

User = tuple[str, str]
"""The name of an SVM, and the canonical name of an initiator."""


def logged_in(client: Client, asked: Iterable[User]) -> dict[User, set[str]]:
    """Those of the initiators that are logged in, with the uuids of the LIFs; one read per protocol that they speak."""
    wanted = set(asked)
    found: dict[User, set[str]] = {}
    for path, name, lifs in ((ISCSI_SESSIONS, "initiator.name", "connections.interface"), (FC_LOGINS, "initiator.wwpn", "interface")):
        svms = {svm for svm, initiator in wanted if is_fc(initiator) == (path == FC_LOGINS)}
        if not svms:
            continue
        for record in client.select(path, [name, f"{lifs}.uuid"], {"svm.name": svms}):
            user = (dig(record, "svm.name"), canonical(dig(record, name) or ""))
            if user in wanted:
                found.setdefault(user, set()).update(_lifs(record))
    return found


def _lifs(record: dict[str, Any]) -> set[str]:
    parts = record.get("connections", [record])
    return {uuid for uuid in (dig(part, "interface.uuid") for part in parts) if uuid}


def nodes_of(client: Client, users: dict[User, set[str]]) -> dict[User, set[str]]:
    """The names of the nodes where those LIFs are now; one read per protocol."""
    places: dict[str, str] = {}
    for path, fc in ((IP_INTERFACES, False), (FC_INTERFACES, True)):
        svms = sorted({svm for svm, initiator in users if is_fc(initiator) == fc})
        if svms:
            query = {"svm.name": "|".join(literal(svm) for svm in svms)}
            for record in client.records(path, ["uuid", "location.node.name"], query):
                places[record["uuid"]] = dig(record, "location.node.name") or ""
    return {user: {places[lif] for lif in lifs if lif in places} for user, lifs in users.items()}
