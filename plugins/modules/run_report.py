#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Begins and writes the report of a runbook. It is carried out on the controller, by the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: run_report
short_description: Begin or write the report of a runbook
version_added: 0.3.0
description:
  - A runbook begins its report before its first task, and writes it behind its last one. Between the two, every task of this
    collection adds to a journal what it wrote to ONTAP, when, and what its readings showed of nodes, aggregates, LIFs and moves.
  - The report is a folder with C(report.json), for programs, and C(report.html), one page that needs nothing else. In check mode these are
    C(forecast.json) and C(forecast.html), so that a forecast never takes the place of a report.
  - A run that goes on with one that was killed, or failed, has the journals of both in its report.
  - A run that ended well and wrote nothing does not take the place of the report of a run that did.
  - It speaks to no cluster. Files that cannot be written are a warning, and no failure.
  - Use the role P(ndo.ontap.run_report#role), which also tells the tasks where their journal is.
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
    details: It never counts as a change.
extends_documentation_fragment:
  - ndo.ontap.attributes
options:
  state:
    description:
      - V(begun) begins the journal.
      - V(written) writes the report.
    type: str
    choices: [begun, written]
    default: written
  dir:
    description: Folder on the controller for reports; it is made when it is missing. Without it nothing is written.
    type: str
    default: ""
  title:
    description: What the runbook is about, such as the name of a node.
    type: str
    required: true
  kind:
    description: What the runbook does, in a word. Title and kind are the name of the folder of the report.
    type: str
    required: true
  result:
    description:
      - What the runbook says itself. C(success), C(error) and C(message) are shown first, where it has them.
    type: dict
    default: {}
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Begin the report
  ndo.ontap.run_report:
    state: begun
    dir: "{{ playbook_dir }}/reports"
    title: ndo-01
    kind: firmware
  register: run_report_journal

- name: Write the report
  ndo.ontap.run_report:
    dir: "{{ playbook_dir }}/reports"
    title: ndo-01
    kind: firmware
    result: {success: true, message: "The shelves have the new firmware."}
  register: run_report_journal
"""

RETURN = r"""
journals:
  description: The journals to which the tasks that follow add, in a variable of the name C(run_report_journal).
  returned: always
  type: list
  elements: str
  sample: [/srv/reports/ndo-01.maintenance/journal.jsonl]
folder:
  description: The folder of the report; empty without O(dir).
  returned: always
  type: str
  sample: /srv/reports/ndo-01.maintenance
files:
  description: The files that were written.
  returned: always
  type: list
  elements: str
  sample: [/srv/reports/ndo-01.maintenance/report.json, /srv/reports/ndo-01.maintenance/report.html]
msg:
  description: What was done, in a sentence.
  returned: always
  type: str
  sample: "The report is in /srv/reports/ndo-01.maintenance/report.html."
"""

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments

ARGUMENTS = Arguments(
    {
        "state": {"type": "str", "choices": ["begun", "written"], "default": "written"},
        "dir": {"type": "str", "default": ""},
        "title": {"type": "str", "required": True},
        "kind": {"type": "str", "required": True},
        "result": {"type": "dict", "default": {}},
    }
)


def main() -> None:
    """Tell whoever runs it as an ordinary module that it is none."""
    from ansible.module_utils.basic import AnsibleModule

    module = AnsibleModule(ARGUMENTS.options, supports_check_mode=True)
    module.fail_json(msg="ndo.ontap.run_report is carried out on the controller, by its action plugin.")


if __name__ == "__main__":
    main()
