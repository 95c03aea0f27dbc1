# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Group snapshots by ONTAPI: two calls for any number of volumes, and what becomes of fences when answers are lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import errors, waiting
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.ontapi import Ontapi
from ansible_collections.ndo.ontap.plugins.module_utils.ontapi_group import GroupSnapshot
from ansible_collections.ndo.ontap.plugins.module_utils.transport import Settings, Transport

VOLUMES = ["san1_vol1a", "san1_vol1b", "san1_vol2a", "san1_vol2b"]


class Site:
    """A pair, and a client of its ONTAPI."""

    def __init__(self, lab: Any, client: Ontapi) -> None:
        self.lab = lab
        self.client = client
        self.faults = lab.simulator.faults

    def group(self, *volumes: str, **options: Any) -> GroupSnapshot:
        """A group snapshot of these volumes, or of all four."""
        return GroupSnapshot(self.client, "san1", "group", volumes or VOLUMES, **options)

    def fenced(self) -> int:
        """How many volumes are fenced."""
        return len(self.lab.world.store.table("fences"))

    def called(self) -> list[str]:
        """The calls so far."""
        return [entry["call"] for entry in self.lab.simulator.log.calls()]

    def pauses(self) -> set[float]:
        """How long hosts waited."""
        verdict = self.lab.world.ledger.verdict()
        assert verdict["non_disruptive"], verdict
        return {entry["seconds"] for entry in self.lab.world.ledger.entries if entry["kind"] == "io_pause"}


@pytest.fixture
def site(lab: Any) -> Iterator[Site]:
    """A pair with four volumes in san1."""
    made = lab("ha_pair")
    transport = Transport(Settings(made.connection()))
    yield Site(made, Ontapi(Client(transport)))
    transport.close()


@pytest.mark.parametrize("volumes", [VOLUMES[:1], VOLUMES, [*VOLUMES, *VOLUMES]])
def test_any_number_of_volumes_takes_two_calls(site: Site, volumes: list[str]) -> None:
    group = site.group(*volumes, label="hourly")
    group.take()
    assert site.called() == ["cg-start", "cg-commit"]
    assert group.holders() == set(volumes)
    (start,) = site.lab.simulator.log.calls("cg-start")
    assert len(dict(start["body"]["inputs"])["volumes"]) == len(set(volumes))


def test_the_time_between_is_the_time_that_writes_waited(site: Site) -> None:
    group = site.group(timeout=20)
    group.start()
    assert site.fenced() == 4
    waiting.pause(3)
    group.commit()
    assert (group.fenced, site.pauses(), site.fenced()) == (3.0, {3.0}, 0)


@pytest.mark.parametrize("timeout", [4, 121])
def test_a_fence_that_cannot_be_is_refused_before_anything_is_sent(site: Site, timeout: int) -> None:
    with pytest.raises(errors.InputError, match="from 5 to 120 seconds"):
        site.group(timeout=timeout)
    assert site.called() == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_start_is_waited_out_and_leaves_nothing(site: Site, kind: str) -> None:
    site.faults.on_call("cg-start", kind)
    group = site.group()
    with pytest.raises(errors.LostAnswer) as caught:
        group.take()
    assert "No snapshot group was left behind" in caught.value.hint
    assert (site.fenced(), group.holders(), site.pauses()) == (0, set(), {7.0} if kind == "drop_after" else set())
    group.take()
    assert group.holders() == set(VOLUMES)


@pytest.mark.parametrize(("kind", "sent"), [("drop_before", 2), ("drop_after", 2), ("status", 2)])
def test_a_lost_commit_is_sent_again_and_believed_by_what_is_there(site: Site, kind: str, sent: int) -> None:
    site.faults.on_call("cg-commit", kind)
    group = site.group()
    group.take()
    assert group.holders() == set(VOLUMES) and site.fenced() == 0
    assert site.called().count("cg-commit") == sent
    assert 0 < group.fenced < 2


def test_a_commit_after_the_fence_is_no_snapshot(site: Site) -> None:
    group = site.group()
    group.start()
    waiting.pause(9)
    with pytest.raises(errors.ApiError) as caught:
        group.commit()
    assert caught.value.code == "60" and "raise its timeout" in caught.value.hint
    assert (group.holders(), group.fenced, site.pauses()) == (set(), 7.0, {7.0})


def test_a_commit_that_never_gets_through_leaves_no_fence(site: Site) -> None:
    site.faults.on_call("cg-commit", "drop_before", times=0)
    group = site.group()
    with pytest.raises(errors.Unreachable):
        group.take()
    assert (site.fenced(), group.holders(), site.pauses()) == (0, set(), {7.0})


def test_a_start_that_is_refused_fences_nothing(site: Site) -> None:
    with pytest.raises(errors.NotFound, match="nas1_vol1a"):
        site.group("san1_vol1a", "nas1_vol1a").take()
    assert site.fenced() == 0
    site.group("san1_vol1a").start()
    with pytest.raises(errors.Busy, match="san1_vol1a"):
        site.group().take()
    assert site.fenced() == 1


def test_names_that_are_wildcards_are_compared_exactly(site: Site) -> None:
    site.group("san1_vol1a").take()
    assert GroupSnapshot(site.client, "san1", "gr*", VOLUMES).holders() == set()
