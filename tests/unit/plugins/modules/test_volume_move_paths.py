# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reporting nodes that follow the data to another HA pair: never too late, never too few, and put back when a move comes to nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.moves import performed

VOLUME: dict[str, Any] = {"svm": "san1", "volume": "san1_vol1a"}
MOVE: dict[str, Any] = {**VOLUME, "aggregate": "aggr1_ndo_03"}
FIRST, SECOND = ["ndo-01", "ndo-02"], ["ndo-03", "ndo-04"]
MAPS = "/protocols/san/lun-maps"


@pytest.fixture
def cluster(lab: Any) -> Any:
    """Two HA pairs; data are copied at 10 GiB a second."""
    return made(lab)


def made(lab: Any, **options: Any) -> Any:
    """Two HA pairs; data are copied at 10 GiB a second."""
    cluster = lab("two_pairs", **options)
    cluster.world.settings["move_rate"] = 10 * 1024**3
    return cluster


def nodes(cluster: Any, lun: str = "/vol/san1_vol1a/lun0") -> list[list[str]]:
    """The reporting nodes of the maps of a LUN."""
    rows = cluster.world.store.table("lun_maps").values()
    return [sorted(node["name"] for node in row["reporting_nodes"]) for row in rows if row["lun"]["name"] == lun]


def place(cluster: Any, name: str = "san1_vol1a") -> str:
    """The aggregate of a volume."""
    return str(next(cluster.world.store.each("volumes", name=name))["aggregates"][0]["name"])


def verdict(cluster: Any) -> dict[str, Any]:
    """What hosts noticed."""
    found: dict[str, Any] = cluster.world.ledger.verdict()
    return found


def kinds(actions: list[str]) -> list[str]:
    """The verbs of actions."""
    return [action.split()[0] for action in actions]


def confine(cluster: Any, host: str, *lifs: str) -> None:
    """A host is logged in to these LIFs only."""
    row = next(cluster.world.store.each("san_hosts", name=host))
    row["paths"] = [one for one in row["paths"] if one["name"] in lifs]
    assert len(row["paths"]) == len(lifs)
    cluster.world.ledger.forget()


def test_paths_come_before_the_move_and_go_after_it(cluster: Any) -> None:
    result = cluster.run("volume_move", **MOVE)
    assert kinds(result["actions"]) == ["add_reporting_nodes", "move", "remove_reporting_nodes"]
    assert nodes(cluster) == [SECOND] and place(cluster) == "aggr1_ndo_03"
    assert result["diff"]["before"]["reporting_nodes"] == {"/vol/san1_vol1a/lun0 san1-host1": FIRST}
    assert result["diff"]["after"]["reporting_nodes"] == {"/vol/san1_vol1a/lun0 san1-host1": SECOND}
    assert verdict(cluster)["non_disruptive"], verdict(cluster)


def test_without_that_step_the_hosts_lose_their_optimized_paths(cluster: Any) -> None:
    result = cluster.run("volume_move", **MOVE, paths="ignore")
    assert result["actions"] == ["move"] and nodes(cluster) == [FIRST]
    assert verdict(cluster)["optimized_paths_lost"] and not verdict(cluster)["non_disruptive"]
    assert not [entry for entry in cluster.requests() if "san" in entry["path"]]


def test_a_move_within_the_pair_changes_no_map(cluster: Any) -> None:
    assert cluster.run("volume_move", **{**MOVE, "aggregate": "aggr1_ndo_02"})["actions"] == ["move"]
    assert nodes(cluster) == [FIRST] and verdict(cluster)["non_disruptive"]


def test_every_map_of_every_lun_follows(cluster: Any) -> None:
    for number in range(3):
        assert not cluster.run("lun", svm="san1", name=f"/vol/san1_vol1a/more{number}", size="1GiB", os_type="linux").get("failed")
        assert not cluster.run("lun_map", svm="san1", lun=f"/vol/san1_vol1a/more{number}", igroup="san1-host2").get("failed")
    result = cluster.run("volume_move", **MOVE)
    assert kinds(result["actions"]) == ["add_reporting_nodes"] * 4 + ["move"] + ["remove_reporting_nodes"] * 4
    assert all(nodes(cluster, f"/vol/san1_vol1a/more{number}") == [SECOND] for number in range(3))
    assert nodes(cluster, "/vol/san1_vol1b/lun0") == [FIRST]


