import eventlet

eventlet.monkey_patch(os=False)  # want AH201 "`eventlet.monkey_patch` makes the standard library green for the whole process"
register(eventlet.monkey_patch)  # want AH201 "is a function that makes the standard library green for the whole process"
