# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes, aggregates and LIFs say only what the API publishes, in every phase of a takeover and a giveback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model.aggregates import Aggregates
from ansible_collections.ndo.ontap.tests.simulator.model.interfaces import Interfaces
from ansible_collections.ndo.ontap.tests.simulator.model.nodes import Nodes
from ansible_collections.ndo.ontap.tests.simulator.schema import RESOURCES
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, Cluster

PYTHON = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "datetime": str}


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The dotted names of all that is in a record, and the values."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, name)
    else:
        yield name, value


def published(family):
    """Whether every value of every record is published: its name, its type and, where there are few, its value."""
    fields = RESOURCES[family.path].fields

    def check(cluster):
        for record in family.rows(cluster.world, {}):
            for name, value in leaves(record):
                assert name in fields, f"{family.path} has no field {name}"
                assert isinstance(value, PYTHON[fields[name].kind]), f"{name} is {value!r}"
                assert not fields[name].values or value in fields[name].values, f"{name} is {value!r}"

    return check


@pytest.mark.parametrize("family", [Nodes(), Aggregates(), Interfaces()], ids=lambda family: family.path)
@pytest.mark.parametrize("scenario", ["veto", "root_veto", "ha_disabled", "single_node"])
def test_records_hold_only_what_is_published(family, scenario):
    check = published(family)
    cluster = Cluster(scenario)
    check(cluster)
    cluster.trigger("fail_node", name=ONE)
    for _moment in range(60):
        cluster.wait(20)
        check(cluster)
