# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making a packing better without placing more or less: pieces nearer to home, then boxes more even; and how good it could be."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from .packing import OUT, Box, Packing, Piece
from .packing_search import Budget

PASSES = 3
"""How often all pieces are looked at for a better box."""
EVEN = 0.001
"""Two boxes whose shares differ by less are even enough."""


# -- nearer ----------------------------------------------------------------------------------------------------------------


def nearer(packing: Packing, budget: Budget) -> None:
    """Bring pieces home that are away: into room that there is, or in exchange for one that does not mind to go."""
    for one, box in enumerate(packing.where):
        piece = packing.pieces[one]
        if box == OUT or not piece.far(box):
            continue
        for home in sorted(piece.allowed & (piece.near or frozenset()), key=lambda place: (packing.share(place), place)):
            if not budget.spend():
                return
            other = _who_goes(packing, one, home)
            if other is not None:
                packing.swap(one, other, home)
                break


def _who_goes(packing: Packing, piece: int, home: int) -> int | None:
    """The smallest piece that makes enough room at home and has room, and no reason to mind, in the other box; OUT when none has to."""
    away, size = packing.where[piece], packing.pieces[piece].size
    missing = size - packing.room[home]
    if missing <= 0:
        return OUT
    found = packing.inside(home)
    at = bisect_left([packing.pieces[one].size for one in found], missing)
    for one in found[at:]:
        other = packing.pieces[one]
        if other.size - size > packing.room[away]:
            return None
        if away in other.allowed and other.far(away) <= other.far(home):
            return one
    return None


# -- more even -------------------------------------------------------------------------------------------------------------


def level(packing: Packing, budget: Budget) -> None:
    """Make the used shares of the boxes more even; no piece goes away from home for it."""
    order = sorted((one for one, box in enumerate(packing.where) if box != OUT), key=lambda one: (-packing.pieces[one].size, one))
    for _pass in range(PASSES):
        if not sum(_settle(packing, one, budget) for one in order):
            break
    while budget.left > 0 and _relieve(packing, budget):
        pass


def _settle(packing: Packing, one: int, budget: Budget) -> bool:
    """Move one piece to where it makes the boxes most even; whether it moved.

    Even means a small sum of used² / size over all boxes, which is least when all shares are equal.
    """
    piece, box = packing.pieces[one], packing.where[one]
    size, used, room, boxes = piece.size, packing.used, packing.room, packing.boxes
    if len(piece.choices) < 2 or not budget.spend(len(piece.choices)):
        return False
    best, to = (2 * used[box] - size) / boxes[box].size, box
    bound = piece.near is not None and not piece.far(box)
    for place in piece.choices:
        if room[place] >= size and place != box and not (bound and piece.far(place)):
            value = (2 * used[place] + size) / boxes[place].size
            if value < best:
                best, to = value, place
    if to == box:
        return False
    packing.swap(one, OUT, to)
    return True


def _relieve(packing: Packing, budget: Budget) -> bool:
    """Take something off the fullest box that can give something, in exchange with the emptiest that can take it; whether there was."""
    order = sorted(range(len(packing.boxes)), key=lambda box: (-packing.share(box), box))
    for full in order:
        for low in reversed(order):
            if packing.share(full) - packing.share(low) < EVEN:
                break
            if not budget.spend(1 + len(packing.inside(full)) + len(packing.inside(low))):
                return False
            found = _even_out(packing, full, low)
            if found:
                packing.swap(*found, low)
                return True
    return False


def _even_out(packing: Packing, full: int, low: int) -> tuple[int, int] | None:
    """A piece of the fuller box and one of the other (or OUT) whose exchange brings both closest to the same share."""
    pieces, size = packing.pieces, [box.size for box in packing.boxes]
    ideal = (packing.used[full] * size[low] - packing.used[low] * size[full]) / (size[full] + size[low])
    others = [one for one in packing.inside(low) if _stays_near(packing, one, low, full)]
    sizes = [0, *(pieces[one].size for one in others)]
    best, found = ideal * 0.98, None
    for one in packing.inside(full):
        if not _stays_near(packing, one, full, low):
            continue
        mine = pieces[one].size
        middle = bisect_left(sizes, mine - ideal)
        for at in (middle - 1, middle):
            if 0 <= at < len(sizes) and mine - sizes[at] <= packing.room[low] and abs(mine - sizes[at] - ideal) < best:
                best, found = abs(mine - sizes[at] - ideal), (one, others[at - 1] if at else OUT)
    return found


def _stays_near(packing: Packing, one: int, box: int, place: int) -> bool:
    """Whether a piece may go to another place without going away from home."""
    piece = packing.pieces[one]
    return place in piece.allowed and piece.far(place) <= piece.far(box)


# -- how good it could be --------------------------------------------------------------------------------------------------


def highest_bound(boxes: list[Box], total: int) -> float:
    """A share that the fullest box cannot stay below when so much is placed, if pieces could be cut and put anywhere."""
    highest = max((box.used / box.size for box in boxes), default=0.0)
    low, high = 0.0, max([1.0, *((box.used + max(0, box.room)) / box.size for box in boxes)])
    for _step in range(60):
        middle = (low + high) / 2
        taken = sum(min(max(0, box.room), max(0.0, middle * box.size - box.used)) for box in boxes)
        low, high = (low, middle) if taken >= total else (middle, high)
    return max(highest, high) if total else highest


def far_bound(pieces: Iterable[Piece], boxes: list[Box]) -> int:
    """A number of pieces that cannot stay below: those that must be away from home because home has no room for all."""
    homes: dict[frozenset[int], list[int]] = {}
    for piece in pieces:
        if piece.near is not None:
            homes.setdefault(piece.near & piece.allowed, []).append(piece.size)
    return sum(_away(sorted(sizes), sum(max(0, boxes[box].room) for box in home)) for home, sizes in homes.items())


def _away(sizes: list[int], room: int) -> int:
    """How many of these sizes (ascending) find no room, when as many as possible do."""
    for count, size in enumerate(sizes):
        room -= size
        if room < 0:
            return len(sizes) - count
    return 0
