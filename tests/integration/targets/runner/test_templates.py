# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every job template, run by ansible-runner with the answers of its survey, to its end."""

from __future__ import annotations

import pytest
from cases import CASES
from controller import Controller, Template, templates

TEMPLATES = templates()


def test_every_job_template_is_run_here() -> None:
    assert {one.name for one in TEMPLATES} == set(CASES)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_job_template_does_its_work_and_reports(controller: Controller, template: Template) -> None:
    case = CASES[template.name]
    place = controller.cluster(case.scenario, case.scale, **case.settings)
    answers = {**case.answers, **(case.given(place) or {})}
    job = controller.run(template, place, answers, extra=case.extra).successful()
    for words in case.says:
        assert [line for line in job.said() if words in line], job.said()
    assert place.simulator.log.entries
    assert not template.check or place.writes() == []
    case.done(place, job)
    assert place.undisturbed()
    if case.again:
        again = controller.run(template, place, answers, extra=case.extra).successful()
        assert place.writes() == [], again.output
