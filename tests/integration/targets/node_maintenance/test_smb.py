# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SMB users in the way of the playbook ndo.ontap.node_maintenance: waited for, given up by name, refused.

Each test is one run on several clusters.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
sys.path.insert(0, str(next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402

PLAIN, MIXED = "EXAMPLE\\plain", "EXAMPLE\\mixed"
GATE = """
- name: Ask the gate alone
  hosts: all
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  module_defaults:
    group/ndo.ontap.ontap: "{{ ontap_connection }}"
  roles:
    - role: ndo.ontap.smb_gate
  post_tasks:
    - name: Show when
      ansible.builtin.debug:
        msg: "{{ smb_gate_result.moments | map(attribute='moment') | join(' ') }} of {{ smb_gate_result.moments[1].object }}"
"""


class Playground(playground.Playground):
    """Clusters with SMB users."""

    SCENARIO = "smb_sessions"
    SCALE = 120
    SETTINGS = {"auto_giveback_delay": 864000}
    ENVIRONMENT = {"PYTHONUNBUFFERED": "1"}


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Any]:
    """Where it is played."""
    one = Playground(tmp_path)
    yield one
    one.stop()


def test_users_are_waited_for_given_up_by_name_or_stop_the_run(ground: Any) -> None:
    task = {"node_maintenance_nodes": ["ndo-01"]}
    leaves = ground.site("leaves").set(**task, node_maintenance_smb_wait_timeout=36000)
    survey = f"user={PLAIN}, client=198.51.100.172"
    named = ground.site("named").set(**task, node_maintenance_smb_allow=survey, node_maintenance_smb_wait_timeout="0")
    stays = ground.site("stays").set(**task, node_maintenance_smb_wait_timeout=3, node_maintenance_smb_allow=[{"user": PLAIN}])
    broken = ground.site("broken").set(**task, node_maintenance_smb_wait_timeout=36000).trigger("disable_ha", node="ndo-02")
    sites = [leaves, named, stays, broken]
    process = ground.start("ndo.ontap.node_maintenance", sites=sites)
    # Waits last real seconds, and this one has begun.
    ground.wait_for(lambda: "[leaves] ndo-01: 2 SMB session(s) left" in ground.output(), process)
    for user in (PLAIN, MIXED):
        leaves.trigger("smb_files", user=user)
    run = ground.finish(process)
    assert run.failed == {"stays", "broken"}, run.output
    assert leaves.undisturbed()
    # Each of both once at the takeover, and once at the giveback: as announced.
    assert named.verdict()["lost_sessions"] == 4
    for words in (
        "1 SMB session(s) are not continuously available",
        MIXED,
        "at the giveback of aggr1_ndo_01 (1)",
        "were waited for, for 3 seconds",
    ):
        assert words in run.failures["stays"], run.failures
    for words in ("failover is disabled", "2 SMB session(s)", "and again at the giveback of aggr1_ndo_01 (2)"):
        assert words in run.failures["broken"], run.failures
    assert stays.writes() == broken.writes() == []
    assert "waited for" not in run.failures["broken"]


def test_gate_alone_stops_or_lets_pass_and_tells_both_moments(ground: Any) -> None:
    (ground.folder / "gate.yml").write_text(GATE, encoding="utf-8")
    closed = ground.site("closed").set(smb_gate_node="ndo-01")
    passes = ground.site("passes").set(smb_gate_node="ndo-01", smb_gate_allow=[{"svm": "nas1", "volume": "nas1_vol1a"}])
    accepts = ground.site("accepts").set(smb_gate_node="ndo-01", smb_gate_accept=True, smb_gate_wait_timeout=1)
    typo = ground.site("typo").set(smb_gate_node="ndo-01", smb_gate_wait_timeout=-5)
    run = ground.play(str(ground.folder / "gate.yml"), sites=[closed, passes, accepts, typo])
    assert run.failed == {"closed", "typo"}, run.output
    assert "2 SMB session(s)" in run.failures["closed"] and "smb_allow" in run.failures["closed"]
    assert "it has to be 0 to 604800" in run.failures["typo"] and typo.simulator.log.sent("GET") == []
    assert run.output.count("takeover giveback lif_return of aggr1_ndo_01") == 2
    assert [one.writes() for one in (closed, passes, accepts)] == [[], [], []]
