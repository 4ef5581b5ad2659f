# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release is there whole, under its own name and verified, or not at all."""

import hashlib
import io
import os
import stat
import subprocess
import sys
import tarfile
import zipfile

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._release import release as _release

FILES = {"bin/java": b"#!/bin/sh\n", "lib/rt.jar": b"x" * 100, "NOTICE": b"n"}


def make_tar(path, files, top="jdk-17.0.1+1", compression="gz", extra=()):
    with tarfile.open(str(path), "w:" + compression) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo("%s/%s" % (top, name) if top else name)
            member.size = len(content)
            member.mode = 0o775 if name.startswith("bin/") else 0o666
            member.uid = member.gid = 4711
            archive.addfile(member, io.BytesIO(content))
        for member in extra:
            archive.addfile(member)
    return str(path)


def install(archive, root, name="", needs=("bin/java",), checksum="sha256:1", source="somewhere"):
    marker = {"checksum": checksum, "source": source, "named": bool(name)}
    return _release.install(archive, str(root), name, list(needs), marker)


def everything(root):
    return sorted(os.listdir(str(root))) if os.path.isdir(str(root)) else []


@pytest.mark.parametrize("compression", ["", "gz", "bz2", "xz"])
def test_the_top_folder_gives_the_name(tmp_path, compression):
    archive = make_tar(tmp_path / "x.tar", FILES, compression=compression)
    path = install(archive, tmp_path / "root")
    assert path == str(tmp_path / "root" / "jdk-17.0.1+1")
    assert everything(tmp_path / "root") == ["jdk-17.0.1+1"]


def test_a_zip_keeps_what_can_be_run(tmp_path):
    with zipfile.ZipFile(str(tmp_path / "x.zip"), "w") as archive:
        info = zipfile.ZipInfo("tomcat-9/bin/catalina.sh")
        info.external_attr = 0o755 << 16
        archive.writestr(info, "#!/bin/sh\n")
    path = install(str(tmp_path / "x.zip"), tmp_path / "root", needs=["bin/catalina.sh"])
    assert os.access(os.path.join(path, "bin", "catalina.sh"), os.X_OK)


def test_owner_is_who_unpacks_and_nobody_else_may_write(tmp_path):
    path = install(make_tar(tmp_path / "x.tgz", FILES), tmp_path / "root")
    java, notice = os.stat(os.path.join(path, "bin/java")), os.stat(os.path.join(path, "NOTICE"))
    assert (java.st_uid, java.st_gid) == (os.geteuid(), os.getegid())
    assert (java.st_mode & 0o777, notice.st_mode & 0o777) == (0o755, 0o644)


@pytest.mark.parametrize(
    ("source", "mode"),
    [("https://repo/x.tgz", 0o644), ("https://ops:pw@repo/x.tgz", 0o600), ("https://repo/x.tgz?token=pw", 0o600)],
)
@pytest.mark.parametrize("adopted", [False, True])
def test_a_source_with_credentials_is_for_its_owner_alone(tmp_path, source, mode, adopted):
    files = dict(FILES, **{".fleet-release.json": b"the archive's own"})
    archive = make_tar(tmp_path / "x.tgz", FILES if adopted else files)
    if adopted:
        with tarfile.open(archive) as unpacked:
            unpacked.extractall(str(tmp_path / "root"))
    path = install(archive, tmp_path / "root", source=source)
    assert os.stat(os.path.join(path, ".fleet-release.json")).st_mode & 0o777 == mode
    assert [release.source for release in _release.installed(str(tmp_path / "root"))] == [source]


def symlink(name, target, kind=tarfile.SYMTYPE):
    member = tarfile.TarInfo("top/" + name)
    member.type, member.linkname = kind, target
    return member


def fifo():
    member = tarfile.TarInfo("top/pipe")
    member.type = tarfile.FIFOTYPE
    return member


@pytest.mark.parametrize(
    ("files", "top", "extra", "words"),
    [
        ({"../../evil": b"x"}, "top", [], "leads out"),
        ({"/etc/evil": b"x"}, "", [], "leads out"),
        (FILES, "top", [symlink("l", "/etc/passwd")], "leads out"),
        (FILES, "top", [symlink("l", "../../x")], "leads out"),
        (FILES, "top", [symlink("l", "../../../etc/shadow", tarfile.LNKTYPE)], "leads out"),
        (FILES, "top", [fifo()], "device or pipe"),
        ({"readme": b"x"}, "", [], "0 folders"),
        ({"a/x": b"x", "b/x": b"x"}, "", [], "2 folders"),
        ({"lib/rt.jar": b"x"}, "top", [], "no bin/java"),
    ],
)
def test_a_bad_archive_leaves_nothing(tmp_path, files, top, extra, words):
    archive = make_tar(tmp_path / "x.tgz", files, top=top, extra=extra)
    with pytest.raises(_errors.SupervisorError, match=words):
        install(archive, tmp_path / "root")
    assert everything(tmp_path / "root") == []


