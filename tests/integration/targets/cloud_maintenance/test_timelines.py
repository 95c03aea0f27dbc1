# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ndo.ontap.cloud_maintenance on the courses that maintenance in the cloud can take, many of them in one run."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sites import EVENTS, NODE, PARTNER, Playground, Site

PLAYBOOK = "ndo.ontap.cloud_maintenance"
FIRST, SECOND = f"{NODE}-event", f"{PARTNER}-event"
APPROVING = {"cloud_maintenance_approve": True}


def taken(site: Site) -> Any:
    """Whether the node of the first event is out, and the run knows it."""
    return lambda: site.mark() == "taken"


def served(site: Site) -> Any:
    """Whether the first event is done with."""
    return lambda: site.mark() == "served"


def document(site: Site, *events: dict[str, Any], incarnation: int) -> None:
    """Give the run a copy of a document, as somebody sends it who can see the events."""
    site.set(cloud_maintenance_source={"document": {"DocumentIncarnation": incarnation, "Events": list(events)}})


REBOOT = {"EventId": FIRST, "EventType": "Reboot", "EventStatus": "Scheduled", "ResourceType": "VirtualMachine", "Resources": ["vm-a"]}


def courses(playground: Playground) -> dict[str, Site]:
    """A pair for each course."""
    by_cvo = playground.site("by_cvo").event(type="Freeze")
    late = playground.site("late").event(notice=130)
    at_once = playground.site("at_once").event(status="Started", impacts=[400], lasts=500)
    cancelled = playground.site("cancelled").event()
    cancelled.when(taken(cancelled), lambda: cancelled.trigger("cloud_cancel", FIRST))
    never = playground.site("never", settings={"cvo_reacts": False}).event(type="Freeze").set(cloud_maintenance_cvo_grace=30)
    never.when(lambda: len(never.looks()) > 2, lambda: never.trigger("cloud_cancel", FIRST))
    held = playground.site("held").event(PARTNER, status="Started", impacts=[9999], lasts=200).event()
    both = playground.site("both").event().set(**APPROVING)
    both.when(taken(both), lambda: both.event(PARTNER, type="Redeploy"))
    vetoed = playground.site("vetoed", "veto").event().set(**APPROVING, cloud_maintenance_lead_seconds=6000)
    vetoed.when(vetoed.was_vetoed, lambda: vetoed.event(PARTNER, notice=5000))
    in_time = playground.site("in_time").event(others=["app-vm1"]).set(**APPROVING)
    in_time.simulator.faults.on("GET", EVENTS, "status", status=503, nth=7, times=5)
    in_time.simulator.faults.on("GET", EVENTS, "delay", seconds=2, nth=15)
    watched = playground.site("watched").set(cloud_maintenance_watch_seconds=20)
    watched.when(lambda: len(watched.looks()) > 1, lambda: watched.event(told=False, impacts=[60, 90]))
    watched.when(served(watched), lambda: watched.trigger("cloud_replay", FIRST))
    lossy = playground.site("lossy", "smb_sessions").event().set(cloud_maintenance_accept_smb_disruption=True)
    refused = playground.site("refused", "smb_sessions").event(notice=1100)
    told = playground.site("told").set(cloud_maintenance_nodes={"vm-a": NODE})
    document(told, REBOOT, incarnation=7)
    found = (by_cvo, in_time, late, at_once, cancelled, never, held, both, vetoed, watched, lossy, refused, told)
    return {one.name: one for one in found}


def test_courses_of_maintenance(playground: Playground) -> None:
    sites = courses(playground)
    run = playground.play(PLAYBOOK, "--forks", str(len(sites)), sites=list(sites.values()))
    assert run.failed == {"refused", "vetoed"}, run.output
    reports = {name: run.stats["cloud_maintenance"][name] for name in sites}
    for name in set(sites) - {"refused", "told", "lossy", "vetoed"}:
        assert sites[name].unharmed(), name
        assert sites[name].mark() == ("" if name == "never" else "served"), name
        assert sites[name].takeovers() == (0 if name in ("by_cvo", "never") else 1), name
    served_in_order(sites, reports, run.output)
    sessions_are_lost_only_as_announced(sites, reports, run.failures["refused"])
    again(playground, sites, reports["told"])


def served_in_order(sites: dict[str, Site], reports: dict[str, Any], output: str) -> None:
    """What was done is what each course asked for."""
    steps = {name: [(one["step"], one["node"]) for one in report["log"]] for name, report in reports.items()}
    once = [("takeover", NODE), ("giveback", NODE), ("verify", NODE)]
    for name in ("held", "late", "at_once", "cancelled", "watched", "lossy"):
        assert steps[name] == once, (name, steps[name])
    assert steps["by_cvo"] in (once, [once[0], once[2]]), "Cloud Volumes ONTAP may have brought the node back between two looks"
    assert [reports[name]["log"][0]["joined"] for name in ("by_cvo", "in_time")] == [True, False]
    assert {name for name, report in reports.items() if report["log"] and report["log"][0]["late"]} == {"late", "at_once"}
    assert "LATE" in output

    first, second = ([(step, node) for step in ("takeover", "approve", "giveback", "verify")] for node in (NODE, PARTNER))
    assert (steps["in_time"], steps["both"]) == (first, first + second)
    done = "Done: ndo-01 (takeover, approve, giveback, verify), ndo-02 (takeover, approve, giveback, verify)."
    assert reports["both"]["message"].startswith(f"{done} ") and not reports["never"]["message"].startswith("Done")
    assert sites["both"].approved() == [FIRST, SECOND] and sites["both"].approved_only_when_out()
    assert [one["approved"] for one in reports["both"]["log"] if one["step"] == "approve"] == [True, True]
    (refused,) = [one for one in reports["in_time"]["log"] if one["step"] == "approve"]
    assert not refused["approved"] and "app-vm1" in refused["detail"] and sites["in_time"].approved() == []

    assert sites["never"].writes() == [] and int(reports["in_time"]["source_failures"]) >= 1
    assert sites["held"].takeovers(PARTNER) == 0 and sites["held"].taken_over_after() >= 200
    assert f"[held] Scheduled events: ON HOLD: the Reboot event {SECOND} (has begun)" in output
    assert "announced once more" in reports["watched"]["message"]
    assert steps["told"] == [("takeover", NODE)] and "waiting for the end" in reports["told"]["message"]


