# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Room for what a greedy packing leaves out: exchanges, filling box by box, and trying everything where that is little.

Every search has a budget of steps, not of seconds, so that its result is the same on every machine.
"""

from __future__ import annotations

from bisect import bisect_left

from .packing import OUT, Packing

FEW = 40
"""Pieces up to which everything is tried."""


class Budget:
    """Steps that a search may still take."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> bool:
        """Take steps; whether there were any left."""
        self.left -= steps
        return self.left >= 0


# -- exchanges -------------------------------------------------------------------------------------------------------------


def squeeze(packing: Packing, budget: Budget) -> None:
    """Place what is out by gathering the room that is scattered over the boxes in one of them."""
    for one in packing.out():
        piece = packing.pieces[one]
        for box in sorted(piece.choices, key=lambda box: (-packing.room[box], box)):
            if budget.left <= 0:
                return
            if _gather(packing, box, piece.size, budget):
                packing.put(one, box)
                break


def _gather(packing: Packing, box: int, wanted: int, budget: Budget) -> bool:
    """Exchange pieces of a box for smaller ones of others until it has the wanted room; undone when that does not succeed."""
    done: list[tuple[int, int]] = []
    while packing.room[box] < wanted:
        gain, piece, other, to = 0, OUT, OUT, OUT
        for place in range(len(packing.boxes)):
            if place != box and packing.room[place] > gain and budget.left > 0:
                found = _exchange(packing, box, place, budget)
                if found[0] > gain:
                    gain, piece, other, to = (*found, place)
        if not gain:
            for first, second in reversed(done):
                _undo(packing, first, second, box)
            return False
        packing.swap(piece, other, to)
        done.append((piece, other))
    return True


def _undo(packing: Packing, piece: int, other: int, box: int) -> None:
    place = packing.take(piece)
    if other != OUT:
        packing.take(other)
        packing.put(other, place)
    packing.put(piece, box)


def _exchange(packing: Packing, box: int, place: int, budget: Budget) -> tuple[int, int, int]:
    """What a box can gain most by one exchange with another: the gain, its piece, and the other's piece or OUT."""
    pieces, free = packing.pieces, packing.room[place]
    others = [one for one in packing.inside(place) if box in pieces[one].allowed]
    sizes = [0, *(pieces[one].size for one in others)]
    best = (0, OUT, OUT)
    for one in packing.inside(box):
        size = pieces[one].size
        if place not in pieces[one].allowed or not budget.spend():
            continue
        at = bisect_left(sizes, size - free)
        if at < len(sizes) and size - sizes[at] > best[0]:
            best = (size - sizes[at], one, others[at - 1] if at else OUT)
    return best


# -- box by box ------------------------------------------------------------------------------------------------------------


def fill(packing: Packing, steps: int) -> None:
    """Fill one box after the other, the smallest room first, each as full as a bounded search finds.

    A box may leave its share of the room that is left over in all, so that the search ends early where there is plenty.
    """
    spare = max(0, sum(room for room in packing.room if room > 0) - packing.lack()[0])
    order = sorted(range(len(packing.boxes)), key=lambda box: (packing.room[box], box))
    for number, box in enumerate(order):
        open_to = [one for one in packing.out() if packing.fits(one, box)]
        sizes = [packing.pieces[one].size for one in open_to]
        for at in Subset(sizes, packing.room[box], spare // (len(order) - number), steps).best:
            packing.put(open_to[at], box)
        spare = max(0, spare - max(0, packing.room[box]))


class Subset:
    """Some of these sizes (descending) that fill a room up to `slack`, or as far as so many steps bring it."""

    GIVEN = 8
    """A size is taken without a choice while the room is more than so many times as large; the search is about the rest."""
    DEPTH = 100
    """Sizes that the search takes at most."""

    def __init__(self, sizes: list[int], room: int, slack: int, steps: int) -> None:
        self._sizes = sizes
        self._slack = slack
        self._budget = Budget(steps)
        self._falling = [-size for size in sizes]
        self._rest = [0]
        for size in reversed(sizes):
            self._rest.append(self._rest[-1] + size)
        self._rest.reverse()
        given = 0
        while given < len(sizes) and sizes[given] * self.GIVEN < room:
            room -= sizes[given]
            given += 1
        self.best = list(range(given))
        self._deepest = given + self.DEPTH
        self._least = room
        self._search(given, room, list(self.best))

    def _search(self, start: int, room: int, taken: list[int]) -> bool:
        """Look at what may follow; whether the search is over."""
        if room < self._least:
            self._least, self.best = room, list(taken)
        if self._least <= self._slack or len(taken) == self._deepest:
            return self._least <= self._slack
        last = None
        for at in range(bisect_left(self._falling, -room, start), len(self._sizes)):
            if room - self._rest[at] >= self._least:
                return False
            size = self._sizes[at]
            if size == last:
                continue
            last = size
            if not self._budget.spend():
                return True
            taken.append(at)
            if self._search(at + 1, room - size, taken):
                return True
            taken.pop()
        return False


# -- everything ------------------------------------------------------------------------------------------------------------


def everything(packing: Packing, steps: int) -> bool:
    """Try all ways to place what is out, the largest piece in the narrowest gap first; whether one was found in so many steps."""
    order = packing.out()
    needs = [0]
    for one in reversed(order):
        needs.append(needs[-1] + packing.pieces[one].size)
    needs.reverse()
    return _try(packing, order, needs, 0, Budget(steps))


def _try(packing: Packing, order: list[int], needs: list[int], at: int, budget: Budget) -> bool:
    if at == len(order):
        return True
    smallest = packing.pieces[order[-1]].size
    if not budget.spend() or sum(room for room in packing.room if room >= smallest) < needs[at]:
        return False
    piece = packing.pieces[order[at]]
    for box in sorted((box for box in piece.choices if packing.room[box] >= piece.size), key=lambda box: (packing.room[box], box)):
        packing.put(order[at], box)
        if _try(packing, order, needs, at + 1, budget):
            return True
        packing.take(order[at])
        if budget.left <= 0:
            return False
    return False
