import eventlet

from courier import errors, jobs
from tests import base


class JobTest(base.TestCase):
    def setUp(self):
        super().setUp()
        self.job = jobs.Job(1, "topic", "echo", "x")

    def test_everybody_who_waits_gets_the_result(self):
        waiters = [eventlet.spawn(self.job.wait, 30) for _ in range(3)]
        eventlet.sleep(0)
        self.job.finish("result")
        self.assertEqual(["result"] * 3, [waiter.wait() for waiter in waiters])
        self.assertEqual("done", self.job.state)

    def test_everybody_gets_the_reason_of_a_failure(self):
        waiter = eventlet.spawn(self.job.wait, 30)
        eventlet.sleep(0)
        self.job.fail("broken")
        self.assertRaisesRegex(errors.JobFailed, "broken", waiter.wait)
        self.assertRaisesRegex(errors.JobFailed, "broken", self.job.wait, 30)

    def test_nobody_waits_longer_than_he_likes(self):
        self.assertIsNone(self.job.wait(0.01))
        self.assertFalse(self.job.is_finished)


class BookTest(base.TestCase):
    def test_room(self):
        book = jobs.Book(2)
        book.enter("t", "echo", "1")
        book.enter("t", "echo", "2")
        self.assertRaises(errors.Busy, book.enter, "t", "echo", "3")
        book.leave_queue()
        self.assertEqual(3, book.enter("t", "echo", "3").number)

    def test_find(self):
        book = jobs.Book(2)
        job = book.enter("t", "echo", "1")
        self.assertIs(job, book.find("1"))
        for text in ("2", "x", ""):
            self.assertRaises(errors.UnknownJob, book.find, text)

    def test_sweep(self):
        book = jobs.Book(5)
        finished, running = book.enter("t", "echo", "1"), book.enter("t", "echo", "2")
        finished.finish("x")
        self.assertEqual(0, book.sweep(60))
        self.assertEqual(1, book.sweep(0))
        self.assertRaises(errors.UnknownJob, book.find, str(finished.number))
        self.assertIs(running, book.find(str(running.number)))

    def test_counts(self):
        book = jobs.Book(5)
        book.enter("t", "echo", "1").finish("x")
        book.enter("t", "echo", "2").fail("x")
        book.enter("t", "echo", "3")
        self.assertEqual({"queued": 1, "running": 0, "done": 1, "failed": 1}, book.counts())