def beside(tmp_path):
    """Root of the releases, with a harmless file beside it that no archive may reach."""
    (tmp_path / "beside").write_text("as it was")
    return tmp_path / "root"


@pytest.fixture(params=["as this Python does", "without the data filter"])
def either_way(request, monkeypatch):
    """Old Pythons have no data filter: our rules have to do without it."""
    if request.param != "as this Python does" and hasattr(tarfile, "data_filter"):
        plain = tarfile.fully_trusted_filter
        monkeypatch.setattr(tarfile.TarFile, "extraction_filter", staticmethod(plain), raising=False)
        monkeypatch.delattr(tarfile, "data_filter")


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    "links",
    [
        [("up", "..")],
        [("d", "bin"), ("up", "d/../..")],
        [("up", "d/../NOTICE"), ("d", ".")],
    ],
    ids=["beside the release", "over another link", "once another link is there"],
)
def test_links_that_together_lead_out_are_refused(tmp_path, links):
    root = beside(tmp_path)
    archive = make_tar(tmp_path / "x.tgz", FILES, top="top", extra=[symlink(*pair) for pair in links])
    with pytest.raises(_errors.SupervisorError, match="leads out of its folder"):
        install(archive, root)
    assert everything(root) == []


@pytest.mark.usefixtures("either_way")
def test_inner_links_over_other_links_are_kept(tmp_path):
    extra = [symlink("d", "lib"), symlink("bin/rt", "../d/rt.jar"), symlink("later", "bin/rt")]
    extra += [symlink("hard", "top/NOTICE", tarfile.LNKTYPE)]
    path = install(make_tar(tmp_path / "x.tgz", FILES, top="top", extra=extra), tmp_path / "root")
    assert os.path.getsize(os.path.join(path, "later")) == 100
    assert os.path.getsize(os.path.join(path, "hard")) == 1


@pytest.mark.usefixtures("either_way")
def test_special_bits_do_not_survive(tmp_path):
    member = tarfile.TarInfo("top/tool")
    member.mode = 0o6755
    path = install(make_tar(tmp_path / "x.tgz", FILES, top="top", extra=[member]), tmp_path / "root")
    assert os.stat(os.path.join(path, "tool")).st_mode & 0o7777 == 0o755


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("../beside", stat.S_IFREG, "leads out"),
        ("/beside", stat.S_IFREG, "leads out"),
        ("top/link", stat.S_IFLNK, "link, device or pipe"),
        ("top/pipe", stat.S_IFIFO, "link, device or pipe"),
    ],
)
def test_a_zip_is_judged_too(tmp_path, name, kind, words):
    root = beside(tmp_path)
    with zipfile.ZipFile(str(tmp_path / "x.zip"), "w") as archive:
        archive.writestr("top/bin/java", "x")
        info = zipfile.ZipInfo(name)
        info.external_attr = (kind | 0o644) << 16
        archive.writestr(info, "changed")
    with pytest.raises(_errors.SupervisorError, match=words):
        install(str(tmp_path / "x.zip"), root)
    assert everything(root) == []
    assert (tmp_path / "beside").read_text() == "as it was"


def test_half_an_archive_leaves_nothing(tmp_path):
    whole = (tmp_path / "x.tgz",)
    make_tar(whole[0], {**FILES, "lib/big": os.urandom(200000)})
    (tmp_path / "half.tgz").write_bytes(whole[0].read_bytes()[:100000])
    with pytest.raises(_errors.SupervisorError, match="Cannot unpack"):
        install(str(tmp_path / "half.tgz"), tmp_path / "root")
    assert everything(tmp_path / "root") == []


def test_what_is_no_archive_is_said_so(tmp_path):
    (tmp_path / "x.tgz").write_text("<html>not found</html>")
    with pytest.raises(_errors.SupervisorError, match="Cannot unpack"):
        install(str(tmp_path / "x.tgz"), tmp_path / "root")


