import aiohub
from aiohub import aio
from aiohub import green  # want AH801 "import of eventlet as `aiohub.green`"
from aiohub.green import sleep as nap  # want AH801 "`aiohub.green.sleep`"
import aiohub.green.queue  # want AH801 "`aiohub.green.queue`"
import eventlet
