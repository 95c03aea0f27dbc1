#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: awx_object
short_description: One object of AWX or Automation Controller
version_added: 0.3.0
description:
  - Creates or changes an object of AWX or Automation Controller, such as a job template with its survey. What is not in O(settings) is
    left alone.
  - The settings have the names that the modules of the collection C(awx.awx) give them, so that one table of objects serves both ways.
    Where that collection (or C(ansible.controller)) is installed, its module for the kind is run. Else the API is used by itself, with
    one read to find the object, one for each thing that it refers to, and one write for all that differs.
  - It speaks to no cluster. The role C(ndo.ontap.awx_setup) uses it for a table of objects.
options:
  kind:
    description: What kind of object.
    type: str
    required: true
    choices:
      - organization
      - execution_environment
      - credential_type
      - credential
      - project
      - inventory
      - host
      - inventory_source
      - notification_template
      - job_template
      - workflow_job_template
      - workflow_job_template_node
      - schedule
  name:
    description: Its name; of a node of a workflow, its identifier.
    type: str
    required: true
  settings:
    description:
      - Its settings, as in the module of C(awx.awx) for this kind. Other objects are given by name.
      - Dictionaries that the controller stores as text (C(variables), C(extra_vars), C(source_vars)) are given as dictionaries.
    type: dict
    default: {}
  update_secrets:
    description:
      - Whether secrets are set anew in each run. The controller never shows them, so that a run with V(true) always changes something.
      - Without it, they are set when the object is created, or when something else of its inputs differs.
    type: bool
    default: false
  engine:
    description:
      - V(collection) runs the module of C(awx.awx) or C(ansible.controller), V(api) uses the API by itself. V(auto) takes the collection
        where it is installed.
      - A dry run on a controller that lacks what an object refers to takes V(api), because the modules of the collections fail then.
    type: str
    choices: [auto, collection, api]
    default: auto
  state:
    description: Whether the object is there.
    type: str
    choices: [present, absent]
    default: present
  wait_timeout:
    description: Seconds to wait until the controller has fetched the files of a project. Other objects are there at once.
    type: int
    default: 300
extends_documentation_fragment:
  - ndo.ontap.controller
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: Of dictionaries that may hold secrets, the diff has the names of the keys. The modules of the collections return none.
  idempotent:
    support: full
    details: Not with O(update_secrets).
seealso:
  - name: AWX
    description: How the runbooks of this collection come into AWX; C(docs/awx.md).
    link: https://docs.ansible.com/projects/awx/en/24.6.1/
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Have an inventory
  ndo.ontap.awx_object:
    kind: inventory
    name: ONTAP
    settings:
      organization: Default
      variables: {ansible_connection: local}

- name: Have a job template with a survey
  ndo.ontap.awx_object:
    kind: job_template
    name: ONTAP health
    settings:
      project: ndo.ontap
      inventory: ONTAP
      playbook: playbooks/health.yml
      survey_enabled: true
      survey_spec:
        name: ""
        description: ""
        spec:
          - {question_name: Nodes, variable: health_nodes, type: text, required: false, min: 0, max: 4096, default: ""}
"""

RETURN = r"""
record:
  description: The object's id and name. The id is null where a dry run would create it.
  returned: success
  type: dict
  sample: {"id": 12, "name": "ONTAP health"}
engine:
  description: By what it was done - C(api), or the name of the collection.
  returned: success
  type: str
  sample: api
actions:
  description: The steps that were taken; in check mode, those that would be. A module of a collection does not tell its steps.
  returned: success
  type: list
  elements: str
  sample: [create, survey]
diff:
  description: What the task changed, before and after.
  returned: when the API is used by itself
  type: dict
  sample: {"before": {"enabled": true}, "after": {"enabled": false}}
api:
  description: The requests that were sent to the controller, and the seconds that the task took.
  returned: when the API is used by itself
  type: dict
  sample: {"requests": 3, "seconds": 0.2}
error:
  description: The facts of a failure, for programs; the words are the controller's own.
  returned: failure
  type: dict
  sample: {"kind": "ApiError", "message": "The controller refused POST /api/v2/job_templates/: playbook: Playbook not found for project."}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Caller
from ansible_collections.ndo.ontap.plugins.module_utils.controller import CONNECTION, Controller
from ansible_collections.ndo.ontap.plugins.module_utils.controller_kinds import KINDS
from ansible_collections.ndo.ontap.plugins.module_utils.controller_object import Wanted
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

ARGUMENTS = CONNECTION.merge(
    Arguments(
        {
            "kind": {"type": "str", "required": True, "choices": list(KINDS)},
            "name": {"type": "str", "required": True},
            "settings": {"type": "dict", "default": {}},
            "update_secrets": {"type": "bool", "default": False, "no_log": False},
            "engine": {"type": "str", "choices": ["auto", "collection", "api"], "default": "auto"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "wait_timeout": {"type": "int", "default": 300},
        }
    ),
)


def body(params: dict[str, Any], check_mode: bool, caller: Caller) -> dict[str, Any]:
    """Have the object as it is wanted, by the API itself; the action plugin sees to the other way."""
    wanted = Wanted(Controller(caller, params), params, check_mode)
    record = wanted.present() if params["state"] == "present" else wanted.absent()
    diff = {"before": wanted.before, "after": wanted.after}
    return {"changed": bool(wanted.actions), "record": record, "engine": "api", "actions": wanted.actions, "diff": diff}


def main() -> None:
    """Entry point of Ansible."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
