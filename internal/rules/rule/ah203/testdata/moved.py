import aiohub
import logging  # want AH203 "`logging` is imported before the standard library is patched"
from aiohub import green

aiohub.install()
import threading  # want AH203 "threading"

aiohub.install(patch=True)
import socket
