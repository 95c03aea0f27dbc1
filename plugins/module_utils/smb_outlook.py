# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What work on a node costs SMB users: by moment, those who may be cut off, and those because of whom it is refused."""

from __future__ import annotations

from typing import Any

from . import smb
from .client import Client
from .smb import Moment
from .smb_allow import AllowList

CHECK = "smb_sessions"
"""The name of the check and of the objection."""
REMEDY = "Let the users close their files, name whose sessions may be lost (smb_allow), or accept the loss (accept_smb_disruption)."


class Outlook:
    """The sessions that are going to be lost, and when; `left` must not be, `allowed` may be."""

    def __init__(self, moments: list[Moment], left: list[dict[str, Any]], allowed: list[dict[str, Any]]) -> None:
        self.moments = moments
        self.left = left
        self.allowed = allowed

    @property
    def safe(self) -> bool:
        """Whether nobody loses anything who was not given up."""
        return not self.left

    def record(self) -> dict[str, Any]:
        """All of it, as results have it."""
        return {
            "safe": self.safe,
            "moments": [one.record() for one in self.moments],
            "left": [smb.short(one) for one in self.left],
            "allowed": [smb.short(one) for one in self.allowed],
            "message": self.message(),
        }

    def message(self) -> str:
        """It in words."""
        return " ".join(part for part in (self.sentence(), self.given_up()) if part) or "No SMB session would be lost."

    def sentence(self) -> str:
        """Who would be lost and must not be, and when; empty when there is none."""
        if self.safe:
            return ""
        when = self._when(self.left)
        return (
            f"{len(self.left)} SMB session(s) are not continuously available and would be lost{f' {when}' if when else ''}: "
            f"{smb.named(self.left)}."
        )

    def given_up(self) -> str:
        """Who may be lost, and when; empty when there is none."""
        if not self.allowed:
            return ""
        when = self._when(self.allowed)
        return f"{len(self.allowed)} SMB session(s) may be lost{f' {when}' if when else ''}: {smb.named(self.allowed)}."

    def progress(self) -> str:
        """How far the users are, in a line of a wait."""
        if self.safe:
            return "no SMB session is left that would be lost"
        return f"{len(self.left)} SMB session(s) left: {smb.named(self.left, shown=5)}"

    def _when(self, sessions: list[dict[str, Any]]) -> str:
        """The moments that hit some of these sessions, each with their number."""
        parts, last = [], ""
        for one in self.moments:
            number = sum(one.hits(session) for session in sessions)
            if number:
                again = "and again " if last and one.kind != last else ""
                parts.append(f"{again}{one.words} ({number})")
                last = one.kind
        return ", ".join(parts)


def look(
    client: Client,
    sessions: list[dict[str, Any]],
    aggregates: list[dict[str, Any]],
    allow: AllowList,
    *,
    node: str | None = None,
    out: bool = False,
) -> Outlook:
    """What the takeover of a node, or the giveback of aggregates, costs these sessions; see smb.losses()."""
    moments = smb.losses(client, sessions, aggregates, node, out)
    hit = [one for one in sessions if any(moment.hits(one) for moment in moments)]
    return Outlook(moments, *allow.split(client, hit))
