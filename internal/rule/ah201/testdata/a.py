import eventlet

eventlet.monkey_patch(os=False)  # want AH201 "`eventlet.monkey_patch` makes the standard library green"
