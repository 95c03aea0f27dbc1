#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lun
short_description: Create, change, clone, restore and delete LUNs
version_added: 0.2.0
description:
  - Brings a LUN, or many LUNs in one task, to what the task asks for; whatever is not given stays as it is.
  - A LUN is found by its exact path, by its uuid or by its serial number, in one read however many LUNs a task names, and all
    changes of a LUN go in one request.
  - What would take data or access away from a host is refused unless it is asked for by name. See O(allow_shrink) and
    O(allow_mapped).
options:
  svm:
    description: The SVM. Needed, in the task or in each of its O(items).
    type: str
  name:
    description:
      - The path of the LUN, such as C(/vol/db/log), or its last part together with O(volume).
      - With O(uuid) or O(serial_number), the path that the LUN is to have.
    type: str
  volume:
    description: The volume of the LUN, when O(name) is not a path.
    type: str
  qtree:
    description: The qtree of the LUN, when O(name) is not a path and the LUN is in a qtree.
    type: str
  uuid:
    description: The uuid of an existing LUN.
    type: str
  serial_number:
    description: The serial number of an existing LUN, 12 characters.
    type: str
  from_name:
    description: The LUN of this path, or of this name in the same volume, is renamed. Moving it to another volume is not a rename.
    type: str
  state:
    description:
      - V(present) and V(absent) say whether the LUN is there.
      - V(restored) puts the contents that the LUN had in O(snapshot), or those of O(clone_from), back into the LUN, which keeps its serial
        number, its maps and its uuid, and gets the size that goes with them. This is an action - it is carried out each time.
    type: str
    choices: [present, absent, restored]
    default: present
  size:
    description:
      - The size, such as V(20GiB), or bytes. Needed for a new LUN that is no clone.
      - ONTAP may round a size up to what fits the geometry of the LUN; such a LUN has the size that was asked for.
    type: str
  allow_shrink:
    description: Whether a size below the present one is carried out. What the host has beyond it is lost.
    type: bool
    default: false
  os_type:
    description: The operating system that uses the LUN. Needed for a new LUN that is no clone; it cannot be changed.
    type: str
    choices: [aix, hpux, hyper_v, linux, netware, openvms, solaris, solaris_efi, vmware, windows, windows_2008, windows_gpt, xen]
  online:
    description: Whether the LUN can be used. A mapped LUN is taken offline only with O(allow_mapped).
    type: bool
  comment:
    description: A text for people. An empty one clears it.
    type: str
  qos_policy:
    description: The QoS policy, fixed or adaptive. An empty text takes the policy away.
    type: str
  space_reserved:
    description: Whether space for the whole LUN is set aside in its volume.
    type: bool
  space_allocation:
    description: Whether the LUN reports its thin provisioning to the host (SCSI UNMAP). Needs ONTAP 9.10.1.
    type: bool
  auto_delete:
    description: Whether ONTAP may delete the LUN, a clone, when the volume runs out of space.
    type: bool
  clone_from:
    description:
      - A new LUN is made as a clone of this LUN, given by its path or by its name in the same volume. The clone has its size and
        operating system, unless O(size) is larger.
      - A LUN that is there is not compared with its source.
      - With O(state=restored), the LUN in the same volume whose contents are put into this one.
    type: str
  snapshot:
    description:
      - The snapshot of the volume out of which O(clone_from) is cloned; without it, the LUN is cloned as it is now.
      - With O(state=restored), the snapshot whose contents are put back.
    type: str
  safety_snapshot:
    description: With O(state=restored), the name of a snapshot of the volume that is made first.
    type: str
  allow_mapped:
    description: Whether a LUN that is mapped is deleted, taken offline or restored all the same.
    type: bool
    default: false
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.wait
  - ndo.ontap.items
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details: O(state=restored) is an action and changes the LUN each time.
notes:
  - ONTAP's REST interface cannot make a LUN smaller. With O(allow_shrink) this is done with the CLI command C(lun resize), through
    C(/api/private/cli), to which the account then needs access.
  - The account needs to read and change C(/api/storage/luns) and, for O(safety_snapshot), C(/api/storage/volumes).
