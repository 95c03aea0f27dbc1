#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rest
short_description: Send one request to the ONTAP REST API
version_added: 0.1.0
description:
  - Sends a request to any path of the API, for what no other module does.
  - A read follows all pages; a write follows the jobs that it starts, unless told not to wait.
options:
  method:
    description: V(GET) reads; the others write.
    type: str
    choices: [GET, POST, PATCH, DELETE]
    default: GET
  path:
    description:
      - The path of the resource, such as V(cluster/nodes) or V(/api/cluster/nodes). C(/api) in front may be left out.
      - A query string may follow; what it holds must not be in O(query) or O(fields) too.
    type: str
    required: true
  query:
    description:
      - Query parameters - filters for a read, and what the resource documents for a write. Nothing is added when left out.
      - A filter value is taken as ONTAP takes it, so that C(*), C(|), C(!), C(<) and C(>) are operators.
    type: dict
  body:
    description:
      - The body of a write. Without it, none is sent.
      - Texts below a key that names a credential, such as C(password), C(secret) or C(token), are masked in all output.
    type: dict
  fields:
    description: The fields that a read returns. Without it, ONTAP returns the fields that it takes for the usual ones.
    type: list
    elements: str
  svm:
    description: Name of the SVM to work in, with a cluster-scoped account. Without it, the whole cluster.
    type: str
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.wait
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: partial
    details: Reads are sent. A write fails with the request that it would have sent, because its effect cannot be told.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details: A write is sent in every run, and always counts as a change.
notes:
  - Where a module exists for a resource, use it; it knows what is there already.
  - The account needs access to O(path) only.
seealso:
  - module: ndo.ontap.health_info
  - module: ndo.ontap.ha_info
  - name: ONTAP REST API reference
    description: Every path, field and query parameter, also on the cluster itself at C(https://<cluster>/docs/api).
    link: https://docs.netapp.com/us-en/ontap-restapi/
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Read the name and state of every node
  ndo.ontap.rest:
    path: cluster/nodes
    fields: [name, state]
  register: nodes

- name: Read the LIFs that are away from home, with the query in the path
  ndo.ontap.rest:
    path: /api/network/ip/interfaces?location.is_home=false&fields=location

- name: Set the location of the cluster, in a real run only
  ndo.ontap.rest:
    method: PATCH
    path: cluster
    body:
      location: room 2
  when: not ansible_check_mode
"""

RETURN = r"""
status:
  description: The HTTP status of the answer; of the first page, when there are more.
  returned: success
  type: int
  sample: 200
response:
  description: ONTAP's answer. All pages of a read are put together - every record, their number, and no link to a next page.
  returned: success
  type: dict
  sample: {"num_records": 1, "records": [{"name": "ndo-01", "state": "up", "uuid": "4c1b0a6e-3a0c-4c39-8d7f-0b8a3d0e6c11"}]}
records:
  description: The records of RV(response); empty for a single object.
  returned: success
  type: list
  elements: dict
  sample: [{"name": "ndo-01", "state": "up", "uuid": "4c1b0a6e-3a0c-4c39-8d7f-0b8a3d0e6c11"}]
job:
  description:
    - The job that a write started. Its record when it was waited for; its uuid only, when not or when it ended before the answer.
    - Of several jobs the last one; RV(response) names them all.
  returned: when a write started a job
  type: dict
  sample: {"uuid": "c3e4b7e2-6b0f-4a3a-9a0e-0a3f5d1f2b11", "state": "success", "message": "success"}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 1, "seconds": 0.02}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "NotFound", "code": "4", "message": "ONTAP refused GET /cluster/jobs/x: entry doesn't exist (code 4)."}
"""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments, wait_arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Answer, Client
from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError, JobVanished, OntapError, Refused
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

ARGUMENTS = CONNECTION.merge(
    wait_arguments(300),
    Arguments(
        {
            "method": {"type": "str", "choices": ["GET", "POST", "PATCH", "DELETE"], "default": "GET"},
            "path": {"type": "str", "required": True},
            "query": {"type": "dict"},
            "body": {"type": "dict"},
            "fields": {"type": "list", "elements": "str"},
            "svm": {"type": "str"},
        }
    ),
)


def address(path: str) -> tuple[str, list[tuple[str, str]]]:
    """The path below /api, and the parameters that its query string holds."""
    parts = urlsplit(path.strip())
    if parts.scheme or parts.netloc or parts.fragment:
        raise InputError(f"path is {path!r}; write the path alone, such as cluster/nodes.", hint="The host goes into hostname.")
    steps = [step for step in parts.path.split("/") if step]
    steps = steps[1:] if steps[:1] == ["api"] else steps
    if not steps or ".." in steps:
        raise InputError(f"path is {path!r}, which names no resource of the API.")
    return "/" + "/".join(steps), parse_qsl(parts.query, keep_blank_values=True)


def parameters(in_path: list[tuple[str, str]], query: dict[str, Any] | None, fields: list[str] | None) -> dict[str, Any]:
    """The query parameters from all places where they can be given; each may be given once."""
    given = [*in_path, *(query or {}).items(), *([("fields", ",".join(fields))] if fields else [])]
    names = [name for name, value in given]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"Query parameters are given twice: {', '.join(twice)}.", hint="Write them in the path, in query, or in fields.")
    return dict(given)


def read(client: Client, path: str, query: dict[str, Any], svm: str | None) -> dict[str, Any]:
    """Read one object, or a collection to its last page."""
    pages = list(client.pages(path, query, svm))
    response = dict(pages[0].body)
    records = [record for page in pages for record in page.records]
    if len(pages) > 1:
        links = {name: link for name, link in response["_links"].items() if name != "next"}
        response.update(records=records, num_records=len(records), _links=links)
    return {"changed": False, "status": pages[0].status, "response": response, "records": records}


def write(client: Client, params: dict[str, Any], path: str, query: dict[str, Any]) -> dict[str, Any]:
    """Send a write once, and follow what it started."""
    answer = client.call(params["method"], path, query=query, body=params["body"], svm=params["svm"])
    result = {"changed": True, "status": answer.status, "response": answer.body, "records": answer.records}
    if answer.jobs:
        result["job"] = job_of(client, answer, params, f"{params['method']} {path}")
    return result


def job_of(client: Client, answer: Answer, params: dict[str, Any], what: str) -> dict[str, Any]:
    """The last job of a write: its record after the wait for all of them, or just its uuid."""
    # An answer below 202 says that the jobs have ended already, and well.
    if not params["wait"] or answer.status != 202:
        return {"uuid": answer.jobs[-1]}
    deadline = waiting.Deadline(params["wait_timeout"])
    try:
        return [client.follow(job, deadline, what) for job in answer.jobs][-1]
    except OntapError as error:
        error.facts.setdefault("actions_done", [what])
        if isinstance(error, JobVanished):
            error.hint = "ONTAP drops it some minutes after the job's end: read the object to see how it ended."
        raise


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Send the request; a write is refused under check mode."""
    path, in_path = address(params["path"])
    query = parameters(in_path, params["query"], params["fields"])
    if params["method"] == "GET":
        if params["body"] is not None:
            raise InputError("A GET takes no body.", hint="Filters of a read go into query.")
        return read(client, path, query, params["svm"])
    if check_mode:
        raise Refused(
            f"Check mode: {params['method']} /api{path} was not sent, and what it would change cannot be told.",
            hint="Leave the task out under check mode with when: not ansible_check_mode.",
            method=params["method"],
            path=path,
        )
    return write(client, params, path, query)


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
