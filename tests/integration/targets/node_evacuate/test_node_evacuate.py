# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ndo.ontap.node_evacuate as its users run it, on clusters whose time runs fast.

The simulator lives in this process, so that a test sees every request, the model and the ledger.
"""

from __future__ import annotations

import json
import os
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
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

SCALE = 120
NODE = "ndo-01"
QUICK = {"move_rate": 64 * playground.GIB, "auto_giveback_delay": 864000}
"""What a node copies a second; and nothing is given back behind the back of a test."""


class Run(playground.Run):
    """A finished run of the playbook."""

    def refused(self, *words: str) -> Run:
        """The run, which has failed with a message that has these words."""
        assert self.code != 0, self.output
        for word in words:
            assert word in self.output, self.output
        return self


class Site(playground.Cluster, playground.Player):
    """A cluster, and an operator's controller with a folder for reports."""

    LIMIT = 120
    # Into a file, Python would write in blocks; a terminal, and AWX, get each line at once. What is looked for must not be the report.
    ENVIRONMENT = {"PYTHONUNBUFFERED": "1", "ANSIBLE_SHOW_CUSTOM_STATS": "false"}
    RUN = Run

    def __init__(self, simulator: Any, folder: Path) -> None:
        playground.Cluster.__init__(self, simulator)
        playground.Player.__init__(self, folder)

    def start(self, *flags: str, environment: Any = None, **variables: Any) -> Popen:
        """Start the playbook; the log of the requests begins with it."""
        self.simulator.log.clear()
        given = {"node_evacuate_node": NODE, "node_evacuate_report_dir": str(self.folder), "node_evacuate_concurrency_per_node": 8}
        given.update(variables)
        command = ["-i", "localhost,", "ndo.ontap.node_evacuate", "-e", json.dumps(given), *flags]
        return self.begin(command, **{**self.credentials, **(environment or {})})

    def play(self, *flags: str, **options: Any) -> Run:
        """Run the playbook to its end."""
        return self.finish(self.start(*flags, **options))

    def interrupted(self, when: Callable[[], bool]) -> None:
        """Run the playbook until something is so on the cluster, and kill it then with all its processes."""
        process = self.start(**CROSSING)
        self.wait_for(when, process)
        self.kill(process)

    def moves(self) -> list[str]:
        """The volumes whose moves were begun, each as often as that was sent."""
        sent = self.simulator.log.sent("PATCH", "/storage/volumes/")
        begun = [one for one in sent if "validate_only=true" not in one["query"]]
        return [one["path"].rpartition("/")[2] for one in begun if "destination_aggregate" in (one["body"] or {}).get("movement", {})]

    def left(self, node: str = NODE) -> list[str]:
        """The volumes that are on data aggregates of a node."""
        mine = {one["name"] for one in self.rows("aggregates") if one["home_node"]["name"] == node}
        return sorted(one["name"] for one in self.rows("volumes") if one["aggregates"][0]["name"] in mine)

    def lif(self, name: str) -> tuple[str, str]:
        """Where a LIF is, and where it belongs."""
        (found,) = [one for one in self.rows("interfaces") if one["name"] == name]
        return found["location"]["node"]["name"], found["location"]["home_node"]["name"]

    def evacuated(self) -> None:
        """Nothing that could leave the node is on it."""
        assert self.left() == []
        assert self.lif("nas1_lif1")[0] != NODE
        assert self.lif("san1_iscsi1a")[0] == NODE
        assert self.undisturbed()

    def report(self, what: str = "report") -> dict[str, Any]:
        """The report of the last run that did something, or the forecast."""
        return playground.result_in(self.folder, f"{NODE}.evacuate", what)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """A maker of sites: site("two_pairs")."""
    started: list[Any] = []

    def make(scenario: str = "two_pairs", scale: float = SCALE, **settings: Any) -> Site:
        simulator = Simulator(scenario=scenario, clock=ScaledClock(scale)).start()
        started.append(simulator)
        simulator.world.settings.update({**QUICK, **settings})
        return Site(simulator, tmp_path)

    yield make
    for simulator in started:
        simulator.stop()


CROSSING: dict[str, Any] = {"node_evacuate_pin": {"san1:san1_vol1a": "aggr1_ndo_03"}}
"""One of the volumes with LUNs goes to the other pair."""


def reporting(place: Site, volume: str) -> set[str]:
    """The nodes that report the LUNs of a volume."""
    maps = [one for one in place.rows("lun_maps") if one["lun"]["name"].startswith(f"/vol/{volume}/")]
    return {node["name"] for one in maps for node in one["reporting_nodes"]}


def test_node_is_evacuated_and_a_second_run_changes_nothing(site: Any) -> None:
    place = site()
    before = {one["name"]: one["uuid"] for one in place.rows("volumes")}
    leaving = place.left()
    run = place.play(**CROSSING).good()
    place.evacuated()
    assert place.lif("nas1_lif1") == ("ndo-02", NODE)
    assert {one["name"]: one["uuid"] for one in place.rows("volumes")} == before
    report = place.report()
    assert report["success"] and {one["volume"] for one in report["volumes"]} == set(leaving)
    assert {one["outcome"] for one in report["volumes"]} == {"moved"}
    fates = {one["lif"]: one["outcome"] for one in report["lifs"]}
    assert fates["nas1:nas1_lif1"] == "migrated" and fates["san1:san1_iscsi1a"] == fates[f"{NODE}_ic1"] == "stays"
    for words in (
        "nas1:nas1_vol1a aggr1_ndo_01 -> ",
        "LIF nas1:nas1_lif1 ndo-01 -> ndo-02: migrated",
        "auto_revert",
        "does not migrate SAN LIFs",
    ):
        assert words in run.output, run.output
    assert reporting(place, "san1_vol1a") == {"ndo-03", "ndo-04"} and reporting(place, "san1_vol1b") == {"ndo-01", "ndo-02"}
    place.play(**CROSSING).good()
    assert place.writes() == [] and {one["outcome"] for one in place.report()["volumes"]} == {"moved"}, "the report of the move is gone"


