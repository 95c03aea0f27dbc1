# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SMB sessions: who is there, how many they are, and who would be lost when."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit import harness
from ansible_collections.ndo.ontap.tests.unit.smb_users import (
    GIVEN,
    IDLE,
    LIFS,
    MIXED,
    PLAIN,
    TAKEN,
    asked,
    info,
    moments,
    session,
    users,
    volumes,
)

SESSIONS = "/protocols/cifs/sessions"


# -- reading -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", harness.WAYS)
def test_all_sessions_come_in_one_read_and_are_counted(lab: Any, way: str) -> None:
    cluster = lab("smb_sessions", way=way)
    result = info(cluster)
    assert users(result["records"]) == ["idle", "mixed", "plain", "user1", "user2"]
    assert len(cluster.requests()) == 1
    counts = result["counts"]
    assert {name: counts[name] for name in ("sessions", "open_files", "unprotected")} == {"sessions": 5, "open_files": 12, "unprotected": 2}
    assert counts["nodes"] == [
        {"node": "ndo-01", "sessions": 4, "open_files": 9, "unprotected": 2},
        {"node": "ndo-02", "sessions": 1, "open_files": 3, "unprotected": 0},
    ]
    levels = {one["level"]: (one["sessions"], one["open_files"]) for one in counts["continuous_availability"]}
    assert levels == {"available": (2, 6), "partial": (1, 4), "unavailable": (2, 2)}
    assert {"svm": "nas1", "volume": "nas1_vol1a", "sessions": 3, "open_files": 6, "unprotected": 2} in counts["volumes"]
    assert not result["safe"] and users(result["left"]) == ["mixed", "plain"]


def test_only_the_fields_that_are_needed_are_asked_for(lab: Any) -> None:
    cluster = lab("smb_sessions")
    (record,) = info(cluster, user=[PLAIN], fields=["open_files"])["records"]
    assert set(record) == {"svm", "node", "user", "client", "identifier", "open_files"}
    (entry,) = cluster.requests()
    fields = set(entry["query"].partition("fields=")[2].partition("&")[0].replace("%2C", ",").split(","))
    needed = {"svm.name", "node.name", "user", "client_ip", "identifier", "open_files", "continuous_availability", "volumes.name"}
    assert fields == needed
    (record,) = info(cluster, user=[PLAIN], fields=["all"])["records"]
    assert (record["connected_seconds"], record["idle_seconds"], record["encryption"]) == (7800, 5, "unencrypted")


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ({"node": ["ndo-02"]}, ["user2"]),
        ({"svm": ["nas1"], "volume": ["nas1_vol1c"]}, ["user1"]),
        ({"volume": ["nas1_vol1a", "nas1_vol2c"]}, ["idle", "mixed", "plain", "user2"]),
        ({"user": ["example\\PLAIN", "EXAMPLE\\user*"]}, ["plain", "user1", "user2"]),
        ({"client": ["198.51.100.171", "198.51.100.152/31"]}, ["plain", "user2"]),
        ({"unprotected": True}, ["mixed", "plain"]),
        ({"unprotected": True, "filter": {"open_files": ">3"}}, ["mixed"]),
        ({"filter": {"protocol": "smb3_1", "continuous_availability": "partial"}}, ["mixed"]),
        ({"svm": ["san1"]}, []),
        ({"user": []}, []),
    ],
    ids=str,
)
def test_sessions_are_chosen(lab: Any, task: dict[str, Any], expected: list[str]) -> None:
    assert users(info(lab("smb_sessions"), **task)["records"]) == expected


@pytest.mark.parametrize(
    "name", ["EXAMPLE\\o'neil|x", "EXAMPLE\\a b", "!anna", "EXAMPLE\\a..b", "<anna>", '"anna"', "EXAMPLE\\jürgen", "a,b"]
)
def test_odd_names_are_taken_literally(lab: Any, name: str) -> None:
    cluster = lab("smb_sessions")
    session(cluster, PLAIN, user=name)
    assert [one["user"] for one in info(cluster, user=[name])["records"]] == [name]
    result = info(cluster, takeover_of="ndo-01", allow=[{"user": name}])
    assert ([one["user"] for one in result["allowed"]], users(result["left"])) == ([name], ["mixed"])
    assert name in result["message"]


@pytest.mark.parametrize("name", ["vol 1", "vol*", "vol|1", '"vol"', "a..b", "!vol"])
def test_odd_names_of_volumes_are_taken_literally(lab: Any, name: str) -> None:
    cluster = lab("smb_sessions")
    session(cluster, PLAIN)["volumes"][0]["name"] = name
    assert users(info(cluster, volume=[name])["records"]) == ["plain"]


def test_pages_are_followed_and_a_limit_cuts_the_records_only(lab: Any) -> None:
    cluster = lab("smb_sessions")
    cluster.fault("GET", SESSIONS, "short_page", records=2)
    cluster.fault("GET", SESSIONS, "empty_page", nth=2)
    result = info(cluster, limit=2)
    assert (len(result["records"]), result["truncated"], result["counts"]["sessions"]) == (2, True, 5)
    assert len(cluster.requests()) > 1


def test_session_without_a_user_or_a_level_is_at_risk(lab: Any) -> None:
    cluster = lab("smb_sessions")
    row = session(cluster, PLAIN)
    del row["user"], row["continuous_availability"]
    result = info(cluster, client=["198.51.100.171"])
    assert users(result["left"]) == ["None"] and "an unknown user at 198.51.100.171" in result["message"]


# -- moments -------------------------------------------------------------------------------------------------------------


