"""The service as a whole: what starts when, and what stops when."""

import logging

import eventlet
from eventlet import event

from courier import delivery, front, housekeeping, jobs, sessions, workers

LOG = logging.getLogger(__name__)


class Service:
    """Everything together."""

    def __init__(self, config):
        self.config = config
        self.book = jobs.Book(config.room)
        self.delivery = delivery.Delivery(config)
        self.workers = workers.Workers(config, self.book, self.delivery.announce)
        self.listener = sessions.Listener(config, self)
        self.front = front.Front(config, self)
        self.sweeper = housekeeping.Every(config.sweep_every, self.sweep)
        self._stopped = event.Event()

    def start(self):
        self.workers.start()
        self.listener.start()
        self.front.start()
        self.sweeper.start()
        LOG.info("jobs on port %d, front on port %d", self.listener.port, self.front.port)

    def submit(self, topic, kind, argument):
        """Queue a new job."""
        job = self.book.enter(topic, kind, argument)
        self.workers.put(job)
        return job

    def sweep(self):
        swept = self.book.sweep(self.config.keep)
        if swept:
            LOG.info("%d old jobs forgotten", swept)
        return swept

    def request_stop(self):
        """Ask the service to stop, from wherever."""
        if not self._stopped.ready():
            self._stopped.send()

    def run(self):
        """Serve until asked to stop."""
        self.start()
        try:
            self._stopped.wait()
        finally:
            self.stop()

    def stop(self):
        self.sweeper.stop()
        self.front.stop()
        self.listener.stop()
        self.workers.stop()
        self.delivery.drain(self.config.delivery_limit)
        eventlet.sleep(0)  # those that were killed end
