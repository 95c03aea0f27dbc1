# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ndo.ontap.node_maintenance as its users run it, on clusters whose time runs fast.

The simulator lives in this process, so that a test sees every request, the model and the ledger.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any, Callable

import pytest

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
sys.path.insert(0, str(next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.model import families  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

SCALE = 120
NODE = "ndo-01"


class Site(playground.Cluster, playground.Player):
    """A cluster, and an operator's controller with a folder for reports."""

    LIMIT = 120
    # Into a file, Python would write in blocks; a terminal, and AWX, get each line at once. What is looked for must not be the report.
    ENVIRONMENT = {"PYTHONUNBUFFERED": "1", "ANSIBLE_SHOW_CUSTOM_STATS": "false"}

    def __init__(self, simulator: Any, folder: Path) -> None:
        playground.Cluster.__init__(self, simulator)
        playground.Player.__init__(self, folder)

    def start(self, *flags: str, nodes: Any = (NODE,), environment: Any = None, **variables: Any) -> Popen:
        """Start the playbook."""
        given = {"node_maintenance_nodes": list(nodes), "node_maintenance_report_dir": str(self.folder), **variables}
        command = ["-i", "localhost,", "ndo.ontap.node_maintenance", "-e", json.dumps(given), *flags]
        return self.begin(command, **{**self.credentials, **(environment or {})})

    def play(self, *flags: str, **options: Any) -> playground.Run:
        """Run the playbook to its end."""
        return self.finish(self.start(*flags, **options))

    def writes(self) -> list[tuple[str, str]]:
        """Method and path of everything that was no read."""
        return [(one["method"], one["path"]) for one in self.simulator.log.writes()]

    def trigger(self, what: str, **args: Any) -> None:
        """Set off something in the model now."""
        with self.simulator.app.lock:
            self.world.settle()
            self.world.later(0, "ha_failures.pull", trigger=what, args=args)
            self.world.settle()

    def storage(self, node: str = NODE) -> set[str]:
        """The nodes that serve the aggregates of a node now."""
        self.world.settle()
        return {one["node"]["name"] for one in self.world.store.each("aggregates") if one["home_node"]["name"] == node}

    def tags(self) -> list[str]:
        """The tags of the cluster."""
        return next(iter(self.world.store.table("clusters").values()))["_tags"]

    def report(self, node: str = NODE) -> dict[str, Any]:
        """The report of a node."""
        return playground.result_in(self.folder, f"{node}.maintenance")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """A maker of sites: site("ha_pair")."""
    started: list[Any] = []

    def make(scenario: str = "ha_pair", scale: float = SCALE, **options: Any) -> Site:
        simulator = Simulator(scenario=scenario, clock=ScaledClock(scale), **options).start()
        started.append(simulator)
        # The cluster's own 600 s until it gives back are 5 s of this fast time: a slow machine would see another story.
        simulator.world.settings["auto_giveback_delay"] = 864000
        return Site(simulator, tmp_path)

    yield make
    for simulator in started:
        simulator.stop()


def healthy(place: Site, node: str = NODE) -> None:
    """The node serves its own storage, no mark is left, and nobody lost anything."""
    assert place.storage(node) == {node}
    assert place.tags() == []
    verdict = place.verdict()
    assert verdict["non_disruptive"], verdict


def test_both_nodes_are_serviced_and_a_second_run_does_its_job_again(site: Any) -> None:
    place = site()
    for _run in range(2):
        run = place.play(nodes=["ndo-01", "ndo-02"])
        assert run.code == 0, run.output
        for node in ("ndo-01", "ndo-02"):
            healthy(place, node)
            assert place.report(node)["success"]
            assert [one["step"] for one in place.report(node)["log"]] == ["takeover", "giveback"]
    assert place.verdict()["pauses"] > 0


def test_ontapi_serves_where_the_account_may_not_use_the_passthrough_and_where_it_is_asked_for(site: Any) -> None:
    place = site()
    place.simulator.faults.on("*", "/api/private/cli/*", "error", times=0, status=403, code="6", message="not authorized for that command")
    run = place.play(node_maintenance_giveback={"engine": "ontapi"})
    assert run.code == 0, run.output
    healthy(place)
    assert [entry["call"] for entry in place.simulator.log.calls()] == ["cf-takeover", "cf-giveback"]


def test_check_mode_sends_no_write_and_lists_what_it_would_do(site: Any) -> None:
    place = site()
    run = place.play("--check")
    assert run.code == 0, run.output
    assert place.writes() == []
    assert "ndo-01: takeover, then service, then giveback, then verify" in run.output


# In the order of the runbook: each run goes on where the one before was killed, and comes as far as the next task.
KILLS = [
    "Mark the takeover as ours",
    "Have the partner take over",
    "Note the takeover",
    "Run the site's own tasks",
    "Mark the node as serviced",
    "Have the partner give back",
    "Note the giveback",
    "See that the pair is as healthy as before",
    "Take the mark away",
    "Put the report together",
]


def test_run_that_is_killed_again_and_again_is_finished_by_the_last(site: Any) -> None:
    place = site()
    for task in KILLS:
        killed = place.play(environment=playground.kill_at(task))
        assert killed.code == -signal.SIGKILL, (task, killed.output)
    run = place.play()
    assert run.code == 0, run.output
    healthy(place)


@pytest.mark.parametrize("state", ["in_progress", "in_takeover", "giving_back"])
def test_run_that_is_killed_in_the_middle_of_an_operation_is_finished_by_the_next(site: Any, state: str) -> None:
    place = site(scale=40)

    def reached() -> bool:
        with place.simulator.app.lock:
            place.world.settle()
            kind = next(one for one in families() if one.path == "/cluster/nodes")
            answer = {one["name"]: one for one in kind.rows(place.world, {})}["ndo-02"]
        if state == "giving_back":
            return answer["ha"]["giveback"]["state"] == "in_progress"
        return answer["ha"]["takeover"]["state"] == state

    process = place.start()
    place.wait_for(reached, process)
    place.kill(process)
    run = place.play()
    assert run.code == 0, run.output
    healthy(place)


def test_strangers_takeover_is_refused_and_adopted_when_asked(site: Any) -> None:
    place = site()
    place.trigger("start_takeover", ofnode=NODE)
    run = place.play()
    assert run.code != 0
    assert place.writes() == []
    assert "not by a run of ours" in run.output and "adopt" in run.output
    run = place.play(node_maintenance_adopt=True)
    assert run.code == 0, run.output
    healthy(place)


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("smb_sessions", "accept_smb_disruption"),
        ("volume_move", "is cutting over"),
        ("ha_disabled", "failover is disabled"),
        ("single_node", "no HA partner"),
    ],
)
def test_refusal_comes_before_the_first_write(site: Any, scenario: str, words: str) -> None:
    place = site(scenario)
    node = next(iter(place.world.store.table("nodes").values()))["name"]
    run = place.play(nodes=[node])
    assert run.code != 0
    assert words in run.output, run.output
    assert place.writes() == []


