# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Approval of scheduled events of Azure. What is written goes to the metadata service, which is in the same log as the cluster."""

from __future__ import annotations

from typing import Any

from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS

from .row import Row, done

VMS = {"cvo-vm1": "ndo-01", "cvo-vm2": "ndo-02"}


def announced(lab: Any, **event: Any) -> None:
    """ndo-01 is out, for an event of its VM."""
    lab.simulator.start_imds()
    lab.world.settings["cloud_vms"] = VMS
    done(lab, "ha_takeover", node="ndo-01", until="waiting_for_giveback")
    TRIGGERS["cloud_event"](lab.world, node="ndo-01", id="E1", **event)


def shared(lab: Any) -> None:
    """The same for an event of another VM too."""
    announced(lab, others=["app-vm1"])


def approve(**options: Any) -> Any:
    """The task that approves the event."""
    return lambda lab: {"url": lab.simulator.imds_url, "event_id": "E1", "node": "ndo-01", "vms": VMS, **options}


LAWS: dict[str, Any] = {"calls": 4, "noop": 1, "polls": True}

ROWS = [
    Row("approve an event", "azure_scheduled_event", approve(), ["approve"], given=announced, **LAWS),
    Row("approve an event of others too", "azure_scheduled_event", approve(allow_others=["APP-vm1"]), ["approve"], given=shared, **LAWS),
]
