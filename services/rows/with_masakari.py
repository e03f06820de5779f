"""masakari: its API with two workers and its engine, each a process; segments, notices of failures at once, a recovery
that fails as there is no Nova, TERM."""
# family: servers
# libraries: masakari, oslo.service, oslo.messaging, taskflow
# servers: rabbitmq
# own: mariadb
# limit: 180

import json
import os
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from uuid import uuid4

from driving import LIMIT_S, answers, free_port, running
from sqlalchemy import create_engine, text

PROGRAMS = Path(sys.executable).parent
HOSTS = [f"host-{number}" for number in range(10)]
port, nowhere = free_port(), free_port()
DATABASE = os.environ["SERVICES_MARIADB"].replace("mysql:", "mysql+pymysql:")


def configure():
    """masakari.conf, without a Keystone: whoever asks may."""
    Path("masakari.conf").write_text(f"""
[DEFAULT]
auth_strategy = noauth2
masakari_api_listen = 127.0.0.1
masakari_api_listen_port = {port}
masakari_api_workers = 2
masakari_topic = engine_{os.getpid()}
host = engine-{os.getpid()}
notification_delay_max = 0
os_privileged_user_name = masakari
os_privileged_user_password = secret
os_privileged_user_tenant = service
os_privileged_user_auth_url = http://127.0.0.1:{nowhere}/v3
transport_url = {os.environ["SERVICES_RABBITMQ"].replace("amqp:", "rabbit:")}
state_path = {Path.cwd()}
[wsgi]
api_paste_config = {Path(sys.prefix, "etc", "masakari", "api-paste.ini")}
[database]
connection = {DATABASE}
[taskflow]
connection = {DATABASE}
[oslo_concurrency]
lock_path = {Path.cwd()}
""")


def program(name):
    return [str(PROGRAMS / name), "--config-file", "masakari.conf"]


def ask(method, path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/{path}", method=method)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, body and json.dumps(body).encode(), LIMIT_S) as answer:
        return answer.status, json.loads(answer.read() or "null")


def add_hosts(segment):
    """Hosts in the database: masakari's own way to add one asks Nova for it."""
    row = text(
        "INSERT INTO hosts (uuid, name, failover_segment_id, type, control_attributes, reserved, on_maintenance, "
        "deleted) VALUES (:uuid, :name, :segment, 'COMPUTE', 'SSH', 0, 0, 0)"
    )
    with create_engine(DATABASE).begin() as connection:
        connection.execute(row, [{"uuid": str(uuid4()), "name": name, "segment": segment} for name in HOSTS])


def notify(host, kind, **payload):
    """Tell of what a host's monitor has seen; the notice's identifier."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    notice = {"type": kind, "hostname": host, "generated_time": now, "payload": payload}
    _, made = ask("POST", "notifications", {"notification": notice})
    return made["notification"]["notification_uuid"]


def outcome(identifier):
    """The status of a notice once the engine is done with it."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        status = ask("GET", f"notifications/{identifier}")[1]["notification"]["status"]
        if status not in ("new", "running"):
            return status
        time.sleep(0.1)
    return f"still {status}"


def at_once(kind, **payload):
    with ThreadPoolExecutor(len(HOSTS)) as threads:
        return list(threads.map(lambda host: outcome(notify(host, kind, **payload)), HOSTS))


configure()
subprocess.run([sys.executable, *program("masakari-manage"), "db", "sync"], check=True, stdout=sys.stderr)
with running(*program("masakari-api")) as api, running(*program("masakari-engine")) as engine:
    api.until(lambda: answers(port), "an answer of the API")
    segment = {"name": "one", "recovery_method": "auto", "service_type": "compute"}
    status, made = ask("POST", "segments", {"segment": segment})
    print("segment:", status)
    add_hosts(made["segment"]["uuid"])
    print("hosts:", len(ask("GET", f"segments/{made['segment']['uuid']}/hosts")[1]["hosts"]))
    for event, kind, payload in (
        ("a process began", "PROCESS", {"process_name": "nova-compute", "event": "STARTED"}),
        ("a host nobody knows of", "COMPUTE_HOST", {"host_status": "UNKNOWN", "event": "STOPPED"}),
    ):
        results = at_once(kind, **payload)
        print(f"{event}:", {result: results.count(result) for result in sorted(set(results))})
    identifier = notify(HOSTS[0], "PROCESS", process_name="nova-compute", event="STOPPED")
    print("a process ended, without Nova:", outcome(identifier))
    print("TERM: exit codes", api.terminate(), engine.terminate())

# prints:
# segment: 201
# hosts: 10
# a process began: {'finished': 10}
# a host nobody knows of: {'ignored': 10}
# a process ended, without Nova: error
# TERM: exit codes 0 0
