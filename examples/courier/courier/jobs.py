"""Jobs, and where they are kept until somebody has asked for their results."""

import itertools
import time

import eventlet
from eventlet import event, semaphore

from courier import errors


class Job:
    """One piece of work. Its outcome is sent once, to all who wait."""

    def __init__(self, number, topic, kind, argument):
        self.number = number
        self.topic = topic
        self.kind = kind
        self.argument = argument
        self.state = "queued"
        self.finished_at = None
        self.thread = None
        self._outcome = event.Event()

    def finish(self, result):
        """Say that the job has come to *result*."""
        self.state = "done"
        self.finished_at = time.monotonic()
        self._outcome.send(result)

    def fail(self, reason):
        """Say that the job has failed."""
        self.state = "failed"
        self.finished_at = time.monotonic()
        self._outcome.send_exception(errors.JobFailed(reason))

    @property
    def is_finished(self):
        return self._outcome.ready()

    def wait(self, limit):
        """The result; JobFailed if there is none, and None if it takes longer than *limit* seconds."""
        with eventlet.Timeout(limit, False):
            return self._outcome.wait()
        return None


class Book:
    """All jobs that are known."""

    def __init__(self, room):
        self._jobs = {}
        self._numbers = itertools.count(1)
        self._room = semaphore.Semaphore(room)

    def enter(self, topic, kind, argument):
        """A new job; Busy if there is no room."""
        if not self._room.acquire(blocking=False):
            raise errors.Busy("too many jobs are waiting")
        job = Job(next(self._numbers), topic, kind, argument)
        self._jobs[job.number] = job
        return job

    def find(self, text):
        """The job whose number a client has written."""
        try:
            return self._jobs[int(text)]
        except (KeyError, ValueError):
            raise errors.UnknownJob(f"no job {text[:20]!r}") from None

    def leave_queue(self):
        """Make room for another job: one has been taken up."""
        self._room.release()

    def sweep(self, keep):
        """Forget jobs that were finished more than *keep* seconds ago; how many."""
        before = time.monotonic() - keep
        old = [job.number for job in self._jobs.values() if job.is_finished and job.finished_at <= before]
        for number in old:
            del self._jobs[number]
        return len(old)

    def counts(self):
        """How many jobs are in which state."""
        counts = dict.fromkeys(("queued", "running", "done", "failed"), 0)
        for job in self._jobs.values():
            counts[job.state] += 1
        return counts
