# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the package repositories of the EL 9 look-alike: EL's names, paths, users and scripts around Debian's programs.

Runs inside the root that becomes the image. What is text lies as a tree in ``files/PACKAGE``; which programs of which
package of Debian go where, who owns what, and what a package does when it comes and goes is said below.
"""

from __future__ import annotations

import glob
import os
import pathlib
import shutil
import subprocess
import sys
import typing as t

FILES = pathlib.Path(__file__).parent / "files"
REPOSITORIES = pathlib.Path("/opt/repositories")
WORK = pathlib.Path("/var/tmp/el9")
ARCHITECTURE = os.uname().machine
PHP = "8.2"  # Debian 12's
PHP_OF_SYSTEM = "8.0.30-1.el9"
PHP_OF_STREAM = "8.2.13-1.module_el9"
JDK = f"17.0.13.0.11-4.el9.{ARCHITECTURE}"
JVM = f"/usr/lib/jvm/java-17-openjdk-{JDK}"
DEBIAN_JVM = "usr/lib/jvm/java-17-openjdk-*"
EXTENSIONS = "usr/lib/php/20*"
XML = ("dom", "simplexml", "xml", "xmlwriter")


class Package(t.NamedTuple):
    """One RPM.

    ``version`` is "version-release". ``take``: (package of Debian, what of it, where to); the last is a folder when it
    ends in "/". ``folders``: path -> (mode, owner, group). ``config``: files that an update leaves alone.
    ``user``: what ``useradd`` is told before the package comes. ``unit``: its service.
    """

    name: str
    version: str
    repository: str = "base"
    architecture: str = ARCHITECTURE
    requires: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    take: tuple[tuple[str, str, str], ...] = ()
    links: t.Mapping[str, str] = {}
    texts: t.Mapping[str, str] = {}
    folders: t.Mapping[str, tuple[str, str, str]] = {}
    config: tuple[str, ...] = ()
    user: str = ""
    unit: str = ""
    post: str = ""
    without: str = ""  # a package whose files it does not have as well


# What is there from the start: Debian brought it, rpm knows it by name.
SEED = {
    "rocky-release": ("9.4-1.7.el9", ("system-release = 9.4", "system-release(releasever) = 9")),
    "bash": ("5.1.8-9.el9", ("/bin/sh", "/usr/bin/sh", "/bin/bash")),
    "python3": ("3.9.18-3.el9", ("/usr/bin/python3", "python-abi = 3.9")),
    **{
        name: (version, ())
        for name, version in {
            "ca-certificates": "2023.2.60-90.1.el9",
            "coreutils": "8.32-35.el9",
            "dnf": "4.14.0-9.el9",
            "glibc": "2.34-100.el9",
            "openssl": "3.0.7-27.el9",
            "python3-dnf": "4.14.0-9.el9",
            "python3-libs": "3.9.18-3.el9",
            "rpm": "4.16.1.3-29.el9",
            "shadow-utils": "4.9-8.el9",
            "sudo": "1.9.5p2-10.el9",
            "systemd": "252-32.el9",
            "tar": "1.34-6.el9",
        }.items()
    },
}


def extensions(*names: str, number: int = 20) -> dict[str, str]:
    """The files that switch extensions of PHP on."""
    return {f"etc/php.d/{number}-{name}.ini": f"extension={name}\n" for name in names}


def php(version: str) -> list[Package]:
    """One PHP. Whatever version it says, what runs is Debian's."""
    shared = f"/usr/lib/php/{os.path.basename(glob.glob(str(WORK / f'php{PHP}-common' / EXTENSIONS))[0])}/"
    debian = f"/etc/php/{PHP}/fpm"  # where that one looks
    return [
        Package(
            "php-common",
            version,
            take=((f"php{PHP}-common", f"{EXTENSIONS}/*.so", shared),),
            texts=extensions("ctype", "fileinfo", "iconv", "phar", "tokenizer"),
            config=("/etc/php.ini",),
        ),
        Package(
            "php-xml",
            version,
            requires=("php-common",),
            take=tuple((f"php{PHP}-xml", f"{EXTENSIONS}/{name}.so", shared) for name in XML),
            texts=extensions(*XML),
        ),
        Package(
            "php-fpm",
            version,
            requires=("php-common", "httpd-filesystem", "nginx-filesystem"),
            take=((f"php{PHP}-fpm", f"usr/sbin/php-fpm{PHP}", "/usr/sbin/php-fpm"),),
            links={
                f"{debian}/php-fpm.conf": "/etc/php-fpm.conf",
                f"{debian}/php.ini": "/etc/php.ini",
                f"{debian}/conf.d": "/etc/php.d",
            },
            folders={
                "/etc/php-fpm.d": ("755", "root", "root"),
                "/run/php-fpm": ("755", "root", "root"),
                "/var/log/php-fpm": ("770", "apache", "root"),
                "/var/lib/php/session": ("770", "root", "apache"),
            },
            config=(
                "/etc/php-fpm.conf",
                "/etc/php-fpm.d/www.conf",
                "/etc/nginx/conf.d/php-fpm.conf",
                "/etc/nginx/default.d/php.conf",
            ),
            unit="php-fpm.service",
        ),
    ]


