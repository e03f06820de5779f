"""paramiko: its transports' threads are green ones when patched; a server and clients in one process."""
# family: clients
# libraries: paramiko, cryptography

import eventlet

eventlet.monkey_patch()

import paramiko
from support import others_run

KEY = paramiko.ECDSAKey.generate()


class Server(paramiko.ServerInterface):
    def check_auth_password(self, username, password):
        return paramiko.AUTH_SUCCESSFUL if password == "secret" else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel, command):
        eventlet.spawn(self.execute, channel, command)
        return True

    def execute(self, channel, command):
        eventlet.sleep(0.2)
        channel.sendall(command.upper())
        channel.send_exit_status(3)
        channel.close()


def serve(listener):
    while True:
        sock, _ = listener.accept()
        transport = paramiko.Transport(sock)
        transport.add_server_key(KEY)
        transport.start_server(server=Server())


listener = eventlet.listen(("127.0.0.1", 0))
eventlet.spawn(serve, listener)


def run(command, password="secret"):
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        port = listener.getsockname()[1]
        client.connect("127.0.0.1", port, "x", password, look_for_keys=False, allow_agent=False)
        _, out, _ = client.exec_command(command)
        return out.read().decode(), out.channel.recv_exit_status()


with others_run("commands"):
    print(list(eventlet.GreenPool(3).imap(run, ["one", "two", "three"])))
try:
    run("four", "wrong")
except paramiko.AuthenticationException:
    print("refused")

# prints:
# [('ONE', 3), ('TWO', 3), ('THREE', 3)]
# refused
