# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health rules on literal records, and the verdict over their findings."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import health, health_survey, waiting
from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError, NotAuthorized
from ansible_collections.ndo.ontap.plugins.module_utils.health_finding import Facts, problem


def node(name: str, partner: str | None, **changes: Any) -> dict[str, Any]:
    """A node that is well, but for the changes; `ha` is merged."""
    ha: dict[str, Any] = {}
    if partner:
        ha = {
            "enabled": True,
            "partners": [{"name": partner}],
            "takeover": {"state": "not_attempted"},
            "giveback": {"state": "nothing_to_giveback"},
            "interconnect": {"adapter": "MVIA-RDMA", "state": "up"},
        }
    ha.update(changes.pop("ha", {}))
    version = {"generation": 9, "major": 16, "minor": 1}
    return {"name": name, "uuid": f"uuid-{name}", "state": "up", "version": version, **({"ha": ha} if ha else {}), **changes}


def facts(*nodes: dict[str, Any], scope: list[str] | None = None, unread: Any = None, **found: Any) -> Facts:
    """Facts about a pair a, b (unless nodes are given)."""
    named = {one["name"]: one for one in (nodes or (node("a", "b"), node("b", "a")))}
    families = {name: [] for name in health_survey.FAMILIES}
    return Facts(named, scope or sorted(named), {**families, **found}, unread)


def found(check: str, given: Facts) -> list[tuple[str, str]]:
    """Object and severity of the problems that one check finds."""
    return [(one["object"], one["severity"]) for one in health.findings(given, [check]) if not one["ok"]]


def aggregate(name: str, at: str, home: str = "a", state: str = "online") -> dict[str, Any]:
    return {"name": name, "state": state, "node": {"name": at}, "home_node": {"name": home}}


def lif(name: str, at: str = "a", home: str = "a", **fields: Any) -> dict[str, Any]:
    location = {"node": {"name": at}, "home_node": {"name": home}, "is_home": at == home}
    return {"name": name, "enabled": True, "state": "up", "location": location, **fields}


def move(name: str, state: str, source: str = "a1", target: str = "a2") -> dict[str, Any]:
    movement = {"state": state, "destination_aggregate": {"name": target}}
    return {"name": name, "svm": {"name": "s"}, "aggregates": [{"name": source}], "movement": movement}


def test_healthy_pair_has_one_good_finding_per_check() -> None:
    records = health.findings(facts(), list(health.CHECKS))
    assert [one["check"] for one in records] == list(health.CHECKS)
    assert all(one["ok"] and one["severity"] == "info" and one["object"] is None and one["remedy"] == "" for one in records)


@pytest.mark.parametrize("state", ["down", "booting", "taken_over", "waiting_for_giveback", "degraded", "unknown", "brand_new", None])
def test_node_that_is_not_up_is_critical(state: str | None) -> None:
    assert found("node_up", facts(node("a", "b", state=state), node("b", "a"))) == [("a", "critical")]


