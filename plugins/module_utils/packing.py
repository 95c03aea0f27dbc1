# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces in boxes: which piece is in which box, and the room that is left. Pure; docs/decisions/009-evacuation.md has the method.

A piece is a volume, a box is an aggregate; this file and its three companions (packing_search, packing_balance, placement) know
nothing of ONTAP. All that is made here depends on the order of pieces and boxes only, so that equal input gives equal output.
"""

from __future__ import annotations

from collections.abc import Iterable

OUT = -1
"""The box of a piece that is in none."""


class Piece:
    """What is to be placed: its size, the boxes that may take it, and those of them where it is at home (None: it does not care)."""

    __slots__ = ("allowed", "choices", "near", "size")

    def __init__(self, size: int, allowed: frozenset[int], near: frozenset[int] | None = None) -> None:
        self.size = size
        self.allowed = allowed
        self.choices = tuple(sorted(allowed))
        self.near = near

    def far(self, box: int) -> bool:
        """Whether it would be away from home there."""
        return self.near is not None and box not in self.near

    def careless(self) -> Piece:
        """The same piece, at home everywhere."""
        return Piece(self.size, self.allowed)


class Box:
    """What takes pieces: its whole size, what is used of it, and the room for pieces (less than nothing when it is too full)."""

    __slots__ = ("room", "size", "used")

    def __init__(self, size: int, used: int, room: int) -> None:
        self.size = size
        self.used = used
        self.room = room


class Packing:
    """A state of all pieces and boxes."""

    def __init__(self, pieces: list[Piece], boxes: list[Box]) -> None:
        self.pieces = pieces
        self.boxes = boxes
        self.where = [OUT] * len(pieces)
        self.used = [box.used for box in boxes]
        self.room = [box.room for box in boxes]
        self._inside: list[set[int]] = [set() for _box in boxes]
        self._sorted: list[list[int] | None] = [None] * len(boxes)

    def put(self, piece: int, box: int) -> None:
        """Put a piece that is out into a box."""
        size = self.pieces[piece].size
        self.where[piece] = box
        self.used[box] += size
        self.room[box] -= size
        self._inside[box].add(piece)
        self._sorted[box] = None

    def take(self, piece: int) -> int:
        """Take a piece out; returns the box where it was."""
        box, size = self.where[piece], self.pieces[piece].size
        self.where[piece] = OUT
        self.used[box] -= size
        self.room[box] += size
        self._inside[box].discard(piece)
        self._sorted[box] = None
        return box

    def swap(self, piece: int, other: int, box: int) -> None:
        """Bring a piece into another box, and a piece of that one (OUT: none) to where the first was."""
        home = self.take(piece)
        if other != OUT:
            self.take(other)
            self.put(other, home)
        self.put(piece, box)

    def fits(self, piece: int, box: int) -> bool:
        """Whether a piece that is out may go into a box and finds room there."""
        one = self.pieces[piece]
        return box in one.allowed and self.room[box] >= one.size

    def inside(self, box: int) -> list[int]:
        """The pieces in a box, the smallest first."""
        found = self._sorted[box]
        if found is None:
            found = self._sorted[box] = sorted(self._inside[box], key=lambda one: (self.pieces[one].size, one))
        return found

    def out(self) -> list[int]:
        """The pieces in no box, the largest first."""
        return sorted((one for one, box in enumerate(self.where) if box == OUT), key=lambda one: (-self.pieces[one].size, one))

    def far(self) -> int:
        """How many pieces are away from home."""
        return sum(box != OUT and self.pieces[one].far(box) for one, box in enumerate(self.where))

    def lack(self) -> tuple[int, int]:
        """How much is in no box: the sum of the sizes, and the number of pieces."""
        out = self.out()
        return sum(self.pieces[one].size for one in out), len(out)

    def share(self, box: int) -> float:
        """What part of a box is used."""
        return self.used[box] / self.boxes[box].size


def spread(packing: Packing, order: Iterable[int]) -> None:
    """Each piece into the box that is used least with it, at home if there is room: even boxes, but large pieces may miss their gap."""
    room, used, boxes = packing.room, packing.used, packing.boxes
    for one in order:
        piece = packing.pieces[one]
        size = piece.size
        open_to = [box for box in piece.choices if room[box] >= size]
        if piece.near is not None:
            open_to = [box for box in open_to if box in piece.near] or open_to
        if open_to:
            packing.put(one, min(open_to, key=lambda box: ((used[box] + size) / boxes[box].size, box)))


def tight(packing: Packing, order: Iterable[int]) -> None:
    """Each piece into the box where it leaves the least room (best fit)."""
    room = packing.room
    for one in order:
        piece = packing.pieces[one]
        open_to = [box for box in piece.choices if room[box] >= piece.size]
        if open_to:
            packing.put(one, min(open_to, key=lambda box: (room[box], box)))
