# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mark that tells whose a LUN clone is: the end of its comment, "[group_snapshot NAME POINT of N]".

NAME is the group snapshot, POINT the point in time out of which the LUN was cloned (group_point.py), N how many clones the whole set
has. By it a run that was interrupted finds what it has made, and nothing else. A comment it is because the API takes no attributes for
a LUN clone. Source: SDK's description, lun, "Cloning LUNs".
"""

from __future__ import annotations

import re

MARK = re.compile(r"\[group_snapshot (?P<name>\S+) (?P<point>[0-9a-f]{12})(?: of (?P<count>\d+))?\]$")
LONGEST = 254
"""Bytes that the comment of a LUN may have. Source: API reference, lun.comment."""

UNKNOWN = "?" * 12
"""Stands for a point in time that is still to come, in a forecast."""


class Mark:
    """What a mark says; `comment` is what stood before it."""

    def __init__(self, name: str, point: str, count: int = 0, comment: str = "") -> None:
        self.name = name
        self.point = point
        self.count = count
        self.comment = comment

    @property
    def text(self) -> str:
        """The mark itself."""
        return f"[group_snapshot {self.name} {self.point}" + (f" of {self.count}" if self.count else "") + "]"

    def after(self, comment: str) -> str:
        """The comment of a clone that has the mark."""
        return f"{comment} {self.text}" if comment else self.text


def read_mark(comment: str | None, name: str | None = None) -> Mark | None:
    """The mark at the end of a comment, if there is one; with `name`, only that of this group snapshot."""
    found = MARK.search(comment or "")
    if not found or name not in (None, found["name"]):
        return None
    return Mark(found["name"], found["point"], int(found["count"] or 0), str(comment)[: found.start()].rstrip())
