# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CIFS and NFS. Source: API reference and the SDK's description, cifs_service, cifs_share, cifs_session, cifs_open_file, nfs_clients."""

from __future__ import annotations

from .notation import Resource

SVM_AND_NAME = ("svm.uuid", "svm.name", "name")

CIFS_SERVICES = Resource(
    "/protocols/cifs/services",
    """
    ad_domain.fqdn string rcu
    ad_domain.organizational_unit string rcu
    comment string rcu
    default_unix_user string rcu
    enabled boolean rcu
    name string rcu
    netbios.aliases string[] rcu
    netbios.enabled boolean rcu
    security.kdc_encryption boolean rcu
    security.lm_compatibility_level string ru
    security.smb_encryption boolean rcu
    security.smb_signing boolean rcu
    svm.name string rc
    svm.uuid string rc
    """,
    keys=("svm.uuid",),
    identity=SVM_AND_NAME,
    sdk=("cifs_service", "CifsServiceSchema"),
)

CIFS_SHARES = Resource(
    "/protocols/cifs/shares",
    """
    access_based_enumeration boolean rcu
    allow_unencrypted_access boolean rcu @9.11.1
    attribute_cache boolean rcu @9.14.1
    browsable boolean rcu @9.13.1
    change_notify boolean rcu
    comment string rcu
    continuously_available boolean rcu @9.10.1
    dir_umask integer rcu @9.10.1
    encryption boolean rcu
    file_umask integer rcu @9.10.1
    force_group_for_create string rcu @9.10.1
    home_directory boolean rc
    max_connections_per_share integer rcu @9.14.1
    name string rc
    namespace_caching boolean rcu @9.10.1
    no_strict_security boolean rcu @9.9.1
    offline_files string rcu @9.10.1 none|manual|documents|programs
    oplocks boolean rcu
    path string rcu
    show_previous_versions boolean rcu @9.13.1
    show_snapshot boolean rcu @9.10.1
    svm.name string rc
    svm.uuid string rc
    unix_symlink string rcu local|widelink|disable
    volume.name string r
    volume.uuid string r
    vscan_profile string rcu @9.10.1 no_scan|standard|strict|writes_only
    """,
    keys=("svm.uuid", "name"),
    identity=SVM_AND_NAME,
    order="svm.name,name,svm.uuid",
    methods={"GET": (), "POST": (), "PATCH": (), "DELETE": ()},
    sdk=("cifs_share", "CifsShareSchema"),
)

CIFS_SESSIONS = Resource(
    "/protocols/cifs/sessions",
    """
    authentication string r none|ntlmv1|ntlmv2|kerberos|anonymous
    client_ip string r
    connected_duration string r
    connection_count integer r
    connection_id integer r
    continuous_availability string r unavailable|available|partial
    identifier integer r
    idle_duration string r
    large_mtu boolean r
    mapped_unix_user string r
    node.name string rcu
    node.uuid string rcu
    open_files integer r
    open_other integer r
    open_shares integer r
    protocol string r smb1|smb2|smb2_1|smb3|smb3_1
    server_ip string r
    smb_encryption string r unencrypted|encrypted|partially_encrypted
    smb_signing boolean r
    svm.name string rcu
    svm.uuid string rcu
    user string r
    volumes[].name string rcu
    volumes[].uuid string rcu
    """,
    since="9.8",
    keys=("node.uuid", "svm.uuid", "identifier", "connection_id"),
    identity=("node.uuid", "node.name", "svm.uuid", "svm.name", "identifier", "connection_id"),
    methods={"GET": (), "DELETE": ()},
    sdk=("cifs_session", "CifsSessionSchema"),
)

CIFS_OPEN_FILES = Resource(
    "/protocols/cifs/session/files",
    """
    connection.count integer r
    connection.identifier integer r
    continuously_available string r no|yes
    identifier integer rcu
    node.name string rcu
    node.uuid string rcu
    open_mode string r r|w|d|rw
    path string r
    range_locks_count integer r
    session.identifier integer r
    share.mode string r r|w|d|rw|rwd
    share.name string r
    svm.name string rcu
    svm.uuid string rcu
    type string r directory|regular|stream|symlink
    volume.name string rcu
    volume.uuid string rcu
    """,
    since="9.11.1",
    keys=("node.uuid", "svm.uuid", "identifier", "connection.identifier", "session.identifier"),
    identity=("node.uuid", "node.name", "svm.uuid", "svm.name", "identifier", "connection.identifier", "session.identifier"),
    sdk=("cifs_open_file", "CifsOpenFileSchema"),
)

NFS_CLIENTS = Resource(
    "/protocols/nfs/connected-clients",
    """
    client_ip string rcu
    export_policy.id integer rcu @9.9.1
    export_policy.name string rcu @9.9.1
    idle_duration string rcu
    local_request_count integer rcu
    node.name string rcu
    node.uuid string rcu
    protocol string r nfs|nfs3|nfs4|nfs4.1|nfs4.2@9.12.1
    remote_request_count integer rcu
    server_ip string rcu
    svm.name string rcu
    svm.uuid string rcu
    trunking_enabled boolean rcu @9.12.1
    volume.name string rcu
    volume.uuid string rcu
    """,
    since="9.7",
    identity=("node.uuid", "node.name", "svm.uuid", "svm.name", "volume.uuid", "volume.name", "server_ip", "client_ip", "protocol"),
    order="svm.name,client_ip,server_ip,volume.name,protocol,node.name",
    sdk=("nfs_clients", "NfsClientsSchema"),
)
