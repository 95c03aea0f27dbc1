# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers of volumes, snapshots, LUNs, igroups and maps against every kind of trouble at every request that they send.

A run ends in success, or in a clean stop with a message; the next run, without trouble, reaches the goal, and the one after it has
nothing to do; no other object is touched.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.laws.row import Row
from ansible_collections.ndo.ontap.tests.unit.laws.table import ROWS

KINDS: list[dict[str, Any]] = [
    {"kind": "reset"},
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 429, "retry_after": 3},
    {"kind": "error", "status": 500, "code": "3", "message": "Internal error."},
    {"kind": "empty_page"},
    {"kind": "job_failure", "code": "460770", "message": "The job failed."},
    {"kind": "job_vanish"},
]
AT = (1, 2, 3)
CERTAIN = ("drop_after", "job_failure", "job_vanish")
"""What leaves open whether a write took effect strikes each of the first requests of every row; others one request of every other row."""
TABLES = ("volumes", "snapshots", "luns", "igroups", "lun_maps")
OTHERS = {"ha_takeover", "ha_giveback", "cluster_tag", "azure_scheduled_event"}
"""Writers with a matrix of their own (test_faults.py; test_azure_scheduled_event.py, for it writes to no cluster)."""


def representatives() -> list[Row]:
    """For each writer, the first row of each different list of actions."""
    found: dict[Any, Row] = {}
    for row in ROWS:
        if row.module not in OTHERS:
            found.setdefault((row.module, tuple(action.split()[0] for action in row.actions)), row)
    return list(found.values())


def bystanders(lab: Any, mine: set[str]) -> dict[str, Any]:
    """Every object that the task is not about, without what ONTAP derives for it."""
    return {
        f"{table} {key}": copy.deepcopy({name: row.get(name) for name in ("name", "uuid", "size", "os_type", "initiators", "comment")})
        for table in TABLES
        for key, row in lab.world.store.table(table).items()
        if key not in mine
    }


def touched(lab: Any, row: Row) -> set[str]:
    """The keys of all objects that the task makes, changes or removes when nothing goes wrong."""
    row.given(lab)
    lab.forget()
    before = copy.deepcopy({table: dict(lab.world.store.table(table)) for table in TABLES})
    assert not lab.run(row.module, **row.options(lab)).get("failed")
    after = {table: lab.world.store.table(table) for table in TABLES}
    return {key for table in TABLES for key in {*before[table], *after[table]} if before[table].get(key) != after[table].get(key)}


def strikes(turn: int, methods: list[str]) -> list[tuple[dict[str, Any], int]]:
    """The faults of a row, each with the number of the request that it strikes; `methods` are those of the requests that it sends."""
    found = []
    for place, fault in enumerate(KINDS):
        possible = [nth for nth in AT if strikes_at(fault["kind"], methods[nth - 1 : nth])]
        if possible and fault["kind"] not in CERTAIN:
            turns, whose = divmod(turn + place, 2)
            possible = [possible[turns % len(possible)]] if whose == 0 else []
        found += [(fault, nth) for nth in possible]
    return found


def strikes_at(kind: str, methods: list[str]) -> bool:
    """Whether there is such a request, and a fault of this kind can strike it: only writes start jobs, only reads have pages."""
    if not methods or (kind.startswith("job") and methods[0] == "GET"):
        return False
    return kind != "empty_page" or methods[0] == "GET"


@pytest.mark.parametrize("row", representatives(), ids=lambda row: f"{row.module}-{'-'.join(row.actions)}")
def test_trouble_is_survived_or_ends_in_a_clean_stop(lab: Any, row: Row) -> None:
    plain = lab(row.scenario)
    mine = touched(plain, row)
    methods = [entry["method"] for entry in plain.requests()]
    for fault, nth in strikes(representatives().index(row), methods):
        survive(lab(row.scenario), row, {**fault, "nth": nth}, mine)


def survive(cluster: Any, row: Row, fault: dict[str, Any], mine: set[str]) -> None:
    """Run a row under a fault, then twice without."""
    row.given(cluster)
    others = bystanders(cluster, mine)
    cluster.fault("*", "/*", **fault)
    result = cluster.run(row.module, **row.options(cluster))
    assert not result.get("failed") or (result["msg"] and "error" in result), (fault, result)
    cluster.simulator.faults.clear()
    again = cluster.run(row.module, **row.options(cluster))
    assert not again.get("failed"), (fault, again)
    # A second run that has nothing to do is the proof already.
    assert not again["changed"] or not cluster.run(row.module, **row.options(cluster))["changed"], fault
    left = bystanders(cluster, mine)
    assert {key: left.get(key) for key in others} == others, fault
