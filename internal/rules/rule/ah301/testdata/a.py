from unittest import mock


@mock.patch("eventlet.sleep")  # want AH301 "names `eventlet.greenthread.sleep`"
def test_it(sleep):
    sleep.assert_called_with("eventlet")


LOG = logging.getLogger("eventlet.wsgi.server")
