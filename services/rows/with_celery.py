"""celery: `-P eventlet` with RabbitMQ and Redis; jobs that overlap, retries, a warm shutdown that ends what has
begun."""
# family: messages
# libraries: celery, kombu
# servers: rabbitmq, redis
# limit: 120

import os
import signal

import celery
from driving import running

os.environ["JOBS_QUEUE"] = f"jobs_{os.getpid()}"

# The client knows the jobs by name: it needs no eventlet.
client = celery.Celery(broker=os.environ["SERVICES_RABBITMQ"], backend=os.environ["SERVICES_REDIS"])


def job(name, *args):
    return client.send_task(f"jobs.{name}", args, queue=os.environ["JOBS_QUEUE"])


options = ["--app", "jobs", "worker", "--pool", "eventlet", "--concurrency", "20", "--loglevel", "INFO"]
with running("-m", "celery", *options, "--without-gossip", "--without-mingle") as worker:
    worker.until_said("ready.")
    results = [job("square", number) for number in range(20)]
    print(sum(result.get(timeout=40) for result in results))
    print(job("again").get(timeout=40), "retries")
    print("ticks meanwhile:", job("ticks").get(timeout=40) > 4)
    last = job("slow")
    worker.until_said("slow begun")
    worker.signal(signal.SIGTERM)
    print("exit code", worker.end())
    print(last.get(timeout=40))

# prints:
# 2470
# 2 retries
# ticks meanwhile: True
# exit code 0
# done in spite of TERM