def test_luns_of_a_mounted_volume_follow_right_after_the_begin(cluster: Any) -> None:
    task = {"svm": "nas1", "volume": "nas1_vol1a", "aggregate": "aggr1_ndo_03"}
    assert not cluster.run("lun", svm="nas1", name="/vol/nas1_vol1a/odd", size="1GiB", os_type="linux").get("failed")
    assert not cluster.run("igroup", svm="nas1", name="odd", os_type="linux", initiators=["iqn.1998-01.com.example:odd"]).get("failed")
    assert not cluster.run("lun_map", svm="nas1", lun="/vol/nas1_vol1a/odd", igroup="odd").get("failed")
    forecast = cluster.run("volume_move", check_mode=True, **task)
    result = cluster.run("volume_move", **task)
    assert kinds(result["actions"]) == ["move", "add_reporting_nodes", "remove_reporting_nodes"]
    assert result["actions"] == forecast["actions"] and nodes(cluster, "/vol/nas1_vol1a/odd") == [SECOND]


# -- hosts -------------------------------------------------------------------------------------------------------------------


def test_a_host_without_a_login_on_the_destination_stops_the_move_before_it_begins(cluster: Any) -> None:
    confine(cluster, "san1-host1", "san1_iscsi1a", "san1_iscsi2a")
    for check_mode in (True, False):
        result = cluster.run("volume_move", check_mode=check_mode, **MOVE)
        assert result["error"]["kind"] == "Refused", result
        assert "ndo-03 and ndo-04, where hosts that use its LUNs are logged in to no LIF" in result["msg"]
        assert "iqn.1994-05.com.example:san1-host1 of igroup san1-host1" in result["msg"] and "paths: ignore" in result["msg"]
    assert cluster.writes() == [] and nodes(cluster) == [FIRST]
    # Paths through the nodes of the old pair remain, so that this is a choice, too.
    assert cluster.run("volume_move", **MOVE, paths="ignore")["outcome"] == "moved"


def test_a_host_that_is_down_or_was_never_there_stops_nothing(cluster: Any) -> None:
    confine(cluster, "san1-host1", "san1_iscsi1a")
    cluster.trigger("host_offline", host="san1-host1")
    cluster.advance(1)
    assert cluster.run("volume_move", **MOVE)["outcome"] == "moved"


def test_a_portset_counts(cluster: Any) -> None:
    for name, lifs in (("near", ["san1_iscsi1a", "san1_iscsi2a"]), ("far", ["san1_iscsi1a", "san1_iscsi3a"])):
        body = {"svm.name": "san1", "name": name, "protocol": "iscsi", "interfaces": [{"ip": {"name": lif}} for lif in lifs]}
        assert not cluster.run("rest", method="POST", path="protocols/san/portsets", body=body).get("failed")
    task = {"svm": "san1", "name": "san1-host1", "allow_logged_in": True}
    assert not cluster.run("igroup", **task, portset="near").get("failed")
    assert cluster.run("volume_move", **MOVE)["error"]["kind"] == "Refused"
    assert not cluster.run("igroup", **task, portset="far").get("failed")
    cluster.world.ledger.forget()
    assert cluster.run("volume_move", **MOVE)["outcome"] == "moved"
    assert verdict(cluster)["non_disruptive"], verdict(cluster)


def test_nodes_stay_for_a_host_that_has_logged_out_of_the_new_ones_meanwhile(cluster: Any) -> None:
    cluster.run("volume_move", **MOVE, wait=False)
    confine(cluster, "san1-host1", "san1_iscsi1a", "san1_iscsi2a")
    cluster.advance(3600)
    result = performed(cluster, **MOVE)
    assert result["actions"] == [] and nodes(cluster) == [FIRST + SECOND]
    assert "ndo-01, ndo-02 for iqn.1994-05.com.example:san1-host1" in result["warnings"][0]
    assert not verdict(cluster)["outages"]


