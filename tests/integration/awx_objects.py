# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of an AWX: which fields each kind has, what is right in them, and what of them nobody gets to see.

Made from the documented schema and the rules of AWX 24.6.1, and stricter where AWX is silent: a field that it does not
have is refused, where AWX ignores it. Values in, values out; what is wrong is raised as Refused.
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

import awx_survey
import yaml

HIDDEN = "$encrypted$"


class Refused(Exception):
    """An answer with a status of 400, or another, and what AWX says in it."""

    def __init__(self, words, status=400):
        super().__init__(json.dumps(words))
        self.words = words
        self.status = status


@dataclasses.dataclass
class Field:
    """A field that may be written.

    :param types: what it may be. A null is taken as the default where that is a text or a truth value, as AWX does.
    :param to: the collections that a number in it must be in.
    """

    types: tuple
    default: t.Any = None
    choices: tuple = ()
    to: tuple = ()
    least: t.Any = None
    null: bool = False
    fixed: bool = False  # can be given only when the object is made

    def read(self, name, value, store):
        if value is None:
            if self.null or self.to:
                return None
            if self.types in {(str,), (bool,)}:
                return self.default or self.types[0]()
            raise Refused({name: ["This field may not be null."]})
        if not isinstance(value, self.types) or (isinstance(value, bool) and bool not in self.types):
            raise Refused({name: ["Not a valid value: %s." % type(value).__name__]})
        if self.choices and value not in self.choices:
            raise Refused({name: ['"%s" is not a valid choice.' % value]})
        if self.to and not any(value in store.objects[kind] for kind in self.to):
            raise Refused({name: ['Invalid pk "%s" - object does not exist.' % value]})
        if self.least is not None and value < self.least:
            raise Refused({name: ["Ensure this value is greater than or equal to %s." % self.least]})
        return value


def text(default="", **more):
    return Field((str,), default, **more)


def flag(default=False):
    return Field((bool,), default)


def number(default=0, least=0, **more):
    return Field((int,), default, least=least, **more)


def data(default=None):
    return Field((dict,), default)


def ref(*kinds, **more):
    return Field((int,), None, to=kinds, **more)


@dataclasses.dataclass
class Kind:
    """One collection of objects.

    :param shown: fields that AWX sets itself; they may be given with just the value that they have.
    :param unique: fields that no two objects have the same.
    :param check: looks at an object as it would be: (store, object, what it was or None).
    :param links: sub-collections -> the collection of their members.
    """

    type: str
    fields: dict
    required: tuple = ()
    unique: tuple = (("name",),)
    shown: dict = dataclasses.field(default_factory=dict)
    check: t.Any = None
    links: dict = dataclasses.field(default_factory=dict)
    survey: bool = False
    named: bool = True

    def __post_init__(self):
        if self.named:
            self.fields = {"name": text(), "description": text(), **self.fields}


def mapping(value, name):
    """A text that holds variables."""
    try:
        found = yaml.safe_load(value) if value else {}
    except yaml.YAMLError:
        raise Refused({name: ["Cannot parse as JSON or YAML."]}) from None
    if not isinstance(found or {}, dict):
        raise Refused({name: ["Input type `%s` is not a dictionary" % type(found).__name__]})
    return found or {}


IMAGE = re.compile(
    r"[a-z0-9][a-z0-9._-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@sha256:[0-9a-f]{64})?"
)


def execution_environment(store, it, was):
    if not IMAGE.fullmatch(it["image"]):
        raise Refused({"image": ["%s is not a valid image name." % it["image"]]})
    if it["credential"] and store.kind_of(it["credential"]) != "registry":
        raise Refused(
            {"credential": ["Only Container Registry credentials can be associated with an Execution Environment"]}
        )
    if was and it["organization"] not in (None, was["organization"]):
        raise Refused({"organization": ["Cannot change the organization of an execution environment"]})


