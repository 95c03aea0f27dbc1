# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every plan: no aggregate above its ceiling at any step, nothing in a forbidden place, nothing lost or planned twice."""

from __future__ import annotations

import os
import random
from collections import Counter
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.evacuation import Plan, plan_moves
from ansible_collections.ndo.ontap.plugins.module_utils.evacuation_report import report
from ansible_collections.ndo.ontap.plugins.module_utils.evacuation_rules import Aggregate, Moving, Volume, Wishes

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import strategies as st  # noqa: E402 - only where the library is

SETTINGS = hypothesis.settings(max_examples=int(os.environ.get("NDO_EXAMPLES", "120")), deadline=None, derandomize=True, database=None)
NODES = [f"n{number}" for number in range(1, 7)]
PAIRS = {node: f"pair{at // 2}" for at, node in enumerate(NODES)}
SVMS = ["s1", "s2"]
STATES = ["replicating", "cutover", "queued", "paused"]


class Case:
    """A cluster, and what is wanted of it."""

    def __init__(self, aggregates: list[Aggregate], volumes: list[Volume], others: list[Volume], wishes: Wishes) -> None:
        self.aggregates = aggregates
        self.volumes = volumes
        self.others = others
        self.wishes = wishes
        self.by_name = {one.name: one for one in aggregates}

    def plan(self) -> Plan:
        """The plan for it."""
        return plan_moves(self.volumes, self.aggregates, self.wishes, self.others)

    def allowed(self, volume: Volume, name: str) -> bool:
        """Whether a volume may be in an aggregate at all, said in another way than the planner does."""
        wishes, one, source = self.wishes, self.by_name[name], self.by_name[volume.source]
        return all(
            (
                not one.barred,
                name not in wishes.emptied,
                name == wishes.pins.get(volume.uuid, name),
                name in wishes.candidates or volume.uuid in wishes.pins,
                volume.svm not in wishes.lists or name in wishes.lists[volume.svm],
                wishes.media == {"any"} or one.media == source.media,
                wishes.media == {"any"} or one.mirrored or not source.mirrored,
                wishes.encryption != "required" or one.encrypted or one.drives or volume.encryption == "volume",
                wishes.encryption != "keep" or volume.encryption == "volume" or (volume.encryption == "aggregate") == one.encrypted,
                wishes.encryption != "keep" or one.drives or not source.drives,
                wishes.affinity != "same_pair" or one.pair == source.pair,
                wishes.affinity != "other_pair" or one.pair != source.pair,
            )
        )


@st.composite
def aggregates(draw: Any) -> list[Aggregate]:
    """A few aggregates, most of which can take something."""
    found = []
    for number in range(draw(st.integers(2, 8))):
        node = draw(st.sampled_from(NODES))
        size = draw(st.integers(50, 400))
        more = {
            "pair": PAIRS[node],
            "media": draw(st.sampled_from([("ssd",), ("ssd",), ("ssd",), ("hdd",)])),
            "mirrored": draw(st.sampled_from([False, False, True])),
            "encrypted": draw(st.sampled_from([False, False, False, True])),
            "drives": draw(st.sampled_from([False, False, True])),
            "barred": draw(st.sampled_from(["", "", "", "", "is offline"])),
        }
        found.append(Aggregate(f"a{number}", node, size, draw(st.integers(0, size)), **more))
    return found


@st.composite
def cases(draw: Any) -> Case:
    """Anything that may be asked of any cluster."""
    there = draw(aggregates())
    names = [one.name for one in there]
    single = draw(st.booleans())
    emptied = [] if single else draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    others = [name for name in names if name not in emptied]
    candidates = draw(st.lists(st.sampled_from(others), unique=True)) if others and draw(st.booleans()) else others
    volumes = [draw(volume(number, emptied or names, names)) for number in range(draw(st.integers(0, 14)))]
    foreign = [draw(volume(100 + number, names, names, always_moving=True)) for number in range(draw(st.integers(0, 3)))]
    uuids = [one.uuid for one in volumes] or ["none"]
    wishes = Wishes(
        candidates,
        emptied=emptied,
        max_used_percent=draw(st.integers(40, 100)),
        headroom=draw(st.sampled_from([0, 0, 30])),
        media=draw(st.sampled_from([["same"], ["any"]])),
        encryption=draw(st.sampled_from(["keep", "any", "any", "required"])),
        affinity=draw(st.sampled_from(["any", "any", "spread", "same_pair", "other_pair"])),
        per_node=draw(st.integers(1, 3)),
        in_all=draw(st.integers(1, 5)),
        order=draw(st.sampled_from(["largest_first", "smallest_first", "as_listed"])),
        rate=draw(st.integers(1, 20)),
        pins=draw(st.dictionaries(st.sampled_from(uuids), st.sampled_from(names), max_size=2)),
        skips=draw(st.lists(st.sampled_from(uuids), max_size=2)),
        roots=draw(st.booleans()),
        lists=draw(st.dictionaries(st.sampled_from(SVMS), st.frozensets(st.sampled_from(names), min_size=1), max_size=1)),
    )
    return Case(there, volumes, foreign, wishes)


