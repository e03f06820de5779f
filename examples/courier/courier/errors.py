"""What can go wrong, in words for clients."""

import eventlet


class CourierError(Exception):
    """An error whose text is for the client."""


class BadRequest(CourierError):
    """A line that says nothing known."""


class UnknownJob(CourierError):
    """An id that no job has, or has any more."""


class Busy(CourierError):
    """There is no room for another job."""


class JobFailed(CourierError):
    """A job came to no result."""


class DeliveryTimeout(eventlet.Timeout):
    """A subscriber took too long; a BaseException like every Timeout, so that no handler of a job swallows it."""
