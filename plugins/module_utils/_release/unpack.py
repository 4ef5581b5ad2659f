# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpack an archive so that nothing of it lands, or leads, outside of its folder.

What a name means depends on the links that came before it. So each member is judged just before it is unpacked, by
where its name really leads by then, and all links once more at the end, when nothing can change their meaning any more.
Where Python has the "data" filter of tarfile, that judges as well; where it has not, these rules stand alone.
"""

import os
import stat
import tarfile
import typing as t
import zipfile

from .. import _errors


def unpack(archive: str, folder: str) -> None:
    """Unpack a tar (any compression Python knows) or zip file into an empty folder that is nobody else's.

    :raises _errors.SupervisorError: a member that is refused.
    :raises OSError, EOFError, tarfile.TarError, zipfile.BadZipFile: not an archive, or a damaged one.
    """
    if zipfile.is_zipfile(archive):
        _unpack_zip(archive, folder)
    else:
        _unpack_tar(archive, folder)


def check_links(top: str) -> None:
    """Refuse a tree with a link that leads out of it, wherever the tree is moved to.

    :raises _errors.SupervisorError: see above.
    """
    for folder, folders, files in os.walk(top):
        for path in (os.path.join(folder, name) for name in folders + files):
            if os.path.islink(path) and (os.path.isabs(os.readlink(path)) or not _inside(path, top)):
                raise _leads_out(os.path.relpath(path, os.path.dirname(top)))


def _unpack_tar(archive: str, folder: str) -> None:
    # Without a filter newer Pythons warn, or refuse what may be good; older ones know none.
    options: t.Dict[str, t.Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(archive) as source:
        for member in source:
            _check_member(member, folder)
            member.mode &= 0o777
            try:
                source.extract(member, folder, set_attrs=not member.isdir(), **options)
            except getattr(tarfile, "FilterError", ()) as error:
                raise _errors.SupervisorError("%s. Nothing was installed." % error) from None


def _check_member(member: tarfile.TarInfo, folder: str) -> None:
    """Refuse what is neither file, folder nor link, and what leads out of the folder as it is now."""
    if not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
        raise _errors.SupervisorError("The archive holds a device or pipe (%s). Nothing was installed." % member.name)
    _check_name(member.name, folder)
    if member.issym():
        _check_name(os.path.join(os.path.dirname(member.name), member.linkname), folder, member.name)
    elif member.islnk():
        _check_name(member.linkname, folder, member.name)


def _check_name(name: str, folder: str, member: str = "") -> None:
    """Refuse a name that is absolute, or leads out of the folder, in words or over links that are there."""
    normal = os.path.normpath(name)
    in_words = os.path.isabs(name) or normal.split(os.sep)[0] == ".."
    if in_words or not _inside(os.path.join(folder, name), folder):
        raise _leads_out(member or name)


def _inside(path: str, folder: str) -> bool:
    """Does a path really lie in a folder, or is it that folder?"""
    real, top = os.path.realpath(path), os.path.realpath(folder)
    return real == top or real.startswith(top + os.sep)


def _leads_out(name: str) -> _errors.SupervisorError:
    return _errors.SupervisorError("The archive's member %s leads out of its folder. Nothing was installed." % name)


def _unpack_zip(archive: str, folder: str) -> None:
    with zipfile.ZipFile(archive) as source:
        for info in source.infolist():
            _check_name(info.filename, folder)
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _errors.SupervisorError(
                    "The archive holds a link, device or pipe (%s), which is not unpacked from a zip file. Nothing was "
                    "installed; use a tar file." % info.filename
                )
            path = source.extract(info, folder)
            if mode and not info.is_dir():
                os.chmod(path, mode & 0o777)
