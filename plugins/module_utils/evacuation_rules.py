# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan of moves is about: volumes, aggregates, what the user wants, and which volume may go where. Pure."""

from __future__ import annotations

from typing import Any

ANY, SAME, SAME_PAIR, OTHER_PAIR, SPREAD = "any", "same", "same_pair", "other_pair", "spread"
KEEP, REQUIRED = "keep", "required"
LARGEST, SMALLEST, LISTED = "largest_first", "smallest_first", "as_listed"


class Aggregate:
    """An aggregate with its space in bytes, and all that decides whether a volume may go there.

    media: words for its disks. barred: why nothing can go there, as the end of a sentence; empty when something can. drives:
    its drives encrypt; encrypted: it encrypts its volumes with a key of its own.
    """

    def __init__(self, name: str, node: str, size: int, used: int, **more: Any) -> None:
        self.name = name
        self.node = node
        self.size = size
        self.used = used
        self.uuid: str = more.pop("uuid", "")
        self.pair: str = more.pop("pair", node)
        self.home: str = more.pop("home", node)
        self.media: tuple[str, ...] = more.pop("media", ())
        self.mirrored: bool = more.pop("mirrored", False)
        self.encrypted: bool = more.pop("encrypted", False)
        self.drives: bool = more.pop("drives", False)
        self.snaplock: str = more.pop("snaplock", "non_snaplock")
        self.barred: str = more.pop("barred", "")
        if more:
            raise TypeError(f"an aggregate has no {', '.join(more)}")


class Moving:
    """A move of a volume that is under way. waits: it does not go on by itself."""

    def __init__(self, destination: str, state: str, percent: int, waits: bool = False) -> None:
        self.destination = destination
        self.state = state
        self.percent = percent
        self.waits = waits


class Volume:
    """A volume: `space` is what it takes at a destination, `bytes` what a move copies, `frees` what its aggregate gains.

    listed: its place in the order that the user gave. obstacle: why it cannot be moved, as the end of a sentence. root: it is the
    root volume of its SVM. encryption: none, volume or aggregate, by whose key. thick: its space is set aside, used or not.
    """

    def __init__(self, svm: str, name: str, uuid: str, source: str, space: int, **more: Any) -> None:
        self.svm = svm
        self.name = name
        self.uuid = uuid
        self.source = source
        self.space = space
        self.bytes: int = more.pop("bytes", space)
        self.frees: int = more.pop("frees", space)
        self.thick: bool = more.pop("thick", False)
        self.mapped: bool = more.pop("mapped", False)
        self.encryption: str = more.pop("encryption", "none")
        self.root: bool = more.pop("root", False)
        self.obstacle: str = more.pop("obstacle", "")
        self.moving: Moving | None = more.pop("moving", None)
        self.listed: int = more.pop("listed", 0)
        if more:
            raise TypeError(f"a volume has no {', '.join(more)}")

    @property
    def key(self) -> tuple[int, str, str, str]:
        """What puts volumes in order, whatever order they came in."""
        return (self.listed, self.svm, self.name, self.uuid)

    def arriving(self) -> int:
        """Bytes that a move which is under way will still take at its destination.

        Choice: what has been copied is counted as used there already, but a guarantee is not, because no source says so.
        """
        if self.moving is None or self.thick:
            return self.space
        return self.space * (100 - min(100, self.moving.percent)) // 100

    def to_copy(self) -> int:
        """Bytes that a move which is under way has still to copy."""
        return self.bytes * (100 - min(100, self.moving.percent)) // 100 if self.moving else self.bytes


