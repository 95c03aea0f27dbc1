# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""netapp-lib, the vendor's library for ONTAPI, unmodified, against a simulator on a socket with TLS."""

from __future__ import annotations

from typing import Any

from netapp_lib.api.zapi import zapi

from ansible_collections.ndo.ontap.tests.simulator.server import Simulator


class Ontapi:
    """A simulated cluster, and calls to it as its administrator; `svm` tunnels to a vserver."""

    def __init__(self, simulator: Simulator, svm: str | None = None, auth: tuple[str, str] | None = None) -> None:
        self.simulator = simulator
        self.world = simulator.world
        username, password = auth or simulator.auth
        where = {"port": simulator.port, "transport_type": simulator.scheme}
        self.server = zapi.NaServer(simulator.host, username=username, password=password, **where)
        self.server.set_api_version(1, 110)
        self.server.set_vserver(svm)

    def call(self, name: str, /, **inputs: Any) -> Any:
        """The results of a call that succeeds; words of inputs are written with underscores."""
        element = zapi.NaElement(name)
        element.translate_struct({word.replace("_", "-"): value for word, value in inputs.items()})
        return self.server.invoke_successfully(element, enable_tunneling=True)

    def errno(self, name: str, /, **inputs: Any) -> str:
        """The errno of a call that fails."""
        try:
            self.call(name, **inputs)
        except zapi.NaApiError as error:
            assert error.message
            return str(error.code)
        raise AssertionError(f"{name} did not fail")

    def start(self, *volumes: str, snapshot: str = "group", **inputs: Any) -> str:
        """cg-start; returns the cg-id."""
        found = self.call("cg-start", snapshot=snapshot, volumes=names(*volumes), **inputs)
        return str(found.get_child_content("cg-id"))

    def listed(self, name: str = "snapshot-get-iter", word: str = "name", **inputs: Any) -> list[str]:
        """One attribute of every record of an iterator, through all pages."""
        found = []
        for page in self.pages(name, **inputs):
            records = page.get_child_by_name("attributes-list")
            found += [record.get_child_content(word) for record in (records.get_children() if records else [])]
        return found

    def pages(self, name: str = "snapshot-get-iter", **inputs: Any) -> list[Any]:
        """The pages of an iterator."""
        found = [self.call(name, **inputs)]
        while found[-1].get_child_content("next-tag"):
            found.append(self.call(name, **inputs, tag=found[-1].get_child_content("next-tag")))
        return found


def names(*volumes: str) -> list[dict[str, str]]:
    """Volumes as an input."""
    return [{"volume-name": name} for name in volumes]
