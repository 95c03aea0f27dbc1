# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kinds of objects a controller has: where they are, what tells them apart, and what their settings mean.

The settings have the names that the modules of awx.awx give them, so that one table of objects serves both. Source: the modules of awx.awx
24.6.1, and the fields of the API of AWX 24.6.1 (OPTIONS of each list).
"""

from __future__ import annotations

from typing import Any

NOTIFICATIONS = ("notification_templates_started", "notification_templates_success", "notification_templates_error")
ASKED = (
    "variables limit tags skip_tags job_type verbosity inventory credential diff_mode scm_branch execution_environment forks labels"
    " instance_groups job_slice_count timeout"
)
"""What a job template may ask for when it is launched."""

TEXTS = frozenset(["variables", "extra_vars", "source_vars"])
"""Dictionaries that the controller stores as text."""

INNER = frozenset(["inputs", "notification_configuration", "messages"])
"""Dictionaries to which the controller adds keys of its own: only those that are wanted count."""


class Kind:
    """A kind of object.

    `endpoint`: its list. `fields`: settings that have a value. `identity`: the field with its name. `references`: settings that name
    another object, and its list; `scope`: those of them within which the name is unique. `associations`: settings that list names of
    other objects, in a sub-list of the object. `survey`: whether it has one.
    """

    def __init__(
        self,
        endpoint: str,
        fields: str,
        *,
        identity: str = "name",
        references: dict[str, str] | None = None,
        scope: str = "",
        associations: dict[str, str] | None = None,
        survey: bool = False,
    ) -> None:
        self.endpoint = endpoint
        self.identity = identity
        self.fields = frozenset(fields.split())
        self.references = references or {}
        self.scope = scope.split()
        self.associations = associations or {}
        self.survey = survey

    def settings(self) -> set[str]:
        """The names of all settings."""
        special = {"survey_spec"} if self.survey else {"approval_node"} if self.endpoint == NODES else set()
        return {*self.fields, *self.references, *self.associations} | special


def _notified(*more: str) -> dict[str, str]:
    return dict.fromkeys((*NOTIFICATIONS, *more), "notification_templates")


def _asks(names: str) -> str:
    return " ".join(f"ask_{name}_on_launch" for name in names.split())


NODES = "workflow_job_template_nodes"
PROMPTS = "extra_data scm_branch job_type job_tags skip_tags limit diff_mode verbosity forks job_slice_count timeout"
KINDS: dict[str, Kind] = {
    "organization": Kind("organizations", "description max_hosts"),
    "execution_environment": Kind(
        "execution_environments", "description image pull", references={"organization": "organizations", "credential": "credentials"}
    ),
    "credential_type": Kind("credential_types", "description kind inputs injectors"),
    "credential": Kind(
        "credentials",
        "description inputs",
        references={"organization": "organizations", "credential_type": "credential_types"},
        scope="organization credential_type",
    ),
    "project": Kind(
        "projects",
        "description scm_type scm_url scm_branch scm_refspec scm_clean scm_delete_on_update scm_track_submodules scm_update_on_launch"
        " scm_update_cache_timeout allow_override timeout",
        references={
            "organization": "organizations",
            "credential": "credentials",
            "default_environment": "execution_environments",
            "signature_validation_credential": "credentials",
        },
        scope="organization",
        associations=_notified(),
    ),
    "inventory": Kind(
        "inventories",
        "description kind host_filter prevent_instance_group_fallback variables",
        references={"organization": "organizations"},
        scope="organization",
    ),
    "host": Kind("hosts", "description enabled variables", references={"inventory": "inventories"}, scope="inventory"),
    "inventory_source": Kind(
        "inventory_sources",
        "description source source_path enabled_var enabled_value host_filter limit overwrite overwrite_vars timeout verbosity"
        " update_on_launch update_cache_timeout scm_branch source_vars",
        references={
            "inventory": "inventories",
            "credential": "credentials",
            "source_project": "projects",
            "execution_environment": "execution_environments",
        },
        scope="inventory",
        associations=_notified(),
    ),
    "notification_template": Kind(
        "notification_templates",
        "description notification_type notification_configuration messages",
        references={"organization": "organizations"},
        scope="organization",
    ),
    "job_template": Kind(
        "job_templates",
        "description job_type playbook scm_branch forks limit verbosity job_tags force_handlers skip_tags start_at_task timeout"
        " use_fact_cache become_enabled diff_mode allow_simultaneous job_slice_count survey_enabled prevent_instance_group_fallback"
        " extra_vars " + _asks(ASKED),
        references={"inventory": "inventories", "project": "projects", "execution_environment": "execution_environments"},
        associations={"credentials": "credentials", **_notified()},
        survey=True,
    ),
    "workflow_job_template": Kind(
        "workflow_job_templates",
        "description limit scm_branch job_tags skip_tags allow_simultaneous survey_enabled extra_vars "
        + _asks("variables limit inventory scm_branch labels tags skip_tags"),
        references={"organization": "organizations", "inventory": "inventories"},
        scope="organization",
        associations=_notified("notification_templates_approvals"),
        survey=True,
    ),
    "workflow_job_template_node": Kind(
        NODES,
        "all_parents_must_converge " + PROMPTS,
        identity="identifier",
        references={
            "workflow_job_template": "workflow_job_templates",
            "unified_job_template": "unified_job_templates",
            "inventory": "inventories",
            "execution_environment": "execution_environments",
        },
        scope="workflow_job_template",
        associations={"credentials": "credentials", "success_nodes": NODES, "failure_nodes": NODES, "always_nodes": NODES},
    ),
    "schedule": Kind(
        "schedules",
        "description rrule enabled " + PROMPTS,
        references={
            "unified_job_template": "unified_job_templates",
            "inventory": "inventories",
            "execution_environment": "execution_environments",
        },
        scope="unified_job_template",
        associations={"credentials": "credentials"},
    ),
}


def same(existing: Any, wanted: Any, inner: bool = False, secrets: bool = False) -> bool:
    """Whether a value is as it is wanted. A secret is shown as $encrypted$, which counts as the same unless secrets are set anew.

    With `inner`, of a dictionary the keys that are wanted count only.
    """
    if existing == "$encrypted$" and isinstance(wanted, str):
        return not secrets
    if inner and isinstance(wanted, dict) and isinstance(existing, dict):
        return all(same(existing.get(key), value, True, secrets) for key, value in wanted.items())
    return bool(existing == wanted)
