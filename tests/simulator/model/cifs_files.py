# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that SMB sessions have open, and users who open and close them, set off from outside.

Source: API reference and the SDK's description, cifs_open_file: fields; a file is continuously available when it was opened through a
share that is; cifs_session: `available` means that all open files are, `partial` some, `unavailable` none.
Choice: names, modes and the share of each file follow from the counts of the session, so that nothing has to be kept about them.
Not simulated: closing one file by the API, locks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Callable

from ..store import Row
from .family import Family
from .world import World


class OpenFiles(Family):
    """/protocols/cifs/session/files: GET."""

    path = "/protocols/cifs/session/files"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every open file of every session."""
        for session in list(world.store.table("cifs_sessions").values()):
            yield from _files(world, session)


def _files(world: World, session: Row) -> Iterator[Row]:
    level, count = session["continuous_availability"], session["open_files"]
    shared = {name: session[name] for name in ("node", "svm")}
    shared["session"] = {"identifier": session["identifier"]}
    shared["connection"] = {"identifier": session["connection_id"], "count": session["connection_count"]}
    for number in range(count):
        # Of a session that is protected in part, the first file is and all others are not (choice).
        protected = level == "available" or (level == "partial" and number == 0 and count > 1)
        row = {
            **shared,
            "identifier": number + 1,
            "path": f"file{number + 1}.txt",
            "type": "regular",
            "open_mode": "rw",
            "range_locks_count": 0,
            "continuously_available": "yes" if protected else "no",
        }
        if session["volumes"]:
            volume = session["volumes"][number % len(session["volumes"])]
            row.update(volume=dict(volume), share={"name": _share(world, session, volume, protected), "mode": "rw"})
        yield row


def _share(world: World, session: Row, volume: Row, protected: bool) -> str:
    """The first share of the volume that protects as much as the file is protected, or any of it, or the one for administrators."""
    found = [
        share
        for share in world.store.table("shares").values()
        if share["svm"]["uuid"] == session["svm"]["uuid"] and (share.get("volume") or {}).get("uuid") == volume["uuid"]
    ]
    fitting = [share for share in found if bool(share.get("continuously_available")) == protected]
    return str((fitting or found or [{"name": "c$"}])[0]["name"])


def smb_files(world: World, user: str, open_files: int = 0, client_ip: str | None = None, level: str | None = None) -> None:
    """A user has so many files open from now on, in all sessions or in those from one address; `level`: how well they are protected."""
    found = [one for one in world.store.each("cifs_sessions", user=user) if client_ip in (None, one["client_ip"])]
    if not found:
        raise ValueError(f"there is no session of user {user}")
    for session in found:
        session["open_files"] = open_files
        session["continuous_availability"] = level or session["continuous_availability"]


TRIGGERS: dict[str, Callable[..., Any]] = {smb_files.__name__: smb_files}
