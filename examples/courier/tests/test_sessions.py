from unittest import mock

from courier import errors, sessions
from tests import base


class HandleTest(base.TestCase):
    """Requests without a socket."""

    def setUp(self):
        super().setUp()
        self.service = mock.Mock()
        self.session = sessions.Session(mock.Mock(), self.service)

    def test_submit(self):
        self.service.submit.return_value.number = 5
        self.assertEqual(b"OK 5\n", self.session.handle("SUBMIT t echo hello you"))
        self.service.submit.assert_called_once_with("t", "echo", "hello you")

    def test_errors_are_answers(self):
        self.service.submit.side_effect = errors.Busy("no room")
        self.assertEqual(b"ERROR no room\n", self.session.handle("SUBMIT t echo x"))
        self.assertEqual(b"ERROR unknown request 'JUMP'\n", self.session.handle("jump"))

    def test_quit(self):
        self.assertEqual(b"BYE\n", self.session.handle("QUIT"))
        self.assertTrue(self.session.is_over)


class OverTCPTest(base.TestCase):
    def test_a_job_from_beginning_to_end(self):
        with base.running() as service, base.Client(service.listener.port) as client:
            self.assertEqual(["OK", "1"], client.ask("SUBMIT t echo hello"))
            self.assertEqual(["DONE", "1", "hello"], client.ask("WAIT 1 30"))
            self.assertEqual(["OK", "queued=0", "running=0", "done=1", "failed=0"], client.ask("STATS"))
            self.assertEqual(["BYE"], client.ask("QUIT"))

    def test_clients_do_not_wait_for_each_other(self):
        with (
            base.running() as service,
            base.Client(service.listener.port) as one,
            base.Client(service.listener.port) as two,
        ):
            one.ask("SUBMIT t nap 30")
            self.assertEqual(["OK", "2"], two.ask("SUBMIT t echo quick"))
            self.assertEqual(["DONE", "2", "quick"], two.ask("WAIT 2 30"))
            self.assertEqual(["TIMEOUT", "1"], one.ask("WAIT 1 0.01"))
            self.assertEqual(["OK", "1"], two.ask("CANCEL 1"))
            self.assertEqual(["FAILED", "1", "cancelled"], one.ask("WAIT 1 30"))

    def test_a_line_that_is_too_long_ends_the_session(self):
        with base.running() as service, base.Client(service.listener.port) as client:
            self.assertEqual(["ERROR", "line", "too", "long"], client.ask("x" * 10000))

    def test_stop_hangs_up(self):
        with base.running() as service:
            client = base.Client(service.listener.port)
            client.ask("STATS")
        self.assertEqual([], client.ask("STATS"))
        client.close()
