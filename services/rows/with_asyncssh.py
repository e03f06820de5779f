"""asyncssh: server and client in one process, commands, a file over SFTP."""
# family: clients
# libraries: asyncssh, cryptography

import eventlet

eventlet.monkey_patch()

import asyncio

import asyncssh
from support import others_run, wait


class Server(asyncssh.SSHServer):
    def begin_auth(self, username):
        return False


async def shell(process):
    await asyncio.sleep(0.2)
    process.stdout.write(process.command.upper())
    process.exit(3)


async def main():
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=Server, server_host_keys=[key], process_factory=shell, sftp_factory=True
    )
    port = server.get_port()
    async with asyncssh.connect("127.0.0.1", port, known_hosts=None, username="x", config=None, agent_path=None) as to:
        with others_run("commands"):
            done = await asyncio.gather(*[to.run(word) for word in ("one", "two", "three")])
        print([(each.stdout, each.exit_status) for each in done])
        async with to.start_sftp_client() as sftp:
            async with sftp.open("file", "w") as file:
                await file.write("x" * 100_000)
            print((await sftp.stat("file")).size)
    server.close()
    await server.wait_closed()


wait(main())

# prints:
# [('ONE', 3), ('TWO', 3), ('THREE', 3)]
# 100000
