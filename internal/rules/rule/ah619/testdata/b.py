import threading

shared = threading.local()
