#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: san_target_info
short_description: See where hosts find the LUNs of an SVM
version_added: 0.2.0
description:
  - Reads the iSCSI and FC services of SVMs and the LIFs through which hosts reach them, which is what a host is configured with.
  - Costs four reads, whatever the number of SVMs.
options:
  svm:
    description: Return these SVMs only. All SVMs that have an iSCSI or an FC service when left out. An empty list selects nothing.
    type: list
    elements: str
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
notes:
  - The account needs to read C(/api/protocols/san/iscsi/services), C(/api/protocols/san/fcp/services), C(/api/network/ip/interfaces)
    and C(/api/network/fc/interfaces).
seealso:
  - module: ndo.ontap.lun_info
  - module: ndo.ontap.svm_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Read the targets of an SVM
  ndo.ontap.san_target_info:
    svm: [san1]
  register: targets

- name: Show the portals that answer
  ansible.builtin.debug:
    msg: "{{ item.address }}:{{ item.port }} on {{ item.node }}"
  loop: "{{ targets.records[0].iscsi.portals | selectattr('up') }}"
"""

RETURN = r"""
records:
  description: One entry per SVM that has an iSCSI or an FC service, in the order of their names.
  returned: success
  type: list
  elements: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: san1
    iscsi:
      description:
        - Its iSCSI target - whether the service is on, the name of the target, and the portals with the node that each is on.
        - A portal is C(up) when its LIF is enabled and answers; hosts find nothing there while the service is off.
      type: dict
      sample:
        enabled: true
        target: iqn.1992-08.com.netapp:sn.0f1e:vs.3
        portals: [{"lif": "san1_iscsi1a", "address": "203.0.113.11", "port": 3260, "node": "ndo-01", "up": true}]
    fcp:
      description: Its FC target - whether the service is on, its WWNN, and the ports with the node that each is on.
      type: dict
      sample: {"enabled": false, "target": null, "ports": []}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 4, "seconds": 0.02}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client, dig, literal
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

ARGUMENTS = CONNECTION.merge(Arguments({"svm": {"type": "list", "elements": "str"}}))

SERVICES = {"iscsi": "/protocols/san/iscsi/services", "fcp": "/protocols/san/fcp/services"}
SERVICE_FIELDS = ("svm.name", "enabled", "target.name")
PLACE = ("name", "svm.name", "enabled", "state", "location.node.name")
ISCSI_PORT = 3260
"""Source: RFC 7143: the registered port; ONTAP listens on no other."""


def place(lif: dict[str, Any]) -> dict[str, Any]:
    """What is told of a LIF of either protocol."""
    return {"lif": lif["name"], "node": dig(lif, "location.node.name"), "up": bool(lif.get("enabled")) and lif.get("state") == "up"}


def of_svm(things: list[dict[str, Any]], svm: str) -> list[dict[str, Any]]:
    """Those that belong to an SVM, in the order of their names."""
    return sorted((one for one in things if dig(one, "svm.name") == svm), key=lambda one: one.get("name", ""))


def service(services: list[dict[str, Any]], svm: str) -> dict[str, Any]:
    """The service of an SVM; one that does not exist is not enabled."""
    found = next(iter(of_svm(services, svm)), {})
    return {"enabled": bool(found.get("enabled")), "target": dig(found, "target.name")}


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Read services and LIFs, and put them together by SVM."""
    wanted = params["svm"]
    if wanted == []:
        return {"changed": False, "records": []}
    query = {"svm.name": "|".join(map(literal, wanted))} if wanted else {}
    found = {name: list(client.records(path, SERVICE_FIELDS, query)) for name, path in SERVICES.items()}
    portals = list(client.records("/network/ip/interfaces", [*PLACE, "ip.address"], {**query, "services": "data_iscsi"}))
    ports = list(client.records("/network/fc/interfaces", [*PLACE, "wwpn"], {**query, "data_protocol": "fcp"}))
    svms = sorted({dig(one, "svm.name") for services in found.values() for one in services})
    records = [
        {
            "svm": svm,
            "iscsi": {
                **service(found["iscsi"], svm),
                "portals": [{**place(one), "address": dig(one, "ip.address"), "port": ISCSI_PORT} for one in of_svm(portals, svm)],
            },
            "fcp": {**service(found["fcp"], svm), "ports": [{**place(one), "wwpn": one.get("wwpn")} for one in of_svm(ports, svm)]},
        }
        for svm in svms
        if wanted is None or svm in wanted
    ]
    return {"changed": False, "records": records}


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
