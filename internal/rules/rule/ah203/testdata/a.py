import logging  # want AH203 "`logging` is imported before the standard library is patched"
import os, threading  # want AH203 "threading"
from oslo_config import cfg  # want AH203 "oslo_config"
from . import sibling
import eventlet

eventlet.monkey_patch()

import socket
