import eventlet

from oslo_concurrency import lockutils

from printer import device


class Spooler:
    def __init__(self):
        self.jobs = {}
        self.printed = 0
        self.pool = eventlet.GreenPool(4)

    def submit(self, job):
        self.pool.spawn(self.run, job)
        self.jobs[job.name] = job

    def run(self, job):
        device.get().write(job.text)
        self.printed += 1
        del self.jobs[job.name]

    def cancel_all(self):
        for job in self.jobs.values():
            job.cancelled = True

    @lockutils.synchronized("spool")
    def rename(self, old, new):
        job = self.find(old)
        job.name = new

    @lockutils.synchronized("spool")
    def find(self, name):
        return self.jobs[name]
