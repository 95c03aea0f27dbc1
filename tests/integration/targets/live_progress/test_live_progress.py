# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What operators see while a task waits: lines that come while it waits, and not when it is done, in every way to run a module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [Path(root) / "ansible_collections" for root in os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":") if root]
COLLECTION = next(root / "ndo" / "ontap" for root in ROOTS if (root / "ndo" / "ontap" / "tests" / "simulator").is_dir())
sys.path.insert(0, str(COLLECTION.parents[2]))

from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

SCALE = 100
"""A copy of 341 GiB takes seven seconds."""
LIMIT = 120
"""Seconds of real time after which a playbook counts as hung."""

BASTION = {"ndo_ontap_in_worker": False}
"""A module runs elsewhere: over the connection, from a Python of its own. Here, elsewhere is this machine."""


@pytest.fixture
def cluster() -> Iterator[Simulator]:
    """A cluster whose time runs fast."""
    one = Simulator("ha_pair", clock=ScaledClock(SCALE)).start()
    yield one
    one.stop()


def play(cluster: Simulator, folder: Path, options: dict[str, Any], *hosts: str, **variables: Any) -> tuple[list[str], float]:
    """The lines about the moves of a play with one task, and the seconds between the first of them and the end of the task."""
    connection = {name: getattr(cluster, name) for name in ("port", "username", "password", "ca_path")}
    task = {"name": "Move", "ndo.ontap.volume_move": {"hostname": cluster.host, **connection, **options}}
    how = {"hosts": "all", "connection": "local", "gather_facts": False}
    variables = {"ansible_python_interpreter": "{{ ansible_playbook_python }}", **variables}
    book = folder / "book.yml"
    book.write_text(json.dumps([{"name": "Play", **how, "vars": variables, "tasks": [task]}]), encoding="utf-8")
    environment = {**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "false", "PYTHONUNBUFFERED": "1"}
    command = ["ansible-playbook", "-i", ",".join(hosts or ("one",)) + ",", str(book)]
    found: list[tuple[float, str]] = []
    with subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            found.append((time.monotonic(), line.rstrip("\n")))
        code = process.wait(LIMIT)
    output = "\n".join(line for _when, line in found)
    assert code == 0, output
    done = next(when for when, line in found if line.startswith("changed: ["))
    lines = [(when, line.strip()) for when, line in found if " to aggr" in line and line.startswith("  ")]
    return [line for _when, line in lines], done - lines[0][0] if lines else 0.0


MOVE = {"svm": "nas1", "volume": "nas1_vol1a", "aggregate": "aggr1_ndo_02"}


def test_lines_come_while_the_task_waits_inside_the_worker(cluster: Simulator, tmp_path: Path) -> None:
    lines, before = play(cluster, tmp_path, MOVE)
    assert before > 4 and len(lines) > 5
    assert all(line.startswith("nas1:nas1_vol1a to aggr1_ndo_02: ") for line in lines) and lines[-1].endswith("is on aggr1_ndo_02")


def test_lines_come_while_the_task_waits_elsewhere(cluster: Simulator, tmp_path: Path) -> None:
    lines, before = play(cluster, tmp_path, MOVE, **BASTION)
    assert before > 2 and len(lines) > 3
    assert all(line.startswith("nas1:nas1_vol1a to aggr1_ndo_02: ") for line in lines)


@pytest.mark.parametrize("variables", [{}, BASTION], ids=["worker", "elsewhere"])
def test_hosts_are_told_apart(cluster: Simulator, tmp_path: Path, variables: dict[str, Any]) -> None:
    options = {"svm": "nas1", "volume": "nas1_vol{{ inventory_hostname }}a", "aggregate": "aggr2_ndo_02"}
    lines, _before = play(cluster, tmp_path, options, "1", "2", **variables)
    for host in "12":
        assert [line for line in lines if line.startswith(f"[{host}] nas1:nas1_vol{host}a to aggr2_ndo_02: ")]


@pytest.mark.parametrize("variables", [{}, BASTION], ids=["worker", "elsewhere"])
def test_quiet_is_quiet(cluster: Simulator, tmp_path: Path, variables: dict[str, Any]) -> None:
    assert play(cluster, tmp_path, {**MOVE, "progress": False}, **variables)[0] == []
