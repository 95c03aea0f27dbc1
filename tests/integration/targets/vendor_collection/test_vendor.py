# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's collection and ours work on the same objects: what one has made, the other finds to be as asked, changes and deletes.

Each row of KINDS says the same things in the words of both. The vendor's modules also prove the simulator: they know nothing of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from groups import NESTED, SINGLE, Step
from kinds import A_LUN, AN_IGROUP, KINDS, OURS, READ, VENDORS, VENDORS_ONLY, Kind, Options, Task

HERE = Path(__file__).resolve().parent
# ansible-test runs targets in a copy that has no collection around it; the collections are where Ansible finds them.
ROOTS = [Path(root) / "ansible_collections" for root in os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":") if root]
COLLECTION = next(root / "ndo" / "ontap" for root in ROOTS if (root / "ndo" / "ontap" / "tests" / "simulator").is_dir())
sys.path.insert(0, str(COLLECTION.parents[2]))

from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

SCALE = 600
"""Simulated seconds per second: what takes some of them is over at the vendor's first look; its second comes 15 real ones later."""

CALM = 1
"""The same for what opens a fence of some seconds: a busy machine must get to the commit in time."""
QUICK = {"group_job": 0, "snapshot_job": 0, "volume_job": 0}

FENCED = ("consistency group", "snapshot of a consistency group")
"""Rows that the calm cluster is for."""

LIMIT = 120
"""Seconds of real time after which a playbook counts as hung."""

Play = Callable[..., None]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Any]:
    """A cluster for all rows; each works on objects of its own."""
    there = any((root / "netapp" / "ontap").is_dir() for root in ROOTS)
    assert there, "the vendor's collection is not where Ansible looks for collections; make integration puts it there"
    with Simulator("two_pairs", clock=ScaledClock(SCALE)) as running:
        yield running


@pytest.fixture(scope="module")
def calm_simulator() -> Iterator[Any]:
    """A cluster on which a second takes a second, but nothing takes long."""
    with Simulator("two_pairs", clock=ScaledClock(CALM)) as running:
        running.world.settings.update(QUICK)
        yield running


@pytest.fixture
def play(simulator: Any, tmp_path: Path) -> Play:
    """Plays tasks on the quick cluster."""
    return player(simulator, tmp_path)


@pytest.fixture
def play_calmly(calm_simulator: Any, tmp_path: Path) -> Play:
    """Plays tasks on the calm one."""
    return player(calm_simulator, tmp_path)


