"""Tells subscribers what has become of jobs, by HTTP."""

import json
import logging
import urllib.error
import urllib.request

import eventlet

from courier import errors

LOG = logging.getLogger(__name__)


class Delivery:
    """Subscribers by topic, and a green thread for each message that is on its way."""

    def __init__(self, config):
        self._config = config
        self._subscribers = {}
        self._pool = eventlet.GreenPool(10)
        self.delivered = 0
        self.given_up = 0

    def subscribe(self, topic, url):
        """Post the outcomes of a topic's jobs to *url* from now on."""
        urls = self._subscribers.setdefault(topic, [])
        if url not in urls:
            urls.append(url)

    def announce(self, job):
        """Tell everybody who wants to know. It does not wait for them, unless too many are waited for already."""
        message = {"job": job.number, "topic": job.topic, "state": job.state}
        for url in self._subscribers.get(job.topic, ()):
            self._pool.spawn_n(self._deliver, url, message)

    def drain(self, limit):
        """Wait for what is on its way, but no longer than *limit* seconds."""
        with eventlet.Timeout(limit, False):
            self._pool.waitall()

    def _deliver(self, url, message):
        for attempt in range(1, self._config.delivery_attempts + 1):
            try:
                self._post(url, message)
            except (errors.DeliveryTimeout, OSError) as error:
                LOG.info("delivery to %s, attempt %d: %r", url, attempt, error)
                eventlet.sleep(self._config.delivery_pause * attempt)
            else:
                self.delivered += 1
                return
        self.given_up += 1
        LOG.warning("delivery to %s given up", url)

    def _post(self, url, message):
        body = json.dumps(message).encode()
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with errors.DeliveryTimeout(self._config.delivery_limit):
            with urllib.request.urlopen(request) as answer:
                answer.read()
