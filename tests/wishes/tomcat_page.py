# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of docs/tomcat.md, made into variables of real hosts. README.md in this folder says how.

tomcat_page.py FOLDER

FOLDER is that of a run of the scenario `wishes`. Writes FOLDER/files, which the examples name, and FOLDER/wishes with
the variables of each host in each round, and plan.json: what is to be run and looked at where.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import re
import sys
import typing as t
import zipfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tomcat.md"
SCENARIO = ROOT / "molecule" / "wishes"
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
SERVED = "http://127.0.0.1:8099/"  # what stands for https://repo.example.com/, see prepare.yml
INSTANCES = "tomcat_app_instances"

Variables = t.Dict[str, t.Any]


class Wish(t.NamedTuple):
    """A section: its title, what the title is called in a link, and the variables of its first example."""

    title: str
    slug: str
    variables: Variables


class Place(t.NamedTuple):
    """Where and when a wish is tried."""

    host: str
    round: int


class Contradiction(Exception):
    """Two examples that cannot be wished for at once on the same host."""


def slug(title: str) -> str:
    """What a heading is called in a link."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def wishes(text: str) -> list[Wish]:
    """All of a page, in its order."""
    parts = SECTION.split(text)[1:]
    return [Wish(title, slug(title), example(title, body)) for title, body in zip(parts[::2], parts[1::2])]


def example(title: str, body: str) -> Variables:
    """The variables of a section's first example."""
    block = BLOCK.search(body)
    variables = yaml.safe_load(block.group(1)) if block else None
    if not isinstance(variables, dict):
        raise ValueError(f"docs/tomcat.md: the first example of {title!r} is no ```yaml block of variables")
    return variables


def read_table() -> dict[str, t.Any]:
    """vars/places.yml: the hosts, and the places of the wishes that have one of their own."""
    return yaml.safe_load((SCENARIO / "vars" / "places.yml").read_text(encoding="utf-8"))


def places(found: t.Sequence[Wish], table: t.Mapping[str, t.Any]) -> dict[str, Place]:
    """Wish -> where and when: as the table says, and otherwise in the first round.

    Wishes that share an instance are tried on the same host. Those of whom the table says nothing go to the host that
    has the fewest instances up to there, of those that are named for that.
    """
    load = dict.fromkeys(table["turns"], 0)
    result = {}
    for group in sharing(found):
        own = [table["places"].get(wish.slug, {}) for wish in group]
        host = next((one["host"] for one in own if "host" in one), None) or min(load, key=load.__getitem__)
        if host in load:
            load[host] += len(set().union(*(instances(wish) for wish in group)))
        for wish, one in zip(group, own):
            result[wish.slug] = Place(one.get("host", host), one.get("round", 1))
    return result


def sharing(found: t.Sequence[Wish]) -> list[list[Wish]]:
    """The wishes in groups that have no instance in common."""
    groups: list[list[Wish]] = []
    for wish in found:
        with_it = [group for group in groups if any(instances(one) & instances(wish) for one in group)]
        united = [*(one for group in with_it for one in group), wish]
        groups = [group for group in groups if group not in with_it] + [united]
    return groups


def instances(wish: Wish) -> set[str]:
    """Names of the instances that an example has."""
    return {item["name"] for item in wish.variables.get(INSTANCES, [])}


def merged(former: Variables, more: Variables, who: str = "") -> Variables:
    """Both, where they do not contradict each other: mappings and lists are united, instances by their names.

    :param who: the wish that wants more, for the message.
    """
    result = dict(former)
    for key, value in more.items():
        result[key] = _both(result[key], value, who, key) if key in result else value
    return result


def _both(old: t.Any, new: t.Any, who: str, key: str) -> t.Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return merged(old, new, who)
    if isinstance(old, list) and isinstance(new, list):
        return _named(old, new, who) if key == INSTANCES else old + [one for one in new if one not in old]
    if old != new:
        raise Contradiction(
            f"{who} wants {key}: {new!r}, another example {old!r}: name another instance, or a host or round"
        )
    return old


def _named(old: list, new: list, who: str) -> list:
    items = {item["name"]: item for item in old}
    for item in new:
        items[item["name"]] = merged(items.get(item["name"], {}), item, who)
    return list(items.values())


def changed(former: Variables, more: Variables) -> Variables:
    """What a person has who writes more in the place of what stood there: the newer value wins, in instances too."""
    items = {item["name"]: item for item in former.get(INSTANCES, [])}
    for item in more.get(INSTANCES, []):
        items[item["name"]] = {**items.get(item["name"], {}), **item}
    return {**former, **more, **({INSTANCES: list(items.values())} if items else {})}


