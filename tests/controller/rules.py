# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each kind of object may be as a whole, beyond its single fields."""

from __future__ import annotations

import re
from typing import Any

from .credentials import check_credential, check_type
from .fields import Refused
from .kinds import EDGES, NODES
from .surveys import extra_vars

Row = dict[str, Any]
CONFIGURATIONS: dict[str, dict[str, tuple[type, Any]]] = {
    "webhook": {
        "url": (str, None),
        "http_method": (str, "POST"),
        "disable_ssl_verification": (bool, False),
        "username": (str, ""),
        "password": (str, ""),
        "headers": (dict, None),
    },
    "slack": {"token": (str, None), "channels": (list, None), "hex_color": (str, "")},
    "email": {
        "host": (str, None),
        "port": (int, None),
        "username": (str, None),
        "password": (str, None),
        "use_tls": (bool, None),
        "use_ssl": (bool, None),
        "sender": (str, None),
        "recipients": (list, None),
        "timeout": (int, 30),
    },
}
"""The parameters of notifications, with their types and defaults (source: awx/main/notifications, init_parameters)."""
SECRET = {"webhook": "password", "slack": "token", "email": "password"}
REPEATED = re.compile(r"DTSTART(?:;[^:]+)?:[0-9]+T[0-9]+Z?")


def check(store: Any, endpoint: str, row: Row, before: Row | None) -> None:
    """Refuse what the server refuses of such an object; may complete the row, as the server does."""
    rule = RULES.get(endpoint)
    if rule:
        rule(store, row, before)


def _credential_type(store: Any, row: Row, before: Row | None) -> None:
    check_type(row)
    if before is None:
        return
    # Source: CredentialTypeSerializer.validate.
    used = any(one["credential_type"] == before["id"] for one in store.rows("credentials"))
    if used and before["inputs"] != row["inputs"]:
        raise Refused({"detail": "Modifications to inputs are not allowed for credential types that are in use"}, 403)
    if before["managed"]:
        raise Refused({"detail": "Modifications not allowed for managed credential types"}, 403)


def _credential(store: Any, row: Row, before: Row | None) -> None:
    # Source: CredentialSerializerCreate.validate.
    if not any(row.get(owner) for owner in ("organization", "user", "team")):
        raise Refused({"detail": "Missing 'user', 'team', or 'organization'."})
    row["inputs"] = check_credential(row, store.get("credential_types", row["credential_type"])["inputs"], before)


def _project(store: Any, row: Row, before: Row | None) -> None:
    # Source: ProjectSerializer.validate, ProjectOptions.clean_scm_url.
    if row["scm_type"] and not row["scm_url"]:
        raise Refused({"scm_url": ["SCM URL is required."]})
    if row["scm_type"] and re.search(r"\s", row["scm_url"]):
        raise Refused({"scm_url": ["Invalid SCM URL."]})
    if not row["scm_type"] and any(row[name] for name in ("scm_url", "scm_branch", "scm_refspec")):
        raise Refused({"scm_branch": ["SCM branch cannot be used with a manual project."]})
    if before is None or any(before[name] != row[name] for name in ("scm_type", "scm_url", "scm_branch")):
        store.fetch(row)


def _inventory_source(store: Any, row: Row, before: Row | None) -> None:
    # Source: InventorySourceSerializer.validate, InventorySource.cloud_credential_validation.
    if row["source"] == "scm" and not row["source_project"]:
        raise Refused({"source_project": ["Project required for scm type sources."]})
    wrong = [name for name in ("source_project", "source_path", "scm_branch") if row["source"] != "scm" and row[name]]
    if wrong:
        raise Refused({"detail": f"Cannot set {', '.join(wrong)} if not SCM type."})
    kind = store.kind_of_credential(row["credential"]) if row["credential"] else "cloud"
    if row["source"] == "scm" and kind in ("ssh", "scm", "insights", "vault"):
        words = "Credentials of type machine, source control, insights and vault are disallowed for scm inventory sources."
        raise Refused({"credential": [words]})


def _notification(store: Any, row: Row, before: Row | None) -> None:
    # Source: NotificationTemplateSerializer.validate.
    given = row["notification_configuration"]
    known = CONFIGURATIONS.get(row["notification_type"])
    if known is None:
        raise Refused({"detail": f"{row['notification_type']} is not simulated"}, 501)
    missing = [name for name, (_kind, default) in known.items() if name not in given and default is None]
    if missing:
        raise Refused({"notification_configuration": [f"Missing required fields for Notification Configuration: {missing}."]})
    wrong = [name for name, value in given.items() if name in known and not isinstance(value, known[name][0])]
    if wrong:
        raise Refused({"notification_configuration": [f"Configuration field '{wrong[0]}' incorrect type."]})
    secret = SECRET[row["notification_type"]]
    if given.get(secret) == "$encrypted$" and before is not None:
        given = {**given, secret: before["notification_configuration"].get(secret, "")}
    row["notification_configuration"] = {**{name: default for name, (_kind, default) in known.items() if default is not None}, **given}


