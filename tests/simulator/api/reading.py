# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GET and HEAD on collections, instances and singletons."""

from __future__ import annotations

from ..store import Row
from . import fields
from .call import PAGES, Call
from .messages import Response
from .paging import MAX_RECORDS, Order, next_link


def get(call: Call) -> Response:
    """Answer a GET."""
    return _collection(call) if call.keys is None else _instance(call)


def _instance(call: Call) -> Response:
    call.filters(PAGES)
    names = fields.wanted(call.resource, call.world.version, call.request.value("fields"), instance=True)
    record = call.record()
    return Response(200, fields.Projection(call.resource, names, call.request.hal)(record))


def _collection(call: Call) -> Response:
    request, resource = call.request, call.resource
    known = resource.readable(call.world.version)
    filters = call.filters(PAGES)
    names = fields.wanted(resource, call.world.version, request.value("fields"), instance=False)
    # Source: API documentation: the fields used as filters come back too.
    names |= {one.name for one in filters if one.name in known}
    order = Order(resource, known, request.value("order_by"))
    limit = call.number("max_records", MAX_RECORDS, 1, 10**9)
    call.timeout(15)
    listed = call.flag("return_records", True)
    records = [record for record in call.records() if all(one.matches(record) for one in filters)]
    if not listed:
        return Response(200, {"num_records": len(records)})
    return Response(200, _page(call, order.after(request, order.sort(records)), limit, order, names))


def _page(call: Call, records: list[Row], limit: int, order: Order, names: set[str]) -> Row:
    request = call.request
    cuts = (limit, call.world.settings.get("page_limit"), call.page_cut)
    size = min(int(cut) for cut in cuts if cut is not None)
    page = records[:size]
    project = fields.Projection(call.resource, names, request.hal)
    body: Row = {"records": [project(record) for record in page], "num_records": len(page)}
    links: Row = {}
    if request.hal:
        links["self"] = {"href": request.raw_path + (f"?{request.raw_query}" if request.raw_query else "")}
    if len(records) > len(page):
        # Source: API documentation: the next link comes also with Accept: application/json.
        links["next"] = {"href": next_link(request, order.cursor(page[-1]) if page else order.repeat(request))}
    if links:
        body["_links"] = links
    return body
