# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module igroup, beyond the laws: the order in which members come and go, what it refuses, and what it does on bad days."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.bulk import prepare
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.errors import Refused
from ansible_collections.ndo.ontap.plugins.module_utils.igroups import IgroupGoal
from ansible_collections.ndo.ontap.plugins.module_utils.transport import Settings, Transport

A, B, C = (f"iqn.1998-01.com.example:{letter}" for letter in "abc")
WWPN = "20:01:00:50:56:bb:70:72"
HOST = "iqn.1994-05.com.example:san1-host1"
IGROUP: dict[str, Any] = {"svm": "san1", "name": "web"}
NEW: dict[str, Any] = {**IGROUP, "os_type": "linux"}
USED: dict[str, Any] = {"svm": "san1", "name": "san1-host1"}
LUN = "/vol/san1_vol1a/lun0 (LUN id 0)"


def row_of(cluster: Any, name: str, svm: str = "san1") -> Any:
    """The simulator's own row of an igroup, or None."""
    return next((row for row in cluster.world.store.each("igroups", name=name) if row["svm"]["name"] == svm), None)


def members(cluster: Any, name: str, svm: str = "san1") -> list[str]:
    """The names of its initiators."""
    return sorted(one["name"] for one in row_of(cluster, name, svm)["initiators"])


def host_of(cluster: Any, name: str) -> Any:
    """The simulator's own row of a SAN host."""
    return next(iter(cluster.world.store.each("san_hosts", name=name)))


