# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paths under /simulator: what a test or a demo sees and moves of the simulator itself. No ONTAP has them.

    GET    /simulator/state              clock, version, settings, and every table (?table=nodes,jobs for some of them)
    POST   /simulator/advance            {"seconds": n}
    GET, POST, DELETE /simulator/faults  the rules (faults.py); POST takes one rule or a list
    GET, DELETE       /simulator/log     the requests
    GET    /simulator/ledger             entries and verdict
    POST   /simulator/reset              back to the start of the scenario; time goes on
    GET, PATCH        /simulator/settings
    POST   /simulator/trigger            {"name": ..., "args": {...}}: see model/ha.py, TRIGGERS
    GET    /simulator/write_order        whether LUNs are together write-order consistent (?luns=/vol/v1/a*,/vol/v2/a*&svm=san1)

They are off unless the simulator is started with them, need no authentication, and answer also while the management address is
silent.
"""

from __future__ import annotations

import fnmatch
import json
from typing import Any, Callable

from . import write_order
from .api import errors
from .api.app import App
from .api.messages import Request, Response
from .clock import iso
from .model import ha


def handle(app: App, request: Request) -> Response:
    """Answer a request to a control path."""
    name = "/".join(request.parts[1:])
    methods = ROUTES.get(name)
    if methods is None:
        raise errors.no_api()
    carrier = methods.get(request.method)
    if carrier is None:
        raise errors.no_method(request.method)
    return Response(200, carrier(app, request))


def _body(request: Request) -> Any:
    return json.loads(request.body) if request.body.strip() else {}


def _state(app: App, request: Request) -> Any:
    world = app.world
    tables = world.store.tables
    names = request.value("table")
    if names:
        tables = {name: tables.get(name, {}) for name in names.split(",")}
    return {
        "clock": {"now": world.clock.now(), "iso": iso(world.clock.now()), "kind": type(world.clock).__name__},
        "version": list(world.version),
        "settings": world.settings,
        "tables": tables,
    }


def _advance(app: App, request: Request) -> Any:
    app.world.clock.advance(float(_body(request)["seconds"]))
    app.world.settle()
    return {"now": app.world.clock.now(), "iso": iso(app.world.clock.now())}


def _faults(app: App, request: Request) -> Any:
    return {"rules": app.faults.rules}


def _add_faults(app: App, request: Request) -> Any:
    body = _body(request)
    for rule in body if isinstance(body, list) else [body]:
        app.faults.add(**rule)
    return {"rules": app.faults.rules}


def _clear_faults(app: App, request: Request) -> Any:
    app.faults.clear()
    return {}


def _log(app: App, request: Request) -> Any:
    return {"requests": app.journal.entries, "connections": app.journal.connections()}


def _clear_log(app: App, request: Request) -> Any:
    app.journal.clear()
    return {}


def _ledger(app: App, request: Request) -> Any:
    return {"verdict": app.world.ledger.verdict(), "entries": app.world.ledger.entries}


def _reset(app: App, request: Request) -> Any:
    app.reset()
    return {}


def _settings(app: App, request: Request) -> Any:
    return app.world.settings


def _change_settings(app: App, request: Request) -> Any:
    app.world.settings.update(_body(request))
    return app.world.settings


def _trigger(app: App, request: Request) -> Any:
    body = _body(request)
    ha.TRIGGERS[body["name"]](app.world, **body.get("args", {}))
    app.world.settle()
    return {}


def _write_order(app: App, request: Request) -> Any:
    """Whether LUNs are together write-order consistent: those whose path is named or matches (luns), of an SVM (svm)."""
    app.world.ledger.catch_up()
    wanted, svm = (request.value("luns") or "*").split(","), request.value("svm")
    rows = [row for row in app.world.store.table("luns").values() if svm in (None, "", row["svm"]["name"])]
    rows = [row for row in rows if any(fnmatch.fnmatchcase(row["name"], one) for one in wanted)]
    return {"luns": sorted(row["name"] for row in rows), **write_order.check(rows)}


ROUTES: dict[str, dict[str, Callable[[App, Request], Any]]] = {
    "state": {"GET": _state},
    "advance": {"POST": _advance},
    "faults": {"GET": _faults, "POST": _add_faults, "DELETE": _clear_faults},
    "log": {"GET": _log, "DELETE": _clear_log},
    "ledger": {"GET": _ledger},
    "reset": {"POST": _reset},
    "settings": {"GET": _settings, "PATCH": _change_settings},
    "trigger": {"POST": _trigger},
    "write_order": {"GET": _write_order},
}
