# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EMS events and the log entries of applications. Source: API reference and the SDK's description of both."""

from __future__ import annotations

from .notation import Resource

EVENTS = Resource(
    "/support/ems/events",
    """
    index integer r
    log_message string ru
    message.name string r
    message.severity string r emergency|alert|error|notice|informational|debug
    node.name string r
    node.uuid string r
    parameters[].name string r
    parameters[].value string r
    source string r
    time datetime r
    """,
    keys=("node.uuid", "index"),
    identity=("node.uuid", "node.name", "index"),
    order="time desc,index desc,node.name",
    sdk=("ems_event", "EmsEventSchema"),
)

APPLICATION_LOGS = Resource(
    "/support/ems/application-logs",
    """
    app_version string c
    autosupport_required boolean c
    category string c
    computer_name string c
    event_description string c
    event_id integer c
    event_source string c
    severity string c emergency|alert|error|notice
    """,
    since="9.11.1",
    methods={"POST": ()},
    sdk=("ems_application_log", "EmsApplicationLogSchema"),
)
