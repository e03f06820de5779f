from unittest import mock

import eventlet
from eventlet import event

from courier import config, errors, jobs, kinds, workers
from tests import base


class WorkersTest(base.TestCase):
    def setUp(self):
        super().setUp()
        self.finished = []
        self.settings = config.Config(workers=2, job_limit=30.0)
        self.book = jobs.Book(10)
        self.workers = workers.Workers(self.settings, self.book, self.finished.append)
        self.workers.start()
        self.addCleanup(self.workers.stop)

    def submit(self, kind, argument="x"):
        job = self.book.enter("t", kind, argument)
        self.workers.put(job)
        return job

    def test_jobs_run(self):
        submitted = [self.submit("echo", str(number)) for number in range(5)]
        self.assertEqual(["0", "1", "2", "3", "4"], [job.wait(30) for job in submitted])
        eventlet.sleep(0)
        self.assertEqual(submitted, sorted(self.finished, key=lambda job: job.number))

    def test_no_more_at_once_than_workers(self):
        go, running = event.Event(), []

        def work(argument):
            running.append(argument)
            return go.wait()

        with mock.patch.dict(kinds.KINDS, {"block": work}):
            submitted = [self.submit("block", str(number)) for number in range(4)]
            eventlet.sleep(0.01)
            self.assertEqual(["0", "1"], running)
            go.send("done")
            self.assertEqual(["done"] * 4, [job.wait(30) for job in submitted])

    def test_a_job_that_fails(self):
        self.assertRaisesRegex(errors.JobFailed, "unknown kind", self.submit("nothing").wait, 30)
        self.assertRaisesRegex(errors.JobFailed, "internal error", self.submit("nap", "soon").wait, 30)

    def test_a_job_that_takes_too_long(self):
        self.settings.job_limit = 0.01
        self.assertRaisesRegex(errors.JobFailed, "took too long", self.submit("nap", "30").wait, 30)

    def test_cancel_one_that_runs(self):
        job = self.submit("nap", "30")
        while job.state != "running":
            eventlet.sleep(0.001)
        eventlet.sleep(0)
        self.assertTrue(self.workers.cancel(job))
        self.assertRaisesRegex(errors.JobFailed, "cancelled", job.wait, 30)
        self.assertFalse(self.workers.cancel(job))

    def test_cancel_one_that_waits(self):
        with mock.patch.object(self.workers, "put"):
            job = self.submit("echo")
        self.workers.cancel(job)
        self.workers.put(job)
        self.assertEqual("y", self.submit("echo", "y").wait(30))
        self.assertEqual("failed", job.state)

    def test_the_pool_gets_the_job(self):
        with mock.patch.object(self.workers._pool, "spawn") as spawn:
            job = self.submit("echo")
            while not spawn.called:
                eventlet.sleep(0.001)
        spawn.assert_called_once_with(self.workers._run, job)
        job.fail("never ran")