def credential_type(store, it, was):
    if was and was["managed"]:
        raise Refused({"detail": "Modifications not allowed for managed credential types"}, 403)
    if it["kind"] not in ("cloud", "net"):
        raise Refused({"kind": ["Must be 'cloud' or 'net', not %s" % it["kind"]]})
    used = was and any(other["credential_type"] == was["id"] for other in store.objects["credentials"].values())
    if used and it["inputs"] != was["inputs"]:
        raise Refused({"detail": "Modifications to inputs are not allowed for credential types that are in use"}, 403)
    awx_survey.inputs(it["inputs"], Refused)
    awx_survey.injectors(it["injectors"], it["inputs"], Refused)


def credential(store, it, was):
    if not it["organization"]:
        raise Refused({"detail": ["Missing 'user', 'team', or 'organization'."]})
    fields = {
        field["id"]: field
        for field in store.objects["credential_types"][it["credential_type"]]["inputs"].get("fields", [])
    }
    for name, value in it["inputs"].items():
        if name not in fields:
            raise Refused({"inputs": ["Additional properties are not allowed ('%s' was unexpected)" % name]})
        if not isinstance(value, {"string": str, "boolean": bool}[fields[name].get("type", "string")]):
            raise Refused({"inputs": {name: ["%r is not of type %s" % (value, fields[name].get("type"))]}})
        if value == HIDDEN and fields[name].get("secret"):
            if not was or name not in was["inputs"]:
                raise Refused({"inputs": ["$encrypted$ is a reserved keyword, and cannot be used for %s." % name]})
            it["inputs"][name] = was["inputs"][name]


def project(store, it, was):
    if it["scm_type"] and not it["scm_url"]:
        raise Refused({"scm_url": ["SCM URL is required."]})
    if it["scm_refspec"] and it["scm_type"] != "git":
        raise Refused({"scm_refspec": ["SCM refspec can only be used with git projects."]})
    if it["credential"] and store.kind_of(it["credential"]) != "scm":
        raise Refused({"credential": ['Credential kind must be "scm".']})


def inventory(store, it, was):
    if not it["organization"]:
        raise Refused({"organization": ["This field is required."]})
    if it["kind"] == "smart" and not it["host_filter"]:
        raise Refused({"host_filter": ["Smart inventories must specify host_filter"]})
    mapping(it["variables"], "variables")


def inventory_source(store, it, was):
    mapping(it["source_vars"], "source_vars")
    if it["source"] == "scm" and it["source_project"] is None:
        raise Refused({"source_project": ["Project required for scm type sources."]})
    if it["source"] != "scm" and (it["source_project"] or it["source_path"] or it["scm_branch"]):
        raise Refused({"detail": ["Cannot set source_path if not SCM type."]})
    if it["scm_branch"] and not store.objects["projects"][it["source_project"]]["allow_override"]:
        raise Refused({"scm_branch": ["Project does not allow overriding branch."]})
    if it["credential"] and store.kind_of(it["credential"]) in ("ssh", "scm", "insights", "vault"):
        words = (
            "Credentials of type machine, source control, insights and vault are disallowed for scm inventory sources."
        )
        raise Refused({"credential": [words]})


def job_template(store, it, was):
    mapping(it["extra_vars"], "extra_vars")
    if not it["project"]:
        raise Refused({"project": ["Job Templates must have a project assigned."]})
    its = store.objects["projects"][it["project"]]
    it["organization"] = its["organization"]
    if not it["playbook"]:
        raise Refused({"playbook": ["Must select playbook for project."]})
    if not its["allow_override"] and it["playbook"] not in store.playbooks:
        raise Refused({"playbook": ["Playbook not found for project."]})
    if (it["scm_branch"] or it["ask_scm_branch_on_launch"]) and not its["allow_override"]:
        raise Refused({"scm_branch": ["Project does not allow overriding branch."]})
    if not it["inventory"] and not it["ask_inventory_on_launch"]:
        raise Refused({"inventory": ["You must either set a default value or ask to prompt on launch."]})


