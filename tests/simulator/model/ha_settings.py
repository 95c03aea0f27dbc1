# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the steps of takeover and giveback take, and the switches of the HA model.

A scenario or a test overrides any of them in `world.settings`. All times are simulated seconds.
"""

from __future__ import annotations

from typing import Any

from .world import World

DEFAULTS: dict[str, Any] = {
    # Source: CLI manual, storage failover modify: detection time 15 s, range 10-180.
    "takeover_detection": 15,
    # Choice: an aggregate that moves while its node still runs does not answer for this long.
    "takeover_per_aggregate": 2,
    # Choice: a NAS or management LIF on its way to another node does not answer for this long.
    "lif_migration": 3,
    # Choice: a clean shutdown of the node that is taken over.
    "halt": 20,
    # Choice: from the start of a node to "waiting for giveback", or to "up" when nobody took it over.
    "boot": 180,
    # Choice: the root aggregate goes home and the node comes up on it.
    "giveback_root": 20,
    # Choice, within the CLI manual's "a few seconds to a couple of minutes" per aggregate.
    "giveback_per_aggregate": 10,
    # Choice; the state itself is in the HA guide: "Waiting for cluster applications to come online on the local node".
    "applications_online": 15,
    # Choice: LIFs with auto-revert go home this long after their node came up.
    "lif_revert_delay": 10,
    # Choice: connections to the cluster management LIF get no answer for this long after it left its node.
    "mgmt_silence": 15,
    # Source: HA guide: automatic giveback waits 600 s, and makes two more attempts when a data aggregate fails.
    "auto_giveback_delay": 600,
    "auto_giveback_retries": 2,
    # Choice: the sources do not say how long it waits between attempts.
    "auto_giveback_retry_delay": 300,
    # Source: HA guide, table of -onreboot: with it, a takeover caused by a reboot ends in automatic giveback even when
    # auto-giveback is off. The default is true.
    "onreboot": True,
    # Choice: how long the job of a giveback, reboot or shutdown runs; what it started goes on after it.
    "ha_job": 2,
    # The passthrough's documentation maps words that are not show/create/modify/delete to POST; clients were seen
    # sending PATCH. A scenario can accept either one alone.
    "takeover_methods": ["POST"],
    "giveback_methods": ["POST"],
}


def setting(world: World, name: str) -> Any:
    """The value of a setting of this world, or the default."""
    return world.settings.get(name, DEFAULTS[name])
