# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The info modules of SVMs, aggregates, volumes, snapshots, LUNs and igroups, against the simulator."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.ndo.ontap.tests.simulator.scenarios.presets import ODD_NAMES
from ansible_collections.ndo.ontap.tests.unit.harness import WAYS
from ansible_collections.ndo.ontap.tests.unit.plugins.modules.test_all_modules import load

GIB = 1024**3
READERS = ["svm_info", "aggregate_info", "volume_info", "snapshot_info", "lun_info", "igroup_info"]
HOST1 = "iqn.1994-05.com.example:san1-host1"


def names(result: dict[str, Any]) -> list[str]:
    """The names of the records, in order."""
    assert not result.get("failed"), result
    return [one["name"] for one in result["records"]]


def one(result: dict[str, Any]) -> dict[str, Any]:
    """The only record."""
    assert not result.get("failed"), result
    assert len(result["records"]) == 1
    return result["records"][0]


def row(cluster: Any, table: str, **wanted: Any) -> dict[str, Any]:
    """The simulator's own row of an object."""
    return next(iter(cluster.world.store.each(table, **wanted)))


def take(cluster: Any, volume: str, *snapshots: str) -> None:
    """Make snapshots of a volume."""
    uuid = row(cluster, "volumes", name=volume)["uuid"]
    for name in snapshots:
        path = f"storage/volumes/{uuid}/snapshots"
        result = cluster.run("rest", method="POST", path=path, body={"name": name, "comment": "made"}, query={"return_timeout": 30})
        assert not result.get("failed"), result
    cluster.forget()


@pytest.fixture
def cluster(lab: Any) -> Any:
    """Two nodes, a NAS and a SAN tenant."""
    return lab()


@pytest.fixture
def twins(lab: Any) -> Any:
    """Two SAN tenants with the same names of volumes, LUNs and igroups."""
    return lab("san")


# -- what holds for all ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READERS)
def test_a_reader_costs_one_request_and_changes_nothing(cluster: Any, name: str) -> None:
    result = cluster.run(name, check_mode=True)
    assert not result.get("failed"), result
    assert (result["changed"], result["api"]["requests"], len(cluster.requests()), cluster.writes()) == (False, 1, 1, [])
    assert (result["missing"], result["truncated"]) == ([], False)


@pytest.mark.parametrize("name", READERS)
def test_every_record_has_every_word_that_was_asked_for(twins: Any, name: str) -> None:
    take(twins, "vol1", "s1")
    words = load(name).GATHER.kind.words
    everything = twins.run(name, fields=["all"])
    assert names(everything)
    for record in everything["records"]:
        assert list(record) == [word.option for word in words]
    plain = twins.run(name)
    for record, full in zip(plain["records"], everything["records"]):
        assert record == {word.option: full[word.option] for word in words if not word.extra}


def test_both_ways_of_running_give_the_same(cluster: Any) -> None:
    for name in READERS:
        records = [cluster.run(name, way=way, fields=["all"])["records"] for way in WAYS]
        assert all(same == records[0] for same in records)


def test_only_what_was_asked_for_is_read(cluster: Any) -> None:
    result = cluster.run("volume_info", names="nas1_vol1a", fields=["used"])
    assert set(one(result)) == {"svm", "name", "uuid", "used"}
    query = parse_qs(cluster.requests()[0]["query"])
    assert query == {"fields": ["svm.name,name,uuid,space.used"], "name": ["nas1_vol1a"], "max_records": ["10000"]}


def test_an_unknown_field_is_refused_before_anything_is_sent(cluster: Any) -> None:
    result = cluster.run("volume_info", fields=["sise"])
    assert result["failed"]
    assert "sise" in result["msg"]
    assert "junction_path" in result["msg"]
    assert cluster.requests() == []


# -- names, patterns, selectors -------------------------------------------------------------------------------------------


def test_names_and_patterns_add_up_and_unknown_names_are_no_error(cluster: Any) -> None:
    result = cluster.run("volume_info", names=["nas1_vol1a", "gone"], patterns=["*_vol2*"], svm="nas1")
    assert names(result) == ["nas1_vol1a", "nas1_vol2a", "nas1_vol2b", "nas1_vol2c"]
    assert result["missing"] == ["gone"]