def java() -> list[Package]:
    """A JDK whose folder has the whole version in its name; alternatives give it names that stay."""

    def named(program: str, *names: str) -> str:
        wanted = [(f"/usr/bin/{program}", program, f"{JVM}/bin/{program}")]
        wanted += [(f"/usr/lib/jvm/{name}", name.replace("-", "_"), JVM) for name in names]
        commands = [f"update-alternatives --quiet --install {link} {name} {path} 17000" for link, name, path in wanted]
        return "".join(f"{command}\n" for command in commands)

    version = JDK.rpartition(".")[0]
    return [
        Package(
            "java-17-openjdk-headless",
            version,
            take=(
                ("openjdk-17-jre-headless", f"{DEBIAN_JVM}/.", f"{JVM}/"),
                ("openjdk-17-jre-headless", "etc/java-17-openjdk", "/etc/"),
            ),
            post=named("java", "jre-17-openjdk", "jre"),
        ),
        Package("java-17-openjdk", version, requires=("java-17-openjdk-headless",)),
        Package(
            "java-17-openjdk-devel",
            version,
            requires=("java-17-openjdk",),
            take=(("openjdk-17-jdk-headless", f"{DEBIAN_JVM}/.", f"{JVM}/"),),
            without="java-17-openjdk-headless",
            post=named("javac", "java-17-openjdk"),
        ),
    ]


def packages() -> list[Package]:
    """All that roles install."""
    nginx = "-r -d /var/lib/nginx -s /sbin/nologin nginx"
    return [
        *(Package(name, version, "seed", provides=names) for name, (version, names) in SEED.items()),
        Package("epel-release", "9-7.el9", architecture="noarch", config=("/etc/yum.repos.d/epel.repo",)),
        Package(
            "supervisor",
            "4.2.5-1.el9",
            "epel",
            "noarch",
            requires=("python3-setuptools", "python3"),
            take=(("supervisor", "usr/lib/python3", "/usr/lib/"), ("supervisor", "usr/bin/*", "/usr/bin/")),
            folders={
                "/etc/supervisord.d": ("755", "root", "root"),
                "/run/supervisor": ("770", "root", "root"),
                "/var/log/supervisor": ("755", "root", "root"),
            },
            config=("/etc/supervisord.conf", "/etc/logrotate.d/supervisor"),
            unit="supervisord.service",
        ),
        Package(
            "python3-setuptools",
            "53.0.0-12.el9",
            architecture="noarch",
            take=(("python3-pkg-resources", "usr/lib/python3", "/usr/lib/"),),
        ),
        Package(
            "nginx-filesystem",
            "1.20.1-14.el9",
            architecture="noarch",
            folders={f"/etc/nginx{folder}": ("755", "root", "root") for folder in ("", "/conf.d", "/default.d")},
            user=nginx,
        ),
        Package(
            "nginx",
            "1.20.1-14.el9",
            requires=("nginx-filesystem",),
            take=(
                ("nginx", "usr/sbin/nginx", "/usr/sbin/"),
                ("nginx-common", "etc/nginx/mime.types", "/etc/nginx/"),
                ("nginx-common", "etc/nginx/*_params", "/etc/nginx/"),
            ),
            folders={
                "/usr/share/nginx/modules": ("755", "root", "root"),
                "/var/lib/nginx": ("770", "nginx", "root"),
                "/var/lib/nginx/tmp": ("770", "nginx", "root"),
                "/var/log/nginx": ("711", "root", "root"),
            },
            config=("/etc/nginx/nginx.conf", "/etc/logrotate.d/nginx"),
            unit="nginx.service",
        ),
        Package(
            "httpd-filesystem",
            "2.4.57-8.el9",
            architecture="noarch",
            folders={"/var/www": ("755", "root", "root"), "/var/www/html": ("755", "root", "root")},
            user="-r -d /usr/share/httpd -s /sbin/nologin apache",
        ),
        *php(PHP_OF_SYSTEM),
        *php(PHP_OF_STREAM),
        Package(
            "logrotate",
            "3.18.0-8.el9",
            take=(("logrotate", "usr/sbin/logrotate", "/usr/sbin/"),),
            folders={"/etc/logrotate.d": ("755", "root", "root"), "/var/lib/logrotate": ("755", "root", "root")},
        ),
        *java(),
    ]


def stream(of: list[Package]) -> str:
    """What makes these packages of PHP a stream of modules."""
    names = [f"{package.name}-0:{package.version}.{package.architecture}" for package in of]
    artifacts = "".join(f"      - {name}\n" for name in names)
    return f"""---
document: modulemd
version: 2
data:
  name: php
  stream: "{PHP}"
  version: 9040020231222000000
  context: a1b2c3d4
  arch: {ARCHITECTURE}
  summary: PHP scripting language
  description: PHP {PHP}
  license:
    module: [MIT]
  dependencies:
    - requires:
        platform: [el9]
  profiles:
    common:
      rpms: [php-fpm, php-xml]
  artifacts:
    rpms:
{artifacts}...
"""


