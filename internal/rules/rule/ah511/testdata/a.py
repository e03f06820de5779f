from eventlet import debug

debug.hub_prevent_multiple_readers(False)  # want AH511 "`debug.hub_prevent_multiple_readers` lets two green threads read"
debug.hub_prevent_multiple_readers(True)
