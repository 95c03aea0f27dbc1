# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SMB users of the scenario smb_sessions, and the questions that tests of several files ask about them."""

from __future__ import annotations

from typing import Any

PLAIN, MIXED, IDLE = "EXAMPLE\\plain", "EXAMPLE\\mixed", "EXAMPLE\\idle"
TAKEN, GIVEN, LIFS = "at the takeover of ndo-01", "at the giveback of aggr1_ndo_01", "when LIFs go home to ndo-01"


def info(cluster: Any, **task: Any) -> dict[str, Any]:
    """The result of a task that has gone well, and has written nothing."""
    result = cluster.run("smb_session_info", **task)
    assert not result.get("failed"), result
    assert cluster.writes() == []
    return result


def users(records: list[dict[str, Any]]) -> list[str]:
    """Their users without their domain."""
    return sorted(str(one["user"]).rpartition("\\")[2] for one in records)


def asked(cluster: Any) -> list[str]:
    """The last words of the paths that were read."""
    return [entry["path"].rpartition("/")[2] for entry in cluster.requests("GET")]


def session(cluster: Any, of: str, /, **changes: Any) -> dict[str, Any]:
    """The row of a user's session, changed."""
    row = next(cluster.world.store.each("cifs_sessions", user=of))
    row.update(changes)
    return row


def volumes(cluster: Any, *names: str) -> list[dict[str, Any]]:
    """Volumes as a session has them."""
    return [{"name": one["name"], "uuid": one["uuid"]} for name in names for one in cluster.world.store.each("volumes", name=name)]


def moments(result: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    """The users by moment."""
    return {(one["moment"], one["object"]): users([{"user": user} for user in one["users"]]) for one in result["moments"]}
