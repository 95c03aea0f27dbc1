# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation that the modules share which read scheduled events of Azure."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of module_utils/scheduled_events_source.py, SERVICE."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of the instance metadata service. Its path may be left out; the version of its API is added.
      - Only a VM that gets the events can ask the real one, C(http://169.254.169.254/metadata/scheduledevents), which counts when the
        option is left out. In an availability set or a placement group, that is each VM of it.
      - The service is never asked through a proxy, whatever the environment says.
    type: str
  timeout:
    description:
      - Seconds to ask the service for one thing, all tries together.
      - Its very first answer may take two minutes, because the first question turns it on; so does one after a day without any.
    type: int
    default: 150
  retries:
    description: How often to ask again when the service does not answer, or cannot at the moment (HTTP 410, 429, 500, 502 to 504).
    type: int
    default: 3
  retry_wait:
    description: Seconds between two tries.
    type: int
    default: 3
  vms:
    description:
      - Which VM is which node - the name of the VM in Azure, and the name of the node.
      - A node that is not here is the VM of the same name. Case does not matter.
    type: dict
    default: {}
requirements:
  - requests
"""
