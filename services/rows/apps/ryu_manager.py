"""ryu-manager, the program: ryu 4.34 asks eventlet for a name that is gone since 0.30.3, so it is given one."""

import eventlet.wsgi

eventlet.wsgi.ALREADY_HANDLED = []

from ryu.cmd.manager import main

main()
