"""A notebook's kernel in whose process eventlet's hub is there before the kernel's event loop."""

import eventlet.hubs

eventlet.hubs.get_hub()

from ipykernel.kernelapp import launch_new_instance

launch_new_instance()
