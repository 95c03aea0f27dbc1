# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects: their fields, what tells them apart, and what hangs below them.

Source: the fields and `Meta` of the serializers of AWX 24.6.1 (awx/api/serializers.py), `unique_together` and SOFT_UNIQUE_TOGETHER of the
models, and the sub-lists of awx/api/urls.
"""

from __future__ import annotations

from typing import Any

from .fields import Field, number, refers, text, truth

TOLD = ("notification_templates_started", "notification_templates_success", "notification_templates_error")
JOB_TYPES = ("run", "check")
VERBOSITIES = (0, 1, 2, 3, 4, 5)


class Kind:
    """A kind of object.

    `type`: what the API calls one. `unique`: fields that no two have in common. `attached`: sub-lists to which others are associated, and
    their lists; `created`: sub-lists whose objects belong to it, their lists and the field that says so. `template`: whether it can be
    launched, so that it is in the list of all templates too.
    """

    def __init__(self, kind: str, fields: dict[str, Field], *, unique: tuple[str, ...] = ("name",), **more: Any) -> None:
        self.type = kind
        self.fields = fields
        self.unique = unique
        self.attached: dict[str, str] = more.get("attached", {})
        self.created: dict[str, tuple[str, str]] = more.get("created", {})
        self.template: bool = more.get("template", False)
        self.survey: bool = more.get("survey", False)


def _named(**fields: Field) -> dict[str, Field]:
    return {"name": text(required=True), "description": text(), **fields}


def _asks(names: str) -> dict[str, Field]:
    return {f"ask_{name}_on_launch": truth() for name in names.split()}


def _told(*more: str) -> dict[str, str]:
    return dict.fromkeys((*TOLD, *more), "notification_templates")


PROMPTS: dict[str, Field] = {
    "extra_data": Field("data", {}),
    "inventory": refers("inventories"),
    "scm_branch": Field("prompt"),
    "job_type": Field("prompt"),
    "limit": Field("prompt"),
}
NODES = "workflow_job_template_nodes"
EDGES = ("success_nodes", "failure_nodes", "always_nodes")

KINDS: dict[str, Kind] = {
    "organizations": Kind("organization", _named(max_hosts=number())),
    "credential_types": Kind(
        "credential_type",
        _named(kind=text("cloud", required=True), inputs=Field("json", {}), injectors=Field("json", {})),
        unique=("name", "kind"),
    ),
    "credentials": Kind(
        "credential",
        _named(
            organization=refers("organizations"),
            credential_type=refers("credential_types", required=True),
            inputs=Field("json", {}),
            user=Field("id", None, to="users"),
            team=Field("id", None, to="teams"),
        ),
        unique=("organization", "name", "credential_type"),
    ),
    "execution_environments": Kind(
        "execution_environment",
        _named(
            organization=refers("organizations"),
            image=text(required=True),
            credential=refers("credentials"),
            pull=text("", choices=("", "always", "missing", "never")),
        ),
    ),
    "projects": Kind(
        "project",
        _named(
            organization=refers("organizations"),
            local_path=text(),
            scm_type=text("", choices=("", "git", "svn", "insights", "archive")),
            scm_url=text(),
            scm_branch=text(),
            scm_refspec=text(),
            scm_clean=truth(),
            scm_delete_on_update=truth(),
            scm_track_submodules=truth(),
            credential=refers("credentials"),
            timeout=number(),
            scm_update_on_launch=truth(),
            scm_update_cache_timeout=number(),
            allow_override=truth(),
            default_environment=refers("execution_environments"),
            signature_validation_credential=refers("credentials"),
        ),
        unique=("name", "organization"),
        attached=_told(),
        template=True,
    ),
    "inventories": Kind(
        "inventory",
        _named(
            organization=refers("organizations", required=True),
            kind=text("", choices=("", "smart", "constructed")),
            host_filter=Field("prompt"),
            variables=Field("vars", ""),
            prevent_instance_group_fallback=truth(),
        ),
        unique=("name", "organization"),
        created={"hosts": ("hosts", "inventory"), "inventory_sources": ("inventory_sources", "inventory")},
    ),
    "hosts": Kind(
        "host",
        _named(inventory=refers("inventories", required=True), enabled=truth(True), instance_id=text(), variables=Field("vars", "")),
        unique=("name", "inventory"),
    ),
    "inventory_sources": Kind(
        "inventory_source",
        _named(
            inventory=refers("inventories", required=True),
            source=text("scm", required=True, choices=("scm", "ec2", "gce", "azure_rm", "vmware", "satellite6", "openstack", "rhv")),
            source_path=text(),
            source_vars=Field("vars", ""),
            scm_branch=text(),
            credential=refers("credentials"),
            enabled_var=text(),
            enabled_value=text(),
            host_filter=text(),
            overwrite=truth(),
            overwrite_vars=truth(),
            timeout=number(),
            verbosity=Field("integer", 1, choices=(0, 1, 2)),
            limit=text(),
            execution_environment=refers("execution_environments"),
            update_on_launch=truth(),
            update_cache_timeout=number(),
            source_project=refers("projects"),
        ),
        unique=("name", "inventory"),
        attached=_told(),
        template=True,
    ),
    "notification_templates": Kind(
        "notification_template",
        _named(
            organization=refers("organizations", required=True),
            notification_type=text(required=True, choices=("email", "grafana", "mattermost", "pagerduty", "slack", "webhook")),
            notification_configuration=Field("json", {}),
            messages=Field("prompt"),
        ),
        unique=("organization", "name"),
    ),
    "job_templates": Kind(
        "job_template",
        _named(
            job_type=text("run", choices=JOB_TYPES),
            inventory=refers("inventories"),
            project=refers("projects"),
            playbook=text(),
            scm_branch=text(),
            forks=number(),
            limit=text(),
            verbosity=Field("integer", 0, choices=VERBOSITIES),
            extra_vars=Field("vars", ""),
            job_tags=text(),
            force_handlers=truth(),
            skip_tags=text(),
            start_at_task=text(),
            timeout=number(),
            use_fact_cache=truth(),
            execution_environment=refers("execution_environments"),
            host_config_key=text(),
            survey_enabled=truth(),
            become_enabled=truth(),
            diff_mode=truth(),
            allow_simultaneous=truth(),
            job_slice_count=number(1),
            webhook_service=text("", choices=("", "github", "gitlab")),
            webhook_credential=refers("credentials"),
            prevent_instance_group_fallback=truth(),
            **_asks(
                "scm_branch diff_mode variables limit tags skip_tags job_type verbosity inventory credential execution_environment labels"
                " forks job_slice_count timeout instance_groups"
            ),
        ),
        unique=("name", "organization"),
        attached={"credentials": "credentials", **_told()},
        created={"schedules": ("schedules", "unified_job_template")},
        template=True,
        survey=True,
    ),
    "workflow_job_templates": Kind(
        "workflow_job_template",
        _named(
            extra_vars=Field("vars", ""),
            organization=refers("organizations"),
            survey_enabled=truth(),
            allow_simultaneous=truth(),
            inventory=refers("inventories"),
            limit=Field("prompt"),
            scm_branch=Field("prompt"),
            job_tags=Field("prompt"),
            skip_tags=Field("prompt"),
            webhook_service=text("", choices=("", "github", "gitlab")),
            webhook_credential=refers("credentials"),
            **_asks("variables inventory scm_branch limit labels skip_tags tags"),
        ),
        unique=("name", "organization"),
        attached=_told("notification_templates_approvals"),
        created={"schedules": ("schedules", "unified_job_template"), "workflow_nodes": (NODES, "workflow_job_template")},
        template=True,
        survey=True,
    ),
    NODES: Kind(
        "workflow_job_template_node",
        {
            **PROMPTS,
            "workflow_job_template": refers("workflow_job_templates", required=True),
            "unified_job_template": refers("unified_job_templates"),
            "execution_environment": refers("execution_environments"),
            "all_parents_must_converge": truth(),
            "identifier": text(),
        },
        unique=("identifier", "workflow_job_template"),
        attached={"credentials": "credentials", **dict.fromkeys(EDGES, NODES)},
    ),
    "workflow_approval_templates": Kind("workflow_approval_template", _named(timeout=number()), unique=()),
    "schedules": Kind(
        "schedule",
        _named(
            **PROMPTS,
            rrule=text(required=True),
            enabled=truth(True),
            unified_job_template=refers("unified_job_templates", required=True),
            execution_environment=refers("execution_environments"),
        ),
        unique=("unified_job_template", "name"),
        attached={"credentials": "credentials"},
    ),
}
LISTED = ("users", "teams", "applications", "groups", "labels", "instance_groups", "instances", "roles", "system_job_templates")
"""Lists that are empty here, and cannot be added to: clients look at them."""
