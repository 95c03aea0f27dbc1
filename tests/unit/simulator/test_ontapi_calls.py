# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the calls of ONTAPI do: snapshots, snapshots in two phases, takeover and giveback; asked for by netapp-lib."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from ansible_collections.ndo.ontap.tests.simulator.server import Simulator
from ansible_collections.ndo.ontap.tests.unit.simulator.ontapi_client import Ontapi, names

FIRST, SECOND = "san1_vol1a", "san1_vol2a"


@pytest.fixture
def san(monkeypatch: Any) -> Iterator[Ontapi]:
    """The SVM san1 of a pair."""
    with Simulator("ha_pair") as simulator:
        monkeypatch.setenv("SSL_CERT_FILE", simulator.ca_path)
        yield Ontapi(simulator, "san1")


def fenced(ontapi: Ontapi) -> list[str]:
    """The volumes to which nobody can write."""
    volumes = ontapi.world.store.table("volumes")
    return sorted(volumes[uuid]["name"] for uuid in ontapi.world.store.table("fences"))


# -- in two phases ---------------------------------------------------------------------------------------------------------


def test_start_fences_and_commit_takes_the_snapshots(san: Ontapi) -> None:
    key = san.start(FIRST, SECOND, FIRST, snapmirror_label="hourly")
    assert fenced(san) == [FIRST, SECOND] and san.listed() == []
    san.simulator.advance(2)
    san.call("cg-commit", cg_id=key)
    assert fenced(san) == []
    assert san.listed(word="volume") == [FIRST, SECOND] and set(san.listed()) == {"group"}
    assert set(san.listed(word="snapmirror-label")) == {"hourly"}
    verdict = san.world.ledger.verdict()
    assert verdict["non_disruptive"], verdict
    pauses = [entry for entry in san.world.ledger.entries if entry["kind"] == "io_pause"]
    assert pauses and {entry["seconds"] for entry in pauses} == {2.0}


@pytest.mark.parametrize(
    ("inputs", "seconds"),
    [({}, 7), ({"timeout": "urgent"}, 5), ({"timeout": "medium"}, 7), ({"timeout": "relaxed"}, 20), ({"user_timeout": 90}, 90)],
)
def test_a_fence_ends_by_itself(san: Ontapi, inputs: dict[str, Any], seconds: int) -> None:
    key = san.start(FIRST, **inputs)
    san.simulator.advance(seconds - 0.5)
    assert fenced(san) == [FIRST]
    san.simulator.advance(1)
    assert fenced(san) == []
    assert san.errno("cg-commit", cg_id=key) == "60"
    assert san.errno("cg-commit", cg_id=key) == "22"
    assert san.listed() == []


@pytest.mark.parametrize(
    "inputs",
    [{"timeout": "urgent", "user_timeout": 9}, {"user_timeout": 4}, {"user_timeout": 121}, {"timeout": "never"}, {"volumes": names()}],
)
def test_inputs_that_cannot_be_are_refused(san: Ontapi, inputs: dict[str, Any]) -> None:
    assert san.errno("cg-start", **{"snapshot": "group", "volumes": names(FIRST), **inputs}) == "22"
    assert fenced(san) == []


def test_a_commit_needs_what_was_started_there(san: Ontapi) -> None:
    assert san.errno("cg-commit", cg_id=77) == "22"
    key = san.start(FIRST)
    assert Ontapi(san.simulator, "nas1").errno("cg-commit", cg_id=key) == "22"
    san.call("cg-commit", cg_id=key)
    assert san.errno("cg-commit", cg_id=key) == "22"


def test_a_start_that_cannot_be_fences_nothing(san: Ontapi) -> None:
    assert san.errno("cg-start", snapshot="group", volumes=names(FIRST, "nas1_vol1a")) == "13040"
    san.call("snapshot-create", volume=SECOND, snapshot="group")
    assert san.errno("cg-start", snapshot="group", volumes=names(FIRST, SECOND)) == "13700"
    assert fenced(san) == []


def test_a_fenced_volume_is_not_fenced_again(san: Ontapi) -> None:
    key = san.start(FIRST)
    assert san.errno("cg-start", snapshot="other", volumes=names(SECOND, FIRST)) == "35"
    san.call("cg-commit", cg_id=key)
    assert san.listed() == ["group"]


