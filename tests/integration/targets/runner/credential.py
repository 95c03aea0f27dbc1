# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the credential type of the collection gives to a job, by the rules of AWX.

Source: awx/main/models/credential/__init__.py, inject_credential and default_for_field.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import yaml


class Plain(yaml.SafeLoader):
    """Reads variables of a role, with what is marked as no template of Ansible as it is written."""


def _unsafe(loader: Plain, node: yaml.Node) -> Any:
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else loader.construct_scalar(node)


Plain.add_constructor("!unsafe", _unsafe)


def inject(collection: Path, folder: Path, given: dict[str, str]) -> dict[str, str]:
    """The environment of a job that has a credential with these inputs; files that it needs are made in a folder."""
    role = collection / "roles/awx_setup/vars/main/credentials.yml"
    kind = yaml.load(role.read_text(encoding="utf-8"), Loader=Plain)["__awx_setup_credential_type"]["settings"]
    known = {field["id"]: False if field["type"] == "boolean" else "" for field in kind["inputs"]["fields"]}
    assert set(given) <= set(known)
    inputs: dict[str, Any] = {**known, **given}
    files: dict[str, str] = {}
    for name, text in kind["injectors"]["file"].items():
        path = folder / f"credential_{name.partition('.')[2]}"
        path.write_text(jinja2.Template(text).render(**inputs), encoding="utf-8")
        path.chmod(0o600)
        files[name.partition(".")[2]] = str(path)
    inputs["tower"] = SimpleNamespace(filename=SimpleNamespace(**files))
    return {name: jinja2.Template(text).render(**inputs) for name, text in kind["injectors"]["env"].items()}
