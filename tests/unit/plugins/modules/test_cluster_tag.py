# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One tag of the cluster: what it does to the others, releases without tags, lost answers, clear words.

The laws of a writer (check mode, forecast, second run, budget, both ways) are rows in test_laws.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.modules.cluster_tag import tags_after
from ansible_collections.ndo.ontap.tests.unit import harness

WAYS = list(harness.WAYS)


def tags(cluster: Any) -> list[str]:
    """The tags that the cluster has."""
    return next(iter(cluster.world.store.table("clusters").values()))["_tags"]


def give(cluster: Any, *wanted: str) -> None:
    """Have the cluster have these tags."""
    tags(cluster)[:] = wanted


@pytest.mark.parametrize(
    ("before", "key", "value", "present", "after"),
    [
        ([], "team", "storage", True, ["team:storage"]),
        (["site:north"], "team", "storage", True, ["site:north", "team:storage"]),
        (["team:storage", "site:north"], "team", "storage", True, ["team:storage", "site:north"]),
        (["team:a", "site:north"], "team", "b", True, ["team:b", "site:north"]),
        (["team:a", "site:north", "team:b"], "team", "b", True, ["team:b", "site:north"]),
        (["team:b", "team:b"], "team", "b", True, ["team:b"]),
        (["teamwork:a"], "team", "b", True, ["teamwork:a", "team:b"]),
        (["run:2026-01-01T10:00"], "run", "2026-01-01T10:00", True, ["run:2026-01-01T10:00"]),
        (["team:a", "site:north", "team:b"], "team", None, False, ["site:north"]),
        (["team:a", "site:north", "team:b"], "team", "b", False, ["team:a", "site:north"]),
        (["team:a"], "team", "b", False, ["team:a"]),
        (["teamwork:a"], "team", None, False, ["teamwork:a"]),
        (["no colon", "team:a"], "team", None, False, ["no colon"]),
    ],
)
def test_other_tags_and_their_order_stay(before: list[str], key: str, value: str | None, present: bool, after: list[str]) -> None:
    assert tags_after(before, key, value, present) == after


@pytest.mark.parametrize("way", WAYS)
def test_tag_is_set_beside_others_with_one_read_and_one_write(lab: Any, way: str) -> None:
    cluster = lab(way=way)
    give(cluster, "site:north")
    result = cluster.run("cluster_tag", key="team", value="storage")
    assert (result["changed"], result["record"]) == (True, {"key": "team", "value": "storage"})
    assert result["tags"] == tags(cluster) == ["site:north", "team:storage"]
    assert [entry["method"] for entry in cluster.requests()] == ["GET", "PATCH"]


def test_last_tag_can_be_removed(lab: Any) -> None:
    cluster = lab()
    give(cluster, "team:storage")
    result = cluster.run("cluster_tag", key="team", state="absent")
    assert (result["changed"], result["record"], result["tags"]) == (True, None, [])
    assert result["diff"] == {"before": {"key": "team", "value": "storage"}, "after": {}}
    assert tags(cluster) == []


def test_tag_with_another_value_is_kept_when_a_value_is_given(lab: Any) -> None:
    cluster = lab()
    give(cluster, "run:theirs")
    result = cluster.run("cluster_tag", key="run", value="ours", state="absent")
    assert (result["changed"], result["record"]) == (False, {"key": "run", "value": "theirs"})
    assert cluster.writes() == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_forecast_of_all_tags_is_the_outcome(lab: Any, check_mode: bool) -> None:
    cluster = lab()
    give(cluster, "team:a", "site:north")
    result = cluster.run("cluster_tag", check_mode=check_mode, key="team", value="b")
    assert result["tags"] == ["team:b", "site:north"]
    assert tags(cluster) == (["team:a", "site:north"] if check_mode else result["tags"])


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "reset"])
def test_lost_answer_is_resolved_by_reading(lab: Any, kind: str) -> None:
    cluster = lab()
    give(cluster, "site:north")
    cluster.fault("PATCH", "/cluster", kind)
    result = cluster.run("cluster_tag", key="team", value="storage")
    assert (result.get("failed"), result["actions"]) == (None, ["modify"])
    assert tags(cluster) == result["tags"] == ["site:north", "team:storage"]
    assert len(cluster.writes()) == (1 if kind == "drop_after" else 2)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_release_without_tags_is_named_before_any_write(lab: Any, way: str, state: str) -> None:
    cluster = lab(way=way, version=(9, 12, 1))
    result = cluster.run("cluster_tag", key="team", value="storage", state=state)
    assert result["failed"] and result["error"]["kind"] == "UnsupportedRelease"
    assert "9.12.1" in result["msg"] and "9.13.1" in result["msg"]
    assert cluster.writes() == []
    assert len(cluster.requests()) == 2


@pytest.mark.parametrize("key", ["", "a:b", "a b", "ümlaut", "a/b", "a*"])
def test_key_that_is_none_is_refused_before_anything_is_sent(lab: Any, key: str) -> None:
    cluster = lab()
    result = cluster.run("cluster_tag", key=key, value="x")
    assert result["failed"] and result["error"]["target"] == "key"
    assert cluster.requests() == []


@pytest.mark.parametrize("value", [None, ""])
def test_tag_needs_a_value(lab: Any, value: str | None) -> None:
    cluster = lab()
    result = cluster.run("cluster_tag", key="team", value=value)
    assert result["failed"] and "value" in result["msg"]
    assert cluster.requests() == []


def test_svm_scoped_account_is_refused_in_one_sentence(lab: Any) -> None:
    cluster = lab()
    username, password = cluster.simulator.svm_account()
    result = cluster.run("cluster_tag", key="team", value="storage", username=username, password=password)
    assert result["failed"] and result["error"]["kind"] == "NotAuthorized"
    assert "cluster-scoped account" in result["msg"] and password not in str(result)
    assert tags(cluster) == []
