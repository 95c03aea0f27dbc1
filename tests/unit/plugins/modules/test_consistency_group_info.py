# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consistency groups as they are read: parents, children, members, clones and snapshots."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.consistency_site import Site


@pytest.fixture
def site(lab: Any) -> Site:
    """Eight volumes with LUNs, and one in a group of others."""
    return Site(lab("groups"))


def test_groups_are_read_with_their_parts(site: Site) -> None:
    site.pair()
    site.done("data", tags=["a:b"], snapshot_policy="default", application_type="oracle")
    names = [(one["name"], one["parent"], one["children"], one["volumes"]) for one in site.read(svm=["san1"], fields=["all"])]
    assert sorted(names) == [
        ("app", None, ["data", "logs"], []),
        ("data", "app", [], ["vol1", "vol2"]),
        ("logs", "app", [], ["vol3"]),
        ("of_others", None, [], ["other"]),
    ]
    (data,) = site.read(volume=["vol2"], fields=["tags", "snapshot_policy", "luns", "application_type"])
    assert data["tags"] == ["a:b"] and data["snapshot_policy"] == "default" and data["application_type"] == "oracle"
    assert len(data["luns"]) == 14 and data["luns"][0]["igroups"] and data["luns"][0]["serial_number"]
    assert [one["name"] for one in site.read(parent=["app"])] == ["data", "logs"]
    assert site.read(uuid=[data["uuid"]])[0]["name"] == "data" and site.read(names=["nobody"]) == []


def test_snapshots_are_read_on_request_in_one_more_request(site: Site) -> None:
    site.done(volumes=["vol1", "vol2"])
    site.snapshot()
    site.lab.advance(60)
    site.snapshot(name="s2")
    site.done(volumes=["vol3"], membership="add")
    site.lab.forget()
    found = {one["name"]: one["snapshots"] for one in site.read(fields=["snapshots"])}
    assert len(site.lab.requests()) == 2 and found["of_others"] == []
    assert [one["name"] for one in found["app"]] == ["s1", "s2"]
    first = found["app"][0]
    assert first["volumes"] == ["vol1", "vol2"] and first["partial"] and first["missing_volumes"] == ["vol3"] and first["create_time"]


def test_a_clone_tells_where_it_comes_from(site: Site) -> None:
    site.done(volumes=["vol1"])
    site.snapshot()
    site.done("copy", clone={"parent": "app", "snapshot": "s1"})
    (copy,) = site.read(filter={"clone.is_flexclone": True}, fields=["clone"])
    assert copy["name"] == "copy" and copy["clone"]["parent"] == "app" and copy["clone"]["snapshot"] == "s1"
    assert site.read(names=["app"], fields=["clone"])[0]["clone"] is None


def test_an_old_release_answers_what_it_has(lab: Any) -> None:
    site = Site(lab("groups", version=(9, 11, 1)))
    (group,) = site.read()
    assert group["volumes"] == ["other"] and group["tags"] is None and group["application_type"] is None
    assert site.read(fields=["all"])[0]["clone"] is None
