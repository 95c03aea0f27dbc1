# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every writer against every kind of trouble at every request that it sends.

It ends in success, or in a clean stop whose message says where the pair stands; the next run, without trouble, reaches the
goal; and at no time are both nodes of the pair down by our hand.
"""

from __future__ import annotations

from typing import Any, Callable

import pytest

KINDS: list[dict[str, Any]] = [
    {"kind": "reset"},
    {"kind": "drop_after"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 429, "retry_after": 3},
    {"kind": "error", "status": 500, "code": "3", "message": "Internal error."},
    {"kind": "lif_silent", "seconds": 60},
    {"kind": "job_failure", "code": "460770", "message": "The job failed."},
    {"kind": "job_vanish"},
]
AT = (1, 2, 3, 4, 5, 6, 8, 11)


def nothing(lab: Any) -> None:
    """The cluster as the scenario has it."""


def taken_over(lab: Any) -> None:
    """ndo-01 is out and waits for giveback."""
    assert not lab.run("ha_takeover", node="ndo-01", until="waiting_for_giveback").get("failed")


WRITERS: list[tuple[str, Callable[[Any], None], dict[str, Any], str]] = [
    ("ha_takeover", nothing, {"node": "ndo-01", "until": "waiting_for_giveback"}, "taken_over"),
    ("ha_giveback", taken_over, {"node": "ndo-01"}, "home"),
    ("cluster_tag", nothing, {"key": "team", "value": "storage"}, ""),
]


def reached(result: dict[str, Any], storage: str) -> bool:
    """Whether a result shows the goal."""
    return result["record"]["storage"] == storage if storage else result["record"] == {"key": "team", "value": "storage"}


def both_down(lab: Any) -> bool:
    """Whether the ledger holds an outage, or data that was lost."""
    verdict = lab.world.ledger.verdict()
    return bool(verdict["outages"] or verdict["data_lost"])


@pytest.mark.parametrize("fault", KINDS, ids=lambda fault: f"{fault['kind']}{fault.get('status', '')}")
@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer[0])
def test_trouble_is_survived_or_ends_in_a_clean_stop(lab: Any, writer: Any, fault: dict[str, Any]) -> None:
    for nth in AT:
        survive(lab(), writer, fault, nth)


def survive(cluster: Any, writer: Any, fault: dict[str, Any], nth: int) -> None:
    """Run a task with a fault at the nth request, then without."""
    module, given, task, storage = writer
    given(cluster)
    cluster.forget()
    cluster.fault("*", "/*", **fault, nth=nth)
    result = cluster.run(module, **task)
    if result.get("failed"):
        assert result["msg"] and "Traceback" not in str(result)
        assert fault["kind"] in ("error", "job_failure"), result["msg"]
        if module != "cluster_tag" and cluster.writes():
            assert "ndo-01 is" in result["msg"], result["msg"]
    else:
        assert reached(result, storage), result
    cluster.simulator.faults.clear()
    again = cluster.run(module, **task)
    assert not again.get("failed"), again
    assert reached(again, storage)
    assert not both_down(cluster)
