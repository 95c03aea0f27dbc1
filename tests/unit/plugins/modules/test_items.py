# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects in one task: one read for all, writes where needed, what became of each."""

from __future__ import annotations

from typing import Any

import pytest

VOLUME = "san1_vol1a"
COMMON: dict[str, Any] = {"svm": "san1", "volume": VOLUME, "os_type": "linux", "size": "1GiB"}


def items(count: int) -> list[dict[str, Any]]:
    """Items with nothing but a name."""
    return [{"name": f"data{number:04d}"} for number in range(count)]


def test_what_an_item_leaves_out_comes_from_the_task(lab: Any) -> None:
    cluster = lab()
    wanted = [{"name": "one"}, {"name": "two", "size": "2GiB"}, {"name": "/vol/san1_vol1b/three", "volume": None}]
    result = cluster.run("lun", **COMMON, items=wanted)
    assert [(one["object"], one["actions"], one["record"]["size"]) for one in result["results"]] == [
        ("LUN /vol/san1_vol1a/one", ["create"], 1024**3),
        ("LUN /vol/san1_vol1a/two", ["create"], 2 * 1024**3),
        ("LUN /vol/san1_vol1b/three", ["create"], 1024**3),
    ]
    assert result["actions"] == [f"create {one['object']}" for one in result["results"]]
    assert [one["after_header"] for one in result["diff"]] == [one["object"] for one in result["results"]]


def test_one_read_is_enough_for_all_and_only_what_differs_is_written(lab: Any) -> None:
    cluster = lab()
    forecast = cluster.run("lun", check_mode=True, **COMMON, items=items(40))
    assert cluster.writes() == [] and len(cluster.requests()) == 1
    assert forecast["actions"] == cluster.run("lun", **COMMON, items=items(40))["actions"]
    cluster.forget()
    assert cluster.run("lun", **COMMON, items=items(40))["changed"] is False
    assert [entry["method"] for entry in cluster.requests()] == ["GET"]
    cluster.forget()
    assert cluster.run("lun", **COMMON, items=items(42))["changed"]
    assert len(cluster.writes()) == 2
    assert len({entry["connection"] for entry in cluster.requests()}) == 1


@pytest.mark.parametrize("count", [1000])
def test_a_thousand_names_do_not_go_into_the_address(lab: Any, count: int) -> None:
    cluster = lab()
    result = cluster.run("lun", check_mode=True, **COMMON, items=items(count))
    assert len(result["results"]) == count and len(cluster.requests()) == 1
    assert len(cluster.requests()[0]["query"]) < 4000


def test_a_refusal_stops_the_task_before_anything_is_changed(lab: Any) -> None:
    cluster = lab()
    wanted = [{"name": "one"}, {"name": "lun0", "state": "absent"}, {"name": "two"}]
    result = cluster.run("lun", **COMMON, items=wanted)
    assert result["failed"] and "1 of 3 objects failed" in result["msg"] and "is mapped to" in result["msg"]
    assert [one["status"] for one in result["results"]] == ["skipped", "failed", "skipped"]
    assert cluster.writes() == [] and not result["changed"]


def test_a_failure_in_the_middle_leaves_the_rest_alone_or_goes_on(lab: Any) -> None:
    for on_error, statuses in [("stop", ["ok", "failed", "skipped"]), ("continue", ["ok", "failed", "ok"])]:
        cluster = lab()
        wanted = [{"name": "one"}, {"name": "huge", "size": "1PiB"}, {"name": "two"}]
        result = cluster.run("lun", **COMMON, items=wanted, on_error=on_error)
        assert result["failed"] and result["changed"]
        assert [one["status"] for one in result["results"]] == statuses
        assert "huge" in result["msg"] and result["results"][1]["error"]["code"]
        assert result["error"]["actions_done"][0] == f"create LUN /vol/{VOLUME}/one"
        again = cluster.run("lun", **COMMON, items=[{"name": "one"}, {"name": "two"}])
        assert again["changed"] == (on_error == "stop")


def test_going_on_ends_when_the_cluster_cannot_be_reached(lab: Any) -> None:
    cluster = lab()
    cluster.fault("POST", "/storage/luns", "status", status=401, nth=2, times=100)
    result = cluster.run("lun", **COMMON, items=items(5), on_error="continue")
    assert result["failed"] and [one["status"] for one in result["results"]].count("skipped") == 3


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ([{"name": "one"}, {"name": "/vol/san1_vol1a/one"}], "entries 1 and 2 are the same object: LUN /vol/san1_vol1a/one"),
        ([{"name": "one", "color": "red"}], "items, entry 1: color. Supported parameters include"),
        ([{"size": "1GiB"}], "items, entry 1: one of the following is required: name, uuid, serial_number"),
        ([{"name": "one", "os_type": "beos"}], "items, entry 1: value of os_type must be one of"),
    ],
)
def test_a_wrong_item_is_named(lab: Any, wanted: list[dict[str, Any]], words: str) -> None:
    cluster = lab()
    result = cluster.run("lun", **COMMON, items=wanted)
    assert result["failed"] and words in result["msg"], result["msg"]
    assert cluster.requests() == []


def test_no_items_are_nothing_to_do(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("lun", **COMMON, items=[])
    assert (result["changed"], result["results"], cluster.requests()) == (False, [], [])


def test_a_lost_answer_concerns_its_own_item_only(lab: Any) -> None:
    cluster = lab()
    cluster.fault("POST", "/storage/luns", "drop_after", nth=2)
    result = cluster.run("lun", **COMMON, items=items(3))
    assert not result.get("failed") and len(result["actions"]) == 3
    assert len([row for row in cluster.world.store.each("luns") if "/data" in row["name"]]) == 3
