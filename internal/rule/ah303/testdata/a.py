server = get_rpc_server(executor="eventlet")  # want AH303 "asks another library for eventlet"