def overtaken(first: Wish, second: Wish) -> bool:
    """Whether a later wish replaces what an earlier one set, or removes its instance."""
    if (set(first.variables) & set(second.variables)) - {INSTANCES}:
        return True
    before, after = ({item["name"]: item for item in wish.variables.get(INSTANCES, [])} for wish in (first, second))
    return any(
        after[name].get("state") == "absent" or (set(before[name]) & set(after[name])) - {"name"}
        for name in set(before) & set(after)
    )


def rounds(found: t.Sequence[Wish], table: t.Mapping[str, t.Any], start: t.Mapping[str, Variables]) -> dict:
    """Host -> round -> the variables of that host from then on.

    :param start: host -> what it has beside the examples.
    """
    where = places(found, table)
    last = max(place.round for place in where.values())
    result: dict[str, dict[int, Variables]] = {}
    for host in table["tomcats"]:
        variables: Variables = start[host]
        result[host] = {}
        for number in range(1, last + 1):
            wanted: Variables = {}
            for wish in found:
                if where[wish.slug] == Place(host, number):
                    wanted = merged(wanted, wish.variables, wish.slug)
            variables = merged(variables, wanted, host) if number == 1 else changed(variables, wanted)
            result[host][number] = variables
    return result


def ports(variables: Variables) -> dict[str, int]:
    """Instance -> HTTP port."""
    base = variables.get("tomcat_app_http_port_base", 8080)
    items = variables.get(INSTANCES, [])
    return {item["name"]: item.get("http_port", base + item.get("offset", index)) for index, item in enumerate(items)}


class Files:
    """The files that the examples name, as ``files/NAME`` or at https://repo.example.com/, made when asked for."""

    def __init__(self, folder: pathlib.Path, archives: t.Mapping[str, t.Any]) -> None:
        self.folder = folder / "files"
        self.folder.mkdir(parents=True, exist_ok=True)
        tomcats = {"10.1": archives["archives_tomcat"], "11.0": archives["archives_tomcat_upgrade"]}
        jdks = {"17": archives["archives_jdk"], "21": archives["archives_jdk_small"]}
        self.same = [
            *(
                (rf"\S*/apache-tomcat-{re.escape(line)}[.]\d+[.]tar[.]gz", one["archive"])
                for line, one in tomcats.items()
            ),
            *((rf"{re.escape(line)}[.]\d+", one["version"]) for line, one in tomcats.items()),
            *((rf"\S*/OpenJDK{line}U-\S+[.]tar[.]gz", one["archive"]) for line, one in jdks.items()),
            *((rf"(/\S*/)?jdk-{line}[.][\d.+]+", rf"\g<1>jdk-{one['version']}") for line, one in jdks.items()),
        ]

    def real(self, value: t.Any) -> t.Any:
        """The value of an example with files and releases that are there, and with their checksums."""
        if isinstance(value, list):
            return [self.real(one) for one in value]
        if isinstance(value, dict):
            result = {key: self.real(one) for key, one in value.items()}
            return {key: self._digest(key, one, result) for key, one in result.items()}
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        file = re.fullmatch(r"(?:files/|https://repo[.]example[.]com/(?:\S*/)?)([^/\s]+[.](?:war|jar))", text)
        if file:
            (war if text.endswith(".war") else jar)(self.folder / file.group(1))
            return text if text.startswith("files/") else SERVED + file.group(1)
        for pattern, real in self.same:
            if re.fullmatch(pattern, text):
                return re.sub(pattern, lambda found, real=real: found.expand(real) if "\\g" in real else real, text)
        return text

    def _digest(self, key: str, value: t.Any, beside: Variables) -> t.Any:
        kind = re.fullmatch(r"(sha256|sha512):<\d+ hex digits>", str(value))
        if not kind:
            return value
        sources = [beside.get(name) for name in ("src", key.replace("checksum", "archive"))]
        path = self.folder / next(source for source in sources if source).rpartition("/")[2]
        archive = pathlib.Path(next(source for source in sources if source))
        digest = hashlib.new(kind.group(1), (archive if archive.is_absolute() else path).read_bytes())
        return f"{kind.group(1)}:{digest.hexdigest()}"