def test_a_commit_that_a_volume_refuses_takes_none(san: Ontapi) -> None:
    key = san.start(FIRST, SECOND)
    san.world.store.find("volumes", name=SECOND)["state"] = "offline"
    assert san.errno("cg-commit", cg_id=key) == "13701"
    assert san.listed() == [] and fenced(san) == []


# -- snapshots -------------------------------------------------------------------------------------------------------------


def test_a_snapshot_is_made_renamed_and_deleted(san: Ontapi) -> None:
    san.call("snapshot-create", volume=FIRST, snapshot="one", comment="before")
    assert san.listed(word="comment") == ["before"]
    san.call("snapshot-rename", volume=FIRST, current_name="one", new_name="two")
    assert san.listed() == ["two"]
    san.call("snapshot-delete", volume=FIRST, snapshot="two")
    assert san.listed() == []


def test_snapshots_that_cannot_be_have_their_errnos(san: Ontapi) -> None:
    san.call("snapshot-create", volume=FIRST, snapshot="one")
    san.call("snapshot-create", volume=FIRST, snapshot="two")
    assert san.errno("snapshot-create", volume=FIRST, snapshot="one") == "13020"
    assert san.errno("snapshot-create", volume=FIRST, snapshot="not/a/name") == "13115"
    assert san.errno("snapshot-create", volume="nowhere", snapshot="one") == "13040"
    assert san.errno("snapshot-rename", volume=FIRST, current_name="one", new_name="two") == "13020"
    assert san.errno("snapshot-rename", volume=FIRST, current_name="three", new_name="four") == "13021"
    assert san.errno("snapshot-delete", volume=FIRST, snapshot="three") == "13021"
    uuid = san.listed(word="snapshot-instance-uuid", query={"snapshot-info": {"name": "two"}})[0]
    assert san.errno("snapshot-delete", volume=FIRST, snapshot="one", snapshot_instance_uuid=uuid) == "13021"
    san.world.store.find("volumes", name=FIRST)["state"] = "offline"
    assert san.errno("snapshot-create", volume=FIRST, snapshot="three") == "13042"


def test_a_busy_snapshot_says_who_holds_it_and_stays(san: Ontapi) -> None:
    san.call("snapshot-create", volume=FIRST, snapshot="one")
    row = san.world.store.find("snapshots", name="one")
    row["owners"] = ["snapmirror"]
    (page,) = san.pages(
        desired_attributes={"snapshot-info": {"name": None, "busy": None, "snapshot-owners-list": {"snapshot-owner": None}}}
    )
    (found,) = page.get_child_by_name("attributes-list").get_children()
    assert found.get_child_content("busy") == "true"
    holders = found.get_child_by_name("snapshot-owners-list").get_children()
    assert [holder.get_child_content("owner") for holder in holders] == ["snapmirror"]
    assert [found.get_child_content(word) for word in ("volume", "vserver", "state")] == [FIRST, "san1", None]
    assert san.errno("snapshot-delete", volume=FIRST, snapshot="one") == "13024"
    san.call("snapshot-rename", volume=FIRST, current_name="one", new_name="deleted_one")
    row["owners"] = []
    san.call("snapshot-delete", volume=FIRST, snapshot="deleted_one")


def test_the_snapshot_of_a_volume_clone_is_busy(san: Ontapi) -> None:
    san.call("snapshot-create", volume=FIRST, snapshot="one")
    clone = {"is_flexclone": True, "parent_volume": {"name": FIRST}, "parent_snapshot": {"name": "one"}}
    simulator = san.simulator
    body = {"svm": {"name": "san1"}, "name": "copy", "clone": clone}
    made = requests.post(f"{simulator.url}/api/storage/volumes", json=body, auth=simulator.auth, verify=simulator.ca_path, timeout=10)
    assert made.status_code == 202, made.text
    simulator.advance(60)
    assert (san.listed(word="busy"), san.listed(word="dependency")) == (["true"], ["vclone"])
    assert san.errno("snapshot-delete", volume=FIRST, snapshot="one") == "13024"