@pytest.mark.parametrize("task", [{"names": []}, {"svm": []}, {"names": [], "patterns": []}, {"aggregate": [], "names": ["nas1_vol1a"]}])
def test_an_empty_list_selects_nothing(cluster: Any, task: dict[str, Any]) -> None:
    result = cluster.run("volume_info", **task)
    assert (names(result), cluster.requests()) == ([], [])
    assert result["missing"] == task.get("names", [])


def test_a_name_with_operators_means_exactly_that_lun(twins: Any) -> None:
    for odd in ODD_NAMES:
        path = f"/vol/vol1/{odd}"
        for name in (path, odd):
            record = one(twins.run("lun_info", svm="san2", names=[name], fields=["uuid"]))
            assert (record["svm"], record["name"]) == ("san2", path)


def test_a_pattern_takes_only_the_asterisk_for_special(twins: Any) -> None:
    found = names(twins.run("lun_info", svm="san1", patterns=["lun1*"]))
    wanted = ["lun1", "lun1&name=x", "lun1,lun2", "lun1..lun2", "lun1|lun2"]
    assert sorted(found) == [*(f"/vol/vol1/{name}" for name in wanted), "/vol/vol2/lun1"]
    assert names(twins.run("lun_info", svm="san1", patterns=["lun1..*"])) == ["/vol/vol1/lun1..lun2"]


def test_the_same_name_in_two_svms_is_two_records(twins: Any) -> None:
    records = twins.run("igroup_info", names="ig1")["records"]
    assert [(record["svm"], record["name"]) for record in records] == [("san1", "ig1"), ("san2", "ig1")]
    assert one(twins.run("igroup_info", names="ig1", svm="san2"))["initiators"] == ["iqn.1994-05.com.example:san2-spare"]


def test_more_names_than_an_address_takes_are_found(lab: Any) -> None:
    cluster = lab("large")
    wanted = [f"nas1_vol{number:04d}" for number in range(1, 301)]
    result = cluster.run("volume_info", svm="nas1", names=[*wanted, "gone"], fields=["size"])
    assert (sorted(names(result)), result["missing"], result["api"]["requests"]) == (wanted, ["gone"], 1)


# -- filters --------------------------------------------------------------------------------------------------------------


def test_volumes_over_a_percentage_are_found(cluster: Any) -> None:
    row(cluster, "volumes", name="nas1_vol1b")["space"]["used"] = 900 * GIB
    found = cluster.run("volume_info", svm="nas1", filter={"used_percent": ">80"}, fields=["used_percent"])
    assert one(found) == {"svm": "nas1", "name": "nas1_vol1b", "uuid": found["records"][0]["uuid"], "used_percent": 87}


FILTERS: list[tuple[dict[str, Any], int]] = [
    ({"size": "<=1GiB"}, 2),
    ({"size": "1024GiB"}, 10),
    ({"size": ["1TiB", 1]}, 10),
    ({"online": True, "type": "rw"}, 12),
    ({"online": False}, 0),
    ({"online": None}, 12),
    ({"is_svm_root": True}, 2),
    ({"is_svm_root": "True"}, 2),
    ({"snapmirror.is_protected": False, "svm": "san*"}, 5),
    ({"unix_permissions": "!null"}, 0),
]


def test_a_filter_is_about_words_or_rest_fields(cluster: Any) -> None:
    for wanted, count in FILTERS:
        result = cluster.run("volume_info", filter=wanted, fields=["uuid"])
        assert (wanted, len(names(result)), result["api"]["requests"]) == (wanted, count, 1)


def test_an_offline_volume_is_told_by_online_and_state(cluster: Any) -> None:
    row(cluster, "volumes", name="nas1_vol1b")["state"] = "offline"
    found = one(cluster.run("volume_info", filter={"online": False}))
    assert (found["name"], found["online"], found["state"]) == ("nas1_vol1b", False, "offline")