def war(path: pathlib.Path) -> None:
    """The application of the examples, the same bytes for the same name: shop-2.war is release 2 of shop."""
    name, _dash, release = path.stem.replace("##", "-").partition("-")
    source = pathlib.Path(__file__).with_name("shop")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(one for one in source.rglob("*") if one.is_file()):
            entry = zipfile.ZipInfo(str(file.relative_to(source)), date_time=(2023, 11, 14, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            text = (
                file.read_text(encoding="utf-8").replace("@NAME@", name).replace("@RELEASE@", f"release {release or 1}")
            )
            archive.writestr(entry, text)


def jar(path: pathlib.Path) -> None:
    """A driver, the same bytes for the same name: postgresql-2.jar has the class org.postgresql.Driver."""
    name = f"org/{path.stem.partition('-')[0]}/Driver".encode()
    above = b"java/lang/Object"
    constants = b"".join(
        b"\1" + len(text).to_bytes(2, "big") + text + b"\7" + (2 * number + 1).to_bytes(2, "big")
        for number, text in enumerate((name, above))
    )
    # A class without any member: magic, version of Java 8, constants, public, itself, what it extends, no more.
    content = bytes.fromhex("cafebabe 00000034 0005") + constants + bytes.fromhex("0021 0002 0004 0000 0000 0000 0000")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name.decode() + ".class", date_time=(2023, 11, 14, 0, 0, 0)), content)
        archive.writestr(zipfile.ZipInfo("release.txt", date_time=(2023, 11, 14, 0, 0, 0)), path.stem)


def start(table: t.Mapping[str, t.Any], archives: t.Mapping[str, t.Any], text: str) -> dict[str, Variables]:
    """Host -> what the page says that each has before its wishes: a JDK and a release, and secrets in a vault."""
    secrets = {name: f"{name}-0e9b6c52" for name in re.findall(r"\bvault_\w+", text)}
    result = {}
    for host, line in table["tomcats"].items():
        release = archives["archives_tomcat" if line == "10.1" else "archives_tomcat_upgrade"]
        jdk = archives["archives_jdk_small"]
        result[host] = {
            **table["variables"],
            **secrets,
            "jdk_archive": jdk["archive"],
            "jdk_checksum": jdk["checksum"],
            "tomcat_app_version": release["version"],
            "tomcat_app_archive": release["archive"],
            "tomcat_app_checksum": release["checksum"],
        }
    return result


def plan(found: t.Sequence[Wish], table: t.Mapping[str, t.Any], variables: dict) -> dict[str, t.Any]:
    """What happens where: for each round its hosts, and for each host what precedes it and what is looked at after it.

    ``checks`` of round R: the wishes of that round, and those with something in between. ``last``: all that no later
    round has overtaken.
    """
    where = places(found, table)
    between = {path.stem for path in (SCENARIO / "between").glob("*.yml")}
    result: dict[str, t.Any] = {"rounds": {}, "last": {}}
    last = max(place.round for place in where.values())

    def entry(wish: Wish, number: int) -> dict[str, t.Any]:
        host = variables[where[wish.slug].host][number]
        return {"slug": wish.slug, "ports": ports(host), "version": host["tomcat_app_version"], "round": number}

    for number in range(1, last + 1):
        steps = {}
        for host in table["tomcats"]:
            now = [wish for wish in found if where[wish.slug] == Place(host, number)]
            then = [wish for wish in found if where[wish.slug] == Place(host, 1) and wish.slug in between]
            then = then if number == 2 else []
            steps[host] = {
                "before": [wish.slug for wish in now if (SCENARIO / "before" / f"{wish.slug}.yml").exists()],
                "between": [wish.slug for wish in then],
                "checks": [entry(wish, number) for wish in [*now, *then]],
            }
        result["rounds"][number] = {"hosts": [host for host, one in steps.items() if one["checks"]], "steps": steps}
    for host in table["tomcats"]:
        mine = [wish for wish in found if where[wish.slug].host == host]
        stay = [
            wish
            for wish in mine
            if not any(overtaken(wish, one) for one in mine if where[one.slug].round > where[wish.slug].round)
        ]
        result["last"][host] = [entry(wish, last) for wish in stay]
    return result


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    known = json.loads((folder / "inventory" / "archives.yml").read_text(encoding="utf-8"))["all"]["hosts"]
    archives = next(iter(known.values()))  # all know the same
    text, table = PAGE.read_text(encoding="utf-8"), read_table()
    files = Files(folder, archives)
    found = [Wish(wish.title, wish.slug, files.real(wish.variables)) for wish in wishes(text)]
    variables = rounds(found, table, start(table, archives, text))
    target = folder / "wishes"
    target.mkdir(exist_ok=True)
    for host, numbers in variables.items():
        for number, one in numbers.items():
            (target / f"{number}-{host}.json").write_text(json.dumps(one, indent=1), encoding="utf-8")
    (target / "plan.json").write_text(json.dumps(plan(found, table, variables), indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