def test_nodes_that_were_added_for_another_purpose_stay(cluster: Any) -> None:
    wide = {"svm": "san1", "lun": "/vol/san1_vol1a/lun0", "igroup": "san1-host1", "reporting_nodes_mode": "add"}
    cluster.run("volume_move", **{**MOVE, "aggregate": "aggr1_ndo_02"})
    cluster.run("lun_map", **wide, reporting_nodes=SECOND)
    result = cluster.run("volume_move", **{**MOVE, "aggregate": "aggr1_ndo_02"})
    assert result["changed"] is False and nodes(cluster) == [FIRST + SECOND]


def test_a_map_that_reports_all_nodes_is_left_alone(cluster: Any) -> None:
    next(row for row in cluster.world.store.table("lun_maps").values() if row["lun"]["name"] == "/vol/san1_vol1a/lun0")[
        "reporting_nodes"
    ] = []
    assert cluster.run("volume_move", **MOVE)["actions"] == ["move"]
    assert verdict(cluster)["non_disruptive"]


def test_an_old_release_says_so_only_when_it_matters(lab: Any) -> None:
    cluster = made(lab, version=(9, 9, 1))
    result = cluster.run("volume_move", **MOVE)
    assert result["error"]["kind"] == "UnsupportedRelease" and "9.10.1" in result["msg"] and cluster.writes() == []
    assert cluster.run("volume_move", **{**MOVE, "aggregate": "aggr1_ndo_02"})["outcome"] == "moved"
    assert cluster.run("volume_move", svm="nas1", volume="nas1_vol1a", aggregate="aggr1_ndo_03")["outcome"] == "moved"


# -- moves that come to nothing ------------------------------------------------------------------------------------------------


def test_a_move_that_fails_takes_away_what_it_added(cluster: Any) -> None:
    cluster.trigger("fill_aggregate", delay=5, aggregate="aggr1_ndo_03")
    result = cluster.run("volume_move", **MOVE)
    assert result["error"]["kind"] == "OperationFailed" and "not enough space" in result["msg"], result["msg"]
    assert kinds(result["error"]["actions_done"]) == ["add_reporting_nodes", "move", "remove_reporting_nodes"]
    assert nodes(cluster) == [FIRST] and verdict(cluster)["non_disruptive"]


def test_a_move_that_fails_leaves_what_was_there_before(cluster: Any) -> None:
    cluster.run("lun_map", svm="san1", lun="/vol/san1_vol1a/lun0", igroup="san1-host1", reporting_nodes=SECOND, reporting_nodes_mode="add")
    cluster.trigger("fill_aggregate", delay=5, aggregate="aggr1_ndo_03")
    result = cluster.run("volume_move", **MOVE)
    assert result["error"]["actions_done"] == ["move"] and nodes(cluster) == [FIRST + SECOND]


def test_a_start_that_ontap_refuses_takes_away_what_was_added(cluster: Any) -> None:
    # The second PATCH of the volume is the start; the first is the validation.
    cluster.fault("PATCH", "/storage/volumes/*", "error", nth=2, status=400, code="917536", message="No.")
    result = cluster.run("volume_move", **MOVE)
    assert result["error"]["code"] == "917536" and nodes(cluster) == [FIRST] and place(cluster) == "aggr1_ndo_01"


def test_an_abort_of_another_run_takes_the_destination_away(cluster: Any) -> None:
    cluster.run("volume_move", **MOVE, wait=False)
    assert nodes(cluster) == [FIRST + SECOND]
    result = cluster.run("volume_move", **VOLUME, action="abort")
    assert kinds(result["actions"]) == ["abort", "remove_reporting_nodes"] and nodes(cluster) == [FIRST]


def test_an_abort_by_timeout_takes_the_destination_away(cluster: Any) -> None:
    result = cluster.run("volume_move", **MOVE, wait_timeout=20, on_timeout="abort")
    assert kinds(result["error"]["actions_done"]) == ["add_reporting_nodes", "move", "abort", "remove_reporting_nodes"]
    assert nodes(cluster) == [FIRST]


def test_a_timeout_that_leaves_the_move_leaves_its_paths(cluster: Any) -> None:
    assert cluster.run("volume_move", **MOVE, wait_timeout=20)["error"]["kind"] == "WaitTimeout"
    assert nodes(cluster) == [FIRST + SECOND]
    assert kinds(cluster.run("volume_move", **MOVE)["actions"]) == ["remove_reporting_nodes"] and nodes(cluster) == [SECOND]


