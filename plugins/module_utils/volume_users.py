# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses volumes at this moment: hosts with mapped LUNs that are logged in, NFS clients, SMB sessions with open files.

Source: API reference, lun_map, igroup (connectivity_tracking, since 9.11.1; it counts nested igroups too), nfs_clients, cifs_session.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import smb
from .client import QUERY_LENGTH, Client, dig, literal

CONNECTED = ("full", "partial")
"""States of connectivity_tracking in which at least one initiator of an igroup is logged in."""

SHOWN = 5
"""Users of one kind that a sentence names."""


class Users:
    """Who uses one volume."""

    def __init__(self) -> None:
        self.mapped = False
        self.hosts: list[str] = []
        self.nfs: list[str] = []
        self.smb: list[str] = []

    def sentence(self) -> str:
        """All of them, in words; empty when there are none."""
        kinds = (("", self.hosts), ("NFS clients ", self.nfs), ("SMB sessions of ", self.smb))
        return "; ".join(title + smb.some(found, SHOWN, ", ") for title, found in kinds if found)


def users_of(client: Client, volumes: Iterable[dict[str, Any]], maps_only: bool = False) -> dict[str, Users]:
    """The users of volumes by their uuids; records with uuid, name, svm.name and nas.path. One read for each kind of user.

    maps_only: only whether LUNs are mapped is asked for.
    """
    records = list(volumes)
    found = {(dig(one, "svm.name"), one["name"]): Users() for one in records}
    if found:
        _luns(client, found, maps_only)
        mounted = {place: found[place] for place, one in zip(found, records) if dig(one, "nas.path")}
        if mounted and not maps_only:
            _nfs(client, mounted)
            _smb(client, mounted)
    return {one["uuid"]: found[dig(one, "svm.name"), one["name"]] for one in records}


def _terms(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {"svm.name": "|".join(sorted({literal(svm) for svm, _name in found}))}


def _luns(client: Client, found: dict[tuple[str, str], Users], maps_only: bool) -> None:
    maps: dict[str, list[tuple[Users, str]]] = {}
    paths = "|".join(sorted(f"/vol/{name}/*" for _svm, name in found))
    query = {**_terms(found), **({"lun.name": paths} if len(paths) <= QUERY_LENGTH else {})}
    for record in client.records("/protocols/san/lun-maps", ["svm.name", "lun.name", "igroup.uuid"], query):
        path = str(dig(record, "lun.name"))
        users = found.get((dig(record, "svm.name"), path.split("/")[2]))
        if users is not None:
            users.mapped = True
            maps.setdefault(str(dig(record, "igroup.uuid")), []).append((users, path))
    if not maps or maps_only:
        return
    fields = ["name", "connectivity_tracking.connection_state"]
    for igroup in client.select("/protocols/san/igroups", fields, {"uuid": maps}, {"svm.name": {svm for svm, _name in found}}):
        if dig(igroup, "connectivity_tracking.connection_state") in CONNECTED:
            for users, path in maps[igroup["uuid"]]:
                users.hosts.append(f"hosts of igroup {igroup['name']}, which are logged in and use {path}")


def _nfs(client: Client, found: dict[tuple[str, str], Users]) -> None:
    fields = ["client_ip", "svm.name", "volume.name"]
    terms = {"svm.name": {svm for svm, _name in found}, "volume.name": {name for _svm, name in found}}
    for record in client.select("/protocols/nfs/connected-clients", fields, terms):
        users = found.get((dig(record, "svm.name"), dig(record, "volume.name")))
        if users is not None and record["client_ip"] not in users.nfs:
            users.nfs.append(record["client_ip"])


def _smb(client: Client, found: dict[tuple[str, str], Users]) -> None:
    fields = ["user", "client_ip", "open_files", "svm.name", "volumes.name"]
    for record in client.records(smb.SESSIONS, fields, {**_terms(found), "open_files": ">0"}):
        for volume in record.get("volumes") or []:
            users = found.get((dig(record, "svm.name"), volume.get("name")))
            if users is not None:
                users.smb.append(smb.who(record))
