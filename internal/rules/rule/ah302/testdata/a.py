from unittest import mock

import eventlet


def test_it():
    with mock.patch.object(eventlet, "spawn"):  # want AH302 "`.spawn.` replaces `eventlet.spawn`"
        pass

ALREADY = getattr(eventlet.wsgi, "ALREADY_HANDLED", None)
