# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How hosts come in: iSCSI and FC services, sessions and logins, FC interfaces and ports, portsets.

Source: API reference and the SDK's description. Not here: metrics and statistics.
"""

from __future__ import annotations

from .notation import Resource

PORTSETS = Resource(
    "/protocols/san/portsets",
    """
    igroups[].name string r
    igroups[].uuid string r
    interfaces[].fc.name string rc
    interfaces[].fc.uuid string rc
    interfaces[].fc.wwpn string r
    interfaces[].ip.ip.address string r
    interfaces[].ip.ip.family string r
    interfaces[].ip.ip.netmask string r
    interfaces[].ip.name string rc
    interfaces[].ip.uuid string rc
    interfaces[].uuid string r
    name string rc
    protocol string rc fcp|iscsi|mixed
    svm.name string rc
    svm.uuid string rc
    uuid string r
    """,
    since="9.9.1",
    keys=("uuid",),
    identity=("uuid", "name", "svm.uuid", "svm.name"),
    order="svm.name,name,uuid",
    methods={"GET": (), "POST": (), "DELETE": ("allow_delete_while_bound",)},
    sdk=("portset", "PortsetSchema"),
)

PORTSET_INTERFACES = Resource(
    "/protocols/san/portsets/{portset.uuid}/interfaces",
    """
    fc.name string rc
    fc.uuid string rc
    fc.wwpn string r
    ip.ip.address string r
    ip.ip.family string r
    ip.ip.netmask string r
    ip.name string rc
    ip.uuid string rc
    portset.uuid string r
    uuid string r
    """,
    since="9.9.1",
    keys=("portset.uuid", "uuid"),
    methods={"GET": (), "POST": (), "DELETE": ()},
    sdk=("portset_interface", "PortsetInterfaceSchema"),
)

ISCSI_SERVICES = Resource(
    "/protocols/san/iscsi/services",
    """
    enabled boolean rcu
    svm.name string rc
    svm.uuid string rc
    target.alias string rcu
    target.name string r
    """,
    keys=("svm.uuid",),
    identity=("svm.uuid", "svm.name"),
    methods={"GET": (), "POST": (), "PATCH": (), "DELETE": ()},
    sdk=("iscsi_service", "IscsiServiceSchema"),
)

ISCSI_SESSIONS = Resource(
    "/protocols/san/iscsi/sessions",
    """
    connections[].authentication_type string r
    connections[].cid integer r
    connections[].initiator_address.address string r
    connections[].initiator_address.port integer r
    connections[].interface.ip.address string r
    connections[].interface.ip.port integer r
    connections[].interface.name string r
    connections[].interface.uuid string r
    igroups[].name string r
    igroups[].uuid string r
    initiator.alias string r
    initiator.comment string r @9.9.1
    initiator.name string r
    isid string r
    svm.name string r
    svm.uuid string r
    target_portal_group string r
    target_portal_group_tag integer r
    tsih integer r
    """,
    keys=("svm.uuid", "target_portal_group", "tsih"),
    # The path and the query know the portal group by another name than the record.
    aliases={"tpgroup": "target_portal_group"},
    identity=("svm.uuid", "svm.name", "target_portal_group", "tsih"),
    order="svm.name,target_portal_group,tsih,svm.uuid",
    sdk=("iscsi_session", "IscsiSessionSchema"),
)

ISCSI_CREDENTIALS = Resource(
    "/protocols/san/iscsi/credentials",
    """
    authentication_type string rcu chap|none|deny
    chap.inbound.user string rcu
    chap.outbound.user string rcu
    initiator string rc
    initiator_address.masks[].address string rcu
    initiator_address.masks[].family string rcu
    initiator_address.masks[].netmask string rcu
    initiator_address.ranges[].end string rcu
    initiator_address.ranges[].family string rcu
    initiator_address.ranges[].start string rcu
    svm.name string rc
    svm.uuid string rc
    """,
    keys=("svm.uuid", "initiator"),
    identity=("svm.uuid", "svm.name", "initiator"),
    order="svm.name,initiator,svm.uuid",
    sdk=("iscsi_credentials", "IscsiCredentialsSchema"),
)

FCP_SERVICES = Resource(
    "/protocols/san/fcp/services",
    """
    enabled boolean rcu
    svm.name string rc
    svm.uuid string rc
    target.name string r
    """,
    keys=("svm.uuid",),
    identity=("svm.uuid", "svm.name"),
    methods={"GET": (), "POST": (), "PATCH": (), "DELETE": ()},
    sdk=("fcp_service", "FcpServiceSchema"),
)

FC_INTERFACES = Resource(
    "/network/fc/interfaces",
    """
    comment string rcu
    data_protocol string rc fcp|fc_nvme
    enabled boolean rcu
    location.home_node.name string r
    location.home_node.uuid string r
    location.home_port.name string rcu
    location.home_port.node.name string rcu
    location.home_port.uuid string rcu
    location.is_home boolean r
    location.node.name string r
    location.node.uuid string r
    location.port.name string rcu
    location.port.node.name string rcu
    location.port.uuid string rcu
    name string rcu
    port_address string r
    state string r up|down
    svm.name string rc
    svm.uuid string rc
    uuid string r
    wwnn string r
    wwpn string r
    """,
    keys=("uuid",),
    identity=("uuid", "name", "svm.uuid", "svm.name"),
    order="svm.name,name,uuid",
    sdk=("fc_interface", "FcInterfaceSchema"),
)

FC_LOGINS = Resource(
    "/network/fc/logins",
    """
    igroups[].name string r
    igroups[].uuid string r
    initiator.aliases string[] r
    initiator.comment string r @9.9.1
    initiator.port_address string r
    initiator.wwnn string r
    initiator.wwpn string r
    interface.name string r
    interface.uuid string r
    interface.wwpn string r
    protocol string r fc_nvme|fcp
    svm.name string r
    svm.uuid string r
    """,
    keys=("interface.uuid", "initiator.wwpn"),
    identity=("interface.uuid", "interface.name", "initiator.wwpn", "svm.uuid", "svm.name"),
    order="svm.name,interface.name,initiator.wwpn,interface.uuid",
    sdk=("fc_login", "FcLoginSchema"),
)

FC_PORTS = Resource(
    "/network/fc/ports",
    """
    description string r
    enabled boolean rcu
    fabric.connected boolean r
    fabric.name string r
    interface_count integer r @9.10.1
    name string r
    node.name string r
    node.uuid string r
    physical_protocol string r fibre_channel|ethernet
    speed.configured string r
    speed.maximum string r
    state string ru startup|link_not_connected|online|link_disconnected|offlined_by_user|offlined_by_system|node_offline|unknown
    supported_protocols string[] r
    uuid string r
    wwnn string r
    wwpn string r
    """,
    keys=("uuid",),
    identity=("uuid", "name", "node.uuid", "node.name"),
    order="node.name,name,uuid",
    sdk=("fc_port", "FcPortSchema"),
)
