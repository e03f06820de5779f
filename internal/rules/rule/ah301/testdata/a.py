from unittest import mock


@mock.patch("eventlet.sleep")  # want AH301 "`.eventlet.sleep.` names eventlet for a mock"
@mock.patch("hubs.nap")  # want AH301 "names `eventlet.sleep`"
@mock.patch("hubs.eventlet")  # want AH301 "`.hubs.eventlet.` names eventlet for a mock"
@mock.patch.multiple("eventlet", sleep=None)  # want AH301 "`.eventlet.` names eventlet for a mock" # want AH302 "replaces"
def test_it(nap, sleep):
    sleep.assert_called_with("eventlet")


LOG = logging.getLogger("eventlet.wsgi.server")
