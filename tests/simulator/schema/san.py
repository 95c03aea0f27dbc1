# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Initiator groups with their members, LUN maps with their reporting nodes.

Source: API reference and the SDK's description, igroup, igroup_initiator, igroup_nested, lun_map, lun_map_reporting_node.
"""

from __future__ import annotations

from .notation import Resource

IGROUPS = Resource(
    "/protocols/san/igroups",
    """
    comment string rcu @9.9.1
    connectivity_tracking.connection_state string r @9.11.1 full|none|partial|no_initiators|no_lun_maps
    connectivity_tracking.required_nodes[].name string r @9.11.1
    connectivity_tracking.required_nodes[].uuid string r @9.11.1
    delete_on_unmap boolean rcu
    igroups[].comment string r @9.9.1
    igroups[].igroups[].name string r @9.9.1
    igroups[].igroups[].uuid string r @9.9.1
    igroups[].name string rc @9.9.1
    igroups[].uuid string rc @9.9.1
    initiators[].comment string rc @9.9.1
    initiators[].connectivity_tracking.connection_state string r @9.11.1 full|none|partial|no_lun_maps
    initiators[].igroup.name string r
    initiators[].igroup.uuid string r
    initiators[].name string rc
    initiators[].proximity.local_svm boolean rc @9.15.1
    initiators[].proximity.peer_svms[].name string rc @9.15.1
    initiators[].proximity.peer_svms[].uuid string rc @9.15.1
    lun_maps[].logical_unit_number integer r
    lun_maps[].lun.name string r
    lun_maps[].lun.node.name string r
    lun_maps[].lun.node.uuid string r
    lun_maps[].lun.uuid string r
    name string rcu
    os_type string rcu aix|hpux|hyper_v|linux|netware|openvms|solaris|vmware|windows|xen
    parent_igroups[].comment string r @9.9.1
    parent_igroups[].name string r @9.9.1
    parent_igroups[].parent_igroups[].name string r @9.9.1
    parent_igroups[].parent_igroups[].uuid string r @9.9.1
    parent_igroups[].uuid string r @9.9.1
    portset.name string rcu @9.9.1
    portset.uuid string rcu @9.9.1
    protocol string rc fcp|iscsi|mixed
    replication.peer_svm.name string rcu @9.15.1
    replication.peer_svm.uuid string rcu @9.15.1
    replication.state string r @9.15.1 ok|replicating|error
    supports_igroups boolean r @9.9.1
    svm.name string rc
    svm.uuid string rc
    uuid string r
    """,
    keys=("uuid",),
    identity=("uuid", "name", "svm.uuid", "svm.name"),
    order="svm.name,name,uuid",
    methods={"GET": (), "POST": (), "PATCH": (), "DELETE": ("allow_delete_while_mapped",)},
    expensive=("connectivity_tracking", "igroups", "initiators.connectivity_tracking", "lun_maps", "parent_igroups"),
    sdk=("igroup", "IgroupSchema"),
)

INITIATORS = Resource(
    "/protocols/san/igroups/{igroup.uuid}/initiators",
    """
    comment string rcu @9.9.1
    connectivity_tracking.connection_state string r @9.11.1 full|none|partial|no_lun_maps
    igroup.name string rcu
    igroup.uuid string rcu
    name string rc
    proximity.local_svm boolean rcu @9.15.1
    proximity.peer_svms[].name string rcu @9.15.1
    proximity.peer_svms[].uuid string rcu @9.15.1
    """,
    keys=("igroup.uuid", "name"),
    identity=("igroup.uuid", "igroup.name", "name"),
    order="igroup.name,name,igroup.uuid",
    methods={"GET": (), "POST": (), "PATCH": (), "DELETE": ("allow_delete_while_mapped",)},
    expensive=("connectivity_tracking",),
    sdk=("igroup_initiator", "IgroupInitiatorSchema"),
)

NESTED_IGROUPS = Resource(
    "/protocols/san/igroups/{igroup.uuid}/igroups",
    """
    igroup.uuid string r
    name string rcu
    uuid string rcu
    """,
    since="9.9.1",
    keys=("igroup.uuid", "uuid"),
    identity=("igroup.uuid", "uuid", "name"),
    order="name,igroup.uuid,uuid",
    methods={"GET": (), "POST": (), "DELETE": ("allow_delete_while_mapped",)},
    sdk=("igroup_nested", "IgroupNestedSchema"),
)

LUN_MAPS = Resource(
    "/protocols/san/lun-maps",
    """
    igroup.initiators string[] r
    igroup.name string rc
    igroup.os_type string r aix|hpux|hyper_v|linux|netware|openvms|solaris|vmware|windows|xen
    igroup.protocol string r fcp|iscsi|mixed
    igroup.replicated boolean r @9.15.1
    igroup.uuid string rc
    logical_unit_number integer rc
    lun.name string rc
    lun.node.name string r
    lun.node.uuid string r
    lun.smbc.replicated boolean r @9.15.1
    lun.uuid string rc
    replicated boolean ru @9.19.1
    reporting_nodes[].name string r @9.10.1
    reporting_nodes[].uuid string r @9.10.1
    svm.name string rc
    svm.uuid string rc
    """,
    keys=("lun.uuid", "igroup.uuid"),
    identity=("lun.uuid", "lun.name", "igroup.uuid", "igroup.name", "svm.uuid", "svm.name"),
    order="svm.name,lun.name,igroup.name,lun.uuid,igroup.uuid",
    methods={
        "GET": (),
        "POST": ("additional_reporting_node.name", "additional_reporting_node.uuid"),
        "DELETE": ("local_delete_only",),
    },
    sdk=("lun_map", "LunMapSchema"),
)

REPORTING_NODES = Resource(
    "/protocols/san/lun-maps/{lun.uuid}/{igroup.uuid}/reporting-nodes",
    """
    igroup.uuid string r
    lun.uuid string r
    name string rc
    uuid string rc
    """,
    since="9.10.1",
    keys=("lun.uuid", "igroup.uuid", "uuid"),
    identity=("lun.uuid", "igroup.uuid", "uuid", "name"),
    order="lun.uuid,igroup.uuid,name,uuid",
    methods={"GET": (), "POST": (), "DELETE": ()},
    sdk=("lun_map_reporting_node", "LunMapReportingNodeSchema"),
)
