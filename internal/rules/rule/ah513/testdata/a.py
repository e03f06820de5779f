import eventlet


def work():
    return eventlet.getcurrent().parent  # want AH513 "has no counterpart on a task"
