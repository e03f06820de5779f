"""Promise 26: asyncio.create_subprocess_* and patched subprocess both work, apart and together."""

import textwrap

import pytest

PRELUDE = """
import os, sys
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch="patch" in sys.argv)
import asyncio
import eventlet
if "patch" in sys.argv:
    import subprocess
else:
    from eventlet.green import subprocess

PIPE = subprocess.PIPE
# Answers each line, and tells at the end how many there were.
ECHO = [sys.executable, "-c", '''
import sys
count = 0
for line in sys.stdin:
    count += 1
    print(line.strip().upper(), flush=True)
print(count)
''']


def exit_with(code):
    return [sys.executable, "-c", f"raise SystemExit({code})"]


async def aio_echo(count):
    process = await asyncio.create_subprocess_exec(*ECHO, stdin=PIPE, stdout=PIPE)
    for number in range(count):
        process.stdin.write(b"async %d\\n" % number)
        await process.stdin.drain()
        assert await process.stdout.readline() == b"ASYNC %d\\n" % number
    process.stdin.close()
    assert await process.stdout.read() == b"%d\\n" % count
    assert await process.wait() == 0
    return count


def green_echo(count):
    process = subprocess.Popen(ECHO, stdin=PIPE, stdout=PIPE)
    for number in range(count):
        process.stdin.write(b"green %d\\n" % number)
        process.stdin.flush()
        assert process.stdout.readline() == b"GREEN %d\\n" % number
    process.stdin.close()
    assert process.stdout.read() == b"%d\\n" % count
    assert process.wait() == 0
    process.stdout.close()
    return count


def no_child_is_left():
    try:
        left = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return
    raise AssertionError(f"a child is left: {left}")
"""

PATCH = pytest.mark.parametrize("patch", ["patch", "no patch"])


def assert_quiet(result, stdout="done\n"):
    assert result.stderr == ""
    assert (result.stdout, result.returncode) == (stdout, 0)


def functions(bodies, define):
    """A program text: a function of each body, and the list of them. One program runs them all: each start costs."""
    texts = []
    for number, body in enumerate(bodies.values()):
        texts.append(f"\n\n{define} body_{number}():\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    "))
    names = ", ".join(f"({name!r}, body_{number})" for number, name in enumerate(bodies))
    return "".join(texts) + f"\n\nBODIES = [{names}]\n"


ASYNC_MAIN = """
for name, body in BODIES:
    aiohub.wait(body(), timeout=40)
    no_child_is_left()
    print(name, flush=True)
"""

GREEN_MAIN = """
for name, body in BODIES:
    body()
    no_child_is_left()
    print(name, flush=True)
"""

ASYNC_BODIES = {
    "exec with pipes": "assert await aio_echo(5) == 5",
    "communicate": """
        process = await asyncio.create_subprocess_exec(*ECHO, stdin=PIPE, stdout=PIPE, stderr=PIPE)
        assert await process.communicate(b"one\\ntwo\\n") == (b"ONE\\nTWO\\n2\\n", b"")
        assert process.returncode == 0
        """,
    "shell": """
        process = await asyncio.create_subprocess_shell("echo out; echo err >&2; exit 3", stdout=PIPE, stderr=PIPE)
        assert await process.communicate() == (b"out\\n", b"err\\n")
        assert process.returncode == 3
        """,
    "exit codes": """
        processes = [await asyncio.create_subprocess_exec(*exit_with(code)) for code in (0, 1, 7)]
        assert await asyncio.gather(*(process.wait() for process in processes)) == [0, 1, 7]
        """,
    "a megabyte both ways": """
        data = b"x" * (1 << 20)
        process = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
        out, _ = await process.communicate(data)
        assert out == data
        """,
    "terminate and kill": """
        for end, signal in (("terminate", -15), ("kill", -9)):
            process = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
            getattr(process, end)()
            assert await process.wait() == signal
        """,
    "a program that does not exist": """
        try:
            await asyncio.create_subprocess_exec("/does/not/exist")
        except FileNotFoundError:
            pass
        else:
            raise AssertionError("started")
        """,
}


@PATCH
def test_promise_26_asyncio_subprocesses(run_script, patch):
    result = run_script(PRELUDE + functions(ASYNC_BODIES, "async def") + ASYNC_MAIN, patch)
    assert_quiet(result, "".join(f"{name}\n" for name in ASYNC_BODIES))


