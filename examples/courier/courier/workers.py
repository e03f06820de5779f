"""Workers: they take jobs from the queue and run them, so many at a time."""

import logging

import eventlet
from eventlet import greenpool, queue

from courier import errors, kinds

LOG = logging.getLogger(__name__)


class Workers:
    """A pool of green threads that run jobs."""

    def __init__(self, config, book, on_finished):
        self._config = config
        self._book = book
        self._on_finished = on_finished
        self._queue = queue.Queue()
        self._pool = greenpool.GreenPool(config.workers)
        self._dispatcher = None

    def start(self):
        self._dispatcher = eventlet.spawn(self._dispatch)

    def stop(self):
        """Take up no further job, and wait for those that run."""
        self._dispatcher.kill()
        self._pool.waitall()

    def put(self, job):
        """Queue a job."""
        self._queue.put(job)

    def cancel(self, job):
        """End a job that waits or runs; False if it has ended already."""
        if job.is_finished:
            return False
        if job.thread is not None:
            job.thread.kill()
        if not job.is_finished:
            job.fail("cancelled")
        return True

    def _dispatch(self):
        while True:
            job = self._queue.get()
            self._book.leave_queue()
            if job.is_finished:
                continue  # cancelled while it waited
            job.state = "running"
            job.thread = self._pool.spawn(self._run, job)
            job.thread.link(self._ended, job)

    def _run(self, job):
        limit = eventlet.Timeout(self._config.job_limit)
        try:
            job.finish(kinds.run(job.kind, job.argument))
        except eventlet.Timeout as timeout:
            if timeout is not limit:
                raise
            job.fail("took too long")
        except errors.CourierError as error:
            job.fail(str(error))
        except Exception:
            LOG.exception("job %d", job.number)
            job.fail("internal error")
        finally:
            limit.cancel()

    def _ended(self, thread, job):
        """Called in the green thread that ran the job, however it ended."""
        job.thread = None
        if not job.is_finished:
            job.fail("cancelled")
        self._on_finished(job)

    @property
    def waiting(self):
        return self._queue.qsize()
