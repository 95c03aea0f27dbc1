# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties of volume and lun that hold for any options in any order: a second run changes nothing, the forecast comes true,
and nothing is shrunk or deleted unless the task asks for it by name."""

from __future__ import annotations

from typing import Any

import pytest

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import strategies as st  # noqa: E402 - only where the library is

GIB = 1024**3
QUARTERS = st.integers(1, 40).map(lambda quarters: quarters * GIB // 4)
SIZES = QUARTERS | st.integers(GIB, 9 * GIB) | st.sampled_from(["2GiB", "2.5g", "3000m"])
VOLUME = "san1_vol1a"


LUN_TASKS = st.fixed_dictionaries(
    {"name": st.sampled_from([f"/vol/{VOLUME}/p1", f"/vol/{VOLUME}/p2"])},
    optional={
        "size": SIZES,
        "os_type": st.just("linux"),
        "allow_shrink": st.booleans(),
        "online": st.booleans(),
        "comment": st.sampled_from(["", "a", "b | c"]),
        "space_reserved": st.booleans(),
        "space_allocation": st.booleans(),
        "state": st.sampled_from(["present", "present", "present", "absent"]),
        "from_name": st.sampled_from(["p1", "p2"]),
        "clone_from": st.sampled_from(["p1", "p2"]),
    },
)
VOLUME_TASKS = st.fixed_dictionaries(
    {"name": st.sampled_from(["p1", "p2"])},
    optional={
        "size": SIZES,
        "aggregate": st.just("aggr1_ndo_01"),
        "allow_shrink": st.booleans(),
        "online": st.booleans(),
        "comment": st.sampled_from(["", "a"]),
        "junction_path": st.sampled_from(["", "/p", "/q"]),
        "space_guarantee": st.sampled_from(["none", "volume"]),
        "snapshot_reserve": st.integers(0, 50),
        "security_style": st.sampled_from(["unix", "ntfs", "mixed"]),
        "state": st.sampled_from(["present", "present", "present", "absent"]),
        "from_name": st.sampled_from(["p1", "p2"]),
        "qos_policy": st.just(""),
    },
)
CASES = {"lun": ("luns", "san1", LUN_TASKS), "volume": ("volumes", "nas1", VOLUME_TASKS)}


def size_of(row: dict[str, Any]) -> int:
    """The size of a row of either kind."""
    return row["size"] if "size" in row else row["space"]["size"]


def sizes(lab: Any, table: str) -> dict[str, tuple[str, int]]:
    """Name and size of every object, by uuid."""
    return {uuid: (row["name"], size_of(row)) for uuid, row in lab.world.store.table(table).items()}


def check(lab: Any, module: str, table: str, given: dict[str, Any]) -> None:
    """Run a task and hold the properties against it."""
    before = sizes(lab, table)
    forecast = lab.run(module, check_mode=True, **given)
    assert sizes(lab, table) == before
    result = lab.run(module, **given)
    after = sizes(lab, table)
    named = {given["name"]}
    for uuid, (name, size) in before.items():
        if uuid not in after:
            assert given.get("state") == "absent" and name in named
        elif after[uuid][1] < size:
            assert given.get("allow_shrink") and after[uuid][0] in named
    if result.get("failed"):
        assert result["msg"] and "Traceback" not in result["msg"]
        return
    assert not forecast.get("failed") and forecast["actions"] == result["actions"]
    lab.forget()
    again = lab.run(module, **given)
    assert again.get("failed") is not True and not again["changed"], again
    assert lab.writes() == [] and again["record"] == result["record"]


@pytest.mark.parametrize("module", CASES)
def test_any_options_in_any_order(lab: Any, module: str) -> None:
    table, svm, tasks = CASES[module]
    cluster = lab()

    @hypothesis.settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @hypothesis.given(st.lists(tasks, min_size=1, max_size=5))
    def holds(given: list[dict[str, Any]]) -> None:
        cluster.simulator.reset()
        for one in given:
            check(cluster, module, table, {"svm": svm, **one})

    holds()
