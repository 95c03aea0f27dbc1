# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIFS: servers, shares and sessions, as far as takeovers and their preparation need them.

Source: API reference, cifs_share and cifs_session: fields and codes; HTTP status of the codes is a choice.
Not simulated: creating CIFS servers, share ACLs, users. Open files: cifs_files.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from .family import DONE, Family, Outcome
from .references import pick_svm, ref
from .refusal import Refusal
from .world import World

# Source: API reference, cifs_share: defaults of a new share, as far as it states them; the rest are choices.
SHARE = {
    "access_based_enumeration": False,
    "browsable": True,
    "change_notify": True,
    "continuously_available": False,
    "encryption": False,
    "home_directory": False,
    "namespace_caching": False,
    "no_strict_security": False,
    "offline_files": "manual",
    "oplocks": True,
    "show_previous_versions": True,
    "show_snapshot": False,
    "unix_symlink": "local",
    "vscan_profile": "standard",
}


def volume_at(world: World, svm: str, path: str) -> Row | None:
    """The volume of the SVM that holds a path of its namespace: the one with the longest junction path above it."""
    best = None
    for volume in world.store.each("volumes"):
        junction = volume.get("nas", {}).get("path")
        if not junction or volume["svm"]["uuid"] != svm:
            continue
        inside = path == junction or path.startswith(junction.rstrip("/") + "/")
        if inside and (best is None or len(junction) > len(best["nas"]["path"])):
            best = volume
    return best


class CifsServices(Family):
    """/protocols/cifs/services: GET of the CIFS servers that the SVMs have."""

    path = "/protocols/cifs/services"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """One record per SVM with a CIFS server."""
        for svm in world.store.each("svms"):
            if svm.get("cifs", {}).get("enabled"):
                yield {
                    "svm": ref(svm),
                    "name": svm["cifs"].get("name", svm["name"].upper()[:15]),
                    "enabled": True,
                    "default_unix_user": "pcuser",
                    "ad_domain": {"fqdn": "EXAMPLE.COM", "organizational_unit": "CN=Computers"},
                    "netbios": {"enabled": False},
                    "security": {"smb_encryption": False, "smb_signing": True},
                }


class Shares(Family):
    """/protocols/cifs/shares: GET, POST, PATCH, DELETE; always synchronous."""

    path = "/protocols/cifs/shares"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every share."""
        return (self._view(row) for row in list(world.store.table("shares").values()))

    @staticmethod
    def _view(row: Row) -> Row:
        # Source: the SDK's description: a comment has at least one character, so there is none rather than an empty one.
        return {key: value for key, value in row.items() if key != "uuid" and (key, value) != ("comment", "")}

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One share by its SVM and name."""
        row = world.store.table("shares").get(f"{keys['svm.uuid']}/{keys['name']}")
        return self._view(row) if row else None

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Make a share of a path that exists."""
        svm = pick_svm(world, body)
        if not svm.get("cifs", {}).get("enabled"):
            raise Refusal(400, "655399", f'SVM "{svm["name"]}" has no CIFS server.', "svm")
        for field in ("name", "path"):
            if not body.get(field):
                raise Refusal(400, "262245", f'The field "{field}" is required.', field)
        if len(body["name"]) > 80:
            raise Refusal(400, "655577", "The share name is longer than 80 characters.", "name")
        key = f"{svm['uuid']}/{body['name']}"
        if key in world.store.table("shares"):
            # Source for code 1: seen by clients as "duplicate entry".
            raise Refusal(409, "1", "duplicate entry", "name")
        row = dict(SHARE, **body)
        row.update(svm=ref(svm), volume=self._volume(world, svm["uuid"], body["path"]))
        world.store.insert("shares", row, key=key)
        return Outcome(key=key)

    @staticmethod
    def _volume(world: World, svm: str, path: str) -> Row:
        volume = volume_at(world, svm, path)
        if volume is None:
            raise Refusal(400, "655551", f'The path "{path}" does not exist in the namespace of the SVM.', "path")
        return ref(volume)

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Change a share."""
        row = world.store.table("shares")[f"{record['svm']['uuid']}/{record['name']}"]
        if "path" in body:
            row["volume"] = self._volume(world, row["svm"]["uuid"], body["path"])
        row.update(body)
        return DONE

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove a share. Choice: sessions that use it stay as they are."""
        world.store.remove("shares", f"{record['svm']['uuid']}/{record['name']}")
        return DONE


class Sessions(Family):
    """/protocols/cifs/sessions: GET, and DELETE (the session is closed; its user notices)."""

    path = "/protocols/cifs/sessions"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every session."""
        return ({key: value for key, value in row.items() if key != "uuid"} for row in list(world.store.table("cifs_sessions").values()))

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Close a session. Source: API reference: connection 0 cannot be closed."""
        if record["connection_id"] == 0:
            raise Refusal(400, "655503", "A session with connection identifier 0 cannot be closed.", "connection_id")
        for key, row in list(world.store.table("cifs_sessions").items()):
            if (row["identifier"], row["connection_id"]) == (record["identifier"], record["connection_id"]):
                operation = f"close {row['identifier']}/{row['connection_id']}"
                world.ledger.lose_sessions([row], operation, "an operator closed the session", even_available=True)
                world.store.remove("cifs_sessions", key)
        return DONE
