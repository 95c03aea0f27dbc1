# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two LUNs of a copy at one moment, and what can be told of how they belong together. Pure.

Source: SDK's description, lun.copy: while a copy is under way, and for two minutes after its end, the destination says of what it is a
copy (copy.source) and the source names its destinations (copy.destinations). Afterwards nothing does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .client import dig
from .lun_transfer import Transfer

Place = tuple[str, str]
"""SVM and path of a LUN."""

COMPLETE, ALIKE, ALONE = "complete", "size_and_os_type", "source_gone"
"""What is known of a destination that is no copy under way; the documentation of lun_copy says what they mean."""


class Scene:
    """Destination and source as they are; None for one that does not exist."""

    def __init__(self, places: tuple[Place, Place | None], destination: dict[str, Any] | None, source: dict[str, Any] | None) -> None:
        self.here, self.there = places
        self.destination = destination
        self.source = source

    @property
    def crosses(self) -> bool:
        """Whether the two are in different SVMs."""
        return self.there is not None and self.there[0] != self.here[0]

    def transfer(self, what: str, forgotten: Iterable[Any] = ()) -> Transfer:
        """The progress of the copy, as the destination shows it, or, while that is not listed yet, the source."""
        total = dig(self.destination or self.source or {}, "space.size")
        block = dig(self.destination, "copy.source") if self.destination is not None else self.entry(forgotten)
        return Transfer(block, total, what)

    def entry(self, forgotten: Iterable[Any] = ()) -> dict[str, Any] | None:
        """What the source says of this destination; not of former attempts that failed."""
        mine = [one for one in self._entries() if one.get("uuid") not in forgotten]
        return next((one for one in mine if dig(one, "progress.state") != "failed"), mine[0] if mine else None)

    def failures(self) -> set[Any]:
        """The attempts at this copy that the source tells as failed."""
        return {one.get("uuid") for one in self._entries() if dig(one, "progress.state") == "failed"}

    def _entries(self) -> list[dict[str, Any]]:
        found = dig(self.source or {}, "copy.destinations") or []
        return [one for one in found if one.get("name") == self.here[1] and bool(one.get("peer")) == self.crosses]

    def uuid(self, forgotten: Iterable[Any] = ()) -> str:
        """The uuid of the destination."""
        return str((self.destination or self.entry(forgotten) or {}).get("uuid"))

    def other_origin(self) -> str | None:
        """Of which other LUN the destination is a copy, as far as ONTAP still tells; None when nothing speaks against the source."""
        origin = dig(self.destination or {}, "copy.source") or {}
        if self.there is None or not (origin.get("uuid") or origin.get("name")):
            return None
        if self.source is not None and origin.get("uuid"):
            same = origin["uuid"] == self.source["uuid"]
        else:
            same = origin.get("name") == self.there[1] and bool(origin.get("peer")) == self.crosses
        return None if same else str(origin.get("name") or origin["uuid"])

    def differing(self) -> list[str]:
        """In what the destination cannot be a copy of the source: a copy has its source's size and operating system."""
        pairs = [(name, dig(self.destination or {}, path), dig(self.source or {}, path)) for name, path in WITNESSES]
        return [f"{name} {now} instead of {then}" for name, now, then in pairs if now != then]


WITNESSES = (("size", "space.size"), ("os_type", "os_type"))
