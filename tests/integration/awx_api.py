# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller's API, as strict as AWX and stricter, in memory: the judge of what the playbook awx makes. No real AWX.

with awx_api.Controller() as controller:
    run(CONTROLLER_HOST=controller.url, CONTROLLER_OAUTH_TOKEN=controller.token)
    controller.named("job_templates", "Supervisor status")
    controller.writes  # [(method, path), ...] of all requests that were to change something
"""

from __future__ import annotations

import base64
import copy
import http.server
import json
import re
import threading
import urllib.parse

import awx_objects
import awx_survey
from awx_objects import HIDDEN, KINDS, Refused

API = "/api/v2/"
UNIFIED = ("job_templates", "projects", "inventory_sources", "workflow_job_templates", "workflow_approval_templates")
TYPES_THAT_ARE_THERE = {
    "Machine": ("ssh", ("username", "password", "ssh_key_data")),
    "Source Control": ("scm", ("username", "password", "ssh_key_data")),
    "Container Registry": ("registry", ("host", "username", "password")),
}
LOGIN = ("admin", "s3cret-of-the-Controller")


class Controller:
    """The objects, and a server before them.

    :param playbooks: files of every project.
    """

    def __init__(self, playbooks=()):
        self.objects = {kind: {} for kind in KINDS}
        self.links = {}  # (collection, id, name of the links) -> ids
        self.surveys = {}  # (collection, id) -> specification
        self.updates = {}  # id -> how often it was asked for
        self.writes = []
        self.asked = []  # the addresses of all requests
        self.told = []  # all answers
        self.tokens = {"s3cret-of-the-Token"}
        self.token = "s3cret-of-the-Token"
        self.playbooks = tuple(playbooks)
        self.lock = threading.Lock()
        self._last = 0
        self.put("organizations", name="Default")
        for name, (kind, fields) in TYPES_THAT_ARE_THERE.items():
            asked = {"fields": [{"id": field, "label": field, "type": "string"} for field in fields]}
            self.put("credential_types", name=name, kind=kind, inputs=asked, managed=True)

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"controller": self}))
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self.server.shutdown()
        self.server.server_close()

    def put(self, endpoint, /, **fields):
        """Put something there that others have made; returns its id."""
        it = {name: field.default for name, field in KINDS[endpoint].fields.items()}
        it.update(copy.deepcopy(KINDS[endpoint].shown), **fields)
        return self._keep(endpoint, it)

    def _keep(self, kind, it):
        self._last += 1
        self.objects[kind][self._last] = {**copy.deepcopy(it), "id": self._last}
        return self._last

    def named(self, kind, name):
        """The one object of that name, with its links as names."""
        (it,) = [it for it in self.objects[kind].values() if it.get("name", it.get("identifier")) == name]
        links = {key[2]: ids for key, ids in self.links.items() if key[:2] == (kind, it["id"])}
        return {
            **it,
            **{link: [self._name(KINDS[kind].links[link], one) for one in ids] for link, ids in links.items()},
        }

    def _name(self, kind, number):
        it = self.objects[kind][number]
        return it.get("name", it.get("identifier"))

    def count(self):
        """Collection -> how many there are, without what was there from the beginning."""
        there = {kind: len([it for it in its.values() if not it.get("managed")]) for kind, its in self.objects.items()}
        return {kind: number for kind, number in there.items() if number and kind != "organizations"}

    # What the rules of the objects ask.

    def kind_of(self, credential):
        return self.objects["credential_types"][self.objects["credentials"][credential]["credential_type"]]["kind"]

    def template(self, number):
        return next(self.objects[kind][number] for kind in UNIFIED if number in self.objects[kind])

    def survey_of(self, template):
        return next((spec for (_kind, number), spec in self.surveys.items() if number == template["id"]), {})

    # What is asked for.

    def answer(self, method, path, query, body):
        """Status and answer of a request. Raises Refused."""
        parts = [part for part in path[len(API) :].split("/") if part]
        if parts == ["unified_job_templates"] and method == "GET":
            return 200, self._listed([(kind, it) for kind in UNIFIED for it in self.objects[kind].values()], query)
        if parts[0] == "project_updates" and method == "GET":
            self.updates[int(parts[1])] += 1
            return 200, {"id": int(parts[1]), "status": "running" if self.updates[int(parts[1])] == 1 else "successful"}
        if parts[0] not in KINDS:
            raise Refused({"detail": "The requested resource could not be found."}, 404)
        if len(parts) == 1:
            if method == "GET":
                return 200, self._listed([(parts[0], it) for it in self.objects[parts[0]].values()], query)
            return 201, self._created(parts[0], self._read(method, "POST", body))
        it = self.objects[parts[0]].get(int(parts[1]))
        if it is None:
            raise Refused({"detail": "Not found."}, 404)
        if len(parts) == 2:
            return 200, self.shown(
                parts[0], it if method == "GET" else self._patched(parts[0], it, self._read(method, "PATCH", body))
            )
        return self._below(method, parts[0], it, parts[2], query, body)

    def _read(self, method, wanted, body):
        if method != wanted:
            raise Refused({"detail": 'Method "%s" not allowed.' % method}, 405)
        if not isinstance(body, dict):
            raise Refused({"detail": "JSON parse error"})
        return body

    def _below(self, method, kind, it, name, query, body):
        key = (kind, it["id"])
        if name == "survey_spec" and KINDS[kind].survey:
            if method == "POST":
                awx_survey.spec(body, Refused)
                self.surveys[key] = copy.deepcopy(body)
                return 200, {}
            return 200, _veiled(self.surveys.get(key, {}))
        if name == "create_approval_template" and kind == "workflow_job_template_nodes" and method == "POST":
            approval = self._created("workflow_approval_templates", body)
            it["unified_job_template"] = approval["id"]
            return 201, approval
        if name not in KINDS[kind].links:
            raise Refused({"detail": "Not found."}, 404)
        members = self.links.setdefault((*key, name), [])
        other = KINDS[kind].links[name]
        if method == "GET":
            return 200, self._listed([(other, self.objects[other][one]) for one in members], query)
        self._link(kind, it, name, members, body)
        return 204, None

    def _link(self, kind, it, name, members, body):
        other, one = KINDS[kind].links[name], body.get("id")
        if set(body) - {"id", "disassociate"} or one not in self.objects[other]:
            raise Refused({"detail": "%s could not be found." % body})
        if body.get("disassociate"):
            members[:] = [member for member in members if member != one]
            return
        if name == "credentials":
            its = self.objects["credentials"]
            if any(its[member]["credential_type"] == its[one]["credential_type"] for member in members):
                raise Refused({"error": "Cannot assign multiple credentials of one type."})
            if self.kind_of(one) not in ("ssh", "vault", "cloud", "net"):
                raise Refused({"error": "Cannot assign a Credential of kind `%s`." % self.kind_of(one)})
        if other == kind and it["id"] in self._after(one) | {one}:
            raise Refused({"Error": "Cycle detected."})
        if other == kind and any(
            one in ids for key, ids in self.links.items() if key[:2] == (kind, it["id"]) and key[2] != name
        ):
            raise Refused({"Error": "Relationship not allowed."})
        if one not in members:
            members.append(one)

    def _after(self, node):
        """All nodes behind one."""
        found = {one for key, ids in self.links.items() if key[1] == node and key[2].endswith("_nodes") for one in ids}
        return found.union(*(self._after(one) for one in found))

    def _listed(self, pairs, query):
        wanted = {name: value for name, value in query.items() if name not in ("page", "page_size")}
        found = [self.shown(kind, it) for kind, it in pairs]
        for name in wanted:
            field = name.removeprefix("or__")
            if any(field not in it for it in found):
                raise Refused({"detail": "%s has no field named %s" % (pairs[0][0], field)})
        plain = {name: value for name, value in wanted.items() if not name.startswith("or__")}
        either = {name[4:]: value for name, value in wanted.items() if name.startswith("or__")}
        found = [it for it in found if all(str(it[name]) == value for name, value in plain.items())]
        if either:
            found = [it for it in found if any(str(it[name]) == value for name, value in either.items())]
        return {"count": len(found), "next": None, "previous": None, "results": found}

    def _created(self, kind, body):
        missing = [name for name in KINDS[kind].required if body.get(name) in (None, "")]
        if missing:
            raise Refused({name: ["This field is required."] for name in missing})
        it = {name: copy.deepcopy(field.default) for name, field in KINDS[kind].fields.items()}
        it.update(copy.deepcopy(KINDS[kind].shown))
        number = self._keep(kind, self._checked(kind, it, body, None))
        if kind == "projects":
            self.updates[number] = 0
        return self.shown(kind, self.objects[kind][number], just_made=True)

    def _patched(self, kind, it, body):
        changed = self._checked(kind, copy.deepcopy(it), body, it)
        self.objects[kind][it["id"]] = changed
        return changed

    def _checked(self, kind, it, body, was):
        """An object with what was sent put in, if all of it is right."""
        rules = KINDS[kind]
        for name, sent in copy.deepcopy(body).items():
            if name in rules.fields:
                value = rules.fields[name].read(name, sent, self)
                if was and rules.fields[name].fixed and value != was[name]:
                    raise Refused({name: ["cannot be changed"]})
                it[name] = value
            elif name in rules.shown:
                it.setdefault("__given", {})[name] = sent
            else:
                raise Refused({name: ["no field of it, AWX would not say so"]})
        given = it.pop("__given", {})
        if rules.check:
            rules.check(self, it, was)
        wrong = [name for name, value in given.items() if it.get(name) != value]
        if wrong:
            raise Refused({name: ["it is set by AWX itself, to %s" % it.get(name)] for name in wrong})
        for names in rules.unique:
            for other in self.objects[kind].values():
                if other["id"] != it.get("id") and all(other[name] == it[name] for name in names):
                    raise Refused({"__all__": ["%s with this %s already exists." % (rules.type, " and ".join(names))]})
        return it

    def shown(self, kind, it, just_made=False):
        """What is told of an object: no secret, and where what belongs to it is."""
        url = "%s%s/%d/" % (API, kind, it["id"])
        below = [*KINDS[kind].links, *(["survey_spec"] if KINDS[kind].survey else [])]
        related = {name: "%s%s/" % (url, name) for name in below}
        found = {**copy.deepcopy(it), "type": KINDS[kind].type, "url": url, "related": related, "summary_fields": {}}
        if kind == "credentials":
            fields = self.objects["credential_types"][it["credential_type"]]["inputs"]["fields"]
            secret = [field["id"] for field in fields if field.get("secret")]
            found["inputs"] = {name: HIDDEN if name in secret else value for name, value in it["inputs"].items()}
        if kind == "notification_templates":
            passwords = [
                name for name, sort in awx_objects.PARAMETERS[it["notification_type"]].items() if sort == "password"
            ]
            hidden = {name: HIDDEN for name in passwords if it["notification_configuration"].get(name)}
            found["notification_configuration"].update(hidden)
        if kind == "projects":
            found["scm_revision"] = "f00d"
            found["summary_fields"] = {"current_update": {"id": it["id"]}} if just_made else {}
        if kind == "workflow_job_template_nodes" and it["unified_job_template"]:
            its = next(kind for kind in UNIFIED if it["unified_job_template"] in self.objects[kind])
            related["unified_job_template"] = "%s%s/%d/" % (API, its, it["unified_job_template"])
        if kind in UNIFIED:
            found.setdefault("organization", None)
        return found


def _veiled(spec):
    found = copy.deepcopy(spec)
    for question in found.get("spec", []):
        if question["type"] == "password" and question.get("default"):
            question["default"] = HIDDEN
    return found


class Handler(http.server.BaseHTTPRequestHandler):
    """Between the requests of one connection and a controller."""

    controller: Controller
    protocol_version = "HTTP/1.1"
    wbufsize = (
        -1
    )  # head and body leave together: apart, each answer would wait for the other side's delayed acknowledgement

    def log_message(self, *_arguments):
        pass

    def _allowed(self):
        said = self.headers.get("Authorization", "")
        return said.removeprefix("Bearer ") in self.controller.tokens if said.startswith("Bearer ") else False

    def _token(self, method):
        """A token for a login, and the end of it."""
        login = "Basic " + base64.b64encode(":".join(LOGIN).encode()).decode()
        if self.headers.get("Authorization") != login:
            return 401, {"detail": "Invalid username/password."}
        if method == "DELETE":
            self.controller.tokens.discard("s3cret-of-this-Task")
            return 204, None
        self.controller.tokens.add("s3cret-of-this-Task")
        return 201, {"id": 1, "token": "s3cret-of-this-Task"}

    def _do(self, method):
        address = urllib.parse.urlsplit(self.path)
        query = {name: values[-1] for name, values in urllib.parse.parse_qs(address.query).items()}
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.controller.lock:
            self.controller.asked.append(self.path)
            if re.match(API + "tokens/", address.path):
                status, answer = self._token(method)
            elif not address.path.startswith(API) or not self._allowed():
                status, answer = 401, {"detail": "Authentication credentials were not provided."}
            else:
                status, answer = self._judged(method, address.path, query, sent)
        self._send(status, answer)

    def _judged(self, method, path, query, sent):
        if method != "GET":
            self.controller.writes.append((method, path))
        try:
            return self.controller.answer(method, path, query, json.loads(sent) if sent else None)
        except Refused as refused:
            return refused.status, refused.words

    def _send(self, status, answer):
        content = b"" if answer is None else json.dumps(answer).encode()
        if "/tokens/" not in self.path:  # which hands one out
            self.controller.told.append(content.decode())
        self.send_response(status)
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", "24.6.1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def do_GET(self):
        self._do("GET")

    def do_POST(self):
        self._do("POST")

    def do_PATCH(self):
        self._do("PATCH")

    def do_DELETE(self):
        self._do("DELETE")