@st.composite
def volume(draw: Any, number: int, sources: list[str], names: list[str], always_moving: bool = False) -> Volume:
    """A volume, now and then one that is being moved or cannot be."""
    space = draw(st.integers(0, 120))
    moving = None
    if always_moving or draw(st.integers(0, 7)) == 0:
        state = draw(st.sampled_from(STATES))
        moving = Moving(draw(st.sampled_from(names)), state, draw(st.integers(0, 100)), state == "paused")
    return Volume(
        draw(st.sampled_from(SVMS)),
        f"v{number}",
        f"uuid{number}",
        draw(st.sampled_from(sources)),
        space,
        bytes=draw(st.integers(0, space)),
        thick=draw(st.booleans()),
        mapped=draw(st.booleans()),
        root=draw(st.integers(0, 9)) == 0,
        encryption=draw(st.sampled_from(["none", "none", "none", "volume", "aggregate"])),
        obstacle=draw(st.sampled_from(["", "", "", "", "", "is offline"])),
        moving=moving,
    )


# -- where -----------------------------------------------------------------------------------------------------------------


def nothing_is_lost_or_planned_twice(case: Case, plan: Plan, chance: random.Random) -> None:
    found = [one.volume.uuid for one in plan.moves] + [one.volume.uuid for one in plan.unplaced]
    found += [one.uuid for one in (*plan.joined, *plan.settled, *plan.skipped)]
    assert sorted(found) == sorted(one.uuid for one in case.volumes)


def nothing_goes_to_a_forbidden_place_and_nothing_moves_that_need_not(case: Case, plan: Plan, chance: random.Random) -> None:
    for move in plan.moves:
        one = move.volume
        assert case.allowed(one, move.destination.name)
        assert move.source.name == one.source != move.destination.name
        assert one.uuid not in case.wishes.skips
        assert not one.obstacle and one.moving is None and (case.wishes.roots or not one.root)
        assert one.source in case.wishes.emptied or one.source != case.wishes.pins.get(one.uuid)
    for one in plan.settled:
        assert one.source not in case.wishes.emptied
    for one in plan.joined:
        assert one.moving is not None and one.moving.destination not in case.wishes.emptied


def no_aggregate_is_above_its_ceiling_at_any_step(case: Case, plan: Plan, chance: random.Random) -> None:
    used = {one.name: one.used for one in case.aggregates}
    for one in (*plan.joined, *case.others):
        used[one.moving.destination] += one.arriving()
    goals = {move.destination.name for move in plan.moves}
    # The plan's own order, and any other one: moves may end late, or be begun in another order.
    for order in (sorted(plan.moves, key=lambda move: move.job.start), chance.sample(plan.moves, len(plan.moves))):
        now = dict(used)
        for move in order:
            now[move.destination.name] += move.volume.space
            assert now[move.destination.name] <= case.wishes.ceiling(move.destination)
    for load in plan.loads.values():
        assert load.worst >= max(load.before, load.after)
        if load.aggregate.name in goals:
            assert load.worst <= case.wishes.ceiling(load.aggregate)


def what_is_not_placed_fits_nowhere(case: Case, plan: Plan, chance: random.Random) -> None:
    for one in plan.unplaced:
        if one.cause in ("no_room", "no_place"):
            places = [name for name in case.by_name if case.allowed(one.volume, name) and name != one.volume.source]
            room = [case.wishes.ceiling(case.by_name[name]) - plan.loads[name].worst for name in places]
            assert bool(places) == (one.cause == "no_room")
            assert all(one.volume.space > free for free in room)
            if room:
                assert one.missing == one.volume.space - max(room) > 0
        else:
            assert one.missing is None and (one.volume.obstacle or one.volume.root or one.volume.moving)


def order_of_the_input_does_not_matter(case: Case, plan: Plan, chance: random.Random) -> None:
    expected = report(plan, case.wishes)
    for found in (case.volumes, case.aggregates, case.others):
        chance.shuffle(found)
    assert report(case.plan(), case.wishes) == expected


def totals_are_no_better_than_what_is_possible(case: Case, plan: Plan, chance: random.Random) -> None:
    found = report(plan, case.wishes)
    totals = found["totals"]
    assert totals["bytes"] == sum(one["bytes"] for one in found["moves"]) <= totals["bytes_bound"]
    assert totals["bytes"] == totals["bytes_bound"] or plan.unplaced
    assert totals["path_changes"] >= totals["path_changes_bound"]
    assert plan.highest >= plan.highest_bound - 1e-9
    assert plan.seconds >= plan.seconds_bound - 1e-6
    assert found["complete"] == (not found["unplaced"])


