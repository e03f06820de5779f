import json
import urllib.error
import urllib.request

from tests import base


class FrontTest(base.TestCase):
    def get(self, service, page, data=None):
        request = urllib.request.Request(f"http://127.0.0.1:{service.front.port}/{page}", data)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def test_pages(self):
        with base.running() as service:
            wanted = json.dumps({"topic": "t", "kind": "echo", "argument": "hello"}).encode()
            self.assertEqual((201, {"job": 1}), self.get(service, "jobs", wanted))
            service.book.find("1").wait(30)
            self.assertEqual((200, {"job": 1, "state": "done", "result": "hello"}), self.get(service, "jobs/1"))
            stats = {"queued": 0, "running": 0, "done": 1, "failed": 0, "delivered": 0}
            self.assertEqual((200, stats), self.get(service, "stats"))

    def test_a_job_that_failed_and_none_at_all(self):
        with base.running() as service:
            service.submit("t", "nothing", "x")
            self.assertEqual("failed", self.get(service, "jobs/1")[1]["state"])
            self.assertEqual((404, {"error": "no job '9'"}), self.get(service, "jobs/9"))
            self.assertEqual(404, self.get(service, "nowhere")[0])
