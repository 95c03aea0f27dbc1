# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For any members in any spelling: the set is exact after the run, the second run changes nothing, and nobody goes before others came."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.initiators import canonical

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import strategies as st  # noqa: E402 - only where the library is

IGROUP: dict[str, Any] = {"svm": "san1", "name": "any"}
NAMES = [f"iqn.1998-01.com.example:{letter}" for letter in "abcd"]
WWPNS = [f"20:01:00:50:56:bb:70:7{digit}" for digit in "2345"]
SPELLINGS = [str, str.upper, lambda name: name.replace(":", "") if name in WWPNS else name.title()]
SPELLED = st.builds(lambda name, spell: spell(name), st.sampled_from([*NAMES, *WWPNS, "eui.02004567a425678d"]), st.sampled_from(SPELLINGS))


@hypothesis.given(data=st.data())
@hypothesis.settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
def test_members_are_exact_after_a_run(shared: Any, data: Any) -> None:
    before = members(shared)
    options: dict[str, Any] = {"initiators": data.draw(st.lists(SPELLED, max_size=6))}
    options["membership"] = data.draw(st.sampled_from(["exact", "exact", "add"]))
    comment, place = data.draw(st.sampled_from([None, "", "x", "y"])), data.draw(st.integers(0, 20))
    asked = {canonical(name) for name in options["initiators"]}
    wanted = asked | (before if options["membership"] == "add" else set())
    if wanted and comment is not None:
        # What is drawn must not depend on what earlier examples left in the cluster.
        options["initiator_comments"] = {sorted(wanted)[place % len(wanted)]: comment}
    shared.forget()
    forecast = shared.run("igroup", check_mode=True, **IGROUP, **options)
    assert shared.writes() == []
    result = shared.run("igroup", **IGROUP, **options)
    assert not result.get("failed"), result
    assert (result["actions"], result["record"], result["diff"]) == (forecast["actions"], forecast["record"], forecast["diff"])
    assert members(shared) == wanted == set(result["record"]["initiators"])
    methods = [one["method"] for one in shared.writes()]
    assert methods == sorted(methods, key=["POST", "PATCH", "DELETE"].index)
    shared.forget()
    again = shared.run("igroup", **IGROUP, **options)
    assert (again["changed"], again["record"], len(shared.requests())) == (False, result["record"], 1)


@pytest.fixture
def shared(lab: Any) -> Any:
    """One cluster for all examples: each starts from what the last one left."""
    cluster = lab()
    assert not cluster.run("igroup", **IGROUP, os_type="linux").get("failed")
    return cluster


def members(cluster: Any) -> set[str]:
    """The initiators in the simulator's own row."""
    row = next(iter(cluster.world.store.each("igroups", name="any")))
    return {one["name"] for one in row["initiators"]}
