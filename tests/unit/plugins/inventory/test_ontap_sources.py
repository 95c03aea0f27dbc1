# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin: clusters that cannot be read, the cache, logins and other values of a source."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.fleet_place import ALL, Place, evaluated, names, of

# -- clusters that cannot be read ------------------------------------------------------------------------------------------


def broken(place: Place) -> list[dict[str, Any]]:
    """A cluster that answers, one whose password is wrong, and one where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    return [place.cluster("muc"), {**place.cluster("ber"), "password": "wrong-one"}, {**place.cluster("rom"), "port": port}]


def test_a_source_fails_with_the_names_of_all_clusters_that_cannot_be_read(place: Place) -> None:
    said = place.refused(broken(place))
    assert "Cluster ber cannot be read: 127.0.0.1 does not accept the login of user admin." in said
    assert "Cluster rom cannot be read: No answer from 127.0.0.1" in said
    assert "Cluster muc" not in said and "wrong-one" not in said


def test_clusters_that_cannot_be_read_may_be_left_out_with_a_warning(place: Place) -> None:
    inventory = place.read(broken(place), on_error="warn", include=["clusters"])
    assert names(inventory, "all") == ["muc"]
    assert [text.partition(" cannot")[0] for text in place.warnings] == ["Cluster ber", "Cluster rom"]
    assert all(text.endswith("It is left out.") for text in place.warnings)


def test_a_source_of_which_nothing_can_be_read_fails_anyway(place: Place) -> None:
    assert "Cluster ber cannot be read" in place.refused(broken(place)[1:], on_error="warn")


def test_what_was_read_earlier_takes_the_place_of_a_cluster_that_cannot_be_read(place: Place) -> None:
    entries = [place.cluster("muc"), place.cluster("ber")]
    options = {**place.cached(), "on_error": "cached"}
    place.read(entries, **options)
    place.clock.seconds += 86400
    place.clusters["muc"].stop()
    inventory = place.read(entries, **options)
    assert names(inventory, "ontap_clusters") == ["muc", "ber"]
    assert set(names(inventory, "ontap_stale")) == set(names(inventory, "ontap_cluster_muc"))
    assert len(place.warnings) == 1
    assert "Cluster muc cannot be read" in place.warnings[0] and "What was read at 2027-01-15 08:00:00 UTC is used." in place.warnings[0]


def test_without_anything_in_the_cache_the_source_fails(place: Place) -> None:
    assert "Cluster ber cannot be read" in place.refused(broken(place), on_error="cached", **place.cached())


# -- the cache -------------------------------------------------------------------------------------------------------------


def test_a_second_run_asks_nothing_until_the_time_is_over(place: Place) -> None:
    entries = [place.cluster("muc"), place.cluster("ber")]
    first = place.read(entries, **place.cached())
    assert place.asked("muc") == place.asked("ber") == ALL
    second = place.parse()
    assert place.asked("muc") == place.asked("ber") == []
    assert [(host.name, host.get_vars()) for host in first.get_hosts()] == [(host.name, host.get_vars()) for host in second.get_hosts()]
    assert {name: names(first, name) for name in first.groups} == {name: names(second, name) for name in second.groups}
    place.clock.seconds += 601
    place.parse()
    assert place.asked("muc") == place.asked("ber") == ALL
    place.parse(anew=True)
    assert place.asked("muc") == ALL


def test_each_cluster_has_its_own_place_in_the_cache(place: Place) -> None:
    entries = [place.cluster("muc"), place.cluster("ber")]
    place.read(entries[:1], **place.cached())
    place.asked("muc")
    place.read(entries, **place.cached())
    assert (place.asked("muc"), place.asked("ber")) == ([], ALL)
    place.read(entries[::-1], include=["svms"], **place.cached())
    assert (place.asked("muc"), place.asked("ber")) == (ALL[:3], ALL[:3])


def test_an_old_cache_is_no_reason_to_go_without_a_cluster_that_answers(place: Place) -> None:
    entries = [place.cluster("muc")]
    place.read(entries, **place.cached(), on_error="cached")
    place.clock.seconds += 86400
    inventory = place.parse()
    assert place.asked("muc") == ALL * 2
    assert names(inventory, "ontap_stale") == []


# -- logins ----------------------------------------------------------------------------------------------------------------


def everything(inventory: Any, folder: Path) -> str:
    """All that is kept of an inventory."""
    kept = [path.read_text(encoding="utf-8") for path in folder.rglob("cache/*")]
    return str([of(inventory, name) for name in names(inventory, "all")]) + "".join(kept)


def test_no_login_is_kept_unless_it_is_asked_for(place: Place, monkeypatch: Any) -> None:
    monkeypatch.setenv("ONTAP_CA_PATH", "/dev/null")
    inventory = place.read([place.cluster("muc"), place.cluster("ber")], **place.cached())
    kept = everything(inventory, place.folder)
    assert "ontap_facts" in kept and "read_at" in kept
    assert not [secret for secret in (*place.secrets(), "admin") if secret in kept]


def test_what_the_environment_says_is_used_and_not_copied(place: Place, monkeypatch: Any) -> None:
    entry = place.cluster("muc", password="no {{ template }}")
    for name, value in entry.items():
        monkeypatch.setenv(f"ONTAP_{name.upper()}", str(value))
    inventory = place.read(None)
    assert of(inventory, "ndo-01@ndo")["ontap_connection"] == {}
    inventory = place.read([{"hostname": entry["hostname"]}])
    assert of(inventory, "ndo-01@ndo")["ontap_connection"] == {"hostname": entry["hostname"]}


def test_tasks_may_take_the_login_from_variables(place: Place) -> None:
    inventory = place.read([place.cluster("muc")], credentials="variables")
    assert not [secret for secret in place.secrets() if secret in everything(inventory, place.folder)]
    found = evaluated(inventory, "ndo-01@muc", "ontap_connection", ontap_username="ndo", ontap_password="from-vault")
    assert (found["username"], found["password"], found["hostname"]) == ("ndo", "from-vault", "127.0.0.1")


def test_the_login_itself_is_passed_through_when_that_is_asked_for(place: Place) -> None:
    entry = place.cluster("muc", password="a{{ 1 }}b")
    entry["password"] = "{{ 'a{' ~ '{ 1 }' ~ '}b' }}"
    inventory = place.read([entry], credentials="values")
    found = evaluated(inventory, "muc", "ontap_connection")
    assert (found["username"], found["password"]) == ("admin", "a{{ 1 }}b")


def test_values_may_be_templates_and_an_empty_one_is_left_out(place: Place, monkeypatch: Any) -> None:
    entry = place.cluster("muc")
    monkeypatch.setenv("PW_MUC", entry["password"])
    entry.update(password="{{ lookup('ansible.builtin.env', 'PW_MUC') }}", http_timeout="{{ 5 + 6 }}", cert_filepath="{{ '' }}")
    inventory = place.read([entry])
    assert of(inventory, "muc")["ontap_connection"]["http_timeout"] == 11
    assert "cert_filepath" not in of(inventory, "muc")["ontap_connection"]


def test_what_clusters_share_is_said_once_and_an_entry_may_say_otherwise(place: Place) -> None:
    entries = [place.cluster("muc", password="same"), place.cluster("ber", password="same"), place.cluster("rom", password="other")]
    shared = {"username": "admin", "password": "same", "ca_path": entries[0]["ca_path"], "validate_certs": True}
    for entry in entries:
        entry.pop("ca_path")
        if entry["password"] == "same":
            del entry["username"], entry["password"]
    inventory = place.read(entries, include=["clusters"], **shared)
    assert names(inventory, "all") == ["muc", "ber", "rom"]
    assert of(inventory, "rom")["ontap_connection"]["validate_certs"] is True


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pasword": "x"}, "muc: there is no option pasword."),
        ({"hostname": ""}, "muc: missing required arguments: hostname"),
        ({"port": "many"}, "muc: argument 'port' is of type"),
        ({"username": None}, "muc: "),
        ({"ca_path": "/no/such/file"}, "Cluster muc cannot be read: ca_path: there is no file /no/such/file."),
        ({"password": "{{ nobody_knows }}"}, "password: "),
    ],
)
def test_what_is_wrong_with_an_entry_is_said_without_its_password(place: Place, change: dict[str, Any], words: str) -> None:
    said = place.refused([{**place.cluster("muc"), **change}])
    assert words in said
    assert not [secret for secret in place.secrets() if secret in said]


@pytest.mark.parametrize("clusters", [[], ["muc"]])
def test_a_list_of_no_clusters_is_refused(place: Place, clusters: list[Any]) -> None:
    assert "clusters" in place.refused(clusters)
