#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lif_migrate
short_description: Bring LIFs to other nodes without an outage
version_added: 0.2.0
description:
  - Migrates a LIF to another node, many LIFs in one task, or all that can leave a node. Clients wait for the moment of the migration.
  - Without O(to_node), each LIF goes home when that is elsewhere, else to the HA partner of the node that it leaves, else to another node
    that is up; there, to a port in the broadcast domain of its home port that is up, best of the same name.
  - The home stays what it is, or becomes the new place as well. See O(home).
  - SAN LIFs (iSCSI, NVMe, FC), intercluster LIFs, LIFs of the cluster network, management LIFs of nodes and virtual IP LIFs do not leave
    their node. One that is named is refused with the reason; with O(from_node) they are listed in RV(stayed).
  - Done means that the LIF answers on its new port.
options:
  svm:
    description:
      - The SVM of the LIF. Not needed when one LIF only has that name, or when O(name) is written as C(svm:lif).
      - With O(from_node) and no O(name), only LIFs of this SVM.
    type: str
  name:
    description: The LIF. Without it and O(uuid), all LIFs that can leave O(from_node) are meant.
    type: str
  uuid:
    description: The uuid of the LIF, instead of its name.
    type: str
  from_node:
    description:
      - The node that is to be left. A LIF that is elsewhere is left alone.
      - With O(home=change), LIFs that are elsewhere and have their home on the node count too.
    type: str
  to_node:
    description: The node to bring the LIF to. Without it, O(from_node) is needed, and the node is chosen.
    type: str
  to_port:
    description: The port to bring the LIF to. Without it, a port is chosen. Needs O(to_node).
    type: str
  home:
    description:
      - With V(keep), the migration is for a while. A LIF with C(auto_revert) can go home by itself; RV(message) says so.
      - With V(change), the new place becomes the home of the LIF as well.
    type: str
    choices: [keep, change]
    default: keep
  management:
    description: Whether the management LIF of the cluster leaves O(from_node) too. The connection breaks for some seconds then.
    type: bool
    default: false
  accept_smb_disruption:
    description:
      - Whether LIFs are migrated although SMB sessions with open files go through them that are not continuously available. These are
        lost.
    type: bool
    default: false
  smb_allow:
    description:
      - Whose SMB sessions may be lost, as in O(ndo.ontap.smb_session_info#module:allow). All others are still refused.
    type: list
    elements: raw
    default: []
    version_added: 0.3.0
  wait:
    description: Whether to wait until the LIFs answer at their new place.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait until all LIFs answer. ONTAP needs up to 15 for one.
    type: int
    default: 120
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.items
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - The account needs to read and change C(/api/network/ip/interfaces), and to read C(/api/network), C(/api/cluster/nodes),
    C(/api/protocols/cifs/sessions) and, where O(smb_allow) names shares, C(/api/protocols/cifs/session/files).
seealso:
  - module: ndo.ontap.smb_session_info
  - module: ndo.ontap.ha_takeover
  - module: ndo.ontap.volume_move
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Bring a LIF to another node for a while
  ndo.ontap.lif_migrate:
    svm: nas1
    name: nas1_lif1
    to_node: ndo-02

- name: Send it home again
  ndo.ontap.lif_migrate:
    svm: nas1
    name: nas1_lif1
    to_node: ndo-01

- name: Bring two LIFs to another node for good
  ndo.ontap.lif_migrate:
    svm: nas1
    to_node: ndo-02
    home: change
    items:
      - {name: nas1_lif1, to_port: e0d}
      - {name: nas1_lif2}

- name: Bring all LIFs away from a node that can leave it
  ndo.ontap.lif_migrate:
    from_node: ndo-01
    management: true
  register: left

- name: Show those that stay
  ansible.builtin.debug:
    var: left.stayed
"""

RETURN = r"""
record:
  description: The LIF in playbook words. In check mode, what it would be. Only returned for one LIF that is named in the task.
  returned: success
  type: dict
  contains:
    svm:
      description: The SVM; null for a LIF of the cluster.
      type: str
      sample: nas1
    name:
      description: The LIF.
      type: str
      sample: nas1_lif1
    uuid:
      description: The uuid of the LIF.
      type: str
      sample: c670707c-5a11-11e8-8fcb-005056b4340f
    node:
      description: The node on which it is.
      type: str
      sample: ndo-02
    port:
      description: The port on which it is.
      type: str
      sample: e0d
    home_node:
      description: The node where it belongs.
      type: str
      sample: ndo-01
    home_port:
      description: The port where it belongs.
      type: str
      sample: e0d
    is_home:
      description: Whether it is where it belongs.
      type: bool
      sample: false
    auto_revert:
      description: Whether ONTAP may send it home by itself.
      type: bool
      sample: true
    state:
      description: Whether it answers, V(up) or V(down).
      type: str
      sample: up
message:
  description: Where the LIF is and whether it stays there; for several, how many were changed.
  returned: success
  type: str
  sample: LIF nas1:nas1_lif1 is on ndo-02, port e0d; its home is ndo-01, port e0d. It stays there until somebody sends it home.
actions:
  description:
    - The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
    - Steps are C(migrate) and C(rehome); for several LIFs with the name of each.
  returned: success
  type: list
  elements: str
  sample: [migrate]
stayed:
  description: LIFs that do not leave O(from_node), each with its C(lif), its C(node) and the C(reason).
  returned: when O(items) is given, or O(from_node) without a name
  type: list
  elements: dict
  sample: [{"lif": "ndo-01_ic1", "node": "ndo-01", "reason": "it is an intercluster LIF, of which every node has its own"}]
diff:
  description: Before and after. For several LIFs, a list with an entry for each that changes.
  returned: success
  type: dict
  sample: {"before": {"name": "nas1_lif1", "node": "ndo-01"}, "after": {"name": "nas1_lif1", "node": "ndo-02"}}
results:
  description: What became of each LIF, with its C(record) and C(message), in the order of O(items).
  returned: when O(items) is given, or O(from_node) without a name, also on failure
  type: list
  elements: dict
  sample: [{"object": "LIF nas1:nas1_lif1", "status": "ok", "changed": true, "actions": ["migrate"]}]
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 5, "seconds": 3.1}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "Refused", "message": "LIF san1:san1_iscsi1a stays on ndo-01."}
"""

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.lif_migrate import LifGoal
from ansible_collections.ndo.ontap.plugins.module_utils.lif_migrate_run import LifWriter
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

WRITER = LifWriter(
    Arguments(
        {
            "svm": {"type": "str"},
            "name": {"type": "str"},
            "uuid": {"type": "str"},
            "from_node": {"type": "str"},
            "to_node": {"type": "str"},
            "to_port": {"type": "str"},
            "home": {"type": "str", "choices": ["keep", "change"], "default": "keep"},
            "management": {"type": "bool", "default": False},
            "accept_smb_disruption": {"type": "bool", "default": False},
            "smb_allow": {"type": "list", "elements": "raw", "default": []},
        },
        required_one_of=[["name", "uuid", "from_node"]],
    ),
    LifGoal,
    timeout=120,
)
ARGUMENTS = WRITER.arguments
body = WRITER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