def test_a_query_selects_by_wildcards_and_alternatives(san: Ontapi) -> None:
    for name in ("daily.1", "daily.2", "weekly.1"):
        san.call("snapshot-create", volume=FIRST, snapshot=name)
    assert san.listed(query={"snapshot-info": {"name": "daily.*", "volume": FIRST}}) == ["daily.1", "daily.2"]
    assert san.listed(query={"snapshot-info": {"name": "daily.1|weekly.1", "busy": "false"}}) == ["daily.1", "weekly.1"]
    assert san.listed(query={"snapshot-info": {"volume": SECOND}}) == []
    assert len(san.listed(query={"snapshot-info": {"vserver": "san1"}})) == 3
    assert san.pages(query={"snapshot-info": {"volume": SECOND}})[0].get_child_content("num-records") == "0"


def test_pages_follow_each_other_while_records_go(san: Ontapi) -> None:
    for number in range(25):
        san.call("snapshot-create", volume=FIRST, snapshot=f"s{number:02d}")
    assert [page.get_child_content("num-records") for page in san.pages()] == ["20", "5"]
    assert san.listed(max_records=7) == [f"s{number:02d}" for number in range(25)]
    page = san.call("snapshot-get-iter", max_records=10)
    san.call("snapshot-delete", volume=FIRST, snapshot="s00")
    rest = san.call("snapshot-get-iter", max_records=50, tag=page.get_child_content("next-tag"))
    assert rest.get_child_content("num-records") == "15"


# -- high availability -----------------------------------------------------------------------------------------------------


def test_the_node_that_is_named_takes_over_and_gives_back(san: Ontapi) -> None:
    cluster = Ontapi(san.simulator)
    assert cluster.call("cf-get-partner", node="ndo-02").get_child_content("partner") == "ndo-01"
    cluster.call("cf-takeover", node="ndo-02")
    san.simulator.advance(400)
    assert cluster.call("cf-status", node="ndo-02").get_child_content("takeover-state") == "in_takeover"
    assert cluster.errno("cf-takeover", node="ndo-02") == "13001"
    cluster.call("cf-giveback", node="ndo-02", override_vetoes="false")
    san.simulator.advance(900)
    found = cluster.call("cf-status", node="ndo-02")
    assert (found.get_child_content("takeover-possible"), found.get_child_content("is-enabled")) == ("true", "true")
    assert all(one["node"]["name"] == one["home_node"]["name"] for one in san.world.store.each("aggregates"))


def test_takeover_names_nodes_that_are_there_and_one_way_only(san: Ontapi) -> None:
    cluster = Ontapi(san.simulator)
    assert cluster.errno("cf-takeover", node="nobody") == "15697"
    assert cluster.errno("cf-takeover", node="ndo-02", immediate="true", version_mismatch_ok="true") == "13115"
    assert cluster.errno("cf-giveback", node="ndo-02") == "13001"


def test_snapshots_are_changed_by_a_query(san: Ontapi) -> None:
    for volume in (FIRST, SECOND):
        san.call("snapshot-create", volume=volume, snapshot="one")
    query = {"snapshot-info": {"name": "one", "volume": FIRST}}
    found = san.call("snapshot-modify-iter", query=query, attributes={"snapshot-info": {"name": "one", "comment": "changed"}})
    assert (found.get_child_content("num-succeeded"), found.get_child_content("num-failed")) == ("1", "0")
    every = {"snapshot-info": {"name": "one"}}
    san.call("snapshot-modify-iter", query=every, attributes={"snapshot-info": {"snapmirror-label": "daily"}})
    assert set(san.listed(word="snapmirror-label")) == {"daily"} and san.listed(word="comment") == ["changed", None]


@pytest.mark.parametrize(
    "inputs",
    [
        {"attributes": {"snapshot-info": {"comment": "x"}}},
        {"query": {"snapshot-info": {"name": "one"}}},
        {"query": {"snapshot-info": {"name": "one"}}, "attributes": {"snapshot-info": {"total": "5"}}},
        {"query": {"snapshot-info": {"name": "one"}}, "attributes": {"snapshot-info": {"comment": "x"}}, "max_records": "5"},
    ],
)
def test_a_change_by_a_query_needs_both_and_takes_no_more(san: Ontapi, inputs: dict[str, Any]) -> None:
    san.call("snapshot-create", volume=FIRST, snapshot="one")
    assert san.errno("snapshot-modify-iter", **inputs) in ("13006", "13012", "13115")
    assert san.listed(word="comment") == [None]
