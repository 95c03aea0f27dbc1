# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of LUNs have in common: LUNs by their paths in two SVMs that have the same names."""

from __future__ import annotations

from typing import Any

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

LUNS = "/api/storage/luns"
GIB = 1024**3
SVM = {"name": "san1"}


def body(name: str = "/vol/vol1/new", **more: Any) -> dict[str, Any]:
    """A POST of a LUN of 1 GiB."""
    return {"svm": SVM, "name": name, "os_type": "linux", "space": {"size": GIB}, **more}


def make(client: Client, **more: Any) -> dict[str, Any]:
    """The record of a LUN that was made."""
    response = client.call("POST", LUNS, body(**more))
    assert client.done(response)["state"] == "success"
    return client.get(response.headers["Location"] + "?fields=**")


def at(client: Client, name: str, svm: str = "san1", fields: str = "**") -> dict[str, Any]:
    """The record of a LUN by its path."""
    (found,) = client.get(f'{LUNS}?svm.name={svm}&name="{quoted(name)}"&fields={fields}')["records"]
    return found


def quoted(name: str) -> str:
    """A name as it stands in an address."""
    return "".join(letter if letter.isalnum() or letter in "/_" else f"%{ord(letter):02x}" for letter in name)


def change(client: Client, name: str, what: Any, svm: str = "san1", query: str = "") -> Any:
    """PATCH a LUN by its path."""
    return client.call("PATCH", f"{LUNS}/{at(client, name, svm)['uuid']}{query}", what)


def code(client: Client, name: str, what: Any, svm: str = "san1", query: str = "") -> str:
    """The code with which a PATCH is refused; nothing has changed."""
    before = at(client, name, svm)
    response = change(client, name, what, svm, query)
    assert response.status == 400, response.body
    assert at(client, name, svm) == before
    return str(response.body["error"]["code"])


def settle(client: Client, **values: Any) -> None:
    """Change settings of the world."""
    client.world.settings.update(values)


def volume(client: Client, name: str, svm: str = "san1") -> dict[str, Any]:
    """The row of a volume."""
    return next(row for row in client.world.store.each("volumes", name=name) if row["svm"]["name"] == svm)
