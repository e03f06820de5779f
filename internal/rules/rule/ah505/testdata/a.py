import eventlet
from eventlet import queue

a = queue.LightQueue(0)  # want AH505 "`queue.LightQueue` of size 0 is a meeting point, not a queue"
b = eventlet.Queue(maxsize=0)  # want AH505 "size 0"
c = queue.Queue()
d = queue.Queue(1)
