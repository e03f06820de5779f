from unittest import mock


@mock.patch("eventlet.sleep")  # want AH301 "`.eventlet.sleep.` names eventlet for a mock"
@mock.patch("hubs.nap")  # want AH301 "names `eventlet.sleep`"
def test_it(nap, sleep):
    sleep.assert_called_with("eventlet")


LOG = logging.getLogger("eventlet.wsgi.server")