GREEN_BODIES = {
    "Popen with pipes": "assert green_echo(5) == 5",
    "communicate": """
        process = subprocess.Popen(ECHO, stdin=PIPE, stdout=PIPE, stderr=PIPE)
        assert process.communicate(b"one\\ntwo\\n") == (b"ONE\\nTWO\\n2\\n", b"")
        assert process.returncode == 0
        """,
    "run": """
        done = subprocess.run(ECHO, input="one\\n", capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == ("ONE\\n1\\n", "")
        try:
            subprocess.run(exit_with(3), check=True)
        except Exception as exc:
            # eventlet's copy of the module raises the class of the original.
            assert (type(exc).__name__, exc.returncode) == ("CalledProcessError", 3)
        else:
            raise AssertionError("not checked")
        """,
    "check_output": """
        script = "echo out; echo err >&2"
        assert subprocess.check_output(script, shell=True, stderr=subprocess.STDOUT) == b"out\\nerr\\n"
        assert subprocess.call(exit_with(5)) == 5
        """,
    "a megabyte both ways": """
        data = b"x" * (1 << 20)
        assert subprocess.run(["cat"], input=data, stdout=PIPE).stdout == data
        """,
    "timeout": """
        process = subprocess.Popen(["cat"], stdin=PIPE, stdout=PIPE)
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            pass
        else:
            raise AssertionError("no timeout")
        process.kill()
        assert process.wait() == -9
        """,
    "wait lets other green threads run": """
        process = subprocess.Popen(["cat"], stdin=PIPE, stdout=PIPE)
        # The process ends when its input does: only another green thread closes that.
        waiter = eventlet.spawn(process.wait)
        eventlet.sleep(0)
        assert not waiter.dead
        process.stdin.close()
        assert waiter.wait() == 0
        """,
    "reading lets coroutines run": """
        process = subprocess.Popen(["cat"], stdin=PIPE, stdout=PIPE)

        async def write():
            await asyncio.sleep(0)
            process.stdin.write(b"from a coroutine\\n")
            process.stdin.close()

        reader = eventlet.spawn(process.stdout.read)
        eventlet.sleep(0)
        aiohub.wait(write(), timeout=40)
        assert reader.wait() == b"from a coroutine\\n"
        assert process.wait() == 0
        """,
}


@PATCH
def test_promise_26_patched_subprocess(run_script, patch):
    result = run_script(PRELUDE + functions(GREEN_BODIES, "def") + GREEN_MAIN, patch)
    assert_quiet(result, "".join(f"{name}\n" for name in GREEN_BODIES))


@PATCH
@pytest.mark.parametrize("where", ["a green thread", "a coroutine"])
def test_promise_26_patched_subprocess_blocks_its_caller_alone(run_script, where, patch):
    result = run_script(
        PRELUDE
        + """
async def in_coroutine():
    return green_echo(3)

def in_green_thread():
    return green_echo(3)

if "a coroutine" in sys.argv:
    assert aiohub.wait(in_coroutine(), timeout=40) == 3
else:
    assert eventlet.spawn(in_green_thread).wait() == 3
no_child_is_left()
print("done")
""",
        patch,
        where,
    )
    assert_quiet(result)


@PATCH
def test_promise_26_both_at_once(run_script, patch):
    """They talk to their processes at the same time, and each step of one needs a step of the other."""
    result = run_script(
        PRELUDE
        + """
first = subprocess.Popen(["cat"], stdin=PIPE, stdout=PIPE)

def green_relay(get):
    # What a coroutine has got from its process goes to ours, line by line.
    for number in range(10):
        first.stdin.write(get())
        first.stdin.flush()
        yield first.stdout.readline()

async def main():
    second = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
    queue, answers = eventlet.Queue(), asyncio.Queue()

    def relay():
        for line in green_relay(queue.get):
            answers.put_nowait(line)

    green = eventlet.spawn(relay)
    for number in range(10):
        second.stdin.write(b"%d\\n" % number)
        await second.stdin.drain()
        queue.put(await second.stdout.readline())
        assert await answers.get() == b"%d\\n" % number
    await green
    second.stdin.close()
    assert await second.wait() == 0

greens = [eventlet.spawn(green_echo, 5) for _ in range(3)]

async def crowd():
    return await asyncio.gather(main(), *(aio_echo(5) for _ in range(3)))

assert aiohub.wait(crowd(), timeout=50) == [None, 5, 5, 5]
assert [green.wait() for green in greens] == [5, 5, 5]
first.stdin.close()
assert first.wait() == 0
no_child_is_left()
print("done")
""",
        patch,
    )
    assert_quiet(result)


@PATCH
def test_promise_26_in_the_child_of_a_fork(run_script, patch):
    result = run_script(
        PRELUDE
        + """
def both():
    green = eventlet.spawn(green_echo, 3)
    assert aiohub.wait(aio_echo(3), timeout=40) == 3
    assert green.wait() == 3

both()
pid = os.fork()
both()
if pid:
    _, status = os.waitpid(pid, 0)
    assert status == 0, status
no_child_is_left()
print("parent" if pid else "child")
""",
        patch,
    )
    assert result.stdout == "child\nparent\n", result.stderr
    # CPython 3.12 and later warn of a fork in a process with threads: asyncio waits for children in threads.
    assert "Traceback" not in result.stderr and "Exception" not in result.stderr, result.stderr