def fill(package: Package) -> pathlib.Path:
    """Lay out what the package brings."""
    root = WORK / "roots" / f"{package.name}-{package.version}"
    tree = FILES / package.name
    if tree.is_dir():
        shutil.copytree(tree, root)
    root.mkdir(parents=True, exist_ok=True)
    for debian, wanted, place in package.take:
        target = root / place.strip("/")
        (target if place.endswith("/") else target.parent).mkdir(parents=True, exist_ok=True)
        found = glob.glob(str(WORK / debian / wanted))
        assert found, (debian, wanted)
        # A name that ends in "/." means what is in the folder.
        paths = [f"{path}/." if wanted.endswith("/.") else path for path in found]
        subprocess.run(["cp", "--archive", *paths, target], check=True)
    for path, text in package.texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    for path, target in package.links.items():
        (root / path.strip("/")).parent.mkdir(parents=True, exist_ok=True)
        (root / path.strip("/")).symlink_to(target)
    for path in package.folders:
        (root / path.strip("/")).mkdir(parents=True, exist_ok=True)
    if package.without:
        other = WORK / "roots" / f"{package.without}-{package.version}"
        for path in [path for path in root.rglob("*") if path.is_symlink() or not path.is_dir()]:
            if os.path.lexists(other / path.relative_to(root)):
                path.unlink()
    return root


def listed(package: Package, root: pathlib.Path) -> t.Iterator[str]:
    """The package's list of files."""
    for path, (mode, owner, group) in package.folders.items():
        yield f"%dir %attr({mode},{owner},{group}) {path}"
    for path in sorted(root.rglob("*")):
        name = f"/{path.relative_to(root)}"
        if path.is_symlink() or not path.is_dir():
            yield f'%config(noreplace) "{name}"' if name in package.config else f'"{name}"'


def scripts(package: Package) -> t.Iterator[str]:
    """What runs when it comes and goes, as the macros of EL's packages have it."""
    if package.user:
        name = package.user.rpartition(" ")[2]
        yield f"%pre\ngetent passwd {name} >/dev/null || useradd {package.user}\nexit 0"
    post = package.post
    if package.unit:
        post += "systemctl daemon-reload >/dev/null 2>&1 || :\nsystemd-tmpfiles --create >/dev/null 2>&1 || :\n"
        yield f"%preun\n[ $1 -ne 0 ] || systemctl --no-reload disable --now {package.unit} >/dev/null 2>&1 || :"
        yield "%postun\nsystemctl daemon-reload >/dev/null 2>&1 || :"
    if post:
        yield f"%post\n{post}"


def build(package: Package) -> None:
    """Make the RPM."""
    root = fill(package)
    version, _dash, release = package.version.partition("-")
    lines = [
        f"Name: {package.name}\nVersion: {version}\nRelease: {release}\nLicense: that of Debian's package",
        f"Summary: {package.name} of the look-alike\nAutoReqProv: no",
        *(f"Requires: {name}" for name in package.requires),
        *(f"Provides: {name}" for name in package.provides),
        f"%description\n{package.name}",
        *scripts(package),
        f"%install\nrm -rf %{{buildroot}}; cp --archive {root} %{{buildroot}}",
        "%files",
        *listed(package, root),
    ]
    spec = WORK / f"{package.name}-{version}.spec"
    spec.write_text("\n".join(lines) + "\n")
    settings = {
        "_topdir": WORK / "top",
        "_rpmdir": REPOSITORIES / package.repository,
        "_build_name_fmt": "%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
        "_binary_payload": "w1.gzdio",
        "_build_id_links": "none",
        "__os_install_post": "%{nil}",
        "__check_files": "%{nil}",
        "debug_package": "%{nil}",
    }
    defined = [word for name, value in settings.items() for word in ("--define", f"{name} {value}")]
    target = f"--target={package.architecture}-redhat-linux"
    command = ["rpmbuild", "-bb", "--quiet", *defined, target, spec]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{package.name}:\n{spec.read_text()}\n{done.stdout}{done.stderr}")


def main() -> None:
    """Fetch Debian's packages, make EL's of them, and the repositories."""
    (WORK / "debs").mkdir(parents=True)
    debian = ["supervisor", "nginx", "nginx-common", "logrotate", "openjdk-17-jre-headless", "openjdk-17-jdk-headless"]
    debian += ["python3-pkg-resources", *(f"php{PHP}-{part}" for part in ("fpm", "common", "xml"))]
    subprocess.run(["apt-get", "--quiet", "download", *debian], cwd=WORK / "debs", check=True, stdout=sys.stderr)
    for path in (WORK / "debs").glob("*.deb"):
        subprocess.run(["dpkg-deb", "--extract", path, WORK / path.name.partition("_")[0]], check=True)
    for package in packages():
        build(package)
    for name in ("base", "epel"):
        subprocess.run(["createrepo_c", "--quiet", "--no-database", REPOSITORIES / name], check=True)
    modules = WORK / "modules.yaml"
    modules.write_text(stream(php(PHP_OF_STREAM)))
    subprocess.run(["modifyrepo_c", modules, REPOSITORIES / "base" / "repodata"], check=True, stdout=sys.stderr)
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
