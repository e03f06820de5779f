"""The kinds of servers: which program, how it is told its port and directory, how one knows that it is ready."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SETUP_LIMIT_S = 120
# Servers that refuse to run as root run as this user, who has no rights of its own.
NOBODY = "nobody"


@dataclass(frozen=True)
class Command:
    """What starts a server."""

    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of server."""

    name: str
    #: Debian's package.
    package: str
    #: Programs by one of which it is started; a pattern is looked for in the file system.
    programs: tuple[str, ...]
    #: Makes the directory ready and says how to start: program, directory, port.
    prepare: Callable[[str, Path, int], Command]
    #: Where programs find it; {port} is its port.
    address: str
    #: What is sent to see whether it is ready, and what its answer contains.
    hello: bytes
    answer: bytes
    version: tuple[str, ...] = ("--version",)
    #: What is still to do once it is ready.
    afterwards: Callable[[str, Path, int], None] | None = None

    def find(self) -> str | None:
        for name in self.programs:
            if "/" not in name:
                found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
                if found:
                    return found
            elif matches := sorted(Path("/").glob(name.lstrip("/"))):
                return str(matches[-1])
        return None

    def url(self, port: int) -> str:
        return self.address.format(port=port)


def version_of(kind: Kind, program: str) -> str:
    """The first number with a dot in what it says of itself."""
    if not kind.version:
        # RabbitMQ asks a running node for it.
        found = re.search(r"Version: ([\d.]+)", _run("dpkg", "-s", kind.package)) if shutil.which("dpkg") else None
    else:
        found = re.search(r"(\d+(?:\.\d+)+)", _run(program, *kind.version))
    return found.group(1) if found else "unknown"


def _run(*argv: str, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        argv,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SETUP_LIMIT_S,
    )
    if done.returncode:
        raise RuntimeError(f"aiohub: error: {' '.join(argv)}: {done.stdout[-2000:]}")
    return done.stdout


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _as_nobody(folder: Path) -> list[str]:
    """What a command begins with for a server that does not run as root; gives it the directory."""
    if os.getuid():
        return []
    shutil.chown(folder, NOBODY, "nogroup")
    # The way there is for all: mkdtemp makes directories that only their owner may enter.
    for parent in folder.parents:
        if parent.name.startswith("aiohub-services-"):
            parent.chmod(0o711)
    return ["setpriv", f"--reuid={NOBODY}", "--regid=nogroup", "--clear-groups"]


def _postgresql(program: str, folder: Path, port: int) -> Command:
    user = _as_nobody(folder)
    data = folder / "data"
    # Nothing here outlives the run: that data survives a power cut costs seconds and is of no use.
    _run(
        *user,
        f"{Path(program).parent}/initdb",
        "-D",
        str(data),
        "-U",
        "services",
        "--auth=trust",
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C",
    )
    options = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "max_connections": "200",
    }
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    return Command([*user, program, "-D", str(data), "-p", str(port), *settings])


def _create_database(program: str, folder: Path, port: int) -> None:
    _run(f"{Path(program).parent}/createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "services", "services")


def _redis(program: str, folder: Path, port: int) -> Command:
    return Command([program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)])


def _memcached(program: str, folder: Path, port: int) -> Command:
    return Command([*_as_nobody(folder), program, "-l", "127.0.0.1", "-p", str(port), "-U", "0"])


def _mariadb(program: str, folder: Path, port: int) -> Command:
    user = _as_nobody(folder)
    data = f"--datadir={folder}/data"
    _run(
        *user, "mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"
    )
    sockets = [f"--socket={folder}/socket", f"--pid-file={folder}/pid", "--bind-address=127.0.0.1", f"--port={port}"]
    unsafe = ["--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve"]
    return Command([*user, program, "--no-defaults", data, *sockets, *unsafe])


def _create_mariadb_database(_program: str, folder: Path, port: int) -> None:
    statements = (
        "CREATE DATABASE services; CREATE USER services@'127.0.0.1' IDENTIFIED BY 'secret';"
        "GRANT ALL ON services.* TO services@'127.0.0.1'"
    )
    _run("mariadb", "--no-defaults", f"--socket={folder}/socket", "-u", "root", "-e", statements)


def _rabbitmq(program: str, folder: Path, port: int) -> Command:
    # Erlang's own ports, too: a node of this machine may have the usual ones.
    names = free_port()
    variables = {
        "RABBITMQ_NODENAME": f"services{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
        "RABBITMQ_LOG_BASE": f"{folder}/logs",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
        "RABBITMQ_PID_FILE": f"{folder}/pid",
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "HOME": str(folder),
    }
    # Started by the node, Erlang's name server would be a daemon that outlives it.
    return Command(["sh", "-c", 'epmd -address 127.0.0.1 -port "$0" & exec "$1"', str(names), program], variables)


def _openvswitch(program: str, folder: Path, port: int) -> Command:
    # Switches in the process itself: no kernel module, no device of this machine.
    switch = '"$0" --pidfile --unixctl="$PWD/switch.ctl" --enable-dummy=override --disable-system "unix:$PWD/sock"'
    database = f'ovsdb-server --unixctl="$PWD/db.ctl" "--remote=punix:$PWD/sock" --remote=ptcp:{port}:127.0.0.1 db'
    steps = "ovsdb-tool create db /usr/share/openvswitch/vswitch.ovsschema"
    variables = {name: str(folder) for name in ("OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR")}
    return Command(["sh", "-c", f"{steps} && {{ {database} & }} && exec {switch}", program], variables)


def _begin_openvswitch(_program: str, _folder: Path, port: int) -> None:
    _run("ovs-vsctl", f"--db=tcp:127.0.0.1:{port}", "--no-wait", "init")


# The first messages of each protocol.
_SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"
_OVSDB_ECHO = b'{"method":"echo","params":[],"id":0}'
_AMQP_HEADER = b"AMQP\0\0\x09\x01"

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "postgresql",
            "postgresql",
            ("/usr/lib/postgresql/*/bin/postgres", "postgres"),
            _postgresql,
            "postgresql://services@127.0.0.1:{port}/services",
            _SSL_REQUEST,
            b"N",
            afterwards=_create_database,
        ),
        Kind(
            "mariadb",
            "mariadb-server",
            ("mariadbd",),
            _mariadb,
            "mysql://services:secret@127.0.0.1:{port}/services",
            b"",
            b"MariaDB",
            afterwards=_create_mariadb_database,
        ),
        Kind("redis", "redis-server", ("redis-server",), _redis, "redis://127.0.0.1:{port}/0", b"PING\r\n", b"PONG"),
        Kind(
            "rabbitmq",
            "rabbitmq-server",
            ("/usr/lib/rabbitmq/bin/rabbitmq-server",),
            _rabbitmq,
            "amqp://guest:guest@127.0.0.1:{port}//",
            _AMQP_HEADER,
            b"RabbitMQ",
            version=(),
        ),
        Kind(
            "memcached",
            "memcached",
            ("memcached",),
            _memcached,
            "127.0.0.1:{port}",
            b"version\r\n",
            b"VERSION",
        ),
        Kind(
            "openvswitch",
            "openvswitch-switch",
            ("ovs-vswitchd",),
            _openvswitch,
            "tcp:127.0.0.1:{port}",
            _OVSDB_ECHO,
            b"result",
            afterwards=_begin_openvswitch,
        ),
    )
}
