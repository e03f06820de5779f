"""Promise 23: how the child of a fork ends after what its parent has done before."""

RESOLVE = """
    import asyncio, os, sys
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
    import eventlet

    def resolve():
        aiohub.wait(aiohub.get_loop().getaddrinfo("localhost", 80))

    def fork(work=None):
        pid = os.fork()
        if pid == 0:
            if work is not None:
                work()
            sys.exit(7)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7

    resolve()  # uvloop does that in threads of libuv, which a child has not and whose end its own end waits for
    fork()
    fork(resolve)
    fork(fork)
    fork(lambda: (resolve(), fork()))
    resolve()
    print("done")
"""


def test_promise_23_a_child_ends_after_its_parent_has_resolved_names(run_script):
    result = run_script(RESOLVE, timeout=60)
    assert (result.stdout, result.returncode) == ("done\n", 0), result.stderr