def workflow_job_template(store, it, was):
    mapping(it["extra_vars"], "extra_vars")


def prompts(store, it, template):
    """What is chosen before a launch: only what the template asks for."""
    for name in ("limit", "job_type", "job_tags", "skip_tags", "scm_branch", "diff_mode", "verbosity", "inventory"):
        asks = {"job_tags": "ask_tags_on_launch"}.get(name, "ask_%s_on_launch" % name)
        if it.get(name) not in (None, "") and not template.get(asks):
            raise Refused({name: ["Field is not configured to prompt on launch."]})
    survey = {question["variable"]: question for question in store.survey_of(template).get("spec", [])}
    for name, value in (it.get("extra_data") or {}).items():
        if name in survey:
            wrong = awx_survey.answer(survey[name], value)
            if wrong:
                raise Refused({"variables_needed_to_start": [wrong]})
        elif not template.get("ask_variables_on_launch"):
            raise Refused({"extra_data": ["Variables %s are not allowed on launch." % name]})


def schedule(store, it, was):
    rules = re.findall(r"RULE:\S*", it["rrule"])
    wrong = [
        words
        for words, found in (
            ("Valid DTSTART required in rrule.", not re.search(r"DTSTART(;[^:]+)?:[0-9]{8}T[0-9]{6}Z?", it["rrule"])),
            ("DTSTART cannot be a naive datetime.", re.search(r"DTSTART:[0-9]+T[0-9]+ ", it["rrule"])),
            ("Multiple DTSTART is not supported.", it["rrule"].count("DTSTART") > 1),
            ("One or more rule required in rrule.", not rules),
            (
                "INTERVAL required in rrule",
                [rule for rule in rules if not re.search(r"INTERVAL=[1-9][0-9]*(;|$)", rule)],
            ),
            ("SECONDLY is not supported", [rule for rule in rules if "SECONDLY" in rule]),
            (
                "rrule parsing failed validation",
                [r for r in rules if not re.search(r"FREQ=(MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY)\b", r)],
            ),
            (
                "RRULE may not contain both COUNT and UNTIL",
                [rule for rule in rules if "COUNT" in rule and "UNTIL" in rule],
            ),
        )
        if found
    ]
    if wrong:
        raise Refused({"rrule": wrong})
    prompts(store, it, store.template(it["unified_job_template"]))


def node(store, it, was):
    if it["unified_job_template"]:
        prompts(store, it, store.template(it["unified_job_template"]))


PARAMETERS = {
    "email": {
        **dict.fromkeys(("host", "username", "sender"), str),
        **dict.fromkeys(("port", "timeout"), int),
        **dict.fromkeys(("use_tls", "use_ssl"), bool),
        "password": "password",
        "recipients": list,
    },
    "webhook": {
        "url": str,
        "http_method": str,
        "disable_ssl_verification": bool,
        "username": str,
        "password": "password",
        "headers": dict,
    },
}
DEFAULTS = {
    "email": {"timeout": 30},
    "webhook": {"http_method": "POST", "disable_ssl_verification": False, "username": "", "password": ""},
}


def notification_template(store, it, was):
    kind = it["notification_type"]
    found = it["notification_configuration"] = {**DEFAULTS[kind], **it["notification_configuration"]}
    missing = sorted(set(PARAMETERS[kind]) - set(found))
    if missing:
        raise Refused({"__all__": ["Missing required fields for Notification Configuration: %s." % missing]})
    for name, value in found.items():
        if name not in PARAMETERS[kind]:
            raise Refused({"notification_configuration": ["%s is no field of it" % name]})
        expected = PARAMETERS[kind][name]
        if type(value) not in (str if expected == "password" else expected,):
            raise Refused({"__all__": ["Configuration field '%s' incorrect type." % name]})
        if value == []:
            raise Refused({"__all__": ["No values specified for field '%s'" % name]})
        if expected == "password" and value == HIDDEN and was:
            found[name] = was["notification_configuration"][name]


