"""Jobs of celery: some wait, one counts how often the green thread beside it has run."""

import os

import celery
import eventlet
from support import Ticks

app = celery.Celery("jobs", broker=os.environ["SERVICES_RABBITMQ"], backend=os.environ["SERVICES_REDIS"])
app.conf.update(task_default_queue=os.environ["JOBS_QUEUE"], worker_prefetch_multiplier=1, task_acks_late=True)


@app.task
def square(number):
    eventlet.sleep(0.2)
    return number**2


@app.task
def ticks():
    before = Ticks.count
    eventlet.sleep(0.3)
    return Ticks.count - before


@app.task
def slow():
    print("slow begun", flush=True)
    eventlet.sleep(2)
    return "done in spite of TERM"


@app.task(bind=True, max_retries=3)
def again(self):
    if self.request.retries < 2:
        raise self.retry(countdown=0.1)
    return self.request.retries
