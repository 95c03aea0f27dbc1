# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces in boxes: none overfilled, none left out that fits, and most of what can be solved is solved."""

from __future__ import annotations

import itertools
import os
import random
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.packing import OUT, Box, Piece
from ansible_collections.ndo.ontap.plugins.module_utils.packing_balance import far_bound, highest_bound
from ansible_collections.ndo.ontap.plugins.module_utils.placement import place

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import strategies as st  # noqa: E402 - only where the library is

SETTINGS = hypothesis.settings(max_examples=int(os.environ.get("NDO_EXAMPLES", "120")), deadline=None, derandomize=True, database=None)


def fit(sizes: list[int], rooms: list[int], choices: list[frozenset[int]]) -> bool:
    """Whether there is any way to place all pieces."""
    for way in itertools.product(*choices):
        left = list(rooms)
        for size, box in zip(sizes, way):
            left[box] -= size
        if min(left) >= 0:
            return True
    return False


@SETTINGS
@hypothesis.given(st.data())
def test_few_volumes_are_all_placed_if_there_is_any_way(data: Any) -> None:
    rooms = data.draw(st.lists(st.integers(5, 40), min_size=2, max_size=3))
    boxes = frozenset(range(len(rooms)))
    sizes = data.draw(st.lists(st.integers(1, 30), min_size=1, max_size=7))
    choices = [data.draw(st.frozensets(st.sampled_from(sorted(boxes)), min_size=1)) for _size in sizes]
    pieces = [Piece(size, allowed) for size, allowed in zip(sizes, choices)]
    packing = place(pieces, [Box(100, 0, room) for room in rooms])
    assert (not packing.out()) == fit(sizes, rooms, choices)


@SETTINGS
@hypothesis.given(st.lists(st.tuples(st.integers(1, 200), st.integers(-20, 120)), min_size=1, max_size=6), st.integers(0, 2**20))
def test_no_box_is_overfilled_and_no_piece_is_left_that_fits(rooms: list[tuple[int, int]], seed: int) -> None:
    chance = random.Random(seed)
    boxes = [Box(size, chance.randint(0, size), room) for size, room in rooms]
    pieces = []
    for _piece in range(chance.randint(0, 30)):
        allowed = frozenset(at for at in range(len(boxes)) if chance.random() < 0.7)
        near = frozenset(at for at in range(len(boxes)) if chance.random() < 0.3) if chance.random() < 0.5 else None
        pieces.append(Piece(chance.randint(0, 60), allowed, near))
    packing = place(pieces, boxes)
    for at, box in enumerate(boxes):
        inside = [piece for piece, where in zip(pieces, packing.where) if where == at]
        assert sum(piece.size for piece in inside) == packing.used[at] - box.used == box.room - packing.room[at]
        assert not inside or packing.room[at] >= 0
        assert all(at in piece.allowed for piece in inside)
    for piece, where in zip(pieces, packing.where):
        assert where != OUT or all(packing.room[at] < piece.size for at in piece.allowed)


def tight(chance: random.Random, boxes: int, each: int, share: float) -> tuple[list[Piece], list[Box]]:
    """Boxes that a known way fills to a share, cut into pieces at random; half of the pieces may not go everywhere."""
    pieces, rooms = [], [chance.randint(500, 2000) * 1000 for _box in range(boxes)]
    for box, room in enumerate(rooms):
        cuts = sorted(chance.sample(range(1, int(room * share)), each - 1))
        for low, high in zip([0, *cuts], [*cuts, int(room * share)]):
            some = {box} | {other for other in range(boxes) if chance.random() < 0.3}
            pieces.append(Piece(high - low, frozenset(range(boxes) if chance.random() < 0.5 else some)))
    chance.shuffle(pieces)
    return pieces, [Box(room, 0, room) for room in rooms]


@pytest.mark.parametrize(("boxes", "each"), [(3, 3), (5, 4), (8, 8), (20, 5), (20, 20)])
@pytest.mark.parametrize("share", [0.99, 0.97])
def test_scarce_room_is_found_where_a_greedy_packing_misses_it(boxes: int, each: int, share: float) -> None:
    complete = 0
    for seed in range(20):
        packing = place(*tight(random.Random(seed), boxes, each, share))
        complete += not packing.out()
    assert complete >= 19


@SETTINGS
@hypothesis.given(st.data())
def test_bounds_are_never_above_what_a_way_reaches(data: Any) -> None:
    boxes = [Box(size, size // 4, size // 2) for size in data.draw(st.lists(st.integers(20, 200), min_size=1, max_size=5))]
    everywhere = frozenset(range(len(boxes)))
    near = st.none() | st.frozensets(st.sampled_from(sorted(everywhere)))
    pieces = [Piece(size, everywhere, data.draw(near)) for size in data.draw(st.lists(st.integers(1, 40), max_size=12))]
    packing = place(pieces, boxes)
    placed = [piece for piece, box in zip(pieces, packing.where) if box != OUT]
    assert max(packing.share(box) for box in everywhere) >= highest_bound(boxes, sum(piece.size for piece in placed)) - 1e-9
    assert packing.far() >= far_bound(placed, boxes)
