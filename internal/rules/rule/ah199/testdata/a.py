from unittest import mock

import eventlet

mock.patch.object(eventlet, "spawn")

register(eventlet)  # want AH199 "`eventlet` is a name of eventlet's"
print(eventlet.__version__)  # want AH199 "`eventlet.__version__` is a name of eventlet's"
eventlet.sleep(1)
eventlet.sleep.assert_called_with(1)  # want AH199 "is about `eventlet.greenthread.sleep`"
ev = eventlet  # want AH199 "is a name of eventlet.s"
print(ev.__version__)  # want AH199 "`ev.__version__` is eventlet's `eventlet.__version__`"
