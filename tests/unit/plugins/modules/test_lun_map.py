# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module lun_map, beyond the laws: LUN ids, reporting nodes, what is refused under a host, and bad days."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.scenarios import presets

VOLUME = "san1_vol1a"
MAP: dict[str, Any] = {"svm": "san1", "lun": f"/vol/{VOLUME}/log", "igroup": "web"}
USED: dict[str, Any] = {"svm": "san1", "lun": f"/vol/{VOLUME}/lun0", "igroup": "san1-host1"}
HOST = "iqn.1994-05.com.example:san1-host1"
IDLE = "iqn.1998-01.com.example:idle"
FIRST, SECOND = ["ndo-01", "ndo-02"], ["ndo-03", "ndo-04"]


def map_of(cluster: Any, lun: str, igroup: str, svm: str = "san1") -> Any:
    """The simulator's own row of a map, or None."""
    rows = cluster.world.store.table("lun_maps").values()
    return next((row for row in rows if (row["lun"]["name"], row["igroup"]["name"], row["svm"]["name"]) == (lun, igroup, svm)), None)


def the_map(cluster: Any) -> Any:
    """That of MAP."""
    return map_of(cluster, MAP["lun"], MAP["igroup"])


def nodes_of(cluster: Any) -> list[str]:
    """Its reporting nodes."""
    return sorted(node["name"] for node in the_map(cluster)["reporting_nodes"])


def host_of(cluster: Any, name: str) -> Any:
    """The simulator's own row of a SAN host."""
    return next(iter(cluster.world.store.each("san_hosts", name=name)))


def refused(result: dict[str, Any], *words: str) -> bool:
    """Whether a result is a refusal of ours that has these words."""
    assert result.get("failed") and result["error"]["kind"] == "Refused", result
    assert all(word in result["msg"] for word in words), result["msg"]
    return True


