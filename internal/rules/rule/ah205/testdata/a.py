import asyncio  # want AH205 "asyncio is imported before its hub is chosen"
from eventlet import hubs

hubs.use_hub("eventlet.hubs.asyncio")

import asyncio.events
