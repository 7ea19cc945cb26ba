"""`onsite backup DIR` and `onsite restore DIR`."""

import argparse
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

from server.backup.making import NotEmptyError, make
from server.backup.manifest import Manifest
from server.backup.places import InUseError
from server.backup.restoring import restore
from server.backup.tables import DamagedError
from server.config import Config
from server.core.blobs import Blobs, BlobsError
from server.core.clock import SystemClock, from_text
from server.core.console import in_words
from server.core.db import Database

DONE, LOOK, FAILED = 0, 1, 2


def backup_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of `onsite backup`."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet")


def restore_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of `onsite restore`."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder made by onsite backup")
    parser.add_argument(
        "--replace", action="store_true", help="put aside what is there; stop the server first"
    )


def run_backup(config: Config, given: argparse.Namespace) -> int:
    """Makes a verified backup while the server runs; 1 if photos are missing in the store."""
    folder = given.folder.absolute()
    try:
        with closing(Database(config.database_url)) as database:
            blobs = Blobs(config.blobs_url)
            made = make(database, blobs, config.secret(), SystemClock(), folder)
    except (NotEmptyError, DamagedError, BlobsError, OSError) as error:
        return _failed(error)
    print(_figures(made))
    print(in_words(f"已核对：{folder}", f"verified: {folder}"))
    if not made.missing:
        return DONE
    count = len(made.missing)
    told = in_words(f"存储中缺少 {count} 张照片：", f"{count} photos are missing in the store:")
    print(told, *made.missing, sep="\n  ", file=sys.stderr)
    return LOOK


def run_restore(config: Config, given: argparse.Namespace) -> int:
    """Restores a backup; all of it or nothing."""
    try:
        done = restore(config, SystemClock(), given.folder.absolute(), replace=given.replace)
    except (NotEmptyError, DamagedError, InUseError, BlobsError, OSError) as error:
        return _failed(error)
    print(_figures(done.manifest))
    if done.kept:
        print(in_words(f"原数据库保留在 {done.kept}", f"what was there is kept as {done.kept}"))
    made = _local(done.manifest)
    print(
        in_words(
            f"已恢复到 {made}。手机会把此后的现场工作再交一遍；"
            "办公室此后录入的需要补录，工作台会提示。",
            f"restored as of {made}. Phones hand in again what came after; what was typed at desks "
            "since then must be typed again, and desks are told so.",
        )
    )
    return DONE


def _figures(found: Manifest) -> str:
    megabytes = f"{found.bytes / (1 << 20):.1f} MiB"
    return in_words(
        f"{_local(found)}：{len(found.tables)} 张表 {found.rows} 行，"
        f"{len(found.blobs)} 个文件 {megabytes}",
        f"{_local(found)}: {found.rows} rows of {len(found.tables)} tables, "
        f"{len(found.blobs)} files, {megabytes}",
    )


def _local(found: Manifest) -> str:
    moment: datetime = from_text(found.made_at).astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}"


def _failed(error: Exception) -> int:
    words = {
        NotEmptyError: in_words(
            "{} 已有数据；恢复时若要替换请先停止服务并加 --replace",
            "{} is not empty; to replace it, stop the server and say --replace",
        ),
        DamagedError: in_words("备份不完整：{}", "the backup is not whole: {}"),
        InUseError: in_words("{} 正在使用；请先停止服务", "{} is in use; stop the server first"),
        BlobsError: in_words("照片存储失败：{}", "the photo store failed: {}"),
    }
    text = next((w for kind, w in words.items() if isinstance(error, kind)), "{}")
    print(f"onsite: {text.format(error)}", file=sys.stderr)
    return FAILED
