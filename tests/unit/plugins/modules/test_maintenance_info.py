# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What speaks against servicing a node: all of it at once, and what an earlier run of ours changes about it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import module as modules
from ansible_collections.ndo.ontap.plugins.modules import maintenance_info
from ansible_collections.ndo.ontap.tests.unit.moves import begun, cutting

CRITICAL = {"check": "aggregates_home", "severity": "critical", "detail": "Aggregate x is on ndo-02.", "remedy": "Give it back."}
ALL = ["takeover", "service", "giveback", "verify"]


def checks(result: dict[str, Any]) -> set[str]:
    """The checks that object."""
    assert not result.get("failed"), result
    return {one["check"] for one in result["objections"]}


def mark(cluster: Any, value: str) -> None:
    """Leave the mark of a run on ndo-01."""
    cluster.run("cluster_tag", key="ndo_maintenance_ndo-01", value=value)


def test_healthy_pair_has_no_objections_and_all_steps(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("maintenance_info", node="ndo-01")
    assert (checks(result), result["steps"], result["resumed"], result["mark"]) == (set(), ALL, False, None)
    assert cluster.writes() == []
    assert len(cluster.requests()) == result["api"]["requests"] <= 5


def test_every_objection_comes_at_once_with_its_way_out(lab: Any) -> None:
    cluster = lab("smb_sessions")
    cluster.trigger("disable_ha", node="ndo-02")
    result = cluster.run("maintenance_info", node="ndo-01", problems=[CRITICAL])
    assert checks(result) == {"ha_ready", "smb_sessions", "aggregates_home"}
    for word in ("accept_smb_disruption", "again at the giveback", "Give it back.", "failover is disabled"):
        assert word in result["message"]


@pytest.mark.parametrize(("node", "count"), [("ndo-01", 2), ("ndo-02", 0)])
def test_only_sessions_that_the_takeover_would_cut_count(lab: Any, node: str, count: int) -> None:
    result = lab("smb_sessions").run("maintenance_info", node=node)
    assert sum(f"{count} SMB session(s)" in one["detail"] for one in result["objections"]) == bool(count)


def test_loss_of_sessions_can_be_accepted(lab: Any) -> None:
    result = lab("smb_sessions").run("maintenance_info", node="ndo-01", accept_smb_disruption=True)
    assert checks(result) == set()
    assert [one["check"] for one in result["warnings_found"]] == ["smb_sessions"]


def test_cutover_cannot_be_ignored_and_a_move_can(lab: Any) -> None:
    cluster = lab("volume_move")
    assert checks(cluster.run("maintenance_info", node="ndo-01")) == {"volume_cutover", "volume_moves"}
    assert checks(cluster.run("maintenance_info", node="ndo-01", ignore=["volume_moves", "volume_cutover"])) == {"volume_cutover"}


def in_cutover(lab: Any) -> Any:
    """A pair on which a volume has just begun a cutover of 20 seconds."""
    cluster = lab()
    cluster.world.settings["cutover_seconds"] = 20
    cutting(begun(cluster)).forget()
    return cluster


def test_cutover_is_waited_for_when_asked(lab: Any) -> None:
    cluster = in_cutover(lab)
    assert checks(cluster.run("maintenance_info", node="ndo-01")) == {"volume_cutover"}
    result = cluster.run("maintenance_info", node="ndo-01", wait_for_cutovers=300)
    assert (checks(result), result["steps"]) == (set(), ALL)
    assert 15 < result["waited"] < 25
    assert cluster.writes() == []


def test_wait_says_what_it_waits_for(lab: Any) -> None:
    cluster, told = in_cutover(lab), []
    params = {name: spec.get("default") for name, spec in maintenance_info.ARGUMENTS.options.items()}
    task = {**params, **cluster.connection(), "node": "ndo-01", "wait_for_cutovers": 300}
    result = modules.perform(maintenance_info.body, task, False, told.append)
    assert not result["objections"]
    assert told[0] == "ndo-01: waiting for cutovers: nas1:nas1_vol1a" and told[-1] == "ndo-01: no volume is cutting over"


def test_cutover_that_fails_leaves_a_move_which_is_an_objection_of_its_own(lab: Any) -> None:
    cluster = lab()
    # Longer than the window of 30 seconds that a cutover has.
    cluster.world.settings["cutover_seconds"] = 40
    cutting(begun(cluster))
    result = cluster.run("maintenance_info", node="ndo-01", wait_for_cutovers=300)
    assert checks(result) == {"volume_moves"} and result["waited"] < 300


def test_cutover_that_does_not_end_in_time_is_refused(lab: Any) -> None:
    cluster = lab("volume_move")
    result = cluster.run("maintenance_info", node="ndo-01", ignore=["volume_moves"], wait_for_cutovers=20)
    assert checks(result) == {"volume_cutover"}
    assert 20 <= result["waited"] < 25


def test_nothing_is_waited_for_when_more_speaks_against_it_or_nothing_does(lab: Any) -> None:
    result = lab("volume_move").run("maintenance_info", node="ndo-01", wait_for_cutovers=300)
    assert (checks(result), result["waited"]) == ({"volume_cutover", "volume_moves"}, 0)
    cluster = lab()
    result = cluster.run("maintenance_info", node="ndo-01", wait_for_cutovers=300)
    assert (checks(result), result["waited"]) == (set(), 0)
    assert len(cluster.requests()) <= 5


def test_negative_wait_is_refused(lab: Any) -> None:
    result = lab().run("maintenance_info", node="ndo-01", wait_for_cutovers=-1)
    assert result["failed"] and "cannot be negative" in result["msg"]


def test_moves_of_another_pair_do_not_count(lab: Any) -> None:
    cluster = lab("two_pairs")
    volume = next(one for one in cluster.world.store.each("volumes") if one["aggregates"][0]["name"].endswith("ndo_03"))
    volume["movement"] = {"state": "cutover", "destination_aggregate": volume["aggregates"][0]}
    assert checks(cluster.run("maintenance_info", node="ndo-01")) == set()
    assert checks(cluster.run("maintenance_info", node="ndo-03")) == {"volume_cutover"}


def test_strangers_takeover_is_the_only_objection_and_can_be_adopted(lab: Any) -> None:
    cluster = lab()
    cluster.trigger("start_takeover", ofnode="ndo-01")
    cluster.advance(600)
    assert checks(cluster.run("maintenance_info", node="ndo-01", problems=[CRITICAL])) == {"takeover"}
    result = cluster.run("maintenance_info", node="ndo-01", adopt=True)
    assert (checks(result), result["resumed"], result["steps"]) == (set(), True, ALL)


@pytest.mark.parametrize(("value", "steps"), [("takeover", ALL), ("serviced", ["giveback", "verify"])])
def test_takeover_of_ours_is_gone_on_with(lab: Any, value: str, steps: list[str]) -> None:
    cluster = lab()
    mark(cluster, value)
    cluster.run("ha_takeover", node="ndo-01", until="waiting_for_giveback")
    result = cluster.run("maintenance_info", node="ndo-01", problems=[CRITICAL])
    assert (checks(result), result["resumed"], result["steps"], result["mark"]) == (set(), True, steps, value)


def test_giveback_that_ended_while_we_looked_is_no_reason_to_stop(lab: Any) -> None:
    cluster = lab()
    mark(cluster, "serviced")
    # Health was read while the aggregates were on their way; takeover is not possible for a while after a giveback.
    cluster.run("ha_takeover", node="ndo-01", until="waiting_for_giveback")
    cluster.trigger("start_giveback", ofnode="ndo-01")
    while cluster.run("ha_info", nodes=["ndo-01"])["records"][0]["storage"] != "home":
        cluster.advance(1)
    result = cluster.run("maintenance_info", node="ndo-01", problems=[CRITICAL])
    assert (checks(result), result["steps"]) == (set(), ["giveback", "verify"])
    assert "run once more" in result["message"]


def test_release_without_tags_has_no_mark(lab: Any) -> None:
    result = lab(version=(9, 12, 1)).run("maintenance_info", node="ndo-01")
    assert (result["tag"], result["mark"], checks(result)) == ("", None, set())