# -- when ------------------------------------------------------------------------------------------------------------------


def running(case: Case, plan: Plan) -> list[tuple[str, ...]]:
    """The nodes of each move that is under way and goes on by itself."""
    found = [one for one in (*plan.joined, *case.others) if not one.moving.waits]
    return [tuple({case.by_name[one.source].node, case.by_name[one.moving.destination].node}) for one in found]


def waves_keep_to_the_limits_of_each_node_and_in_all(case: Case, plan: Plan, chance: random.Random) -> None:
    busy = running(case, plan)
    groups: dict[int, list[Any]] = {}
    for move in plan.moves:
        groups.setdefault(move.job.wave, []).append({move.source.node, move.destination.node})
    for wave, moves in groups.items():
        there = busy if wave == 1 else []
        count = Counter(node for nodes in (*moves, *there) for node in nodes)
        assert 1 <= wave <= plan.waves
        assert len(moves) + len(there) <= case.wishes.in_all
        assert all(count[node] <= case.wishes.per_node for nodes in moves for node in nodes)
    assert [move.job.wave for move in plan.moves] == sorted(move.job.wave for move in plan.moves)


def times_keep_to_the_limits_of_each_node_and_in_all(case: Case, plan: Plan, chance: random.Random) -> None:
    for move in plan.moves:
        now = move.job.start
        assert 0 <= now <= move.job.end <= plan.seconds + 1e-6
        if move.job.end == now:
            continue
        along = [one for one in plan.moves if one.job.start <= now < one.job.end]
        count = Counter(node for one in along for node in sorted({one.source.node, one.destination.node}))
        assert len(along) <= case.wishes.in_all
        assert all(count[node] <= case.wishes.per_node for node in (move.source.node, move.destination.node))


LAWS = (
    nothing_is_lost_or_planned_twice,
    nothing_goes_to_a_forbidden_place_and_nothing_moves_that_need_not,
    no_aggregate_is_above_its_ceiling_at_any_step,
    what_is_not_placed_fits_nowhere,
    totals_are_no_better_than_what_is_possible,
    waves_keep_to_the_limits_of_each_node_and_in_all,
    times_keep_to_the_limits_of_each_node_and_in_all,
    order_of_the_input_does_not_matter,
)


@SETTINGS
@hypothesis.given(cases(), st.randoms(use_true_random=False))
def test_every_plan_keeps_all_laws(case: Case, chance: random.Random) -> None:
    plan = case.plan()
    for law in LAWS:
        law(case, plan, chance)


def test_move_is_as_fast_as_the_busier_of_its_nodes_lets_it() -> None:
    there = [Aggregate(f"a{number}", f"n{number}", 1000, 0) for number in range(1, 4)]
    volumes = [Volume("s1", "v1", "u1", "a1", 100), Volume("s1", "v2", "u2", "a1", 100)]
    plan = plan_moves(volumes, there, Wishes(["a2", "a3"], emptied=["a1"], rate=10))
    assert {(move.destination.name, move.job.start, move.job.end) for move in plan.moves} == {("a2", 0, 20), ("a3", 0, 20)}
    plan = plan_moves(volumes, there, Wishes(["a2", "a3"], emptied=["a1"], rate=10, per_node=1))
    assert sorted((move.job.wave, move.job.start, move.job.end) for move in plan.moves) == [(1, 0, 10), (2, 10, 20)]
    assert plan.seconds == plan.seconds_bound == 20


def test_moves_begin_in_the_order_that_is_asked_for() -> None:
    there = [Aggregate("a1", "n1", 1000, 0), Aggregate("a2", "n2", 1000, 0)]
    sizes = {"v1": 20, "v2": 30, "v3": 10}
    volumes = [Volume("s1", name, f"u{name}", "a1", size, listed=2 - at) for at, (name, size) in enumerate(sizes.items())]
    found = {}
    for order in ("largest_first", "smallest_first", "as_listed"):
        plan = plan_moves(volumes, there, Wishes(["a2"], emptied=["a1"], order=order, per_node=1))
        found[order] = [move.volume.name for move in plan.moves]
    assert found == {"largest_first": ["v2", "v1", "v3"], "smallest_first": ["v3", "v1", "v2"], "as_listed": ["v3", "v2", "v1"]}


# -- how well --------------------------------------------------------------------------------------------------------------


