# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""High availability in one place: the entry points of the HA model, and the handlers it registers.

- ha_state: what the nodes do, in the words of the API
- ha_takeover: planned and unplanned takeover
- ha_giveback: giveback, vetoes, partial and automatic giveback
- ha_boot: going down and coming up
- ha_lifs, ha_storage: LIFs that follow; aggregates that change hands, and vetoes
- ha_actions: PATCH /cluster/nodes/{uuid}?action=...
- ha_failures: what can be set off from outside
- ha_settings: times and switches

The triggers of scheduled events (cloud_timelines.py), of SAN hosts (san_hosts.py), of SMB users (cifs_files.py) and of moves
(volume_move.py, lun_transfer.py) are among TRIGGERS too.
"""

from __future__ import annotations

from .cifs_files import TRIGGERS as OF_USERS
from .cloud_timelines import TRIGGERS as OF_CLOUD
from .ha_failures import TRIGGERS, fail_node, interconnect, set_ha
from .ha_giveback import start as giveback
from .ha_takeover import start as takeover
from .lun_transfer import TRIGGERS as OF_TRANSFERS
from .san_hosts import TRIGGERS as OF_HOSTS
from .volume_move import TRIGGERS as OF_MOVES

# What hosts do can be set off in the same way as what fails.
TRIGGERS.update(OF_CLOUD)
TRIGGERS.update(OF_HOSTS)
TRIGGERS.update(OF_USERS)
TRIGGERS.update(OF_MOVES)
TRIGGERS.update(OF_TRANSFERS)

__all__ = ["TRIGGERS", "fail_node", "giveback", "interconnect", "set_ha", "takeover"]