def test_cutovers_are_waited_for_when_asked(site: Any) -> None:
    place = site("volume_move")
    process = place.start(node_maintenance_ignore=["volume_moves"], node_maintenance_cutover_timeout=7200)
    # One is held, and stays; the other may have cut over before the run looks.
    line = "ndo-01: waiting for cutovers: "
    place.wait_for(lambda: line in place.output(), process)
    assert place.writes() == []
    with place.simulator.app.lock:
        for volume in place.world.store.each("volumes"):
            if volume.get("movement", {}).get("state") in ("cutover", "cutover_pending"):
                volume["movement"] = {}
    run = place.finish(process)
    assert run.code == 0, run.output
    healthy(place)


def test_smb_loss_that_is_accepted_shows_in_the_ledger(site: Any) -> None:
    place = site("smb_sessions")
    run = place.play(node_maintenance_accept_smb_disruption=True)
    assert run.code == 0, run.output
    verdict = place.verdict()
    assert verdict["lost_sessions"] > 0 and not verdict["non_disruptive"]


def test_failure_of_the_sites_own_tasks_gives_the_storage_back(site: Any, tmp_path: Path) -> None:
    place = site()
    tasks = tmp_path / "broken.yml"
    tasks.write_text("- name: Break\n  ansible.builtin.fail:\n    msg: the new board does not fit\n", encoding="utf-8")
    run = place.play(node_maintenance_tasks=str(tasks), nodes=["ndo-01", "ndo-02"])
    assert run.code != 0
    assert "the new board does not fit" in run.output and "serves its own storage again" in run.output
    healthy(place)
    assert not (tmp_path / "ndo-02.maintenance").exists(), "the second node was touched although the first failed"