def test_inner_links_are_kept(tmp_path):
    archive = make_tar(tmp_path / "x.tgz", FILES, top="top", extra=[symlink("bin/j", "java")])
    assert os.readlink(os.path.join(install(archive, tmp_path / "root"), "bin/j")) == "java"


def test_another_release_is_never_replaced(tmp_path):
    install(make_tar(tmp_path / "1.tgz", FILES), tmp_path / "root", name="8.5")
    other = make_tar(tmp_path / "2.tgz", {**FILES, "NOTICE": b"changed"})
    with pytest.raises(_errors.SupervisorError, match="is not from this archive"):
        install(other, tmp_path / "root", name="8.5", checksum="sha256:2")
    assert (tmp_path / "root" / "8.5" / "NOTICE").read_bytes() == b"n"


def test_the_same_release_unpacked_by_hand_is_adopted(tmp_path):
    archive = make_tar(tmp_path / "x.tgz", FILES)
    with tarfile.open(archive) as source:
        source.extractall(str(tmp_path / "root"))
    path = install(archive, tmp_path / "root")
    assert [release.path for release in _release.installed(str(tmp_path / "root"))] == [path]
    assert everything(tmp_path / "root") == ["jdk-17.0.1+1"]


def test_links_and_strangers_are_no_releases(tmp_path):
    root = tmp_path / "root"
    install(make_tar(tmp_path / "x.tgz", FILES), root)
    (root / "java").symlink_to("jdk-17.0.1+1")
    (root / "bin").mkdir()
    (root / (_release.STAGING + "x")).mkdir()
    assert [release.name for release in _release.installed(str(root))] == ["jdk-17.0.1+1"]
    assert _release.installed(str(tmp_path / "missing")) == []


ONE = _release.Release("/r/1", "sha256:1", "http://x/1")
TWO = _release.Release("/r/2", "sha256:2", "http://x/2")
NAMED = _release.Release("/r/0", "sha256:1", "http://x/1", named=True)


@pytest.mark.parametrize(
    ("name", "checksum", "source", "found"),
    [
        ("", "sha256:2", "elsewhere", TWO),
        ("", "", "http://x/1", ONE),
        ("2", "", "", TWO),
        ("2", "sha256:1", "", None),
        ("0", "sha256:1", "", NAMED),
        ("", "sha256:3", "http://x/1", None),
        ("", "", "", None),
    ],
)
def test_which_release_is_meant(name, checksum, source, found):
    assert _release.matching([NAMED, ONE, TWO], name, checksum, source) == found


def test_what_a_killed_run_left_is_swept_up_but_not_what_another_run_unpacks(tmp_path):
    root = tmp_path / "root"
    for name in ("old", "young"):
        (root / (_release.STAGING + name) / "top").mkdir(parents=True)
    os.utime(str(root / (_release.STAGING + "old")), (0, 0))
    install(make_tar(tmp_path / "x.tgz", FILES), root)
    assert everything(root) == [_release.STAGING + "young", "jdk-17.0.1+1"]


def test_verify(tmp_path):
    (tmp_path / "x").write_bytes(b"content")
    path = str(tmp_path / "x")
    for algorithm in _release.ALGORITHMS:
        digest = hashlib.new(algorithm, b"content").hexdigest()
        _release.verify(path, "%s:%s" % (algorithm, digest.upper()))
        with pytest.raises(_errors.SupervisorError, match="expected was"):
            _release.verify(path, "%s:%s" % (algorithm, digest[:-1] + "g"))
    with pytest.raises(_errors.OptionError, match="algorithm:hex"):
        _release.verify(path, hashlib.sha256(b"content").hexdigest())


def test_who_runs_from_a_release(tmp_path):
    release = tmp_path / "jdk"
    os.makedirs(str(release / "bin"))
    python = str(release / "bin" / "python")
    with open(os.path.realpath(sys.executable), "rb") as source, open(python, "wb") as target:
        target.write(source.read())
    os.chmod(python, 0o755)
    environment = dict(os.environ, PYTHONHOME=sys.base_prefix)
    process = subprocess.Popen([python, "-c", "input()"], stdin=subprocess.PIPE, env=environment)
    try:
        assert _release.users(str(release)) == [process.pid]
        assert _release.users(str(tmp_path / "jd")) == []
    finally:
        process.communicate(b"\n")
    assert _release.users(str(release)) == []