@pytest.mark.parametrize("state", ["taken_over", "waiting_for_giveback"])
def test_node_that_is_out_is_to_be_given_back(state: str) -> None:
    (bad,) = health.findings(facts(node("a", "b", state=state)), ["node_up"])
    assert "ndo.ontap.ha_giveback" in bad["remedy"]


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"enabled": False}, [("a", "critical")]),
        ({"takeover": {"state": "in_takeover"}}, [("a", "critical")]),
        ({"takeover": {"state": "in_progress"}}, [("a", "critical")]),
        ({"takeover": {"state": "not_possible"}}, [("a takeover", "critical")]),
        ({"takeover": {"state": "failed"}}, [("a takeover", "critical")]),
        ({"takeover": {"state": "brand_new"}}, [("a takeover", "critical")]),
        ({"giveback": {"state": "not_attempted"}}, [("a giveback", "critical")]),
        ({"giveback": {"state": "failed"}}, [("a giveback", "critical")]),
        ({"giveback": {"state": "in_progress"}}, [("a giveback", "critical")]),
        ({"takeover": None, "giveback": None}, []),
    ],
)
def test_pair_that_is_not_ready_is_critical(change: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    assert found("ha_ready", facts(node("a", "b", ha=change), node("b", "a"))) == problems


def test_failure_is_told_with_the_words_and_the_code_of_ontap() -> None:
    failure = {"code": 852131, "message": "Takeover cannot be completed. Reason: disabled."}
    given = facts(node("a", "b", ha={"takeover": {"state": "not_possible", "failure": failure}}), node("b", "a"))
    (bad, *rest) = [one for one in health.findings(given, ["ha_ready"]) if not one["ok"]]
    assert bad["detail"] == "a cannot take b over: Takeover cannot be completed. Reason: disabled (code 852131)."
    assert rest == []


def test_node_that_is_taken_over_adds_no_second_problem_of_the_pair() -> None:
    down = node("a", "b", state="waiting_for_giveback", ha={"takeover": {"state": "not_possible"}})
    assert found("ha_ready", facts(down, node("b", "a", ha={"takeover": {"state": "in_takeover"}}))) == [("b", "critical")]


@pytest.mark.parametrize("alone", [node("a", None), node("a", None, ha={"enabled": False})])
def test_node_without_a_partner_is_a_warning(alone: dict[str, Any]) -> None:
    assert found("ha_ready", facts(alone)) == [("a", "warning")]
    assert found("interconnect", facts(alone)) == []


def test_interconnect_that_is_down_is_critical_on_each_side_that_sees_it() -> None:
    down = {"interconnect": {"state": "down"}}
    assert found("interconnect", facts(node("a", "b", ha=down), node("b", "a"))) == [("a", "critical")]


def test_interconnect_that_an_old_release_does_not_report_is_said_not_to_be_known() -> None:
    given = facts(node("a", "b", ha={"interconnect": None}), node("b", "a", ha={"interconnect": None}))
    (record,) = health.findings(given, ["interconnect"])
    assert (record["ok"], record["severity"]) == (True, "info")
    assert "does not report" in record["detail"] and "9.11.1" in record["detail"]


def test_different_releases_are_a_warning_that_names_them_even_outside_the_scope() -> None:
    other = node("c", None, version={"generation": 9, "major": 15, "minor": 1})
    given = facts(node("a", "b"), node("b", "a"), other, scope=["a", "b"])
    (bad,) = health.findings(given, ["versions_equal"])
    assert (bad["ok"], bad["severity"]) == (False, "warning")
    assert "9.15.1 on c" in bad["detail"] and "9.16.1 on a, b" in bad["detail"]


@pytest.mark.parametrize(
    ("state", "severity"),
    [("offline", "critical"), ("restricted", "critical"), ("failed", "critical"), ("unknown", "critical"), ("brand_new", "critical")]
    + [(None, "critical"), ("relocating", "warning"), ("onlining", "warning")],
)
def test_aggregate_that_is_not_online(state: Any, severity: str) -> None:
    given = facts(aggregates=[aggregate("x", "a", state=state), aggregate("y", "a")])
    assert found("aggregates_online", given) == [("x", severity)]


def test_aggregate_away_from_home_is_critical_and_says_where_it_is() -> None:
    (bad,) = health.findings(facts(aggregates=[aggregate("x", "b"), aggregate("y", "a")]), ["aggregates_home"])
    assert (bad["object"], bad["severity"]) == ("x", "critical")
    assert "of a is on b" in bad["detail"] and "ha_giveback" in bad["remedy"]


def test_only_an_enabled_lif_has_to_be_up() -> None:
    lifs = [lif("down", state="down"), lif("off", state="down", enabled=False), lif("up"), lif("san", state="down", svm={"name": "s"})]
    assert found("lifs_up", facts(lifs=lifs)) == [("down", "critical"), ("s:san", "critical")]


def test_lif_that_waits_for_its_node_is_told_from_one_with_a_bad_port() -> None:
    given = facts(node("a", "b", state="down"), node("b", "a"), lifs=[lif("x", state="down"), lif("y", "b", "b", state="down")])
    first, second = health.findings(given, ["lifs_up"])
    assert "comes back with its home node a" in first["remedy"]
    assert "Check its port" in second["remedy"]


def test_lif_away_from_home_is_a_warning() -> None:
    assert found("lifs_home", facts(lifs=[lif("x", at="b"), lif("y")])) == [("x", "warning")]


@pytest.mark.parametrize(
    ("state", "severity", "remedy"),
    [
        ("queued", "warning", "Wait"),
        ("replicating", "warning", "Wait"),
        ("cutover", "critical", "Wait"),
        ("cutover_pending", "critical", "Wait"),
        ("cutover_wait", "warning", "parked"),
        ("paused", "warning", "parked"),
    ],
)
def test_volume_move_says_whether_it_runs_or_is_parked(state: str, severity: str, remedy: str) -> None:
    (bad,) = health.findings(facts(moves=[move("v", state)]), ["volume_moves"])
    assert (bad["object"], bad["severity"]) == ("s:v", severity)
    assert state in bad["detail"] and remedy in bad["remedy"]


def test_moves_between_other_nodes_do_not_count_within_a_scope() -> None:
    nodes = (node("a", "b"), node("b", "a"), node("c", "d"), node("d", "c"))
    moves = [move("in", "queued", "c1", "a1"), move("out", "queued", "a1", "c1"), move("other", "queued", "c1", "c2")]
    given = facts(*nodes, scope=["a", "b"], aggregates=[aggregate("a1", "a")], moves=moves)
    assert [name for name, severity in found("volume_moves", given)] == ["s:in", "s:out"]


def test_every_move_counts_when_the_aggregates_cannot_be_read() -> None:
    nodes = (node("a", "b"), node("b", "a"), node("c", None))
    given = facts(*nodes, scope=["a", "b"], moves=[move("other", "queued", "c1", "c2")], unread={"aggregates": NotAuthorized("no")})
    assert found("volume_moves", given) == [("s:other", "warning")]


def test_broken_disk_is_a_warning_within_the_scope() -> None:
    disks = [{"name": "1.0.1", "node": {"name": "a"}}, {"name": "2.0.1", "node": {"name": "z"}}]
    assert found("disks_failed", facts(disks=disks)) == [("1.0.1", "warning")]


def event(name: str, index: int, at: str = "a") -> dict[str, Any]:
    message = {"name": name, "severity": "emergency"}
    return {"node": {"name": at}, "index": index, "time": f"2026-01-01T00:00:{index:02d}+00:00", "message": message, "log_message": "words"}


def test_events_of_one_kind_are_one_finding_and_a_later_one_is_new() -> None:
    before = facts(events=[event("disk.gone", 5), event("disk.gone", 4), event("fan.gone", 6), event("disk.gone", 3, at="z")])
    records = health.findings(before, ["ems_emergencies"])
    assert [one["object"] for one in records] == ["a disk.gone 5", "a fan.gone 6"]
    assert "2 times, last at 2026-01-01T00:00:05+00:00" in records[0]["detail"]
    baseline = health.verdict(records, ["a"])["baseline"]

    later = health.findings(facts(events=[event("disk.gone", 9), event("disk.gone", 5), event("fan.gone", 6)]), ["ems_emergencies"])
    new = health.verdict(later, ["a"], baseline)["new_problems"]
    assert [one["object"] for one in new] == ["a disk.gone 9"]


def test_job_without_a_node_may_be_on_any() -> None:
    jobs = [{"uuid": "1", "state": "running", "node": {"name": "a"}}, {"uuid": "2", "state": "paused"}]
    jobs.append({"uuid": "3", "state": "running", "node": {"name": "z"}})
    assert found("jobs_running", facts(jobs=jobs)) == [("1", "warning"), ("2", "warning")]


def session(user: str, protection: str, files: int, at: str = "a") -> dict[str, Any]:
    return {"user": user, "continuous_availability": protection, "open_files": files, "node": {"name": at}, "svm": {"name": "s"}}


def test_sessions_that_would_be_cut_are_counted_per_svm_and_node() -> None:
    sessions = [session("x", "unavailable", 2), session("y", "partial", 3), session("z", "available", 9), session("idle", "unavailable", 0)]
    sessions.append(session("x", "unavailable", 1, at="b"))
    records = health.findings(facts(sessions=sessions), ["smb_sessions"])
    assert [one["object"] for one in records] == ["s a", "s b"]
    assert "2 SMB sessions of SVM s on a with 5 open files" in records[0]["detail"] and "x, y." in records[0]["detail"]
    assert "1 SMB session of SVM s on b with 1 open file " in records[1]["detail"]


def test_long_lists_of_users_are_cut_short() -> None:
    sessions = [session(f"u{number}", "unavailable", 1) for number in range(8)]
    (record,) = health.findings(facts(sessions=sessions), ["smb_sessions"])
    assert record["detail"].endswith("u0, u1, u2, u3, u4 and 3 more.")


def test_family_that_cannot_be_read_is_a_warning_of_each_of_its_checks() -> None:
    records = health.findings(facts(unread={"lifs": NotAuthorized("not for you")}), ["lifs_up", "lifs_home", "node_up"])
    assert [(one["check"], one["ok"], one["severity"]) for one in records] == [
        ("node_up", True, "info"),
        ("lifs_up", False, "warning"),
        ("lifs_home", False, "warning"),
    ]
    assert "could not be read: not for you" in records[1]["detail"] and "cluster-scoped" in records[1]["remedy"]


BAD = problem("aggregates_home", "x", "X is away.", "Bring it home.")
SLIGHT = problem("lifs_home", "l", "L is away.", "Revert it.", "warning")


def test_warnings_alone_leave_the_verdict_healthy() -> None:
    result = health.verdict([SLIGHT], ["a"])
    assert result["healthy"] and result["problems"] == [SLIGHT] and result["new_problems"] == []
    assert result["message"] == "a: 1 check found no critical problem, and 1 warning."


def test_critical_problem_is_unhealthy_and_said_with_its_remedy() -> None:
    result = health.verdict([BAD, SLIGHT], ["a", "b"])
    assert not result["healthy"]
    assert result["message"] == "a, b: 1 critical problem. X is away. What to do: Bring it home."


def test_message_names_ten_problems_and_counts_the_rest() -> None:
    many = [problem("aggregates_home", str(number), f"X{number} is away.", "Bring it home.") for number in range(14)]
    message = health.verdict(many, ["a"])["message"]
    assert "X9 is away. And 4 more. What to do: Bring it home." in message and "X10" not in message


def test_problem_of_the_baseline_does_not_count_again() -> None:
    baseline = health.verdict([BAD], ["a"])["baseline"]
    assert baseline == {"format": 1, "problems": {"aggregates_home x": "critical"}}
    result = health.verdict([BAD, SLIGHT], ["a"], baseline)
    assert result["healthy"] and result["problems"] == [BAD, SLIGHT] and result["new_problems"] == [SLIGHT]
    assert result["message"] == "a: 2 checks found no critical new problem, and 1 new warning."


def test_problem_that_became_more_severe_is_new() -> None:
    worse = {**SLIGHT, "severity": "critical"}
    assert not health.verdict([worse], ["a"], health.baseline_of([SLIGHT]))["healthy"]
    assert health.verdict([SLIGHT], ["a"], health.baseline_of([worse]))["new_problems"] == []


@pytest.mark.parametrize("baseline", [health.baseline_of([]), {}])
def test_baseline_without_problems_lets_nothing_pass(baseline: dict[str, Any]) -> None:
    result = health.verdict([BAD], ["a"], baseline)
    assert not result["healthy"] and result["new_problems"] == [BAD]


@pytest.mark.parametrize("baseline", [{"x": 1}, {"format": 2, "problems": {}}, {"format": 1, "problems": ["x"]}])
def test_baseline_that_is_none_is_refused(baseline: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="baseline"):
        health.verdict([], ["a"], baseline)


def test_scope_takes_the_partners_along() -> None:
    nodes = facts(node("a", "b"), node("b", "a"), node("c", None)).nodes
    assert health_survey.scope_of(nodes, ["b"]) == ["a", "b"]
    assert health_survey.scope_of(nodes, ["c"]) == ["c"]
    assert health_survey.scope_of(nodes, None) == health_survey.scope_of(nodes, []) == ["a", "b", "c"]
    with pytest.raises(InputError, match="no node z"):
        health_survey.scope_of(nodes, ["z"])


def test_only_what_the_checks_need_is_read() -> None:
    assert health_survey.needed(["node_up", "ha_ready"], True) == []
    assert health_survey.needed(["volume_moves"], True) == ["moves"]
    assert health_survey.needed(["volume_moves"], False) == ["aggregates", "moves"]
    assert health_survey.needed(list(health.CHECKS), True) == list(health_survey.FAMILIES)


def test_time_is_the_clusters_own_as_long_as_a_node_tells() -> None:
    nodes = {"a": {"date": "2026-01-01T02:00:00+02:00"}, "b": {"date": "2026-01-01T00:00:05Z"}, "c": {}}
    assert health_survey.cluster_time(nodes) == 1767225605.0
    assert health_survey.cluster_time({"c": {}}) == pytest.approx(waiting.clock.wall(), abs=60)
