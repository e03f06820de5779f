from eventlet import debug

debug.hub_exceptions(True)  # want AH122 "`debug.hub_exceptions` looks into eventlet's hub"
register(debug.spew)  # want AH122 "is one of eventlet's debugging aids"