def test_exchange_makes_room_that_is_scattered() -> None:
    there = [Aggregate("src", "n1", 1000, 0), Aggregate("a", "n2", 100, 0), Aggregate("b", "n3", 100, 0)]
    sizes = [60, 50, 50, 40]
    volumes = [Volume("s1", f"v{at}", f"u{at}", "src", size) for at, size in enumerate(sizes)]
    plan = plan_moves(volumes, there, Wishes(["a", "b"], emptied=["src"], max_used_percent=100))
    assert not plan.unplaced and {load.after for load in plan.loads.values() if load.came} == {100}


def test_many_small_volumes_fill_aggregates_evenly() -> None:
    chance = random.Random(1)
    there = [Aggregate(f"a{at}", NODES[at % 6], chance.choice([1000, 4000]), chance.randint(0, 500), pair="x") for at in range(10)]
    there.append(Aggregate("src", "n0", 9000, 6000))
    volumes = [Volume("s1", f"v{at:03d}", f"u{at}", "src", chance.randint(1, 60)) for at in range(200)]
    plan = plan_moves(volumes, there, Wishes([f"a{at}" for at in range(10)], emptied=["src"]))
    assert not plan.unplaced and plan.highest <= plan.highest_bound + 0.005


def test_mapped_luns_stay_in_their_pair_unless_the_user_says_otherwise() -> None:
    there = [
        Aggregate(name, f"n-{name}", 1000, used, pair=pair) for name, pair, used in (("src", "p", 0), ("home", "p", 500), ("far", "q", 0))
    ]
    volumes = [Volume("s1", "san", "u1", "src", 100, mapped=True), Volume("s1", "nas", "u2", "src", 100)]
    found = {}
    for affinity in ("any", "spread", "same_pair", "other_pair"):
        plan = plan_moves(volumes, there, Wishes(["home", "far"], emptied=["src"], affinity=affinity))
        found[affinity] = {move.volume.name: move.destination.name for move in plan.moves}, sum(move.changes_paths for move in plan.moves)
    assert found == {
        "any": ({"san": "home", "nas": "far"}, 0),
        "spread": ({"san": "far", "nas": "far"}, 1),
        "same_pair": ({"san": "home", "nas": "home"}, 0),
        "other_pair": ({"san": "far", "nas": "far"}, 1),
    }


def test_volume_that_does_not_mind_makes_room_for_one_with_mapped_luns() -> None:
    there = [Aggregate(name, f"n-{name}", 100, 0, pair=pair) for name, pair in (("src", "p"), ("home", "p"), ("far", "q"))]
    volumes = [Volume("s1", "san", "u1", "src", 60, mapped=True), Volume("s1", "nas", "u2", "src", 80)]
    plan = plan_moves(volumes, there, Wishes(["home", "far"], emptied=["src"]))
    assert {move.volume.name: move.destination.name for move in plan.moves} == {"san": "home", "nas": "far"}


# -- what is under way -----------------------------------------------------------------------------------------------------


def test_move_that_is_under_way_takes_space_slots_and_time() -> None:
    there = [Aggregate("src", "n1", 1000, 500), Aggregate("dst", "n2", 200, 0)]
    mine = Volume("s1", "mine", "u1", "src", 100, moving=Moving("dst", "replicating", 40))
    rest = [Volume("s1", "a", "u2", "src", 100), Volume("s1", "b", "u3", "src", 60)]
    plan = plan_moves([mine, *rest], there, Wishes(["dst"], emptied=["src"], per_node=1, rate=10, max_used_percent=100))
    assert [one.name for one in plan.joined] == ["mine"]
    assert [(move.volume.name, move.job.wave, move.job.start) for move in plan.moves] == [("a", 2, 6.0)]
    assert [(one.volume.name, one.missing) for one in plan.unplaced] == [("b", 20)]
    assert (plan.loads["dst"].worst, plan.loads["src"].after) == (160, 300)


@pytest.mark.parametrize(("pins", "words"), [({}, "none of the destinations"), ({"u1": "dst"}, "pinned to another")])
def test_move_to_another_place_is_for_the_user_to_judge(pins: dict[str, str], words: str) -> None:
    there = [Aggregate(name, name, 1000, 0) for name in ("src", "dst", "else")]
    mine = Volume("s1", "mine", "u1", "src", 100, moving=Moving("else", "replicating", 40))
    plan = plan_moves([mine], there, Wishes(["dst"], emptied=["src"], pins=pins))
    assert plan.joined == plan.moves == []
    assert "being moved to else already (replicating)" in plan.unplaced[0].reason and words in plan.unplaced[0].reason


def test_volume_on_an_aggregate_that_nobody_knows_is_not_placed() -> None:
    lost = Volume("s1", "lost", "u1", "hidden", 100, moving=Moving("dst", "replicating", 40))
    plan = plan_moves([lost], [Aggregate("dst", "n1", 1000, 0)], Wishes(["dst"]))
    assert [one.reason for one in plan.unplaced] == ["It is on hidden, which is none of the aggregates that are known."]
