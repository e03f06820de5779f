"""python -m courier"""

import eventlet

eventlet.monkey_patch()

import logging  # noqa: E402
import signal  # noqa: E402

from courier import config, service  # noqa: E402


def main(arguments=None):
    logging.basicConfig(level=logging.INFO)
    courier = service.Service(config.parse(arguments))

    def stop(number, frame):
        eventlet.hubs.get_hub().schedule_call_global(0, courier.request_stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    print(f"listening on {courier.listener.port} and {courier.front.port}", flush=True)
    courier.run()


if __name__ == "__main__":
    main()
