"""Files that appear complete or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from fitness.atomic_file import atomic_file, write_whole


def test_the_final_name_appears_at_the_end(tmp_path: Path) -> None:
    """During the block the older file exists; afterwards only the new one."""
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with atomic_file(target) as file:
        file.write(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new" and os.listdir(tmp_path) == ["a.bin"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_after_an_error_the_older_file_stays(tmp_path: Path, error: type[BaseException]) -> None:
    """After any error, no partly written file is left."""
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(error), atomic_file(target) as file:
        file.write(b"ne")
        raise error
    assert target.read_bytes() == b"old" and os.listdir(tmp_path) == ["a.bin"]


def test_two_writers_do_not_interfere(tmp_path: Path) -> None:
    """Each has a temporary name of its own; the last to end wins."""
    with atomic_file(tmp_path / "a") as first:
        with atomic_file(tmp_path / "a") as second:
            second.write(b"second")
        first.write(b"first")
    assert (tmp_path / "a").read_bytes() == b"first" and os.listdir(tmp_path) == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_permissions_follow_the_umask(tmp_path: Path) -> None:
    """Permissions are those of an ordinary new file; a stricter mode can be requested."""
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", b"")
        write_whole(tmp_path / "b", b"", mode=0o600)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    """A name of 255 bytes leaves no room for a suffix."""
    write_whole(tmp_path / ("x" * 255), b"1")
    assert os.listdir(tmp_path) == ["x" * 255]