class Wishes:
    """What the user wants. emptied: the aggregates to be left by all their volumes. candidates: where volumes may go.

    pins: aggregate by uuid of a volume. lists: the aggregates of an SVM that has a list of them.
    """

    def __init__(self, candidates: list[str], **more: Any) -> None:
        self.candidates = frozenset(candidates)
        self.emptied: frozenset[str] = frozenset(more.pop("emptied", ()))
        self.max_used_percent: int = more.pop("max_used_percent", 85)
        self.headroom: int = more.pop("headroom", 0)
        self.media: frozenset[str] = frozenset(more.pop("media", (SAME,)))
        self.encryption: str = more.pop("encryption", KEEP)
        self.affinity: str = more.pop("affinity", ANY)
        self.roots: bool = more.pop("roots", True)
        self.same_snaplock: bool = more.pop("same_snaplock", False)
        self.per_node: int = more.pop("per_node", 2)
        self.in_all: int = more.pop("in_all", 8)
        self.order: str = more.pop("order", LARGEST)
        self.rate: int = more.pop("rate", 200 * 1024**2)
        self.pins: dict[str, str] = more.pop("pins", {})
        self.skips: frozenset[str] = frozenset(more.pop("skips", ()))
        self.lists: dict[str, frozenset[str]] = more.pop("lists", {})
        if more:
            raise TypeError(f"nobody can wish for {', '.join(more)}")

    def ceiling(self, aggregate: Aggregate) -> int:
        """Bytes that may be used of an aggregate."""
        return min(aggregate.size * self.max_used_percent // 100, aggregate.size - self.headroom)

    def open_to(self, volume: Volume) -> frozenset[str]:
        """The aggregates that a volume may go to at all: the candidates, or the one that it is pinned to."""
        return frozenset((self.pins[volume.uuid],)) if volume.uuid in self.pins else self.candidates


def why_not(volume: Volume, source: Aggregate, place: Aggregate, wishes: Wishes) -> str:
    """Why a volume may not go to an aggregate whatever its space, as the end of a sentence; empty when it may."""
    if place.name in wishes.emptied:
        return "is to be emptied itself"
    if place.barred:
        return place.barred
    if place.name == source.name:
        return "is where it is"
    if place.name not in wishes.lists.get(volume.svm, (place.name,)):
        return f"is not in the list of aggregates of SVM {volume.svm}"
    return _other_media(source, place, wishes) or _less_safe(volume, source, place, wishes) or _wrong_pair(source, place, wishes)


def _other_media(source: Aggregate, place: Aggregate, wishes: Wishes) -> str:
    if ANY in wishes.media or wishes.media & set(place.media):
        return ""
    words = " ".join(place.media) or "unknown"
    if SAME not in wishes.media:
        return f"has other media ({words})"
    if place.media != source.media:
        return f"has other media ({words}) than {source.name} ({' '.join(source.media) or 'unknown'})"
    return f"is not mirrored, and {source.name} is" if source.mirrored and not place.mirrored else ""


def _less_safe(volume: Volume, source: Aggregate, place: Aggregate, wishes: Wishes) -> str:
    if wishes.same_snaplock and place.snaplock != source.snaplock:
        return f"has another SnapLock type ({place.snaplock}) than {source.name} ({source.snaplock})"
    if wishes.encryption == REQUIRED and not (place.encrypted or place.drives or volume.encryption == "volume"):
        return "does not encrypt"
    if wishes.encryption != KEEP:
        return ""
    if source.drives and not place.drives:
        return f"has no drives that encrypt, and {source.name} has"
    if volume.encryption == "aggregate" and not place.encrypted:
        return "has no key of its own, and the volume is encrypted with that of its aggregate"
    return "would encrypt the volume with its own key" if volume.encryption == "none" and place.encrypted else ""


def _wrong_pair(source: Aggregate, place: Aggregate, wishes: Wishes) -> str:
    if wishes.affinity == SAME_PAIR and place.pair != source.pair:
        return f"is in another HA pair than {source.name}"
    return f"is in the same HA pair as {source.name}" if wishes.affinity == OTHER_PAIR and place.pair == source.pair else ""


UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")


def shown(size: int) -> str:
    """A size for people: 1.5 TiB."""
    value, unit = float(size), 0
    while abs(value) >= 1024 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{size} bytes" if not unit else f"{value:.1f} {UNITS[unit]}"
