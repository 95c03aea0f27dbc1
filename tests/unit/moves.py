# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of moves share: a volume, a destination, and the places that a move can have come to."""

from __future__ import annotations

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils import module as modules
from ansible_collections.ndo.ontap.plugins.modules import volume_move
from ansible_collections.ndo.ontap.tests.simulator.model.volume_move_steps import give_up
from ansible_collections.ndo.ontap.tests.simulator.model.world import handler

VOLUME: dict[str, Any] = {"svm": "nas1", "volume": "nas1_vol1a"}
MOVE: dict[str, Any] = {**VOLUME, "aggregate": "aggr1_ndo_02"}
DURATION = 683
"""Seconds that the copy of 341 GiB takes at 512 MiB/s."""


@handler
def break_off(world: Any, volume: str) -> None:
    """The move of a volume fails."""
    give_up(world, world.store.find("volumes", name=volume), "failed", "It broke.")


def row_of(cluster: Any, name: str = "nas1_vol1a") -> Any:
    """The simulator's own row of a volume."""
    return next(cluster.world.store.each("volumes", name=name))


def failed(result: dict[str, Any], *words: str) -> None:
    """The task failed in one clear message that has these words, and without a traceback."""
    assert result.get("failed"), result
    for word in words:
        assert word in result["msg"], result["msg"]
    assert "Traceback" not in result["msg"]


def begun(cluster: Any, after: float = 60, **task: Any) -> Any:
    """Somebody has started a move, and time has passed; the log is empty."""
    assert not cluster.run("volume_move", **{**MOVE, **task}, wait=False).get("failed")
    cluster.advance(after)
    cluster.forget()
    return cluster


def cutting(cluster: Any) -> Any:
    """Time has passed until the volume cuts over."""
    while row_of(cluster)["movement"]["state"] != "cutover":
        cluster.advance(1)
        cluster.world.settle()
    return cluster


def starts(cluster: Any) -> list[Any]:
    """The requests that began moves."""
    return [entry for entry in cluster.writes() if "destination_aggregate" in (entry["body"] or {}).get("movement", {})]


def performed(cluster: Any, report: Any = None, module: Any = volume_move, **task: Any) -> dict[str, Any]:
    """The result of a task as the module makes it: Ansible takes the warnings out of what an ordinary module prints."""
    params = {name: spec.get("default") for name, spec in module.ARGUMENTS.options.items()}
    return modules.perform(module.body, {**params, **cluster.connection(), **task}, False, report)
