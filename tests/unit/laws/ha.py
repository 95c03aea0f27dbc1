# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takeover, giveback, and tags of the cluster."""

from __future__ import annotations

from typing import Any

from .row import Row, done


def taken_over(lab: Any) -> None:
    """ndo-01 is out and waits for giveback."""
    done(lab, "ha_takeover", node="ndo-01", until="waiting_for_giveback")


def tagged(lab: Any) -> None:
    """The cluster has two tags."""
    done(lab, "cluster_tag", key="team", value="storage")
    done(lab, "cluster_tag", key="site", value="north")


TAKEOVER: dict[str, Any] = {"calls": 3, "noop": 2, "polls": True}
GIVEBACK: dict[str, Any] = {"given": taken_over, "calls": 4, "noop": 3, "polls": True}

ROWS = [
    Row("take over", "ha_takeover", {"node": "ndo-01"}, ["takeover"], **TAKEOVER),
    Row("take over and boot", "ha_takeover", {"node": "ndo-02", "until": "waiting_for_giveback"}, ["takeover"], **TAKEOVER),
    Row("take over without LIF migration", "ha_takeover", {"node": "ndo-01", "skip_lif_migration": True}, ["takeover"], **TAKEOVER),
    Row("give back", "ha_giveback", {"node": "ndo-01"}, ["giveback"], **GIVEBACK),
    Row("give back over vetoes", "ha_giveback", {"node": "ndo-01", "override_vetoes": True}, ["giveback"], **GIVEBACK),
    Row("take over by ONTAPI", "ha_takeover", {"node": "ndo-01", "engine": "ontapi"}, ["takeover"], **TAKEOVER),
    Row("give back by ONTAPI", "ha_giveback", {"node": "ndo-01", "engine": "ontapi"}, ["giveback"], **GIVEBACK),
    Row("tag", "cluster_tag", {"key": "team", "value": "storage"}, ["modify"]),
    Row("change a tag", "cluster_tag", {"key": "team", "value": "platform"}, ["modify"], given=tagged),
    Row("remove a tag", "cluster_tag", {"key": "team", "state": "absent"}, ["modify"], given=tagged),
]
