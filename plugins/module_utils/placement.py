# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which piece goes into which box: as much as possible, then near to home, then even. Pure; see docs/decisions/009-evacuation.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .packing import Box, Packing, Piece, spread, tight
from .packing_balance import level, nearer
from .packing_search import FEW, Budget, everything, fill, squeeze

EXCHANGES = 300_000
"""Steps of looking for exchanges, for each way to begin."""
TRIES = 30_000
"""Steps of trying everything."""
FILLING = 20_000
"""Steps of the search that fills one box."""
EVENING = 1_000_000
"""Steps of making boxes even."""


def place(pieces: list[Piece], boxes: list[Box]) -> Packing:
    """The best packing that was found; what is out in it fits into none of its boxes as they are."""
    hopeless = sum(all(boxes[box].room < piece.size for box in piece.choices) for piece in pieces)
    best = Packing(pieces, boxes)
    for packing in _attempts(pieces, boxes):
        if packing.lack() < best.lack():
            best = packing
        if best.lack()[1] <= hopeless:
            break
    nearer(best, Budget(EXCHANGES))
    level(best, Budget(EVENING))
    _leftovers(best)
    return best


def _attempts(pieces: list[Piece], boxes: list[Box]) -> Iterator[Packing]:
    """Packings, made in ever more costly ways; the first is even and good enough unless room is scarce."""

    def fresh(begin: Callable[[Packing], object]) -> Packing:
        packing = Packing(pieces, boxes)
        begin(packing)
        return packing

    homely = sorted(range(len(pieces)), key=lambda one: (len(pieces[one].choices) > 1, pieces[one].near is None, -pieces[one].size, one))
    narrow = sorted(range(len(pieces)), key=lambda one: (len(pieces[one].choices), -pieces[one].size, one))
    large = sorted(range(len(pieces)), key=lambda one: (-pieces[one].size, one))
    begins: list[Callable[[Packing], object]] = [
        lambda packing: spread(packing, homely),
        lambda packing: spread(packing, large),
        lambda packing: tight(packing, narrow),
        lambda packing: tight(packing, large),
        lambda packing: fill(packing, FILLING),
    ]
    begun = []
    for begin in begins:
        begun.append(fresh(begin))
        yield begun[-1]
    for packing in begun:
        squeeze(packing, Budget(EXCHANGES))
        yield packing
    if len(pieces) <= FEW:
        yield fresh(lambda packing: everything(packing, TRIES))


def _leftovers(packing: Packing) -> None:
    """Use room that only appeared when boxes were made even."""
    for one in packing.out():
        open_to = [box for box in packing.pieces[one].choices if packing.fits(one, box)]
        if open_to:
            packing.put(one, min(open_to, key=lambda box: (packing.pieces[one].far(box), packing.share(box), box)))