def sessions_are_lost_only_as_announced(sites: dict[str, Site], reports: dict[str, Any], refusal: str) -> None:
    """SMB users lose what was announced, or the run refuses to begin and says what support would ask for."""
    lossy = sites["lossy"].verdict()
    announced = {(one["user"], one["client"]) for one in reports["lossy"]["sessions"]["left"] + reports["lossy"]["sessions"]["allowed"]}
    assert len(announced) == 2 and lossy["lost_sessions"] == 2 * len(announced) and not lossy["outages"]
    assert sites["lossy"].mark() == "served" and sites["refused"].writes() == []
    assert "SMB session" in refusal and "cloud_evidence.json" in refusal
    evidence = json.loads((sites["refused"].folder / "refused.cloud_evidence.json").read_text(encoding="utf-8"))
    assert evidence["ha"] and evidence["events"] and "SMB session" in evidence["error"]


def again(playground: Playground, sites: dict[str, Site], report: dict[str, Any]) -> None:
    """A second run does nothing but what was left; copies that are too old do not bring the node back."""
    before = {name: len(one.writes()) for name, one in sites.items()}
    told, vetoed = sites["told"], sites["vetoed"]
    assert report["success"] and told.mark() == "taken"
    document(told, incarnation=6)
    run = playground.play(PLAYBOOK, sites=[told, vetoed])
    assert run.failed == {"vetoed"}, run.output
    assert "too old" in run.stats["cloud_maintenance"]["told"]["message"] and told.mark() == "taken"
    assert "aggr1_ndo_01" in run.failures["vetoed"] and "ON HOLD" in run.failures["vetoed"] and "NetApp Support" in run.failures["vetoed"]
    assert (vetoed.takeovers(), vetoed.takeovers(PARTNER), vetoed.approved()) == (1, 0, [FIRST]), "the second event is held"
    document(told, incarnation=8)
    vetoed.trigger("clear_veto", aggregate="aggr1_ndo_01")
    run = playground.play(PLAYBOOK, sites=[told, vetoed, *[sites[name] for name in ("in_time", "both", "watched")]]).good()
    assert told.mark() == vetoed.mark() == vetoed.mark(PARTNER) == "served" and told.unharmed() and vetoed.unharmed()
    assert (vetoed.takeovers(), vetoed.takeovers(PARTNER), vetoed.approved()) == (1, 1, [FIRST, SECOND])
    assert {name for name, one in sites.items() if len(one.writes()) != before[name]} == {"told", "vetoed"}


def test_without_the_runbook_the_same_courses_do_harm(playground: Playground) -> None:
    quiet = {"cvo_reacts": False}
    freeze = playground.site("freeze", settings=quiet).event(type="Freeze", seconds=25)
    both = playground.site("both").event(duration=9).event(PARTNER)
    reboot = playground.site("reboot").event()
    for site in (freeze, both, reboot):
        site.advance(3600)
    assert freeze.verdict()["outages"] > 0 and both.verdict()["outages"] > 0
    assert reboot.verdict()["longest_pause"] > 20
    with pytest.raises(AssertionError):
        reboot.unharmed()


KILLS = [
    "Mark that it begins", "Turn automatic giveback off", "Have the partner take over", "Mark that it is done", "Let the event begin",
    "Have the partner give back", "Turn automatic giveback on", "Mark the event as served", "Put the report together",
]  # fmt: skip


def test_run_that_is_killed_again_and_again_is_finished_by_the_next(playground: Playground) -> None:
    site = playground.site("killed").event(notice=1500).set(**APPROVING, cloud_maintenance_lead_seconds=1500)
    for task in KILLS[:3]:
        playground.killed(PLAYBOOK, task, sites=[site])
    playground.interrupted(PLAYBOOK, lambda: site.going("takeover"), sites=[site])
    for task in KILLS[3:5]:
        playground.killed(PLAYBOOK, task, sites=[site])
    playground.interrupted(PLAYBOOK, lambda: bool(site.approved()), sites=[site])
    playground.killed(PLAYBOOK, KILLS[5], sites=[site])
    playground.interrupted(PLAYBOOK, lambda: site.going("giveback"), sites=[site])
    for task in KILLS[6:]:
        playground.killed(PLAYBOOK, task, sites=[site])
    run = playground.play(PLAYBOOK, sites=[site]).good()
    assert "was served already" in run.output or "No event asks for anything" in run.output
    assert site.unharmed() and site.mark() == "served"
    assert site.takeovers() == 1 and site.approved_only_when_out()
    givebacks = [one for one in site.writes() if one.startswith("PATCH /api/cluster/nodes/")]
    assert len(givebacks) == 5, givebacks


def test_check_mode_only_reads(playground: Playground) -> None:
    site = playground.site("checked").event()
    run = playground.play(PLAYBOOK, "--check", sites=[site]).good()
    assert site.writes() == [] and f"{NODE} is taken over for the Reboot event" in run.output