def test_hold_leaves_the_node_out_and_the_next_run_goes_on(site: Any, tmp_path: Path) -> None:
    place = site()
    tasks = tmp_path / "broken.yml"
    tasks.write_text("- name: Break\n  ansible.builtin.fail:\n    msg: the new board does not fit\n", encoding="utf-8")
    run = place.play(node_maintenance_tasks=str(tasks), node_maintenance_hold=True)
    assert run.code != 0 and "held out" in run.output
    assert place.storage() == {"ndo-02"}
    run = place.play()
    assert run.code == 0, run.output
    healthy(place)


def test_veto_stops_the_run_with_the_reason_and_the_next_run_finishes(site: Any) -> None:
    place = site("veto")
    run = place.play(nodes=["ndo-01", "ndo-02"])
    assert run.code != 0
    assert "aggr1_ndo_01" in run.output and "override_vetoes" in run.output
    place.trigger("clear_veto", aggregate="aggr1_ndo_01")
    run = place.play()
    assert run.code == 0, run.output
    healthy(place)


TAKEOVER = "/api/private/cli/storage/failover/takeover"
GIVEBACK = "/api/cluster/nodes/*"
NODES = "/api/cluster/nodes"
FAULTS = [
    ("GET", NODES, {"kind": "reset", "nth": 4}),
    ("GET", NODES, {"kind": "status", "nth": 4, "status": 503}),
    ("POST", TAKEOVER, {"kind": "drop_after"}),
    ("POST", TAKEOVER, {"kind": "status", "status": 503}),
    ("PATCH", GIVEBACK, {"kind": "drop_after"}),
    ("PATCH", GIVEBACK, {"kind": "job_vanish"}),
    ("GET", NODES, {"kind": "lif_silent", "nth": 5, "seconds": 60}),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0]} {fault[2]['kind']}")
def test_fault_is_survived(site: Any, fault: tuple[str, str, dict[str, Any]]) -> None:
    place = site()
    method, path, rule = fault
    place.simulator.faults.on(method, path, **rule)
    run = place.play()
    assert run.code == 0, run.output
    healthy(place)


def test_failed_giveback_job_ends_in_a_clean_stop_and_the_next_run_finishes(site: Any) -> None:
    place = site()
    place.simulator.faults.on("PATCH", GIVEBACK, "job_failure", code="852126", message="Failed to initiate giveback.")
    run = place.play()
    assert run.code != 0
    assert "852126" in run.output and "ndo-01 is waiting_for_giveback" in run.output
    run = place.play()
    assert run.code == 0, run.output
    healthy(place)


@pytest.mark.parametrize("in_worker", [True, False])
def test_password_is_in_no_output(site: Any, in_worker: bool) -> None:
    place = site()
    run = place.play("-vvvv", "--check", ndo_ontap_in_worker=in_worker)
    assert run.code == 0, run.output
    assert place.simulator.password not in run.output
    run = place.play("-vvvv", environment={"ONTAP_PASSWORD": "a-wrong-secret"}, ndo_ontap_in_worker=in_worker)
    assert run.code != 0 and "does not accept the login of user admin" in run.output
    assert "a-wrong-secret" not in run.output and "Traceback" not in run.output


def test_nodes_can_be_given_as_the_text_of_a_survey(site: Any) -> None:
    place = site("two_pairs")
    run = place.play("--check", nodes=[], node_maintenance_nodes="ndo-02, ndo-04")
    assert run.code == 0, run.output
    assert "ndo-02: takeover" in run.output and "ndo-04: takeover" in run.output


def test_partner_that_dies_during_the_takeover_ends_in_a_clean_stop(site: Any) -> None:
    place = site(scale=40)
    place.world.settings["auto_giveback_delay"] = 120  # the run waits until the cluster itself has given back
    process = place.start()
    place.wait_for(lambda: place.storage() == {"ndo-01", "ndo-02"}, process)
    place.trigger("fail_node", name="ndo-02")
    run = place.finish(process)
    assert run.code != 0
    assert "The takeover of ndo-01 by ndo-02 failed" in run.output and "Do not service the node" in run.output
    assert len([one for one in place.writes() if one[1].endswith("/takeover")]) == 1
    place.simulator.advance(3600)
    run = place.play()
    assert run.code == 0, run.output
    assert place.storage() == {"ndo-01"} and place.tags() == []
