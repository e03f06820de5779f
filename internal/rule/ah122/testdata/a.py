from eventlet import debug

debug.hub_exceptions(True)  # want AH122 "`debug.hub_exceptions` looks into eventlet's hub"
