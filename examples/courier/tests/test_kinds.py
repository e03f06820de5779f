import sys
from unittest import mock

from courier import errors, kinds
from tests import base


class KindsTest(base.TestCase):
    def test_echo(self):
        self.assertEqual("a b", kinds.run("echo", "a b"))

    @mock.patch("courier.kinds.eventlet.sleep")
    def test_nap_sleeps_as_long_as_asked(self, sleep):
        self.assertEqual("slept 2.5", kinds.nap("2.5"))
        sleep.assert_called_once_with(2.5)

    def test_digest(self):
        self.assertEqual(16, len(kinds.run("digest", "x")))

    @mock.patch("courier.kinds.tpool.execute", return_value="somewhere else")
    def test_digest_goes_to_a_thread(self, execute):
        self.assertEqual("somewhere else", kinds.digest("x"))
        execute.assert_called_once_with(kinds._digest, b"x")

    def test_command(self):
        self.assertEqual("hello", kinds.run("command", f"{sys.executable} -c \"print('hello'); print('more')\""))

    def test_a_command_that_fails(self):
        with self.assertRaisesRegex(errors.JobFailed, "exit code 3"):
            kinds.run("command", f"{sys.executable} -c 'raise SystemExit(3)'")

    def test_unknown_kind(self):
        self.assertRaises(errors.BadRequest, kinds.run, "nothing", "x")
