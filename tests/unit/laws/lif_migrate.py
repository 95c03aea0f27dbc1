# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LIFs: migrated to a node, to a port, away from a node, home, and for good."""

from __future__ import annotations

from typing import Any

from .row import Row, done

LIF: dict[str, Any] = {"svm": "nas1", "name": "nas1_lif1"}
GO: dict[str, Any] = {"polls": True, "calls": 4}
"""The LIF, ports and SMB sessions are read, and then it is migrated; nodes too, where one is to be chosen."""


def away(lab: Any) -> None:
    """The LIF is on the partner for a while."""
    done(lab, "lif_migrate", **LIF, to_node="ndo-02")


FOR_GOOD: dict[str, Any] = {**LIF, "home": "change"}

ROWS = [
    Row("bring a LIF to a node", "lif_migrate", {**LIF, "to_node": "ndo-02"}, ["migrate"], **GO),
    Row("bring a LIF to a node as svm:lif", "lif_migrate", {"name": "nas1:nas1_lif1", "to_node": "ndo-02"}, ["migrate"], **GO),
    Row("bring a LIF to a port", "lif_migrate", {**LIF, "to_node": "ndo-02", "to_port": "e0c"}, ["migrate"], **GO),
    Row("bring a LIF to another port of its node", "lif_migrate", {**LIF, "to_node": "ndo-01", "to_port": "e0c"}, ["migrate"], **GO),
    Row(
        "bring a LIF and cut its sessions",
        "lif_migrate",
        {**LIF, "to_node": "ndo-02", "accept_smb_disruption": True},
        ["migrate"],
        polls=True,
        calls=3,
    ),
    Row(
        "bring a LIF whose users may be cut off",
        "lif_migrate",
        {**LIF, "to_node": "ndo-02", "smb_allow": [{"svm": "nas1"}]},
        ["migrate"],
        **GO,
    ),
    Row("have a LIF leave a node", "lif_migrate", {**LIF, "from_node": "ndo-01"}, ["migrate"], polls=True, calls=5),
    Row(
        "have a LIF leave a node that is not its home",
        "lif_migrate",
        {**LIF, "from_node": "ndo-02"},
        ["migrate"],
        given=away,
        polls=True,
        calls=5,
    ),
    Row("send a LIF home", "lif_migrate", {**LIF, "to_node": "ndo-01"}, ["migrate"], given=away, **GO),
    Row("bring a LIF to a node for good", "lif_migrate", {**FOR_GOOD, "to_node": "ndo-02"}, ["migrate", "rehome"], polls=True, calls=5),
    Row("have a LIF leave a node for good", "lif_migrate", {**FOR_GOOD, "from_node": "ndo-01"}, ["migrate", "rehome"], polls=True, calls=6),
    Row("make the place of a LIF its home", "lif_migrate", {**FOR_GOOD, "to_node": "ndo-02"}, ["rehome"], given=away, polls=True, calls=3),
    Row(
        "bring the management LIF of the cluster to a node",
        "lif_migrate",
        {"name": "cluster_mgmt", "to_node": "ndo-02", "management": True},
        ["migrate"],
        polls=True,
        calls=3,
    ),
]
