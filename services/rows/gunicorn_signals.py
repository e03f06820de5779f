"""What is done to gunicorn with a worker class: HUP, TTIN, TTOU and TERM, under load."""

from __future__ import annotations

import signal

from driving import Load, free_port, running


def drive(worker_class: str) -> None:
    """Start it with that worker class, and see what the signals do."""
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--worker-class", worker_class, "--workers", "2"]

    with running("-m", "gunicorn", *options, "ticking_wsgi:application", env={"SERVICES_TICKING": "later"}) as server:
        server.until(lambda: server.said().count("Booting worker") == 2, "the start of two workers")
        with Load(port, "/slow") as load:
            load.until_more(server)

            server.signal(signal.SIGHUP)
            server.until(lambda: server.said().count("Booting worker") == 4, "the start of new workers")
            server.until(lambda: server.said().count("Worker exiting") == 2, "the end of the old workers")
            load.until_more(server)
            print("HUP: two new workers")

            server.signal(signal.SIGTTIN)
            server.until(lambda: server.said().count("Booting worker") == 5, "a third worker")
            load.until_more(server)
            server.signal(signal.SIGTTOU)
            server.until(lambda: server.said().count("Worker exiting") == 3, "the end of the third worker")
            load.until_more(server)
            print("TTIN and TTOU: one more, one less")

            load.stop()
            print("lost requests:", load.errors)

        with Load(port, "/slow") as load:
            load.until_more(server)
            server.signal(signal.SIGTERM)
            code = server.end()
        # The listening socket goes at once, so those that come later are refused; who was served got all of the answer.
        broken = [error for error in load.errors if "refused" not in error and "reset" not in error]
        print("TERM: exit code", code, broken)
