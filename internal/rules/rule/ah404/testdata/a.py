import futurist
from oslo_service import backend
from oslo_utils import eventletutils

backend.init_backend(backend.BackendType.EVENTLET)  # want AH404 "BackendType.EVENTLET` chooses eventlet"
backend.init_backend(backend.BackendType.THREADING)
pool = futurist.GreenThreadPoolExecutor(10)  # want AH404 "^`futurist.GreenThreadPoolExecutor` chooses eventlet"
other = futurist.ThreadPoolExecutor(10)
if eventletutils.is_monkey_patched("thread"):  # want AH404 "asks about eventlet" help "keep the branch"
    done = eventletutils.EventletEvent()  # want AH404 "EventletEvent` is made for eventlet"
worker_class = "gunicorn.workers.geventlet.EventletWorker"  # want AH404 "EventletWorker` chooses eventlet"
one = futurist.SynchronousExecutor(green=True)  # want AH404 "SynchronousExecutor` chooses eventlet"
two = futurist.SynchronousExecutor()
real = futurist.GreenThreadPoolExecutor.shutdown  # want AH404 "^`futurist.GreenThreadPoolExecutor.shutdown` belongs to a class that runs on eventlet"
mock.patch("futurist.GreenThreadPoolExecutor.shutdown", f)  # want AH404 "belongs to a class"
