# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the info modules read: pages, limits, thousands of objects, and releases that lack something."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.gathered import VOLUME_KIND
from ansible_collections.ndo.ontap.tests.unit.plugins.modules.test_info_modules import HOST1, READERS, names, one, take


@pytest.fixture
def cluster(lab: Any) -> Any:
    """Two nodes, a NAS and a SAN tenant."""
    return lab()


@pytest.fixture
def twins(lab: Any) -> Any:
    """Two SAN tenants with the same names of volumes, LUNs and igroups."""
    return lab("san")


# -- pages and limits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["empty_page", "short_page"])
@pytest.mark.parametrize("name", READERS)
def test_a_page_cut_short_loses_nothing(twins: Any, name: str, kind: str) -> None:
    take(twins, "vol1", "s1", "s2")
    whole = twins.run(name)
    twins.forget()
    twins.fault("GET", "/*", kind)
    again = twins.run(name)
    assert again["records"] == whole["records"]
    assert len(twins.requests()) == 2


def test_many_pages_are_one_answer(cluster: Any) -> None:
    whole = cluster.run("volume_info")
    cluster.world.settings["page_limit"] = 5
    assert cluster.run("volume_info")["records"] == whole["records"]
    assert cluster.run("volume_info", names=["san1_vol2b"])["missing"] == []


def test_a_limit_says_that_there_is_more_and_reads_no_further(cluster: Any) -> None:
    result = cluster.run("volume_info", names=["nas1_vol1a", "nas1_vol1b", "nas1_vol1c", "gone"], limit=2)
    assert (names(result), result["truncated"], result["missing"]) == (["nas1_vol1a", "nas1_vol1b"], True, None)
    assert len(cluster.requests()) == 1
    assert "max_records=3" in cluster.requests()[0]["query"]


def test_a_limit_that_is_just_enough_says_so(cluster: Any) -> None:
    result = cluster.run("volume_info", names=["nas1_vol1a", "nas1_vol1b", "gone"], limit=2)
    assert (len(names(result)), result["truncated"], result["missing"]) == (2, False, ["gone"])


def test_a_limit_counts_what_is_meant_and_not_what_ontap_sends(twins: Any) -> None:
    result = twins.run("lun_info", names=['/vol/vol1/lun"1"', "/vol/vol2/lun1"], limit=3)
    assert (len(names(result)), result["truncated"]) == (3, True)


def test_five_thousand_volumes_are_read_within_seconds(lab: Any) -> None:
    cluster = lab("large")
    started = time.process_time()
    result = cluster.run("volume_info")
    spent = time.process_time() - started
    assert (len(names(result)), result["api"]["requests"]) == (5000, 1)
    # The simulator's own work is in this, too; it takes half a second on a small machine.
    assert spent < 3


def test_the_words_of_thousands_of_records_cost_little() -> None:
    records = [{"name": f"v{number}", "space": {"used": number}, "aggregates": [{"name": "a"}]} for number in range(5000)]
    getters = [word.getter() for word in VOLUME_KIND.chosen(None)]
    started = time.process_time()
    shown = [[get(record) for get in getters] for record in records]
    assert time.process_time() - started < 0.5
    assert "v4999" in shown[-1]


# -- releases -------------------------------------------------------------------------------------------------------------


def test_what_an_older_release_lacks_is_null_unless_it_was_asked_for(lab: Any) -> None:
    cluster = lab(version=(9, 10, 1))
    result = cluster.run("aggregate_info", names="aggr1_ndo_01")
    assert (one(result)["used_percent"], one(result)["volume_count"], one(result)["state"]) == (None, None, "online")
    assert result["api"]["requests"] == 3
    refused = cluster.run("aggregate_info", fields=["used_percent"])
    assert refused["failed"]
    assert "The cluster runs ONTAP 9.10.1: field used_percent needs ONTAP 9.13.1" in refused["msg"]


def test_all_words_of_an_older_release_are_what_it_has(lab: Any) -> None:
    cluster = lab(version=(9, 8, 0))
    for name in READERS:
        result = cluster.run(name, fields=["all"])
        assert not result.get("failed"), result
    igroup = cluster.run("igroup_info", fields=["all"])["records"][0]
    assert (igroup["comment"], igroup["igroups"], igroup["initiators"]) == (None, None, [HOST1])


def test_a_filter_that_the_release_lacks_is_refused(lab: Any) -> None:
    result = lab(version=(9, 10, 1)).run("aggregate_info", fields=["state"], filter={"used_percent": ">80"})
    assert result["failed"]
    assert "filter used_percent needs ONTAP 9.13.1" in result["msg"]
