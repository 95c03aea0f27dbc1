# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs with answers that cannot be meant, and jobs that tell all that Ansible can tell."""

from __future__ import annotations

from typing import Any

import pytest
from cases import CASES
from controller import FAILED, Controller, template

WRONG: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "ONTAP node maintenance": (
        {"node_maintenance_nodes": " , ", "node_maintenance_takeover_timeout": "soon"},
        ("node_maintenance_takeover_timeout",),
    ),
    "ONTAP volume relocation": (
        {"volume_relocate_cutover_window": 5, "volume_relocate_max_used_percent": 101, "volume_relocate_headroom": "much"},
        ("volume_relocate_cutover_window", "volume_relocate_max_used_percent", "volume_relocate_headroom"),
    ),
    "ONTAP group snapshot": (
        {"group_snapshot_members": '[{"source": "/vol/vol1/lun1"', "group_snapshot_fence_timeout": 600},
        ("group_snapshot_members", "group_snapshot_fence_timeout"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_are_refused_before_the_first_request(controller: Controller, name: str) -> None:
    place = controller.cluster("two_pairs")
    answers, named = WRONG[name]
    job = controller.run(template(name), place, {**CASES[name].answers, **answers})
    assert (job.status, place.simulator.log.entries) == ("failed", []), job.output
    (message,) = job.failures()
    for variable in named:
        assert variable in message, message
    assert job.without_secrets()


def test_password_is_nowhere_in_a_job_that_tells_all(controller: Controller) -> None:
    preflight = template("ONTAP preflight")
    place = controller.cluster()
    job = controller.run(preflight, place, CASES[preflight.name].answers, flags="-vvvv")
    assert job.successful().without_secrets() and "executable location" in job.output
    place.simulator.accounts.add("admin", "another")
    job = controller.run(preflight, place, CASES[preflight.name].answers, flags="-vvvv")
    assert job.kinds() & FAILED and "does not accept the login of user admin" in job.output
    assert job.without_secrets()