def test_a_move_that_is_replaced_leaves_nothing_behind(cluster: Any) -> None:
    cluster.run("volume_move", **MOVE, wait=False)
    result = cluster.run("volume_move", **{**MOVE, "aggregate": "aggr1_ndo_02"}, replace=True)
    assert kinds(result["actions"]) == ["abort", "move", "remove_reporting_nodes"] and nodes(cluster) == [FIRST]
    assert verdict(cluster)["non_disruptive"], verdict(cluster)


def test_a_move_that_somebody_else_began_gets_its_paths_before_it_cuts_over(cluster: Any) -> None:
    body = {"movement": {"destination_aggregate": {"name": "aggr1_ndo_03"}}}
    uuid = next(cluster.world.store.each("volumes", name="san1_vol1a"))["uuid"]
    assert not cluster.run("rest", method="PATCH", path=f"storage/volumes/{uuid}", body=body).get("failed")
    cluster.advance(10)
    result = cluster.run("volume_move", **MOVE)
    assert kinds(result["actions"]) == ["add_reporting_nodes", "remove_reporting_nodes"] and result["joined"]
    assert verdict(cluster)["non_disruptive"], verdict(cluster)


def test_an_account_that_may_not_read_maps_is_told_the_way_out(cluster: Any) -> None:
    cluster.fault("GET", MAPS, "error", times=0, status=403, code="6", message="not authorized for that command")
    result = cluster.run("volume_move", **MOVE)
    assert result["error"]["kind"] == "NotAuthorized" and "paths: ignore" in result["msg"] and cluster.writes() == []
    # A volume that is mounted has hardly ever LUNs: a warning has to do.
    mounted = performed(cluster, svm="nas1", volume="nas1_vol1a", aggregate="aggr1_ndo_03")
    assert mounted["outcome"] == "moved" and "could not be read" in mounted["warnings"][0]


def test_left_overs_are_looked_for_only_for_a_week(cluster: Any) -> None:
    cluster.run("volume_move", **MOVE, wait=False)
    cluster.advance(8 * 86400)
    cluster.forget()
    assert cluster.run("volume_move", **MOVE)["changed"] is False and len(cluster.requests()) == 1
    assert nodes(cluster) == [FIRST + SECOND]


def test_without_the_command_line_nobody_knows_whose_nodes_they_are_and_they_stay(cluster: Any) -> None:
    cluster.run("volume_move", **MOVE, wait=False)
    cluster.advance(3600)
    cluster.fault("GET", "/private/cli/*", "error", times=0, status=403, code="6", message="not authorized for that command")
    result = performed(cluster, **MOVE)
    assert result["changed"] is False and nodes(cluster) == [FIRST + SECOND]
    assert "more nodes than those of the HA pair report LUNs" in result["warnings"][0]


# -- runs that are killed ------------------------------------------------------------------------------------------------------


def hasty(lab: Any) -> Any:
    """The same, where the copy takes a minute."""
    cluster = made(lab)
    cluster.world.settings["move_rate"] = 6 * 1024**3
    return cluster


@pytest.mark.parametrize("pause", [0, 20, 4000])
def test_a_run_that_was_killed_anywhere_is_finished_by_the_next_one(lab: Any, pause: int) -> None:
    whole = hasty(lab)
    whole.run("volume_move", **MOVE)
    # The looks while it copies are all alike.
    total = len(whole.requests())
    for nth in [*range(1, 22), *range(22, total - 14, 7), *range(total - 14, total + 1)]:
        cluster = hasty(lab)
        # From here on, nothing that the run sends gets anywhere: as if it had been killed.
        rule = cluster.simulator.faults.on("*", "/api/*", "status", nth=nth, times=0, status=401)
        assert cluster.run("volume_move", **MOVE).get("failed")
        cluster.simulator.faults.rules.remove(rule)
        cluster.advance(pause)
        result = cluster.run("volume_move", **MOVE)
        assert not result.get("failed"), (nth, result)
        assert (nodes(cluster), place(cluster)) == ([SECOND], "aggr1_ndo_03"), nth
        moves = [entry for entry in cluster.writes() if (entry["body"] or {}).get("movement") and entry["status"] == 202]
        assert len(moves) == 1 and verdict(cluster)["non_disruptive"], (nth, verdict(cluster))
        assert cluster.run("volume_move", **MOVE)["changed"] is False
