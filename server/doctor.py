"""`onsite doctor`: looks at an installation and says what is wrong and what to do about it."""

import argparse
import os
import secrets
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from time import perf_counter
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

import pylopdf_fonts_zh_cn
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from server.backup.queries import last_backup
from server.config import Config, misspelt
from server.core.audit import AuditEntry
from server.core.blobs import Blobs, BlobsError
from server.core.console import in_words
from server.core.db import Database
from server.core.migrate import current, head
from server.core.network import lan_addresses
from server.lan.certificates import files_of
from server.messages.channels import ready_channels

State = Literal["good", "look", "bad"]
LEAST_FREE: Final = 2 << 30  # bytes
SLOW_WRITE: Final = 0.1  # seconds for one durable write
CLOCK_APART: Final = 2.0  # seconds
OLDEST_BACKUP: Final = timedelta(hours=26)
OLDEST_POSTGRESQL: Final = 130000
_MARKS: Final = {"good": "✓", "look": "!", "bad": "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        state: `good`; `look`: works, but somebody should look; `bad`: must be put right.
        what: what was found.
        todo: what to do about it.
    """

    state: State
    what: str
    todo: str = ""


def flags(parser: argparse.ArgumentParser) -> None:
    """The flags of `onsite doctor`."""
    parser.add_argument("address", nargs="?", help="how phones reach the server, to look at too")


def doctor(config: Config, given: argparse.Namespace) -> int:
    """Prints all findings; 0 if nothing must be put right."""
    address = given.address or config.public_url
    findings = [finding for look in CHECKS for finding in look(config)]
    findings += check_addresses(config, [address] if address else _default_addresses(config))
    for finding in findings:
        print(f" {_MARKS[finding.state]} {finding.what}")
        if finding.todo:
            print(f"   → {finding.todo}")
    bad = [finding for finding in findings if finding.state == "bad"]
    if bad:
        print(in_words(f"有 {len(bad)} 项需要处理。", f"{len(bad)} things must be put right."))
    else:
        print(in_words("一切正常。", "Nothing must be put right."))
    return 1 if bad else 0


def check_configuration(config: Config) -> Iterator[Finding]:
    """Settings, the key's secrecy, room on the disk, the built app."""
    yield Finding("good", in_words(f"数据目录 {config.data}", f"data folder {config.data}"))
    for variable, meant in misspelt(os.environ).items():
        words = in_words(f"没有 {variable} 这个设置", f"{variable} is no setting")
        yield Finding("look", words, in_words(f"是不是 {meant}？", f"did you mean {meant}?"))
    yield from _check_secret(config.secret_file)
    if config.data.exists():
        yield _check_room(shutil.disk_usage(config.data).free)
    if not (config.app_dir / "index.html").exists():
        words = in_words("应用没有构建", "the app is not built")
        yield Finding("bad", words, in_words("运行 python3 -m server", "run python3 -m server"))


def _check_secret(path: Path) -> Iterator[Finding]:
    if not path.exists():
        words = in_words("签名密钥将在首次启动时生成", "the signing key is made at the first start")
        yield Finding("good", words)
    elif path.stat().st_mode & 0o077:
        words = in_words(f"其他用户可读密钥 {path}", f"other users can read the key {path}")
        yield Finding("bad", words, f"chmod 600 {path}")


def _check_room(free: int) -> Finding:
    gigabytes = f"{free / (1 << 30):.1f} GiB"
    words = in_words(f"磁盘剩余 {gigabytes}", f"{gigabytes} free on the disk")
    if free >= LEAST_FREE:
        return Finding("good", words)
    return Finding("look", words, in_words("请扩容或清理", "make room: photos need it"))


def check_database(config: Config) -> Iterator[Finding]:
    """Connection, schema, how long a durable write takes, and the clocks."""
    with closing(Database(config.database_url)) as database:
        kind = "SQLite" if database.sqlite else "PostgreSQL"
        if database.sqlite and not Path(str(database.engine.url.database)).exists():
            words = in_words("数据库尚未建立", "there is no database yet")
            yield Finding("bad", words, "onsite migrate")
            return
        try:
            yield from _look_into(database, kind)
        except SQLAlchemyError as error:
            reason = str(error.__cause__ or error).strip().partition("\n")[0]
            words = in_words(f"{kind} 连接失败：{reason}", f"{kind} can't be used: {reason}")
            todo = in_words(
                "检查 ONSITE_DATABASE_URL 与数据库服务",
                "check ONSITE_DATABASE_URL and whether the database runs",
            )
            yield Finding("bad", words, todo)


def _look_into(database: Database, kind: str) -> Iterator[Finding]:
    at, newest = current(database.url), head()
    if at != newest:
        words = in_words(f"数据库版本 {at}，应为 {newest}", f"the schema is {at}, not {newest}")
        yield Finding("bad", words, "onsite migrate")
        return
    yield Finding("good", in_words(f"{kind}，版本 {at}", f"{kind}, schema {at}"))
    yield from _check_sqlite(database) if database.sqlite else _check_postgresql(database)
    yield _check_write(database)
    yield from _check_audit_clock(database)
    yield _check_backup(database)


def _check_backup(database: Database) -> Finding:
    """How old the newest backup is; without one phones can never let go of anything."""
    with database.reading() as session:
        last = last_backup(session)
    if last is None:
        words = in_words("还没有备份", "there is no backup yet")
        return Finding("look", words, "onsite backup DIR")
    at = f"{last.at:%Y-%m-%d %H:%M}"
    words = in_words(f"最近备份 {at}", f"backed up {at} UTC")
    if datetime.now(UTC) - last.at <= OLDEST_BACKUP:
        return Finding("good", words)
    return Finding("look", words, in_words("每晚运行 onsite backup DIR", "run it every night"))


def _check_sqlite(database: Database) -> Iterator[Finding]:
    with database.reading() as session:
        told = session.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if told != "ok":
        words = in_words(f"数据库文件损坏：{told}", f"the database file is damaged: {told}")
        todo = in_words("停止服务，从备份恢复", "stop the server and restore a backup")
        yield Finding("bad", words, todo)


def _check_postgresql(database: Database) -> Iterator[Finding]:
    with database.reading() as session:
        version = int(session.execute(text("SHOW server_version_num")).scalar_one())
        durable = session.execute(text("SHOW fsync")).scalar_one()
        theirs: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    if version < OLDEST_POSTGRESQL:
        words = in_words(f"PostgreSQL 版本过旧：{version}", f"PostgreSQL {version} is too old")
        yield Finding("bad", words, in_words("升级到 13 或更新", "upgrade to 13 or newer"))
    if durable != "on":
        words = in_words("fsync 已关闭，断电会丢数据", "fsync is off: a power cut loses work")
        yield Finding("bad", words, "ALTER SYSTEM SET fsync = on")
    apart = abs((theirs - datetime.now(UTC)).total_seconds())
    if apart > CLOCK_APART:
        words = in_words(
            f"本机与数据库时钟相差 {apart:.0f} 秒",
            f"the clocks here and there are {apart:.0f} s apart",
        )
        yield Finding("bad", words, _set_the_clock())


def _check_write(database: Database) -> Finding:
    """A transaction that changes nothing but must reach the disk."""
    started = perf_counter()
    with database.writing() as session:
        session.execute(text("UPDATE sync_clock SET position = position WHERE id = 1"))
    seconds = perf_counter() - started
    words = in_words(
        f"一次落盘写入 {seconds * 1000:.0f} 毫秒", f"one durable write: {seconds * 1000:.0f} ms"
    )
    if seconds < SLOW_WRITE:
        return Finding("good", words)
    todo = in_words(
        "磁盘较慢，建议使用本地固态硬盘", "a slow disk; a local solid-state one is better"
    )
    return Finding("look", words, todo)


def _check_audit_clock(database: Database) -> Iterator[Finding]:
    with database.reading() as session:
        last: datetime | None = session.execute(select(func.max(AuditEntry.received_at))).scalar()
    if last is not None and (last - datetime.now(UTC)).total_seconds() > CLOCK_APART:
        words = in_words(
            f"本机时钟早于最近一次记录（{last:%Y-%m-%d %H:%M}）",
            f"this clock is behind the last entry of the audit ({last:%Y-%m-%d %H:%M} UTC)",
        )
        yield Finding("bad", words, _set_the_clock())


def check_clock(_config: Config) -> Iterator[Finding]:
    """Whether something keeps this machine's clock right."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    kept = _clock_is_kept()
    if kept is False:
        words = in_words(f"时钟未自动校准（{now}）", f"nothing keeps the clock right ({now})")
        yield Finding("look", words, _set_the_clock())
    else:
        yield Finding("good", in_words(f"时钟 {now}", f"clock {now}"))


def _clock_is_kept() -> bool | None:
    """None where this machine cannot tell."""
    if not shutil.which("timedatectl"):
        return None
    command = ["timedatectl", "show", "-p", "NTPSynchronized", "--value"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return {"yes": True, "no": False}.get(told.stdout.strip()) if not told.returncode else None


def _set_the_clock() -> str:
    return in_words("启用时间同步：timedatectl set-ntp true", "timedatectl set-ntp true")


def check_blobs(config: Config) -> Iterator[Finding]:
    """Whether a file can be stored, read and removed."""
    key, content = f"doctor/{secrets.token_hex(8)}", secrets.token_bytes(1024)
    where = config.blobs_url
    try:
        blobs = Blobs(config.blobs_url)
        blobs.put(key, content)
        same = blobs.get(key) == content
        blobs.delete(key)
    except BlobsError as error:
        words = in_words(
            f"照片存储不可用：{where}：{error}", f"photos can't be stored: {where}: {error}"
        )
        todo = in_words(
            "检查 ONSITE_BLOBS_URL、AWS_* 变量与目录权限",
            "check ONSITE_BLOBS_URL, the AWS_* variables and the folder's rights",
        )
        yield Finding("bad", words, todo)
        return
    state: State = "good" if same else "bad"
    yield Finding(state, in_words(f"照片存储 {where}", f"photos are stored in {where}"))


def check_fonts(_config: Config) -> Iterator[Finding]:
    """Whether reports can be printed in Chinese."""
    font = pylopdf_fonts_zh_cn.sans_path()
    if font.exists():
        yield Finding("good", in_words(f"报告字体 {font.stem}", f"font of reports {font.stem}"))
    else:
        words = in_words("缺少中文字体", "the Chinese font of reports is missing")
        yield Finding("bad", words, "pip install --force-reinstall pylopdf-fonts-zh-cn")


def check_messages(config: Config) -> Iterator[Finding]:
    """By which ways people can be told, and what is missing for the others."""
    ways = (
        ("chat", in_words("群机器人", "group robot"), "ONSITE_CHAT, ONSITE_CHAT_URL"),
        ("sms", in_words("短信网关", "SMS gateway"), "ONSITE_SMS_URL, ONSITE_SMS_SECRET"),
        ("email", in_words("邮件", "e-mail"), "ONSITE_SMTP_URL, ONSITE_MAIL_FROM"),
    )
    ready = ready_channels(config)
    for channel, name, variables in ways:
        if channel in ready:
            yield Finding("good", in_words(f"消息：{name} 已设置", f"messages: {name} is set up"))
        else:
            words = in_words(f"消息：{name} 未设置", f"messages: no {name}")
            yield Finding("look", words, in_words(f"设置 {variables}", f"set {variables}"))
    if not config.public_url:
        words = in_words("消息里没有链接", "messages carry no links")
        yield Finding("look", words, in_words("设置 ONSITE_PUBLIC_URL", "set ONSITE_PUBLIC_URL"))


def check_addresses(config: Config, addresses: list[str]) -> Iterator[Finding]:
    """Whether the app can work offline on an address; browsers ask for HTTPS or localhost."""
    for address in addresses:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        if parts.scheme == "https":
            yield from _check_https(config, parts)
        elif _is_this_machine(parts.hostname or ""):
            words = in_words(
                f"{parts.geturl()}：仅在本机可离线使用",
                f"{parts.geturl()}: works offline, on this machine only",
            )
            yield Finding("good", words)
        else:
            yield _no_offline(parts)


def _no_offline(parts: SplitResult) -> Finding:
    words = in_words(
        f"{parts.geturl()}：不能离线使用，浏览器只在 HTTPS 上允许",
        f"{parts.geturl()}: can't work offline; browsers allow that on HTTPS only",
    )
    todo = in_words(
        "局域网用 onsite serve-lan；对外用 HTTPS 反向代理并设置 ONSITE_PUBLIC_URL",
        "on a local network use onsite serve-lan; else a reverse proxy with HTTPS, and set "
        "ONSITE_PUBLIC_URL to its address",
    )
    return Finding("bad", words, todo)


def _check_https(config: Config, parts: SplitResult) -> Iterator[Finding]:
    url, context = parts.geturl(), ssl.create_default_context()
    own = files_of(config.data).ca
    if own.exists():
        context.load_verify_locations(cafile=str(own))
    try:
        urllib.request.urlopen(f"{url}/healthz", timeout=10, context=context).close()  # noqa: S310
    except (urllib.error.URLError, OSError) as error:
        reason = str(getattr(error, "reason", error))
        words = in_words(f"{url} 无法访问：{reason}", f"{url} does not answer: {reason}")
        todo = in_words(
            "检查服务是否运行、证书是否有效、防火墙是否放行",
            "check that the server runs, that its certificate is valid, and the firewall",
        )
        yield Finding("bad", words, todo)
        return
    yield Finding("good", in_words(f"{url}：可离线使用", f"{url}: works offline"))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _default_addresses(config: Config) -> list[str]:
    everywhere = config.host in ("0.0.0.0", "::")  # noqa: S104
    hosts = ["localhost", *lan_addresses()] if everywhere else [config.host]
    return [f"http://{host}:{config.port}" for host in hosts]


CHECKS: Final[tuple[Callable[[Config], Iterator[Finding]], ...]] = (
    check_configuration,
    check_database,
    check_clock,
    check_blobs,
    check_fonts,
    check_messages,
)
