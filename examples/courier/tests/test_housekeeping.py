from unittest import mock

import eventlet

from courier import housekeeping
from tests import base


class EveryTest(base.TestCase):
    def test_it_runs_again_and_again(self):
        calls = []
        every = housekeeping.Every(0.001, calls.append, 1)
        every.start()
        while every.runs < 3:
            eventlet.sleep(0.001)
        every.stop()
        self.assertEqual([1] * every.runs, calls)
        every.stop()

    def test_an_error_does_not_end_it(self):
        every = housekeeping.Every(0.001, mock.Mock(side_effect=ValueError))
        with self.assertLogs("courier.housekeeping", "ERROR"):
            every.start()
            while every.runs < 2:
                eventlet.sleep(0.001)
        every.stop()

    @mock.patch.object(eventlet, "spawn")
    def test_it_starts_its_loop(self, spawn):
        every = housekeeping.Every(1, print)
        every.start()
        spawn.assert_called_once_with(every._loop)


class LaterTest(base.TestCase):
    def test_it_is_called(self):
        self.assertEqual(3, housekeeping.Later(0.001, max, 2, 3).wait())

    def test_it_is_not_called(self):
        called = []
        later = housekeeping.Later(0.01, called.append, 1)
        later.cancel()
        eventlet.sleep(0.02)
        self.assertEqual([], called)