def _job_template(store: Any, row: Row, before: Row | None) -> None:
    # Source: JobOptionsSerializer.validate and JobTemplateSerializer.validate.
    if not row["project"]:
        raise Refused({"project": ["This field is required."]})
    if not row["playbook"]:
        raise Refused({"playbook": ["Must select playbook for project."]})
    if row["playbook"] not in store.playbooks(row["project"]):
        raise Refused({"playbook": ["Playbook not found for project."]})
    if not row["inventory"] and not row["ask_inventory_on_launch"]:
        raise Refused({"inventory": ["Job Template must provide 'inventory' or allow prompting for it."]})
    if row["scm_branch"] and not store.get("projects", row["project"])["allow_override"]:
        raise Refused({"scm_branch": ["Project does not allow overriding branch."]})


def _prompts(store: Any, row: Row, before: Row | None) -> None:
    """A node or a schedule may say only what its template asks for (source: LaunchConfigurationBaseSerializer.validate)."""
    if not row["unified_job_template"]:
        return
    template = store.template(row["unified_job_template"])
    for name, asked in (("inventory", "inventory"), ("scm_branch", "scm_branch"), ("job_type", "job_type"), ("limit", "limit")):
        if row[name] and not template.get(f"ask_{asked}_on_launch"):
            raise Refused({name: ["Field is not configured to prompt on launch."]})
    if row["extra_data"] and not template.get("ask_variables_on_launch"):
        survey = store.survey(template["id"]) if template.get("survey_enabled") else {}
        try:
            extra_vars(survey, row["extra_data"])
        except Refused as refusal:
            if "extra_vars" in refusal.body:
                raise Refused({"extra_data": refusal.body["extra_vars"]}) from None
            raise


def _node(store: Any, row: Row, before: Row | None) -> None:
    row["identifier"] = row["identifier"] or store.uuid()
    if before and before["workflow_job_template"] != row["workflow_job_template"]:
        row["workflow_job_template"] = before["workflow_job_template"]
    _prompts(store, row, before)


def _schedule(store: Any, row: Row, before: Row | None) -> None:
    _check_rrule(row["rrule"])
    _prompts(store, row, before)


def _check_rrule(rule: str) -> None:
    """Source: awx/api/serializers.py, SchedulePreviewSerializer.validate_rrule."""
    starts = REPEATED.findall(rule)
    wrong = {
        "Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ": not starts,
        "DTSTART cannot be a naive datetime.  Specify ;TZINFO= or YYYYMMDDTHHMMSSZZ.": re.search("DTSTART:[0-9]+T[0-9]+ ", rule),
        "Multiple DTSTART is not supported.": len(starts) > 1,
        "One or more rule required in rrule.": "RULE:" not in rule,
        "EXDATE not allowed in rrule.": "EXDATE:" in rule,
        "RDATE not allowed in rrule.": "RDATE:" in rule,
    }
    errors = [words for words, holds in wrong.items() if holds]
    for one in re.findall(r"RULE:[^\s]*", rule):
        count = re.search("COUNT=([0-9]+)", one)
        parts = {
            "INTERVAL required in rrule": "INTERVAL" not in one,
            "SECONDLY is not supported": "SECONDLY" in one,
            "BYDAY with numeric prefix not supported": re.search("BYDAY[:=][0-9]+[a-zA-Z]{2}", one),
            "RRULE may not contain both COUNT and UNTIL": "COUNT" in one and "UNTIL" in one,
            "COUNT > 999 is unsupported": count and int(count.group(1)) > 999,
        }
        errors += [f"{words}: {one}" for words, holds in parts.items() if holds]
    if errors:
        raise Refused({"rrule": errors})


def check_attached(store: Any, parent: Row, name: str, sub: Row, others: list[Row]) -> None:
    """Refuse to associate an object with another one where the server does."""
    if name == "credentials":
        # Source: awx/api/views/__init__.py, JobTemplateCredentialsList.is_valid_relation.
        kind = store.get("credential_types", sub["credential_type"])
        if any(one["credential_type"] == sub["credential_type"] for one in others):
            raise Refused({"error": f"Cannot assign multiple {kind['name']} credentials."})
        if kind["kind"] not in ("ssh", "vault", "cloud", "net", "kubernetes"):
            raise Refused({"error": f"Cannot assign a Credential of kind `{kind['kind']}`."})
        if parent["type"] != "job_template" and not store.template(parent["unified_job_template"]).get("ask_credential_on_launch"):
            raise Refused({"msg": "Related template is not configured to accept credentials on launch."})
    if name in EDGES:
        # Source: WorkflowJobTemplateNodeChildrenBaseList.is_valid_relation.
        if parent["workflow_job_template"] != sub["workflow_job_template"]:
            raise Refused({"Error": "The nodes belong to different workflows."})
        if parent["id"] == sub["id"] or store.reaches(sub["id"], parent["id"]):
            raise Refused({"Error": "Cycle detected."})


RULES = {
    "credential_types": _credential_type,
    "credentials": _credential,
    "projects": _project,
    "inventory_sources": _inventory_source,
    "notification_templates": _notification,
    "job_templates": _job_template,
    NODES: _node,
    "schedules": _schedule,
}
