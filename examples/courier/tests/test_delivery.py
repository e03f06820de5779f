import json
from unittest import mock

import eventlet
from eventlet import wsgi

from courier import config, delivery, jobs
from tests import base


class DeliveryTest(base.TestCase):
    def setUp(self):
        super().setUp()
        self.delivery = delivery.Delivery(config.Config(delivery_attempts=2, delivery_pause=0.25))
        self.job = jobs.Job(7, "news", "echo", "x")
        self.job.finish("x")

    def test_only_subscribers_of_the_topic_are_told(self):
        self.delivery.subscribe("news", "http://one")
        self.delivery.subscribe("news", "http://one")
        self.delivery.subscribe("sport", "http://two")
        with mock.patch.object(self.delivery, "_post") as post:
            self.delivery.announce(self.job)
            self.delivery.drain(30)
        post.assert_called_once_with("http://one", {"job": 7, "topic": "news", "state": "done"})
        self.assertEqual(1, self.delivery.delivered)

    @mock.patch("courier.delivery.eventlet.sleep")
    def test_it_is_tried_again_and_given_up(self, sleep):
        with mock.patch.object(self.delivery, "_post", side_effect=OSError("gone")) as post:
            self.delivery._deliver("http://one", {})
        self.assertEqual(2, post.call_count)
        self.assertEqual([mock.call(0.25), mock.call(0.5)], sleep.mock_calls)
        self.assertEqual((0, 1), (self.delivery.delivered, self.delivery.given_up))

    def test_a_subscriber_that_does_not_answer(self):
        silent = eventlet.listen(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        slow = delivery.Delivery(config.Config(delivery_attempts=1, delivery_limit=0.05, delivery_pause=0))
        slow._deliver(f"http://127.0.0.1:{silent.getsockname()[1]}/", {})
        self.assertEqual(1, slow.given_up)

    def test_over_http(self):
        got = []

        def application(environ, start_response):
            got.append(json.loads(environ["wsgi.input"].read()))
            start_response("200 OK", [])
            return [b""]

        listener = eventlet.listen(("127.0.0.1", 0))
        server = eventlet.spawn(wsgi.server, listener, application, log_output=False)
        self.addCleanup(server.kill)
        self.delivery.subscribe("news", f"http://127.0.0.1:{listener.getsockname()[1]}/")
        self.delivery.announce(self.job)
        self.delivery.drain(30)
        self.assertEqual([{"job": 7, "topic": "news", "state": "done"}], got)

    def test_drain_does_not_wait_for_ever(self):
        with mock.patch.object(self.delivery, "_post", side_effect=lambda url, message: eventlet.sleep(30)):
            self.delivery.subscribe("news", "http://one")
            self.delivery.announce(self.job)
            self.delivery.drain(0.01)
        self.assertEqual(0, self.delivery.delivered)