def test_both_moments_of_loss_are_told_with_their_aggregates(lab: Any) -> None:
    cluster = lab("smb_sessions")
    # One comes in by the partner to files on the node, one by the node to files of the partner.
    session(cluster, IDLE, open_files=5, volumes=volumes(cluster, "nas1_vol1b"), node={"name": "ndo-02"}, server_ip="198.51.100.22")
    session(cluster, MIXED, volumes=volumes(cluster, "nas1_vol2b"))
    result = info(cluster, takeover_of="ndo-01")
    assert moments(result) == {
        ("takeover", "ndo-01"): ["idle", "mixed", "plain"],
        ("giveback", "aggr1_ndo_01"): ["plain"],
        ("giveback", "aggr2_ndo_01"): ["idle"],
        ("lif_return", "ndo-01"): ["mixed", "plain"],
    }
    told = {one["user"]: one["lost_at"] for one in result["records"]}
    assert told == {
        PLAIN: [TAKEN, GIVEN, LIFS],
        MIXED: [TAKEN, LIFS],
        IDLE: [TAKEN, "at the giveback of aggr2_ndo_01"],
    }
    for words in (f"3 SMB session(s) are not continuously available and would be lost {TAKEN} (3), and again {GIVEN} (1)", LIFS):
        assert words in result["message"]
    # Nodes, sessions, aggregates, volumes and LIFs.
    assert asked(cluster) == ["nodes", "sessions", "aggregates", "volumes", "interfaces"]


def test_giveback_of_one_aggregate_costs_those_who_use_it(lab: Any) -> None:
    cluster = lab("smb_sessions")
    session(cluster, MIXED, volumes=volumes(cluster, "nas1_vol1b"))
    assert users(info(cluster, giveback_of=["aggr2_ndo_01"])["records"]) == ["mixed"]
    result = info(cluster, giveback_of=["aggr2_ndo_01", "aggr1_ndo_01"])
    assert moments(result) == {("giveback", "aggr1_ndo_01"): ["plain"], ("giveback", "aggr2_ndo_01"): ["mixed"]}


def test_files_on_the_pair_count_also_for_clients_of_another_pair(lab: Any) -> None:
    cluster = lab("two_pairs")
    session(cluster, "EXAMPLE\\user3", volumes=volumes(cluster, "nas1_vol1a"), continuous_availability="unavailable")
    result = info(cluster, takeover_of="ndo-01")
    assert moments(result) == {("takeover", "ndo-01"): ["user3"], ("giveback", "aggr1_ndo_01"): ["user3"]}
    objections = cluster.run("maintenance_info", node="ndo-01")["objections"]
    assert [one["check"] for one in objections] == ["smb_sessions"]


def test_what_was_announced_is_what_is_lost(lab: Any) -> None:
    cluster = lab("smb_sessions")
    session(cluster, IDLE, open_files=5, volumes=volumes(cluster, "nas1_vol1b"), node={"name": "ndo-02"}, server_ip="198.51.100.22")
    session(cluster, MIXED, volumes=volumes(cluster, "nas1_vol2b"))
    told = info(cluster, takeover_of="ndo-01")["records"]
    assert not cluster.run("ha_takeover", node="ndo-01", until="waiting_for_giveback").get("failed")

    def lost() -> list[str]:
        entries = [entry for entry in cluster.world.ledger.entries if entry["kind"] == "smb_session_lost"]
        cluster.world.ledger.forget()
        cluster.forget()
        return sorted(entry["client"].split()[2] for entry in entries)

    assert lost() == sorted(one["user"] for one in told if TAKEN in one["lost_at"])
    # The node is out: only what is still to come.
    left = info(cluster, takeover_of="ndo-01")["records"]
    assert {one["user"]: one["lost_at"] for one in left} == {one["user"]: one["lost_at"][1:] for one in told}
    assert not cluster.run("ha_giveback", node="ndo-01").get("failed")
    cluster.advance(60)
    assert lost() == sorted(one["user"] for one in told)


def test_nothing_more_is_asked_where_nobody_is_at_risk(lab: Any) -> None:
    cluster = lab()
    result = info(cluster, takeover_of="ndo-01")
    assert (result["safe"], result["records"], result["message"]) == (True, [], "No SMB session would be lost.")
    assert asked(cluster) == ["nodes", "sessions"]


# -- open files ----------------------------------------------------------------------------------------------------------


def test_open_files_are_listed_by_session(lab: Any) -> None:
    cluster = lab("smb_sessions")
    # An identifier has 64 bits.
    session(cluster, MIXED, identifier=2**63 + 17, volumes=volumes(cluster, "nas1_vol1a", "nas1_vol1c"))
    result = info(cluster, unprotected=True, files=True)
    assert asked(cluster) == ["sessions", "files"]
    opened = {one["user"]: [(file["share"], file["continuously_available"]) for file in one["files"]] for one in result["records"]}
    assert opened[PLAIN] == [("plain", False)] * 2
    assert opened[MIXED] == [("protected", True), ("nas1_share1", False), ("plain", False), ("nas1_share1", False)]
    found = {one["volume"]: one["open_files"] for one in result["counts"]["volumes"]}
    assert found == {"nas1_vol1a": 4, "nas1_vol1c": 2}
    without = {one["volume"]: one["open_files"] for one in info(cluster, unprotected=True)["counts"]["volumes"]}
    assert without == {"nas1_vol1a": None, "nas1_vol1c": None}


@pytest.mark.parametrize("task", [{"files": True}, {"allow": [{"share": "plain"}]}], ids=str)
def test_open_files_need_a_release(lab: Any, task: dict[str, Any]) -> None:
    result = lab("smb_sessions", version=(9, 10, 1)).run("smb_session_info", **task)
    assert result["failed"] and "needs ONTAP 9.11.1" in result["msg"]