@pytest.mark.parametrize(
    ("task", "words", "requests"),
    [
        ({"filter": {"sise": 1}}, "filter: 'sise' is nothing to filter by. Use one of svm, name, uuid", 0),
        ({"filter": {"clone": "x"}}, "filter: 'clone' is nothing to filter by", 0),
        ({"filter": {"max_records": 1}}, "filter: 'max_records' is nothing to filter by", 0),
        ({"filter": {"comment": ""}}, "says nothing about comment. Write null", 0),
        ({"filter": {"svm": "x"}, "svm": "y"}, "svm.name: selected in two ways", 0),
        ({"limit": 0}, "limit is 0; it must be at least 1", 0),
        ({"filter": {"space.sise": 1}}, "ONTAP knows no field space.sise of /storage/volumes", 2),
        ({"filter": {"size": "much"}}, "code 2", 1),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(cluster: Any, task: dict[str, Any], words: str, requests: int) -> None:
    result = cluster.run("volume_info", **task)
    assert result["failed"]
    assert words in result["msg"]
    assert len(cluster.requests()) == requests


# -- each kind ------------------------------------------------------------------------------------------------------------


def test_the_iscsi_target_costs_one_more_read_and_only_when_it_is_asked_for(cluster: Any) -> None:
    records = cluster.run("svm_info", fields=["protocols", "iscsi_target"])["records"]
    target = row(cluster, "iscsi_services")["target"]["name"]
    assert [(record["name"], record["protocols"], record["iscsi_target"]) for record in records] == [
        ("nas1", ["nfs", "cifs"], None),
        ("san1", ["iscsi"], target),
    ]
    assert len(cluster.requests()) == 2
    cluster.forget()
    assert names(cluster.run("svm_info", names="gone", fields=["iscsi_target"])) == []
    assert len(cluster.requests()) == 1


def test_aggregates_are_found_by_where_they_are_and_where_they_belong(cluster: Any) -> None:
    aggregate = row(cluster, "aggregates", name="aggr1_ndo_01")
    aggregate["node"] = dict(aggregate["home_node"], **{key: row(cluster, "nodes", name="ndo-02")[key] for key in ("name", "uuid")})
    assert "aggr1_ndo_01" in names(cluster.run("aggregate_info", node="ndo-02"))
    assert "aggr1_ndo_01" in names(cluster.run("aggregate_info", home_node="ndo-01"))
    assert "aggr1_ndo_01" not in names(cluster.run("aggregate_info", node=["ndo-01"]))


def test_volumes_of_an_aggregate_are_found(lab: Any) -> None:
    found = lab("two_pairs").run("volume_info", aggregate="aggr1_ndo_03", fields=["aggregate", "aggregates"])["records"]
    assert {record["name"] for record in found} == {"nas1_vol3a", "nas1_vol3c", "san1_vol3a"}
    assert {(record["aggregate"], *record["aggregates"]) for record in found} == {("aggr1_ndo_03", "aggr1_ndo_03")}


def test_a_volume_tells_of_its_move(lab: Any) -> None:
    result = lab("volume_move").run("volume_info", names=["nas1_vol2a", "nas1_vol1c"], fields=["movement"])
    still, moving = result["records"]
    assert still["movement"] is None
    assert {key: moving["movement"][key] for key in ("state", "percent_complete", "destination_aggregate")} == {
        "state": "replicating",
        "percent_complete": 42,
        "destination_aggregate": "aggr2_ndo_02",
    }


def test_a_clone_tells_its_parent(cluster: Any) -> None:
    take(cluster, "nas1_vol1a", "s1")
    clone = {"is_flexclone": True, "parent_volume": {"name": "nas1_vol1a"}, "parent_snapshot": {"name": "s1"}}
    body = {"name": "copy", "svm": {"name": "nas1"}, "clone": clone}
    cluster.run("rest", method="POST", path="storage/volumes", body=body, query={"return_timeout": 30})
    found = one(cluster.run("volume_info", filter={"is_clone": True}, fields=["clone"]))
    assert (found["name"], found["clone"]["parent_svm"], found["clone"]["parent_volume"]) == ("copy", "nas1", "nas1_vol1a")
    assert found["clone"]["parent_snapshot"] == "s1"
    held = one(cluster.run("snapshot_info", filter={"owners": "!null"}))
    assert (held["volume"], held["name"], len(held["owners"])) == ("nas1_vol1a", "s1", 1)


def test_snapshots_of_many_volumes_come_in_one_read(twins: Any) -> None:
    for volume in ("vol1", "vol2"):
        take(twins, volume, "before_1", "daily")
    result = twins.run("snapshot_info", patterns="before_*", svm="san1")
    assert [(record["svm"], record["volume"], record["name"]) for record in result["records"]] == [
        ("san1", "vol1", "before_1"),
        ("san1", "vol2", "before_1"),
    ]
    assert len(twins.requests()) == 1
    record = one(twins.run("snapshot_info", volume="vol2", names=["daily", "weekly"]))
    assert (record["comment"], record["owners"], record["expiry_time"]) == ("made", [], None)
    assert twins.run("snapshot_info", volume="vol2", names=["daily", "weekly"])["missing"] == ["weekly"]


def test_snapshots_are_found_by_the_uuid_of_their_volume(twins: Any) -> None:
    take(twins, "vol1", "s1")
    uuid = row(twins, "volumes", name="vol1")["uuid"]
    assert one(twins.run("snapshot_info", volume_uuid=uuid))["volume_uuid"] == uuid


@pytest.mark.parametrize("form", ["serial_number", "serial_number_hex", "naa", "multipath"])
def test_a_lun_is_found_by_what_its_host_shows(cluster: Any, form: str) -> None:
    wanted = cluster.run("lun_info", names="/vol/san1_vol1b/lun0")["records"][0]
    text = "3" + wanted["naa"].partition(".")[2] if form == "multipath" else wanted[form]
    assert one(cluster.run("lun_info", serial_number=text)) == wanted


def test_the_luns_of_an_igroup_are_found_with_their_numbers(cluster: Any) -> None:
    result = cluster.run("lun_info", svm="san1", mapped_to="san1-host1", fields=["maps", "mapped"])
    assert [(record["name"], record["maps"], record["mapped"]) for record in result["records"]] == [
        ("/vol/san1_vol1a/lun0", [{"igroup": "san1-host1", "lun_id": 0}], True),
        ("/vol/san1_vol1b/lun0", [{"igroup": "san1-host1", "lun_id": 1}], True),
    ]
    assert len(cluster.requests()) == 1


def test_luns_of_a_volume_and_luns_that_nobody_maps_are_found(twins: Any) -> None:
    assert names(twins.run("lun_info", svm="san1", volume="vol2")) == ["/vol/vol2/lun1"]
    free = twins.run("lun_info", svm="san1", filter={"mapped": False}, fields=["maps"])["records"]
    assert len(free) == len(ODD_NAMES)
    assert all(record["maps"] == [] for record in free)


@pytest.mark.parametrize("spelled", [HOST1, HOST1.upper()])
def test_the_igroups_of_a_host_are_found_by_its_initiator(cluster: Any, spelled: str) -> None:
    found = one(cluster.run("igroup_info", initiator=spelled, fields=["initiators", "luns"]))
    assert (found["name"], found["initiators"]) == ("san1-host1", [HOST1])
    assert found["luns"] == [{"lun": "/vol/san1_vol1a/lun0", "lun_id": 0}, {"lun": "/vol/san1_vol1b/lun0", "lun_id": 1}]


def test_a_wwpn_is_found_without_its_colons(twins: Any) -> None:
    assert one(twins.run("igroup_info", initiator="21000024FF000001"))["name"] == "host2"


def test_an_igroup_tells_its_own_initiators_from_those_of_nested_ones(twins: Any) -> None:
    body = {"name": "site", "svm": {"name": "san1"}, "os_type": "linux", "protocol": "mixed", "igroups": [{"name": "ig1"}]}
    assert not twins.run("rest", method="POST", path="protocols/san/igroups", body=body).get("failed")
    site = one(twins.run("igroup_info", names="site", fields=["all"]))
    spare = "iqn.1994-05.com.example:san1-spare"
    assert (site["igroups"], site["initiators"], site["inherited_initiators"]) == (["ig1"], [], [{"name": spare, "igroup": "ig1"}])
    assert one(twins.run("igroup_info", svm="san1", names="ig1", fields=["parent_igroups"]))["parent_igroups"] == ["site"]
    assert names(twins.run("igroup_info", initiator=spare)) == ["ig1", "site"]
