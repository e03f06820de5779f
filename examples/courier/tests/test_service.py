import signal
import subprocess
import sys
import urllib.request

import eventlet

from courier import config, service
from tests import base


class ServiceTest(base.TestCase):
    def test_run_serves_until_it_is_asked_to_stop(self):
        courier = service.Service(config.Config())
        running = eventlet.spawn(courier.run)
        eventlet.sleep(0)
        with base.Client(courier.listener.port) as client:
            self.assertEqual(["OK", "1"], client.ask("SUBMIT t echo x"))
        courier.request_stop()
        courier.request_stop()
        running.wait()

    def test_old_jobs_are_swept(self):
        with base.running(keep=0.0, sweep_every=0.001) as courier:
            courier.submit("t", "echo", "x").wait(30)
            while courier.book.counts()["done"]:
                eventlet.sleep(0.001)

    def test_subscribers_are_told(self):
        with base.running() as courier, base.Client(courier.listener.port) as client:
            client.ask(f"SUBSCRIBE t http://127.0.0.1:{courier.front.port}/stats")
            client.ask("SUBMIT t echo x")
            while not courier.delivery.delivered:
                eventlet.sleep(0.001)

    def test_as_a_program(self):
        process = subprocess.Popen([sys.executable, "-m", "courier"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        words = process.stdout.readline().split()
        with base.Client(int(words[2])) as client:
            self.assertEqual(["OK", "1"], client.ask("SUBMIT t digest x"))
            self.assertEqual("DONE", client.ask("WAIT 1 30")[0])
        with urllib.request.urlopen(f"http://127.0.0.1:{words[4]}/stats") as answer:
            self.assertEqual(200, answer.status)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait())
