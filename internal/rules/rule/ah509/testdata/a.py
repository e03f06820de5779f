import eventlet

a = eventlet.wrap_ssl(sock)  # want AH509 "`eventlet.wrap_ssl` accepts every certificate"
b = eventlet.wrap_ssl(sock, cert_reqs=2)
c = eventlet.wrap_ssl(sock, server_side=True)
