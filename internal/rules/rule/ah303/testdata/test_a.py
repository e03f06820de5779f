from unittest import mock

import a


@mock.patch.object(a, "eventlet")
def test_a(eventlet):
    assert a.kind != "eventlet"  # want AH303 "says eventlet"
