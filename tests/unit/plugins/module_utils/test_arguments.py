# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where options come from that a task leaves out."""

from __future__ import annotations

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION


def read(task: dict[str, str]) -> ArgumentSpecValidator:
    """The options of a task, as a module gets them."""
    return ArgumentSpecValidator(CONNECTION.options, **CONNECTION.constraints).validate(task)


def test_environment_variable_that_is_empty_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWX sets all variables of a credential type, also those that a credential leaves out."""
    for name in ("CERT_FILEPATH", "KEY_FILEPATH", "CA_PATH", "PORT"):
        monkeypatch.setenv(f"ONTAP_{name}", "")
    monkeypatch.setenv("ONTAP_HOSTNAME", "cluster.example.com")
    monkeypatch.setenv("ONTAP_USERNAME", "ndo")
    monkeypatch.setenv("ONTAP_PASSWORD", "secret")
    monkeypatch.setenv("ONTAP_VALIDATE_CERTS", "true")
    found = read({})
    assert found.error_messages == []
    assert (found.validated_parameters["port"], found.validated_parameters["cert_filepath"]) == (443, None)
    assert found.validated_parameters["username"] == "ndo" and found.validated_parameters["validate_certs"] is True


def test_option_of_the_task_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTAP_HOSTNAME", "other.example.com")
    found = read({"hostname": "cluster.example.com", "username": "ndo", "password": "secret"})
    assert found.validated_parameters["hostname"] == "cluster.example.com"