seealso:
  - module: ndo.ontap.lun_map
  - module: ndo.ontap.lun_info
  - module: ndo.ontap.volume
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Create a LUN, or grow it
  ndo.ontap.lun:
    svm: san1
    name: /vol/san1_vol1a/log
    size: 20GiB
    os_type: linux

- name: Have three LUNs of the same kind
  ndo.ontap.lun:
    svm: san1
    volume: san1_vol1a
    os_type: linux
    size: 10GiB
    items:
      - name: data1
      - name: data2
      - name: data3
        size: 20GiB

- name: Clone a LUN as it is now
  ndo.ontap.lun:
    svm: san1
    name: /vol/san1_vol1a/log_copy
    clone_from: log

- name: Delete the copy
  ndo.ontap.lun:
    svm: san1
    name: /vol/san1_vol1a/log_copy
    state: absent
"""

RETURN = r"""
record:
  description:
    - The LUN in the words of the options that were given, with what ONTAP gave to it; null when it is absent. In check mode, what it
      would be. Not returned for a task with O(items).
  returned: success
  type: dict
  contains:
    name:
      description: The path.
      type: str
      sample: /vol/san1_vol1a/log
    size:
      description: The size in bytes.
      type: int
      sample: 21474836480
    uuid:
      description: The uuid; null in the forecast of a new LUN.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    serial_number:
      description: The serial number, 12 characters.
      type: str
      sample: wOj5h$Q3FZ6x
    serial_number_hex:
      description: The serial number in hexadecimal digits.
      type: str
      sample: 774f6a356824513346 5a3678
    naa:
      description: The name under which hosts see the LUN (NAA identifier).
      type: str
      sample: naa.600a0980774f6a3568245133465a3678
actions:
  description: The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
  returned: success
  type: list
  elements: str
  sample: [create]
diff:
  description: Before and after; empty where there is no LUN. For a task with O(items), a list with an entry per LUN that changes.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"name": "/vol/san1_vol1a/log", "size": 21474836480}}
results:
  description: What became of each LUN, in the order of O(items).
  returned: when O(items) is given, also on failure
  type: list
  elements: dict
  sample: [{"object": "LUN /vol/san1_vol1a/data1", "status": "ok", "changed": true, "actions": ["create"], "record": {}}]
job:
  description: The job that goes on in ONTAP.
  returned: when O(wait=false) and ONTAP works in the background
  type: dict
  sample: {"uuid": "3d5cbb7e-8f0c-4f0f-9c27-7b9f5b7a9d55"}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 2, "seconds": 0.03}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "Refused", "message": "LUN /vol/san1_vol1a/log is mapped to web (LUN id 0)."}
"""

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.bulk import Writer
from ansible_collections.ndo.ontap.plugins.module_utils.luns import LunGoal
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

OS_TYPES = "aix hpux hyper_v linux netware openvms solaris solaris_efi vmware windows windows_2008 windows_gpt xen"

WRITER = Writer(
    Arguments(
        {
            "svm": {"type": "str", "required": True},
            "name": {"type": "str"},
            "volume": {"type": "str"},
            "qtree": {"type": "str"},
            "uuid": {"type": "str"},
            "serial_number": {"type": "str"},
            "from_name": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent", "restored"], "default": "present"},
            "size": {"type": "str"},
            "allow_shrink": {"type": "bool", "default": False},
            "os_type": {"type": "str", "choices": OS_TYPES.split()},
            "online": {"type": "bool"},
            "comment": {"type": "str"},
            "qos_policy": {"type": "str"},
            "space_reserved": {"type": "bool"},
            "space_allocation": {"type": "bool"},
            "auto_delete": {"type": "bool"},
            "clone_from": {"type": "str"},
            "snapshot": {"type": "str"},
            "safety_snapshot": {"type": "str"},
            "allow_mapped": {"type": "bool", "default": False},
        },
        required_one_of=[["name", "uuid", "serial_number"]],
        mutually_exclusive=[["uuid", "serial_number", "from_name"]],
        required_if=[["state", "restored", ["snapshot", "clone_from"], True]],
    ),
    LunGoal,
)
ARGUMENTS = WRITER.arguments
body = WRITER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
