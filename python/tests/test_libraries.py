"""Libraries that wait in C, or in threads of their own, cooperate when they are imported; AIOHUB_LEAVE leaves them."""

import pytest

GRPC = """
import os
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
import asyncio
import grpc, grpc.aio

async def reverse(request, context):
    return request[::-1]

class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(reverse)

async def main():
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Handler(),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        print(*await asyncio.gather(*(channel.unary_unary("/a/b")(b"abc") for _ in range(3))))
    await server.stop(0)

aiohub.run(main())
"""


def test_grpc_aio_under_patching(run_script):
    pytest.importorskip("grpc", reason="grpc is not installed")
    result = run_script(GRPC)
    assert (result.stdout, result.returncode) == ("b'cba' b'cba' b'cba'\n", 0), result.stderr


PSYCOPG = """
import os
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=PATCH)
import eventlet, psycopg
from eventlet import patcher

# A database that lets everybody in. It answers a query when other green threads have run, or it has waited long enough.
socket, threading = patcher.original("socket"), patcher.original("threading")
listener = socket.create_server(("127.0.0.1", 0))
asked, others_ran = threading.Event(), threading.Event()

def database():
    connection, _ = listener.accept()
    if WAIT_FIRST:
        asked.set()
        others_ran.wait(LIMIT)
    connection.recv(1000)
    connection.sendall(b"R" + (8).to_bytes(4, "big") + bytes(4) + b"Z" + (5).to_bytes(4, "big") + b"I")
    connection.recv(1000)
    asked.set()
    others_ran.wait(LIMIT)
    connection.close()

threading.Thread(target=database, daemon=True).start()

def tick():
    count = 0
    while count < 3:
        eventlet.sleep(0.001)
        count += asked.is_set()
    others_ran.set()

eventlet.spawn(tick)
eventlet.sleep(0)
port = listener.getsockname()[1]
try:
    with psycopg.connect(f"host=127.0.0.1 port={port} sslmode=disable gssencmode=disable") as connection:
        connection.execute("select 1")
except psycopg.OperationalError:
    print("others ran" if others_ran.is_set() else "others stood still")
"""


def psycopg_program(patch=True, wait_first=False, limit=60):
    """*limit*: how many seconds the database waits for other green threads; those that run end the wait at once."""
    return PSYCOPG.replace("PATCH", str(patch)).replace("WAIT_FIRST", str(wait_first)).replace("LIMIT", str(limit))


@pytest.fixture
def psycopg_in_c():
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    if psycopg.pq.__impl__ == "python":
        pytest.skip("this psycopg is pure Python, and does not wait in C")


@pytest.mark.usefixtures("psycopg_in_c")
@pytest.mark.parametrize(
    ("patch", "leave", "others"),
    [(True, "", "ran"), (True, "psycopg", "stood still"), (False, "", "stood still"), (True, "grpc, oslo_log", "ran")],
)
def test_psycopg_waits_as_green_threads_do(run_script, patch, leave, others):
    limit = 60 if others == "ran" else 0.5
    result = run_script(psycopg_program(patch, limit=limit), env={"AIOHUB_LEAVE": leave})
    assert (result.stdout, result.returncode) == (f"others {others}\n", 0), result.stderr


@pytest.mark.usefixtures("psycopg_in_c")
@pytest.mark.parametrize("wait_first", [True, False], ids=["connecting", "asking"])
def test_psycopg_imported_before_the_patch(run_script, wait_first):
    result = run_script("import psycopg\n" + psycopg_program(wait_first=wait_first))
    assert result.stdout == "others ran\n", result.stderr


def test_a_name_that_is_not_known(run_script):
    result = run_script("import aiohub; aiohub.install()", env={"AIOHUB_LEAVE": "grpc,psychopg"})
    assert result.returncode == 1
    assert "AIOHUB_LEAVE=psychopg: one or more of grpc, oslo_log, psycopg is needed" in result.stderr
