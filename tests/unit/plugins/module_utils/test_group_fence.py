# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Group snapshots in two phases by REST, what becomes of their fence, and the identity and the proof of an instant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import errors, waiting
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.group_fence import GroupFence
from ansible_collections.ndo.ontap.plugins.module_utils.group_point import Instant, mark_of, new_mark, point_of
from ansible_collections.ndo.ontap.plugins.module_utils.group_temporary import is_temporary, temporary_name
from ansible_collections.ndo.ontap.plugins.module_utils.transport import Settings, Transport

GROUPS = "/application/consistency-groups"


class Site:
    """A lasting group of one volume, and a client."""

    def __init__(self, lab: Any, client: Client) -> None:
        self.lab = lab
        self.client = client
        self.group = next(iter(lab.world.store.each("consistency_groups", name="of_others")))["uuid"]

    def fence(self, **options: Any) -> GroupFence:
        """A snapshot of the group."""
        return GroupFence(self.client, self.group, "before", what="consistency group of_others", **options)

    def fenced(self) -> int:
        """How many volumes are fenced."""
        return len(self.lab.world.store.table("fences"))

    def sent(self, method: str) -> int:
        """How many requests of this method were sent."""
        return len(self.lab.requests(method))


@pytest.fixture
def site(lab: Any) -> Iterator[Site]:
    """The scenario of groups."""
    made = lab("groups")
    transport = Transport(Settings(made.connection()))
    yield Site(made, Client(transport))
    transport.close()


def test_two_requests_take_it_and_the_time_between_is_measured(site: Site) -> None:
    fence = site.fence(timeout=20, attributes={"comment": "by night", "snapmirror_label": "daily"})
    fence.start()
    assert site.fenced() == 1
    waiting.pause(3)
    fence.commit()
    found = fence.find() or {}
    assert (fence.fenced, site.fenced(), len(site.lab.writes())) == (3.0, 0, 2)
    assert (found["uuid"], found["comment"], found["snapmirror_label"]) == (fence.uuid, "by night", "daily")


def test_a_start_that_is_a_job_is_waited_for(site: Site) -> None:
    site.lab.world.settings["fence_job"] = 1
    fence = site.fence()
    fence.take()
    assert site.fenced() == 0 and fence.find() is not None and fence.fenced < 3


@pytest.mark.parametrize(("kind", "starts"), [("drop_before", 2), ("drop_after", 1), ("status", 2)])
def test_a_lost_start_is_looked_up_by_its_name_and_committed(site: Site, kind: str, starts: int) -> None:
    site.lab.fault("POST", f"{GROUPS}/*", kind)
    fence = site.fence()
    fence.take()
    assert (site.sent("POST"), site.fenced()) == (starts, 0) and fence.find() is not None


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
def test_a_lost_commit_is_sent_again(site: Site, kind: str) -> None:
    site.lab.fault("PATCH", f"{GROUPS}/*", kind)
    fence = site.fence()
    fence.take()
    assert (site.sent("PATCH"), site.fenced(), fence.joined) == (2, 0, False) and fence.find() is not None


def test_a_start_that_always_gets_lost_ends_without_a_fence(site: Site) -> None:
    site.lab.fault("POST", f"{GROUPS}/*", "drop_before", times=0)
    with pytest.raises(errors.LostAnswer) as caught:
        site.fence().take()
    assert "No snapshot before was taken" in caught.value.hint and site.fenced() == 0


def test_a_late_commit_says_how_late_and_takes_nothing(site: Site) -> None:
    fence = site.fence()
    fence.start()
    waiting.pause(10)
    with pytest.raises(errors.OntapError) as caught:
        fence.commit()
    assert "10 seconds after the start" in caught.value.hint and fence.find() is None and fence.fenced == 7.0


def test_what_was_started_elsewhere_is_committed_here_once(site: Site) -> None:
    first = site.fence()
    begun = waiting.clock.wall()
    first.start()
    waiting.pause(2)
    second, third = (site.fence(uuid=first.uuid, since=begun) for _each in range(2))
    second.commit()
    third.commit()
    assert (second.fenced, second.joined, third.joined, site.fenced()) == (2.0, False, True, 0)


def test_what_an_interrupted_run_has_started_is_adopted(site: Site) -> None:
    site.fence(attributes={"comment": "mine"}).start()
    fence = site.fence()
    assert (fence.adopt() or {})["comment"] == "mine"
    fence.commit()
    assert fence.find() is not None and site.fence().adopt() is None and site.fenced() == 0


def test_a_name_that_is_taken_is_refused_without_a_fence(site: Site) -> None:
    site.fence().take()
    with pytest.raises(errors.ApiError, match="exists already"):
        site.fence().take()
    assert site.fenced() == 0


def test_an_older_release_says_what_it_lacks(lab: Any) -> None:
    made = lab("groups", version=(9, 11, 1))
    transport = Transport(Settings(made.connection()))
    with pytest.raises(errors.UnsupportedRelease, match="needs ONTAP 9.12.1"):
        Site(made, Client(transport)).fence().start()
    transport.close()


@pytest.mark.parametrize("timeout", [4, 121])
def test_a_fence_that_cannot_be_is_refused(site: Site, timeout: int) -> None:
    with pytest.raises(errors.InputError, match="from 5 to 120 seconds"):
        site.fence(timeout=timeout)


# -- points --------------------------------------------------------------------------------------------------------------------


def record(volume: str, **more: Any) -> dict[str, Any]:
    """A snapshot as the API tells it."""
    return {"name": "s", "uuid": f"s-{volume}", "volume": {"name": volume, "uuid": f"v-{volume}"}, **more}


def test_a_point_is_the_same_in_any_order_and_another_for_another_snapshot() -> None:
    pairs = [("v1", "s1"), ("v2", "s2")]
    assert point_of(pairs) == point_of(reversed(pairs)) != point_of([("v1", "s1"), ("v2", "s3")])
    assert len(point_of(pairs)) == 12 and Instant("s", ["a", "b"], [record("a")]).point is None


def test_only_a_mark_that_all_have_proves_an_instant() -> None:
    one, other = new_mark(), new_mark()
    assert one != other and mark_of({"comment": f"nightly {one}"}) == one and mark_of({"comment": f"x{one}"}) is None
    same = [record("a", snapmirror_label=one), record("b", comment=one)]
    assert Instant("s", ["a", "b"], same).proven and not Instant("s", ["a", "b", "c"], same).proven
    assert not Instant("s", ["a", "b"], [same[0], record("b", snapmirror_label=other)]).proven
    assert not Instant("s", ["a", "b"], [record("a", create_time="now"), record("b", create_time="now")]).proven
    assert not Instant("s", [], []).proven


def test_the_name_of_a_temporary_group_tells_whose_it_is_and_since_when() -> None:
    name = temporary_name("ndo_tmp_", "nightly", 1795270000.9)
    assert name.startswith("ndo_tmp_1795270000_")
    assert is_temporary(name, "ndo_tmp_") and is_temporary(name, "ndo_tmp_", "nightly")
    assert not is_temporary(name, "ndo_tmp_", "hourly") and not is_temporary("ndo_tmp_of_somebody", "ndo_tmp_")
    assert not is_temporary("x" + name, "ndo_tmp_")