def prepared(made: Any) -> Any:
    """A LUN, and an igroup whose initiator is not logged in, are there."""
    assert made.run("lun", svm="san1", name=MAP["lun"], size="10GiB", os_type="linux")["changed"]
    assert made.run("igroup", svm="san1", name="web", os_type="linux", initiators=[IDLE])["changed"]
    made.forget()
    return made


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with an HA pair."""
    return prepared(lab())


@pytest.fixture
def four(lab: Any) -> Any:
    """A cluster with two HA pairs, where the LUN is mapped."""
    made = prepared(lab("two_pairs"))
    assert made.run("lun_map", **MAP, lun_id=3)["changed"]
    made.forget()
    return made


# -- LUN ids ---------------------------------------------------------------------------------------------------------------


def test_ontap_chooses_the_lowest_free_lun_id_and_the_record_says_which(cluster: Any) -> None:
    forecast = cluster.run("lun_map", check_mode=True, **MAP)["record"]
    assert (forecast["lun_id"], forecast["lun_uuid"]) == (None, None)
    cluster.forget()
    record = cluster.run("lun_map", **MAP)["record"]
    row = the_map(cluster)
    assert record == {**MAP, "lun_id": 0, "lun_uuid": row["lun"]["uuid"], "igroup_uuid": row["igroup"]["uuid"]}
    assert len(cluster.requests()) == 2


def test_a_map_keeps_its_lun_id_when_none_is_asked_for(cluster: Any) -> None:
    cluster.run("lun_map", **MAP, lun_id=17)
    result = cluster.run("lun_map", **MAP)
    assert (result["changed"], result["record"]["lun_id"]) == (False, 17)


def test_another_lun_id_is_refused(cluster: Any) -> None:
    cluster.run("lun_map", **MAP, lun_id=3)
    cluster.forget()
    assert refused(cluster.run("lun_map", **MAP, lun_id=4), "has the LUN id 3, and 4 was asked for", "allow_remap")
    assert (len(cluster.requests()), cluster.writes()) == (1, [])


def test_a_remap_under_a_host_is_refused(cluster: Any) -> None:
    assert refused(cluster.run("lun_map", **USED, lun_id=4, allow_remap=True), USED["lun"], HOST, "allow_in_use")
    assert cluster.writes() == []


def test_a_remap_to_a_lun_id_that_the_igroup_has_is_refused(cluster: Any) -> None:
    task = {**USED, "lun_id": 1, "allow_remap": True, "allow_in_use": True}
    assert refused(cluster.run("lun_map", **task), "the LUN id 1 is taken: /vol/san1_vol1b/lun0 has it in igroup san1-host1")
    assert cluster.writes() == []


def test_a_remap_to_a_lun_id_that_an_initiator_sees_by_another_igroup_is_refused(cluster: Any) -> None:
    cluster.run("igroup", svm="san1", name="web", initiators=[HOST])
    cluster.run("lun_map", **MAP, lun_id=5)
    cluster.forget()
    task = {**USED, "lun_id": 5, "allow_remap": True, "allow_in_use": True}
    assert refused(cluster.run("lun_map", **task), f"the LUN id 5 is taken: {MAP['lun']} has it in igroup web")
    assert cluster.writes() == []


def test_a_lun_id_that_an_unrelated_igroup_has_is_free(cluster: Any) -> None:
    cluster.run("lun_map", **MAP, lun_id=3)
    assert cluster.run("lun_map", **MAP, lun_id=1, allow_remap=True)["actions"] == ["delete", "create"]
    assert the_map(cluster)["logical_unit_number"] == 1


def test_a_remap_is_refused_when_the_igroup_would_vanish_with_its_last_map(cluster: Any) -> None:
    cluster.run("lun_map", **MAP, lun_id=3)
    cluster.run("igroup", svm="san1", name="web", delete_on_unmap=True)
    cluster.forget()
    assert refused(cluster.run("lun_map", **MAP, lun_id=4, allow_remap=True), "delete_on_unmap")
    assert cluster.writes() == []


def test_a_remap_of_a_map_that_reports_all_nodes_is_refused(cluster: Any) -> None:
    cluster.run("lun_map", **MAP, lun_id=3)
    the_map(cluster)["reporting_nodes"] = []
    assert refused(cluster.run("lun_map", **MAP, lun_id=4, allow_remap=True), "reports all nodes")


def test_a_remap_that_gets_stuck_says_that_the_lun_is_unmapped_and_what_to_do(four: Any) -> None:
    four.run("lun_map", **MAP, reporting_nodes=SECOND, reporting_nodes_mode="add")
    four.fault("POST", "/protocols/san/lun-maps", "error", status=500, code="3", message="Internal error.")
    result = four.run("lun_map", **MAP, lun_id=4, allow_remap=True)
    assert result["error"]["actions_done"] == ["delete"] and the_map(four) is None
    assert f"LUN {MAP['lun']} is not mapped to igroup web now." in result["msg"]
    assert "Running the task again maps it with the LUN id 4." in result["msg"] and "[ndo-01, ndo-02, ndo-03, ndo-04]" in result["msg"]
    assert four.run("lun_map", **MAP, lun_id=4, allow_remap=True)["actions"] == ["create"]


@pytest.mark.parametrize("method", ["DELETE", "POST"])
@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
def test_a_remap_whose_answer_is_lost_ends_well_and_keeps_the_nodes(four: Any, method: str, fault: str) -> None:
    four.run("lun_map", **MAP, reporting_nodes=SECOND, reporting_nodes_mode="add")
    four.fault(method, "/protocols/san/lun-maps*", fault)
    result = four.run("lun_map", **MAP, lun_id=4, allow_remap=True)
    assert result["actions"] == ["delete", "create"] and result["record"]["lun_id"] == 4
    assert (the_map(four)["logical_unit_number"], nodes_of(four)) == (4, FIRST + SECOND)


@pytest.mark.parametrize(("path", "fault"), [("/protocols/san/lun-maps", "drop_after"), ("*/reporting-nodes", "drop_before")])
def test_a_remap_of_a_map_with_three_pairs_keeps_them_all(lab: Any, path: str, fault: str) -> None:
    spec = presets.two_pairs()
    spec["pairs"].append(["ndo-05", "ndo-06"])
    cluster = prepared(lab(spec))
    cluster.run("lun_map", **MAP, lun_id=3, reporting_nodes=[*FIRST, "ndo-03", "ndo-05"])
    assert len(nodes_of(cluster)) == 6
    cluster.fault("POST", path, fault)
    result = cluster.run("lun_map", **MAP, lun_id=4, allow_remap=True)
    assert result["actions"] == ["delete", "create", "add_reporting_nodes ndo-05 ndo-06"]
    assert (the_map(cluster)["logical_unit_number"], len(nodes_of(cluster))) == (4, 6)


def test_nodes_that_a_remap_could_not_bring_back_are_named(lab: Any) -> None:
    spec = presets.two_pairs()
    spec["pairs"].append(["ndo-05", "ndo-06"])
    cluster = prepared(lab(spec))
    cluster.run("lun_map", **MAP, lun_id=3, reporting_nodes=[*FIRST, "ndo-03", "ndo-05"])
    cluster.fault("POST", "*/reporting-nodes", "error", status=500, code="3", message="Internal error.")
    result = cluster.run("lun_map", **MAP, lun_id=4, allow_remap=True)
    assert result["error"]["actions_done"] == ["delete", "create"] and "is not mapped" not in result["msg"]
    assert "[ndo-01, ndo-02, ndo-03, ndo-04, ndo-05, ndo-06]" in result["msg"]


# -- reporting nodes -------------------------------------------------------------------------------------------------------


def test_one_node_of_a_pair_stands_for_both(four: Any) -> None:
    result = four.run("lun_map", **MAP, reporting_nodes=["ndo-02", "ndo-03"])
    assert (result["actions"], result["record"]["reporting_nodes"]) == (["add_reporting_nodes ndo-03 ndo-04"], FIRST + SECOND)
    again = four.run("lun_map", **MAP, reporting_nodes=["ndo-02", "ndo-03"])
    assert (again["changed"], again["record"]) == (False, result["record"])


def test_both_nodes_named_cost_one_read_when_nothing_changes(four: Any) -> None:
    for mode in ("exact", "add", "trim"):
        four.forget()
        assert four.run("lun_map", **MAP, reporting_nodes=FIRST, reporting_nodes_mode=mode)["actions"] == []
        assert len(four.requests()) == 1


def test_nodes_follow_a_move_added_before_and_trimmed_after(four: Any) -> None:
    assert four.run("lun_map", **MAP, reporting_nodes=["ndo-03"], reporting_nodes_mode="add")["changed"]
    volume = next(iter(four.world.store.each("volumes", name=VOLUME)))
    aggregate = next(iter(four.world.store.each("aggregates", name="aggr1_ndo_03")))
    volume["aggregates"] = [{"name": aggregate["name"], "uuid": aggregate["uuid"]}]
    result = four.run("lun_map", **MAP, reporting_nodes=[], reporting_nodes_mode="trim")
    assert result["actions"] == ["remove_reporting_nodes ndo-01 ndo-02"] and nodes_of(four) == SECOND


def test_the_pair_that_has_the_lun_is_not_removed(four: Any) -> None:
    four.run("lun_map", **MAP, reporting_nodes=SECOND, reporting_nodes_mode="add")
    four.forget()
    assert refused(four.run("lun_map", **MAP, reporting_nodes=SECOND), "ndo-01 and ndo-02, the HA pair that has the LUN")
    assert four.writes() == []


def test_nodes_are_added_before_others_are_removed(four: Any) -> None:
    the_map(four)["reporting_nodes"] = [
        {"name": row["name"], "uuid": row["uuid"]} for name in SECOND for row in four.world.store.each("nodes", name=name)
    ]
    result = four.run("lun_map", **MAP, reporting_nodes=FIRST)
    assert result["actions"] == ["add_reporting_nodes ndo-01 ndo-02", "remove_reporting_nodes ndo-03 ndo-04"]
    assert nodes_of(four) == FIRST


def test_a_host_that_reaches_the_lun_by_the_leaving_nodes_only_is_not_stranded(four: Any) -> None:
    four.run("lun_map", **USED, reporting_nodes=SECOND, reporting_nodes_mode="add")
    far = [row for row in four.world.store.table("interfaces").values() if row["name"].startswith(("san1_iscsi3", "san1_iscsi4"))]
    host = host_of(four, "san1-host1")
    near, host["paths"] = host["paths"], [{"name": lif["name"], "uuid": lif["uuid"]} for lif in far]
    four.forget()
    trim = {**USED, "reporting_nodes": FIRST}
    assert refused(four.run("lun_map", **trim), HOST, "would lose the last path", "ndo-01, ndo-02", "allow_in_use")
    assert four.writes() == []
    host["paths"] += near
    assert four.run("lun_map", **trim)["actions"] == ["remove_reporting_nodes ndo-03 ndo-04"]


def test_a_map_that_reports_all_nodes_needs_none_added_and_can_be_narrowed(four: Any) -> None:
    the_map(four)["reporting_nodes"] = []
    assert four.run("lun_map", **MAP, reporting_nodes=SECOND, reporting_nodes_mode="add")["actions"] == []
    result = four.run("lun_map", **MAP, reporting_nodes=FIRST + SECOND)
    assert result["actions"] == ["add_reporting_nodes ndo-01 ndo-02", "add_reporting_nodes ndo-03 ndo-04"]
    assert nodes_of(four) == FIRST + SECOND


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"reporting_nodes": ["ndo-09"]}, "There is no node ndo-09 in the cluster. The nodes are ndo-01, ndo-02, ndo-03, ndo-04"),
        ({"reporting_nodes": ["ndo-09"], "reporting_nodes_mode": "trim"}, "There is no node ndo-09"),
        ({"reporting_nodes": []}, "a map keeps at least the nodes of one HA pair"),
        ({"lun": "log"}, "LUN log: say in which volume it is"),
        ({"lun": "/vol/log"}, "'/vol/log' is not the path of a LUN"),
        ({"lun": f"/vol/{VOLUME}/none", "reporting_nodes": FIRST}, f"There is no LUN /vol/{VOLUME}/none in the SVM san1"),
        ({"lun": f"/vol/{VOLUME}/none"}, "code 5374875"),
        ({"igroup": "none"}, "code 5374878"),
        ({"lun": f"/vol/{VOLUME}/lun0", "lun_id": 4096}, "code 262245"),
        ({"lun_id": "x"}, "argument 'lun_id' is of type str and we were unable to convert to int"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused_in_a_sentence(four: Any, task: dict[str, Any], words: str) -> None:
    before = len(four.world.store.table("lun_maps"))
    result = four.run("lun_map", **{**MAP, **task})
    assert result.get("failed") and words in result["msg"], result["msg"]
    assert len(four.world.store.table("lun_maps")) == before


def test_a_release_without_reporting_nodes_in_rest_is_named(lab: Any) -> None:
    result = lab(version=(9, 9, 1)).run("lun_map", **USED, reporting_nodes=FIRST)
    assert "option reporting_nodes needs ONTAP 9.10.1" in result["msg"]


# -- unmapping -------------------------------------------------------------------------------------------------------------


def test_a_lun_is_not_unmapped_under_a_host(cluster: Any) -> None:
    assert refused(cluster.run("lun_map", **USED, state="absent"), USED["lun"], HOST, "san1-host1", "allow_in_use")
    assert cluster.writes() == []
    host_of(cluster, "san1-host1")["offline"] = True
    assert cluster.run("lun_map", **USED, state="absent")["actions"] == ["delete"]


def test_a_lun_is_not_unmapped_under_an_fc_host(lab: Any) -> None:
    cluster = lab("san")
    task = {"svm": "san1", "lun": "/vol/vol2/lun1", "igroup": "host2", "state": "absent"}
    assert refused(cluster.run("lun_map", **task), "21:00:00:24:ff:00:00:01, 21:00:00:24:ff:00:00:02")
    assert cluster.writes() == []


def test_a_lun_is_not_unmapped_under_a_host_of_a_nested_igroup(cluster: Any) -> None:
    for lun in (USED["lun"], "/vol/san1_vol1b/lun0"):
        cluster.run("lun_map", svm="san1", lun=lun, igroup="san1-host1", state="absent", allow_in_use=True)
    cluster.run("igroup", svm="san1", name="all", os_type="linux", igroups=["san1-host1"])
    cluster.run("lun_map", svm="san1", lun=USED["lun"], igroup="all")
    cluster.forget()
    assert refused(cluster.run("lun_map", svm="san1", lun=USED["lun"], igroup="all", state="absent"), HOST)
    assert cluster.writes() == []


@pytest.mark.parametrize("missing", [{"lun": "/vol/none/none"}, {"igroup": "none"}, {"svm": "none"}, {}])
def test_what_is_not_mapped_need_not_be_unmapped(cluster: Any, missing: dict[str, str]) -> None:
    result = cluster.run("lun_map", **{**MAP, **missing}, state="absent")
    assert (result["changed"], result["record"], len(cluster.requests())) == (False, None, 1)


@pytest.mark.parametrize("code", ["5374922", "5374875", "5374878"])
def test_a_map_that_vanished_meanwhile_is_gone(cluster: Any, code: str) -> None:
    cluster.run("lun_map", **MAP)
    key = next(key for key, row in cluster.world.store.table("lun_maps").items() if row is the_map(cluster))
    cluster.fault("DELETE", "/protocols/san/lun-maps/*", "error", status=404, code=code, message="It does not exist.")
    goes = cluster.world.store.table("lun_maps").pop(key)
    assert cluster.run("lun_map", **MAP, state="absent")["actions"] == []
    cluster.world.store.table("lun_maps")[key] = goes
    assert code in cluster.run("lun_map", **MAP, state="absent")["msg"]


# -- many, twins, odd names, bad days --------------------------------------------------------------------------------------


def test_a_hundred_luns_are_mapped_with_one_read(cluster: Any) -> None:
    items = [{"lun": f"many{number:03}", "lun_id": number} for number in range(100)]
    luns = [{"name": item["lun"]} for item in items]
    cluster.run("lun", svm="san1", volume=VOLUME, size="1GiB", os_type="linux", space_reserved=False, items=luns)
    cluster.forget()
    result = cluster.run("lun_map", svm="san1", volume=VOLUME, igroup="web", items=items)
    assert not result.get("failed"), result["msg"]
    assert (len(cluster.requests("GET")), len(cluster.writes())) == (1, 100)
    cluster.forget()
    assert cluster.run("lun_map", svm="san1", volume=VOLUME, igroup="web", items=items)["changed"] is False
    assert len(cluster.requests()) == 1


def test_many_luns_of_hosts_are_looked_after_with_few_reads(cluster: Any) -> None:
    items = [{**USED, "lun": f"/vol/san1_vol{host}{letter}/lun0", "igroup": f"san1-host{host}"} for host in (1, 2) for letter in "ab"]
    result = cluster.run("lun_map", items=items, state="absent")
    assert [one["status"] for one in result["results"]] == ["failed"] * 4
    assert (len(cluster.requests()), cluster.writes()) == (2, [])


def test_items_fail_one_by_one(cluster: Any) -> None:
    items = [{"lun": "log"}, {"lun": "none"}, {"lun": "lun0", "igroup": "san1-host1", "lun_id": 8}]
    result = cluster.run("lun_map", svm="san1", volume=VOLUME, igroup="web", items=items, on_error="continue")
    assert [one["status"] for one in result["results"]] == ["ok", "failed", "failed"]
    assert "allow_remap" in result["results"][2]["msg"] and the_map(cluster)


def test_one_map_in_two_items_is_refused(cluster: Any) -> None:
    result = cluster.run("lun_map", svm="san1", volume=VOLUME, igroup="web", items=[{"lun": "log"}, {"lun": MAP["lun"]}])
    assert "items, entries 1 and 2 are the same object: map of LUN /vol/san1_vol1a/log to igroup web" in result["msg"]


def test_two_luns_that_change_their_lun_ids_are_refused_before_one_is_unmapped(cluster: Any) -> None:
    cluster.run("lun", svm="san1", name=f"/vol/{VOLUME}/log2", size="1GiB", os_type="linux")
    two = [{"lun": "log", "lun_id": 1}, {"lun": "log2", "lun_id": 2}]
    common = {"svm": "san1", "volume": VOLUME, "igroup": "web"}
    cluster.run("lun_map", **common, items=two)
    cluster.forget()
    swapped = [{"lun": "log", "lun_id": 2}, {"lun": "log2", "lun_id": 1}]
    assert "the LUN id 2 is taken" in cluster.run("lun_map", **common, items=swapped, allow_remap=True)["msg"]
    assert cluster.writes() == []


def test_maps_of_the_same_names_in_two_svms_are_not_confused(lab: Any) -> None:
    cluster = lab("san")
    task = {"lun": "/vol/vol2/lun1", "igroup": "host1"}
    assert cluster.run("lun_map", svm="san2", **task)["actions"] == ["create"]
    assert map_of(cluster, **task, svm="san1") is None
    assert cluster.run("lun_map", svm="san1", **task, lun_id=9)["record"]["lun_id"] == 9
    assert cluster.run("lun_map", svm="san2", **task, state="absent", allow_in_use=True)["actions"] == ["delete"]
    assert map_of(cluster, **task, svm="san1")["logical_unit_number"] == 9


@pytest.mark.parametrize("name", ["lun 2", "lun*", "lun1|lun2", "lun1,lun2", "!lun1", "<lun1>", "lun1..lun2", 'lun"1"', "lun%31", "LUN1"])
def test_luns_with_odd_names_are_exactly_those(lab: Any, name: str) -> None:
    cluster = lab("san")
    before = set(cluster.world.store.table("lun_maps"))
    task = {"svm": "san1", "lun": name, "volume": "vol1", "igroup": "ig1"}
    assert cluster.run("lun_map", **task)["actions"] == ["create"]
    assert map_of(cluster, f"/vol/vol1/{name}", "ig1")
    assert cluster.run("lun_map", **task)["actions"] == []
    assert cluster.run("lun_map", **task, state="absent")["actions"] == ["delete"]
    assert set(cluster.world.store.table("lun_maps")) == before


@pytest.mark.parametrize("effect", [{"kind": "empty_page"}, {"kind": "short_page", "records": 1}])
def test_a_page_cut_short_is_no_proof_of_absence(cluster: Any, effect: dict[str, Any]) -> None:
    cluster.fault("GET", "/protocols/san/lun-maps", **effect)
    assert cluster.run("lun_map", **USED)["actions"] == []
    cluster.fault("GET", "/protocols/san/iscsi/sessions", **effect)
    assert refused(cluster.run("lun_map", **USED, state="absent"), HOST)


def test_a_lost_answer_of_a_map_is_settled_by_reading(cluster: Any) -> None:
    cluster.fault("POST", "/protocols/san/lun-maps", "drop_after")
    result = cluster.run("lun_map", **MAP)
    assert (result["actions"], result["record"]["lun_id"], len(cluster.writes())) == (["create"], 0, 1)
