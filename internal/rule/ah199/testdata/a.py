from unittest import mock

import eventlet

mock.patch.object(eventlet, "spawn")

register(eventlet)  # want AH199 "`eventlet` is eventlet's `eventlet`"
print(eventlet.__version__)  # want AH199 "__version__"
eventlet.sleep(1)