def test_check_mode_prints_the_plan_and_sends_reads_and_validations_only(site: Any) -> None:
    place = site()
    leaving = place.left()
    run = place.play("--check").good()
    assert place.writes() == [] and place.left() == leaving
    assert len(place.simulator.log.writes()) >= len(leaving), "ONTAP was not asked to validate the moves"
    for name in leaving:
        assert f":{name} aggr" in run.output
    for words in ("LIF nas1:nas1_lif1 ndo-01 -> ndo-02", "Aggregate aggr1_ndo_02 of ndo-02: ", "volumes would be moved, 1 LIFs would be"):
        assert words in run.output, run.output
    assert {one["outcome"] for one in place.report("forecast")["volumes"]} == {"foretold"}


def moving(place: Site) -> bool:
    """Whether a volume is being moved."""
    return any(one.get("movement", {}).get("state") in ("replicating", "cutover") for one in place.rows("volumes"))


def underway(place: Site) -> bool:
    """Whether the LIF is on its way."""
    return any(one["sim"]["moving_to"] for one in place.rows("interfaces"))


def arrived(place: Site) -> bool:
    """Whether the volume with LUNs has come to the other pair, and the run has not tidied up behind it."""
    (found,) = [one for one in place.rows("volumes") if one["name"] == "san1_vol1a"]
    return found["aggregates"][0]["name"] == "aggr1_ndo_03"


def test_run_that_is_killed_again_and_again_is_finished_by_the_last(site: Any) -> None:
    place, begun = site(scale=30, lif_migration=30), []
    for state in (moving, arrived, underway):
        place.interrupted(lambda state=state: state(place))
        begun += place.moves()
    place.play(**CROSSING).good()
    place.evacuated()
    assert reporting(place, "san1_vol1a") == {"ndo-03", "ndo-04"}
    assert place.moves() == [] and len(set(begun)) == len(begun) == 7, "a volume was moved twice"


@pytest.mark.parametrize(
    ("scenario", "prepare", "variables", "words"),
    [
        ("two_pairs", ("start_takeover", {"ofnode": "ndo-02"}), {}, ["has taken over ndo-02"]),
        ("two_pairs", ("disable_ha", {"node": NODE}), {}, ["Storage failover is disabled on ndo-01"]),
        ("smb_sessions", None, {}, ["SMB session(s)", "accept_smb_disruption"]),
        ("two_pairs", None, {"node_evacuate_max_used_percent": 1}, ["nas1:nas1_vol1a: It takes"]),
    ],
    ids=["takeover", "failover off", "SMB sessions", "no room"],
)
def test_refusal_comes_before_the_first_write(site: Any, scenario: str, prepare: Any, variables: dict[str, Any], words: list[str]) -> None:
    place = site(scenario)
    if prepare is not None:
        place.trigger(prepare[0], **prepare[1])
    place.play(**variables).refused("Nothing was changed.", *words)
    assert place.simulator.log.writes() == []
    assert not place.report()["success"]


def test_smb_users_of_its_lifs_are_waited_for_before_these_leave_or_given_up_by_name(site: Any) -> None:
    place = site("smb_sessions")
    given = {"node_evacuate_smb_allow": [{"user": "EXAMPLE\\plain"}], "node_evacuate_smb_wait_timeout": 3600}
    process = place.start(**given)
    place.wait_for(lambda: "SMB sessions: 1 SMB session(s) left: EXAMPLE\\mixed" in place.output(), process)
    assert place.left() == [] and place.lif("nas1_lif1")[0] == NODE
    place.trigger("smb_files", user="EXAMPLE\\mixed")
    assert place.finish(process).code == 0, place.output()
    assert place.lif("nas1_lif1")[0] != NODE
    assert [one["client"].split()[2] for one in place.world.ledger.entries if one["kind"] == "smb_session_lost"] == ["EXAMPLE\\plain"]


def test_move_that_fails_leaves_the_lifs_where_they_are_and_the_next_run_makes_them_leave_for_good(site: Any) -> None:
    place = site()
    place.simulator.faults.on("PATCH", "/api/storage/volumes/*", "job_failure", nth=8, code="787156", message="The move broke.")
    wanted = {"node_evacuate_lifs": "rehome"}
    place.play(**wanted).refused("The move broke", "are not where they should be", "LIFs leave last")
    assert place.lif("nas1_lif1") == (NODE, NODE)
    outcomes = {one["outcome"] for one in place.report()["volumes"]}
    assert "failed" in outcomes and outcomes <= {"failed", "not_begun", "moved"}
    place.play(**wanted).good()
    place.evacuated()
    assert place.lif("nas1_lif1") == ("ndo-02", "ndo-02")