def sent(cluster: Any) -> list[tuple[str, str]]:
    """Methods and paths of the writes, from the igroup on."""
    return [(one["method"], one["path"].partition("?")[0].split("/", 6)[-1]) for one in cluster.writes()]


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with hosts whose LUNs are mapped, and an igroup that no LUN is mapped to."""
    made = lab()
    assert made.run("igroup", **NEW, initiators=[A, B], initiator_comments={A: "first"})["actions"] == ["create"]
    made.forget()
    return made


# -- the order of things ---------------------------------------------------------------------------------------------------


def test_all_initiators_of_a_host_are_exchanged_and_it_has_a_path_at_every_instant(lab: Any) -> None:
    cluster = lab()
    host_of(cluster, "san1-host1")["initiators"] = [HOST, A, B]
    cluster.world.ledger.forget()
    result = cluster.run("igroup", **USED, initiators=[A, B], allow_logged_in=True)
    assert result["actions"] == ["add_initiators", "remove_initiators"]
    assert members(cluster, "san1-host1") == [A, B]
    cluster.world.ledger.observe("the end")
    assert cluster.world.ledger.verdict()["non_disruptive"], cluster.world.ledger.entries
    assert not [entry for entry in cluster.world.ledger.entries if entry["kind"] in ("path_lost", "outage")]


def test_the_ledger_would_have_seen_them_exchanged_in_the_other_order(lab: Any) -> None:
    cluster = lab()
    host_of(cluster, "san1-host1")["initiators"] = [HOST, A]
    cluster.world.ledger.forget()
    cluster.run("igroup", **USED, initiators=[], allow_logged_in=True)
    cluster.run("igroup", **USED, initiators=[A])
    assert not cluster.world.ledger.verdict()["non_disruptive"]


def test_a_rename_goes_alone_then_what_is_added_then_attributes_then_what_is_removed(cluster: Any) -> None:
    options = {"initiators": [B, C], "comment": "x", "initiator_comments": {B: "second", C: "third"}}
    result = cluster.run("igroup", svm="san1", name="web2", from_name="web", **options)
    assert result["actions"] == ["rename", "add_initiators", "modify", f"modify_initiator {B}", "remove_initiators"]
    assert [one["body"] for one in cluster.writes()][:3] == [
        {"name": "web2"},
        {"records": [{"name": C, "comment": "third"}]},
        {"comment": "x"},
    ]
    assert row_of(cluster, "web2")["initiators"] == [{"name": B, "comment": "second"}, {"name": C, "comment": "third"}]


def test_members_come_in_one_request_and_go_in_one_request(cluster: Any) -> None:
    many = [f"iqn.1998-01.com.example:host{number}" for number in range(12)]
    cluster.run("igroup", **IGROUP, initiators=many)
    assert [method for method, _path in sent(cluster)] == ["POST", "DELETE"]
    assert members(cluster, "web") == sorted(many)


def test_more_names_than_fit_into_an_address_go_in_several_requests(cluster: Any) -> None:
    many = [f"iqn.1998-01.com.example:{'x' * 60}{number:03}" for number in range(40)]
    cluster.run("igroup", **IGROUP, initiators=many)
    cluster.forget()
    assert set(cluster.run("igroup", **IGROUP, initiators=[A])["actions"]) == {"add_initiators", "remove_initiators"}
    assert members(cluster, "web") == [A]
    assert 2 <= len(cluster.writes()) - 1 <= 3


def test_an_interrupted_exchange_leaves_both_and_is_gone_on_with(lab: Any) -> None:
    cluster = lab()
    cluster.fault("DELETE", "/protocols/san/igroups/*", "error", status=500, code="3", message="Internal error.")
    result = cluster.run("igroup", **USED, initiators=[A], allow_logged_in=True)
    assert result.get("failed") and result["error"]["actions_done"] == ["add_initiators"]
    assert members(cluster, "san1-host1") == [HOST, A]
    assert cluster.run("igroup", **USED, initiators=[A], allow_logged_in=True)["actions"] == ["remove_initiators"]


# -- names of initiators ---------------------------------------------------------------------------------------------------


def test_another_spelling_is_no_change(cluster: Any) -> None:
    cluster.run("igroup", **IGROUP, initiators=[A, WWPN])
    cluster.forget()
    result = cluster.run(
        "igroup", **IGROUP, initiators=[WWPN.replace(":", "").upper(), f" {A.upper()} "], initiator_comments={A.upper(): "first"}
    )
    assert (result["actions"], result["record"]["initiators"]) == ([], [WWPN, A])
    assert len(cluster.requests()) == 1


def test_one_initiator_in_two_spellings_is_one(cluster: Any) -> None:
    cluster.run("igroup", **{**NEW, "name": "other"}, initiators=[WWPN, WWPN.upper(), WWPN.replace(":", "")])
    assert row_of(cluster, "other")["initiators"] == [{"name": WWPN}]


@pytest.mark.parametrize("option", ["initiators", "initiator_comments"])
def test_a_malformed_name_stops_the_task_before_anything_is_sent(cluster: Any, option: str) -> None:
    bad = "20:01:00:50:56:bb:70"
    result = cluster.run("igroup", **IGROUP, **{option: [A, bad] if option == "initiators" else {bad: "x"}})
    assert result["error"]["kind"] == "InputError" and f"'{bad}' is not the name of an initiator" in result["msg"]
    assert "it has 14" in result["msg"] and cluster.requests() == []


# -- what is refused -------------------------------------------------------------------------------------------------------


def refused(result: dict[str, Any], *words: str) -> bool:
    """Whether a result is a refusal of ours that has these words."""
    assert result.get("failed") and result["error"]["kind"] == "Refused", result
    assert all(word in result["msg"] for word in words), result["msg"]
    return True


def test_an_initiator_that_is_logged_in_is_not_removed(lab: Any) -> None:
    cluster = lab()
    assert refused(cluster.run("igroup", **USED, initiators=[A]), HOST, LUN, "/vol/san1_vol1b/lun0 (LUN id 1)", "allow_logged_in")
    assert refused(cluster.run("igroup", **USED, initiators=[]), HOST)
    assert cluster.writes() == []


def test_an_initiator_that_is_logged_out_is_removed_from_a_mapped_igroup(lab: Any) -> None:
    cluster = lab()
    host_of(cluster, "san1-host1")["offline"] = True
    assert cluster.run("igroup", **USED, initiators=[A])["actions"] == ["add_initiators", "remove_initiators"]
    assert members(cluster, "san1-host1") == [A]


def test_an_fc_initiator_that_is_logged_in_is_not_removed(lab: Any) -> None:
    cluster = lab("san")
    fc = ["21:00:00:24:ff:00:00:01", "21:00:00:24:ff:00:00:02"]
    assert refused(cluster.run("igroup", svm="san1", name="host2", initiators=[fc[1]]), fc[0], "/vol/vol2/lun1")
    assert not [one for one in cluster.requests() if "iscsi" in one["path"]]


def test_who_is_logged_in_is_asked_only_when_members_of_a_mapped_igroup_go(cluster: Any) -> None:
    cluster.run("igroup", **USED, initiators=[HOST, A])
    cluster.run("igroup", **IGROUP, initiators=[A])
    cluster.run("igroup", **USED, initiators=[A], membership="add")
    assert not [one for one in cluster.requests() if "sessions" in one["path"] or "logins" in one["path"]]


def nest(cluster: Any) -> None:
    """The igroup of host 1 becomes part of another one, to which its LUNs are mapped instead."""
    for path in ("/vol/san1_vol1a/lun0", "/vol/san1_vol1b/lun0"):
        assert cluster.run("lun_map", svm="san1", lun=path, igroup="san1-host1", state="absent", allow_in_use=True)["changed"]
    cluster.run("igroup", svm="san1", name="all", os_type="linux", protocol="iscsi", igroups=["san1-host1"])
    cluster.run("lun_map", svm="san1", lun="/vol/san1_vol1a/lun0", igroup="all")
    cluster.forget()


def test_an_initiator_is_not_removed_from_an_igroup_nested_in_a_mapped_one(cluster: Any) -> None:
    nest(cluster)
    assert refused(cluster.run("igroup", **USED, initiators=[A]), HOST, "/vol/san1_vol1a/lun0")
    assert cluster.writes() == []


def test_a_nested_igroup_with_logged_in_initiators_is_not_taken_out(cluster: Any) -> None:
    nest(cluster)
    assert refused(cluster.run("igroup", svm="san1", name="all", igroups=[]), HOST, "/vol/san1_vol1a/lun0")
    assert cluster.run("igroup", svm="san1", name="all", igroups=["web"], allow_logged_in=True)["actions"] == [
        "add_igroups",
        "remove_igroups",
    ]
    assert [one["name"] for one in row_of(cluster, "all")["igroups"]] == ["web"]


def test_inherited_initiators_are_not_those_of_the_igroup(cluster: Any) -> None:
    nest(cluster)
    result = cluster.run("igroup", svm="san1", name="all", initiators=[], igroups=["san1-host1"])
    assert (result["actions"], result["record"]["initiators"]) == ([], [])


def test_an_igroup_under_a_host_is_bound_to_a_portset_only_when_asked_for(cluster: Any) -> None:
    body = {"svm.name": "san1", "name": "ports", "protocol": "iscsi", "interfaces": [{"ip": {"name": "san1_iscsi1a"}}]}
    assert not cluster.run("rest", method="POST", path="protocols/san/portsets", body=body).get("failed")
    cluster.forget()
    assert refused(cluster.run("igroup", **USED, portset="ports"), HOST, LUN)
    assert cluster.writes() == []
    assert cluster.run("igroup", **USED, portset="ports", allow_logged_in=True)["actions"] == ["modify"]
    assert cluster.run("igroup", **USED, portset="")["actions"] == ["modify"]


def test_a_mapped_igroup_is_not_deleted(lab: Any) -> None:
    cluster = lab()
    assert refused(cluster.run("igroup", **USED, state="absent"), LUN, "are mapped to it", "allow_mapped")
    assert cluster.writes() == []


def test_a_removal_is_forced_only_when_the_igroup_is_mapped(cluster: Any) -> None:
    """So that ONTAP refuses it when a map came since."""
    cluster.run("igroup", **IGROUP, initiators=[A])
    assert "allow_delete_while_mapped" not in cluster.writes()[0]["query"]
    host_of(cluster, "san1-host1")["offline"] = True
    cluster.forget()
    cluster.run("igroup", **USED, initiators=[])
    assert "allow_delete_while_mapped=true" in cluster.writes()[0]["query"]


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"name": "absent"}, "igroup absent does not exist, and a new igroup needs os_type"),
        ({"initiators": [A], "igroups": ["x"]}, "an igroup has either initiators or other igroups"),
        ({"initiator_comments": {C: "x"}}, f"{C} would have a comment and is none of its initiators"),
        ({"initiators": [B], "initiator_comments": {A: "x"}}, f"{A} would have a comment"),
        ({"igroups": ["san1-host1"]}, "igroup web contains initiators"),
        ({"protocol": "fcp"}, "protocol is 'mixed' and cannot be changed to 'fcp'"),
        ({"from_name": "san1-host1"}, "both this name and the old name san1-host1 exist"),
        ({"name": "new", "from_name": "old"}, "does not exist, and neither does old"),
        ({"svm": "nowhere"}, "needs os_type"),
        ({"os_type": "dos"}, "value of os_type must be one of"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused_in_a_sentence(cluster: Any, task: dict[str, Any], words: str) -> None:
    result = cluster.run("igroup", **{**IGROUP, **task})
    assert result.get("failed") and words in result["msg"], result["msg"]
    assert cluster.writes() == []


def test_initiators_are_not_added_beside_nested_igroups(cluster: Any) -> None:
    cluster.run("igroup", **{**NEW, "name": "all"}, igroups=["web"])
    cluster.forget()
    assert refused(cluster.run("igroup", svm="san1", name="all", initiators=[C]), "igroup all contains igroups")
    assert cluster.writes() == []


def test_what_ontap_refuses_is_told_in_its_words(cluster: Any) -> None:
    cluster.run("igroup", **{**NEW, "name": "all"}, igroups=["web"])
    result = cluster.run("igroup", **IGROUP, os_type="windows")
    assert result["error"]["code"] == "5374732" and "nested igroups" in result["msg"]


def test_a_release_without_comments_is_named_before_anything_is_written(lab: Any) -> None:
    cluster = lab(version=(9, 8, 0))
    result = cluster.run("igroup", **NEW, comment="x")
    assert "The cluster runs ONTAP 9.8.0: option comment needs ONTAP 9.9.1" in result["msg"]
    assert cluster.writes() == []


def test_members_are_guarded_on_a_release_without_nested_igroups(lab: Any) -> None:
    cluster = lab(version=(9, 8, 0))
    assert refused(cluster.run("igroup", **USED, initiators=[A]), HOST, LUN)


# -- many, twins, bad days -------------------------------------------------------------------------------------------------


def test_igroups_of_the_same_name_in_two_svms_are_not_confused(lab: Any) -> None:
    cluster = lab("san")
    before = members(cluster, "ig1", "san1")
    result = cluster.run("igroup", svm="san2", name="ig1", initiators=[A])
    assert result["actions"] == ["add_initiators", "remove_initiators"]
    assert (members(cluster, "ig1", "san1"), members(cluster, "ig1", "san2")) == (before, [A])
    assert cluster.run("igroup", svm="san1", name="ig1", state="absent")["actions"] == ["delete"]
    assert row_of(cluster, "ig1", "san2") is not None


def test_an_igroup_with_an_odd_name_is_refused_by_ontap_and_nothing_else_is_touched(lab: Any) -> None:
    cluster = lab("san")
    for name in ("ig*", "ig1|host1", "!ig1", "ig1,host1", "<ig1>", "ig 1", 'ig"1"'):
        assert cluster.run("igroup", svm="san1", name=name, state="absent")["actions"] == []
        assert cluster.run("igroup", svm="san1", name=name, os_type="linux")["error"]["code"] == "5373958"
    assert row_of(cluster, "ig1") and row_of(cluster, "host1")
    assert cluster.run("igroup", svm="san1", name="ig1..x", os_type="linux")["actions"] == ["create"]
    assert cluster.run("igroup", svm="san1", name="ig1..x", state="absent")["actions"] == ["delete"] and row_of(cluster, "ig1")


def test_items_are_read_at_once_and_fail_one_by_one(cluster: Any) -> None:
    items = [{"name": "one"}, {"name": "bad name"}, {"name": "web", "initiators": [A]}, {"name": "san1-host1", "initiators": [A]}]
    result = cluster.run("igroup", svm="san1", os_type="linux", items=items, on_error="continue")
    assert [one["status"] for one in result["results"]] == ["ok", "failed", "ok", "failed"]
    assert "5373958" in result["results"][1]["msg"] and HOST in result["results"][3]["msg"]
    assert members(cluster, "web") == [A] and row_of(cluster, "one")
    reads = [one["path"] for one in cluster.requests("GET")]
    assert len([path for path in reads if path == "/api/protocols/san/igroups"]) == 3, reads


def test_a_refusal_of_one_item_stops_the_task_before_anything_is_changed(cluster: Any) -> None:
    result = cluster.run("igroup", svm="san1", os_type="linux", items=[{"name": "one"}, {"name": "san1-host1", "initiators": []}])
    assert result.get("failed") and cluster.writes() == []


def test_a_hundred_igroups_cost_one_read(cluster: Any) -> None:
    items = [{"name": f"host{number:03}", "initiators": [f"iqn.1998-01.com.example:{number:03}"]} for number in range(100)]
    cluster.run("igroup", svm="san1", os_type="linux", items=items)
    assert (len(cluster.requests("GET")), len(cluster.writes())) == (1, 100)
    cluster.forget()
    assert cluster.run("igroup", svm="san1", os_type="linux", items=items)["changed"] is False
    assert len(cluster.requests()) == 1


@pytest.mark.parametrize("effect", [{"kind": "empty_page"}, {"kind": "short_page", "records": 1}])
def test_a_page_cut_short_is_no_proof_of_absence(cluster: Any, effect: dict[str, Any]) -> None:
    cluster.fault("GET", "/protocols/san/igroups", **effect)
    assert cluster.run("igroup", **NEW, initiators=[A, B])["actions"] == []


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_lost_answer_is_settled_by_reading(cluster: Any, method: str) -> None:
    cluster.fault(method, "/protocols/san/igroups/*", "drop_after")
    result = cluster.run("igroup", **IGROUP, initiators=[C])
    assert result["actions"] == ["add_initiators", "remove_initiators"] and members(cluster, "web") == [C]
    assert [one for one, _path in sent(cluster)] == ["POST", "DELETE"]


def test_the_lost_answers_of_two_comments_are_counted_once_each(cluster: Any) -> None:
    cluster.fault("PATCH", "/protocols/san/igroups/*", "drop_after")
    result = cluster.run("igroup", **IGROUP, initiator_comments={A: "x", B: "y"})
    assert result["actions"] == [f"modify_initiator {A}", f"modify_initiator {B}"]


def test_what_somebody_else_added_since_the_survey_is_surveyed_too(lab: Any) -> None:
    cluster = lab()
    host_of(cluster, "san1-host1")["offline"] = True
    spec = {**USED, "initiators": [A], "state": "present", "membership": "exact", "allow_logged_in": False}
    client = Client(Transport(Settings(cluster.connection())))
    goal = IgroupGoal(client, spec)
    prepare(client, [goal])
    assert goal.plan(goal.read()).actions == ["add_initiators", "remove_initiators"]
    row_of(cluster, "san1-host1")["initiators"].append({"name": "iqn.1994-05.com.example:san1-host2"})
    with pytest.raises(Refused, match="san1-host2 is logged in"):
        goal.plan(goal.read())