def player(simulator: Any, folder: Path) -> Play:
    """Plays tasks on a simulator."""
    login = {"hostname": simulator.host, "username": simulator.username, "password": simulator.password}
    groups = {
        "group/ndo.ontap.ontap": {**login, "port": simulator.port, "ca_path": simulator.ca_path},
        "group/netapp.ontap.netapp_ontap": {
            **login,
            "http_port": simulator.port,
            "https": True,
            "validate_certs": True,
            "use_rest": "always",
        },
    }
    # The vendor's modules take their authorities from the environment only.
    authorities = {"REQUESTS_CA_BUNDLE": simulator.ca_path, "SSL_CERT_FILE": simulator.ca_path}
    environment = {**os.environ, **authorities, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_DISPLAY_TRACEBACK": "error"}

    def run(name: str, tasks: list[Options]) -> None:
        book = {
            "hosts": "all",
            "connection": "local",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable, "it": name},
            "module_defaults": groups,
            "tasks": tasks,
        }
        path = folder / "rows.yml"
        path.write_text(json.dumps([book]), encoding="utf-8")
        command = ["ansible-playbook", "-i", "localhost,", "-v", str(path)]
        done = subprocess.run(command, env=environment, cwd=HERE, capture_output=True, text=True, timeout=LIMIT, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"ok={len(tasks)} " in done.stdout, done.stdout

    return run


def expecting(task: Task, changed: bool) -> Options:
    """A task that fails when it changes something although it should not, or the other way round."""
    module, options = task
    return {
        "name": f"{module} {'changes' if changed else 'finds nothing to do'}",
        module: options,
        "register": "it_did",
        "failed_when": f"it_did is failed or it_did is {'not changed' if changed else 'changed'}",
    }


def removing(need: Task) -> Task:
    """The task that removes what a row needed."""
    identity = ("svm", "vserver", "volume", "name", "lun", "igroup")
    return need[0], {**{key: need[1][key] for key in identity if key in need[1]}, "state": "absent"}


def story(kind: Kind, *steps: tuple[str, str, bool]) -> list[Options]:
    """The tasks of a row: what it needs, the steps (side, state, whether it changes something), and what it needed is removed."""
    before = [expecting(need, True) for need in kind.needs]
    after = [expecting(removing(need), True) for need in kind.needs[::-1]]
    during = [expecting(kind.task(side, state), changed) for side, state, changed in steps if state != "other" or kind.can_change]
    return [*before, *during, *after]


def word(kind: Kind) -> str:
    """The name of the object of a row."""
    return str(kind).replace(" ", "_")


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_the_vendors_makes_ours_takes_for_done_changes_and_deletes(kind: Kind, play: Play, play_calmly: Play) -> None:
    where = play_calmly if str(kind) in FENCED else play
    made = [("theirs", "one", True), ("theirs", "one", False), ("ours", "one", False)]
    changed = [("ours", "other", True), ("theirs", "other", False)]
    where(f"theirs_{word(kind)}", story(kind, *made, *changed, ("ours", "absent", True), ("theirs", "absent", False)))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_ours_makes_the_vendors_takes_for_done_changes_and_deletes(kind: Kind, play: Play, play_calmly: Play) -> None:
    where = play_calmly if str(kind) in FENCED else play
    made = [("ours", "one", True), ("theirs", "one", False)]
    changed = [("theirs", "other", True), ("ours", "other", False)]
    where(f"ours_{word(kind)}", story(kind, *made, *changed, ("theirs", "absent", True), ("ours", "absent", False)))


@pytest.mark.parametrize("kind", VENDORS_ONLY, ids=str)
def test_the_vendors_modules_work_where_there_is_none_of_ours(kind: Kind, play: Play) -> None:
    made = [("theirs", "one", True), ("theirs", "one", False), ("theirs", "other", True), ("theirs", "other", False)]
    play(f"only_{word(kind)}", story(kind, *made, ("theirs", "absent", True), ("theirs", "absent", False)))


@pytest.mark.parametrize(
    ("steps", "left"),
    [(SINGLE, ["counted_1", "counted_2", "example_vol1"]), (NESTED, [])],
    ids=["single", "nested"],
)
def test_the_vendors_group_modules_work_as_their_examples_show(
    calm_simulator: Any, play_calmly: Play, steps: list[Step], left: list[str]
) -> None:
    world = calm_simulator.world
    before = {row["name"] for row in world.store.each("volumes")}
    play_calmly("groups", [expecting(task, changed) for task, changed in steps])
    assert sorted({row["name"] for row in world.store.each("volumes")} - before) == left
    for table in ("consistency_groups", "consistency_snapshots", "fences"):
        assert not list(world.store.each(table)), table
    verdict = world.ledger.verdict()
    assert verdict["non_disruptive"], verdict


def test_both_read_the_same(play: Play) -> None:
    ours = [{OURS + module: {}, "register": module} for module in READ.values()]
    theirs = {VENDORS + "rest_info": {"gather_subset": list(READ), "fields": ["*"]}, "register": "theirs"}
    uuids = "records | map(attribute='uuid') | sort"
    same = [f"theirs.ontap_info['{subset}'].{uuids} == {module}.{uuids}" for subset, module in READ.items()]
    there = [f"{module}.records | length > 0" for module in READ.values()]
    needed = [expecting(task, True) for task in (A_LUN, AN_IGROUP)]
    play("read", [*needed, *ours, theirs, {"ansible.builtin.assert": {"that": [*same, *there]}}])


def test_the_vendors_modules_speak_ontapi_to_the_simulator(calm_simulator: Any, play_calmly: Play) -> None:
    volumes = ["san1_vol1a", "san1_vol2a"]
    theirs: Options = {"vserver": "san1", "use_rest": "never"}
    group = (VENDORS + "cg_snapshot", {**theirs, "volumes": volumes, "snapshot": "by_ontapi", "timeout": "relaxed"})
    made = [expecting(group, True), expecting(group, False)]
    seen = [expecting((OURS + "snapshot", {"svm": "san1", "volume": name, "name": "by_ontapi"}), False) for name in volumes]
    one = {**theirs, "volume": volumes[0], "snapshot": "renamed"}
    renamed = [expecting((VENDORS + "snapshot", {**one, "from_name": "by_ontapi"}), True)]
    renamed += [expecting((VENDORS + "snapshot", {**one, "comment": "other", "snapmirror_label": "label"}), True)]
    gone = [expecting((VENDORS + "snapshot", {**one, "state": "absent"}), changed) for changed in (True, False)]
    failover = expecting((VENDORS + "storage_failover", {"node_name": "ndo-01", "use_rest": "never"}), False)
    play_calmly("ontapi", [*made, *seen, *renamed, *gone, failover])
    called = {entry["call"] for entry in calm_simulator.log.calls()}
    assert called == {
        "cf-status",
        "cg-commit",
        "cg-start",
        "snapshot-delete",
        "snapshot-get-iter",
        "snapshot-modify-iter",
        "snapshot-rename",
    }