NOTIFIED = {"notification_templates_%s" % when: "notification_templates" for when in ("started", "success", "error")}
OF_LAUNCH = {
    "extra_data": data({}),
    "inventory": ref("inventories"),
    **{name: text(None, null=True) for name in ("scm_branch", "job_type", "job_tags", "skip_tags", "limit")},
    "diff_mode": Field((bool,), None, null=True),
    **{name: number(None, null=True) for name in ("verbosity", "forks", "job_slice_count", "timeout")},
    "execution_environment": ref("execution_environments"),
}
ASKS = [
    "diff_mode",
    "variables",
    "limit",
    "tags",
    "skip_tags",
    "job_type",
    "verbosity",
    "inventory",
    "credential",
    "execution_environment",
    "labels",
    "forks",
    "job_slice_count",
    "timeout",
    "instance_groups",
    "scm_branch",
]
KINDS = {
    "organizations": Kind("organization", {}),
    "execution_environments": Kind(
        "execution_environment",
        {
            "organization": ref("organizations"),
            "image": text(),
            "credential": ref("credentials"),
            "pull": text(choices=("", "always", "missing", "never")),
        },
        required=("name", "image"),
        check=execution_environment,
    ),
    "credential_types": Kind(
        "credential_type",
        {"kind": text(), "inputs": data({}), "injectors": data({})},
        required=("name", "kind"),
        unique=(("name", "kind"),),
        shown={"managed": False},
        check=credential_type,
    ),
    "credentials": Kind(
        "credential",
        {
            "organization": ref("organizations"),
            "credential_type": ref("credential_types"),
            "inputs": data({}),
        },
        required=("name", "credential_type"),
        unique=(("organization", "name", "credential_type"),),
        check=credential,
    ),
    "projects": Kind(
        "project",
        {
            "organization": ref("organizations"),
            "scm_type": text(choices=("", "git", "svn", "insights", "archive")),
            **{name: text() for name in ("scm_url", "scm_branch", "scm_refspec", "local_path")},
            **{
                name: flag()
                for name in (
                    "scm_clean",
                    "scm_delete_on_update",
                    "scm_track_submodules",
                    "scm_update_on_launch",
                    "allow_override",
                )
            },
            "scm_update_cache_timeout": number(),
            "timeout": number(),
            "credential": ref("credentials"),
            "default_environment": ref("execution_environments"),
        },
        required=("name",),
        unique=(("name", "organization"),),
        check=project,
        links=NOTIFIED,
    ),
    "inventories": Kind(
        "inventory",
        {
            "organization": ref("organizations"),
            "kind": text(choices=("", "smart", "constructed")),
            "host_filter": text(None, null=True),
            "variables": text(),
            "prevent_instance_group_fallback": flag(),
        },
        required=("name", "organization"),
        unique=(("name", "organization"),),
        check=inventory,
    ),
    "inventory_sources": Kind(
        "inventory_source",
        {
            "inventory": ref("inventories", fixed=True),
            "source": text(
                None, choices=("file", "scm", "ec2", "gce", "azure_rm", "vmware", "openstack", "controller")
            ),
            **{
                name: text()
                for name in (
                    "source_path",
                    "source_vars",
                    "scm_branch",
                    "enabled_var",
                    "enabled_value",
                    "host_filter",
                    "limit",
                )
            },
            "source_project": ref("projects"),
            "credential": ref("credentials"),
            "execution_environment": ref("execution_environments"),
            **{name: flag() for name in ("overwrite", "overwrite_vars", "update_on_launch")},
            **{name: number() for name in ("timeout", "update_cache_timeout")},
            "verbosity": number(1, choices=(0, 1, 2)),
        },
        required=("name", "inventory", "source"),
        unique=(("name", "inventory"),),
        check=inventory_source,
        links=NOTIFIED,
    ),
    "job_templates": Kind(
        "job_template",
        {
            "job_type": text("run", choices=("run", "check")),
            "inventory": ref("inventories"),
            "project": ref("projects"),
            **{
                name: text()
                for name in (
                    "playbook",
                    "scm_branch",
                    "limit",
                    "extra_vars",
                    "job_tags",
                    "skip_tags",
                    "start_at_task",
                    "host_config_key",
                )
            },
            **{name: number() for name in ("forks", "timeout")},
            "verbosity": number(choices=(0, 1, 2, 3, 4, 5)),
            "job_slice_count": number(1),
            "execution_environment": ref("execution_environments"),
            **{"ask_%s_on_launch" % name: flag() for name in ASKS},
            **{
                name: flag()
                for name in (
                    "survey_enabled",
                    "become_enabled",
                    "diff_mode",
                    "allow_simultaneous",
                    "force_handlers",
                    "use_fact_cache",
                )
            },
            "webhook_service": text(choices=("", "github", "gitlab")),
            "prevent_instance_group_fallback": flag(),
        },
        required=("name", "project"),
        unique=(("name", "organization"),),
        shown={"organization": None},
        check=job_template,
        links={**NOTIFIED, "credentials": "credentials"},
        survey=True,
    ),
    "schedules": Kind(
        "schedule",
        {
            **OF_LAUNCH,
            "rrule": text(),
            "enabled": flag(True),
            "unified_job_template": ref("job_templates", "projects", "inventory_sources"),
        },
        required=("name", "rrule", "unified_job_template"),
        unique=(("unified_job_template", "name"),),
        check=schedule,
        links={"credentials": "credentials"},
    ),
    "workflow_job_templates": Kind(
        "workflow_job_template",
        {
            "organization": ref("organizations"),
            "extra_vars": text(),
            "inventory": ref("inventories"),
            **{name: text(None, null=True) for name in ("limit", "scm_branch", "job_tags", "skip_tags")},
            **{
                "ask_%s_on_launch" % name: flag()
                for name in ("variables", "inventory", "scm_branch", "limit", "labels", "tags", "skip_tags")
            },
            **{name: flag() for name in ("survey_enabled", "allow_simultaneous")},
            "webhook_service": text(choices=("", "github", "gitlab")),
        },
        required=("name",),
        unique=(("name", "organization"),),
        check=workflow_job_template,
        links={**NOTIFIED, "notification_templates_approvals": "notification_templates"},
        survey=True,
    ),
    "workflow_job_template_nodes": Kind(
        "workflow_job_template_node",
        {
            **OF_LAUNCH,
            "workflow_job_template": ref("workflow_job_templates", fixed=True),
            "unified_job_template": ref(
                "job_templates", "projects", "inventory_sources", "workflow_approval_templates"
            ),
            "identifier": text(),
            "all_parents_must_converge": flag(),
        },
        required=("workflow_job_template",),
        unique=(("identifier", "workflow_job_template"),),
        shown={"type": "workflow_job_template_node"},
        check=node,
        links={
            **dict.fromkeys(("success_nodes", "failure_nodes", "always_nodes"), "workflow_job_template_nodes"),
            "credentials": "credentials",
        },
        named=False,
    ),
    "workflow_approval_templates": Kind(
        "workflow_approval_template", {"timeout": number()}, required=("name",), unique=()
    ),
    "notification_templates": Kind(
        "notification_template",
        {
            "organization": ref("organizations"),
            "notification_type": text(choices=tuple(PARAMETERS)),
            "notification_configuration": data({}),
            "messages": Field((dict,), None, null=True),
        },
        required=("name", "organization", "notification_type"),
        unique=(("organization", "name"),),
        check=notification_template,
    ),
}
