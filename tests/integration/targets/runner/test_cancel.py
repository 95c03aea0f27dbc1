# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that are canceled while the cluster is at work, and launched again: the next one finishes it, and hosts noticed nothing."""

from __future__ import annotations

import time
from typing import Any

from cases import CASES, GIB, LIVE, Place, luns, volumes_are_there
from controller import Controller, Job, template

from ansible_collections.ndo.ontap.tests.simulator import write_order
from ansible_collections.ndo.ontap.tests.simulator.model import families


def ha(place: Place) -> dict[str, Any]:
    """What ONTAP says of takeover and giveback on the node that takes over."""
    with place.simulator.app.lock:
        place.world.settle()
        kind = next(one for one in families() if one.path == "/cluster/nodes")
        return {one["name"]: one for one in kind.rows(place.world, {})}["ndo-02"]["ha"]


def cancel(job: Job, container: bool = True) -> None:
    """Cancel a job. AWX shows it as canceled, with the events until then, and no end."""
    job.cancel(container)
    assert (job.status, job.rc) == ("canceled", 254)
    assert "playbook_on_start" in job.kinds() and "playbook_on_stats" not in job.kinds()
    assert job.without_secrets()


def test_maintenance_is_canceled_in_takeover_and_in_giveback_and_finished(controller: Controller) -> None:
    maintenance = template("ONTAP node maintenance")
    place = controller.cluster(scale=40)
    answers = CASES[maintenance.name].answers
    job = controller.launch(maintenance, place, answers)
    for operation in ("takeover", "giveback"):
        job.wait_for(lambda: ha(place)[operation]["state"] == "in_progress")  # noqa: B023 - it is called here only
        cancel(job)
        job = controller.launch(maintenance, place, answers, says="ndo-01: ")
    job.wait().successful()
    assert job.report()["resumed"]
    assert [one["path"] for one in place.simulator.log.writes() if "takeover" in one["path"]] == []
    assert place.rows("clusters")[0]["_tags"] == []
    assert place.undisturbed()


def test_moves_go_on_while_nobody_waits_and_are_joined(controller: Controller) -> None:
    relocation = template("ONTAP volume relocation")
    place = controller.cluster(move_rate=2 * GIB)
    answers = CASES[relocation.name].answers
    job = controller.launch(relocation, place, answers).wait_for(lambda: begun(place) == 2)
    # Without a container, what Ansible has begun goes on to its end.
    cancel(job, container=False)
    job = controller.launch(relocation, place, answers, says="nas1:nas1_vol1a to ").wait().successful()
    assert begun(place) == 2 and all(one["joined"] for one in job.report()["volumes"])
    volumes_are_there(place, job)
    assert place.undisturbed()


def begun(place: Place) -> int:
    """How many moves there were on the cluster at all."""
    with place.simulator.app.lock:
        return int(place.world.store.table("counters").get("volume_moves", {"value": 0})["value"])


def test_group_snapshot_is_canceled_between_clones_and_completed(controller: Controller) -> None:
    case = CASES["ONTAP group snapshot"]
    snapshot = template("ONTAP group snapshot")
    place = controller.cluster(case.scenario, case.scale, **case.settings)
    place.fault("POST", "storage/luns", "delay", nth=3, seconds=1)
    job = controller.launch(snapshot, place, case.answers)
    wanted = {f"{path}_s" for path in LIVE.values()}
    cancel(job.wait_for(lambda: len(wanted & luns(place)) == 2))
    # What was on its way is carried out.
    time.sleep(1)
    job = controller.run(snapshot, place, case.answers).successful()
    case.done(place, job)
    assert job.report()["found"] == "resume"
    with place.simulator.app.lock:
        assert write_order.check([row for row in place.world.store.each("luns") if row["name"] in wanted])["consistent"]
    assert place.undisturbed()
