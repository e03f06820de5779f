"""Methods of sockets that eventlet lacks wait as green threads do: sendmsg, recvmsg, recvmsg_into, sendfile."""

import io
import socket as original_socket

import eventlet
import pytest
from eventlet.green import socket

pytestmark = pytest.mark.usefixtures("leak_check")


@pytest.fixture
def pair():
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def big(size=1 << 20):
    return bytes(range(256)) * (size // 256)


def read_all(connection, size, step=65536):
    got = bytearray()
    while len(got) < size:
        eventlet.sleep(0)  # the other side fills the buffer, and has to wait
        chunk = connection.recv(step)
        assert chunk, f"the end after {len(got)} of {size} bytes"
        got += chunk
    return bytes(got)


def test_recvmsg_waits_for_data(pair):
    one, other = pair
    reader = eventlet.spawn(one.recvmsg, 10)
    eventlet.sleep(0)
    other.sendall(b"abc")
    assert reader.wait()[0] == b"abc"


def test_recvmsg_into_waits_for_data(pair):
    one, other = pair
    first, second = bytearray(2), bytearray(4)
    reader = eventlet.spawn(one.recvmsg_into, [first, second])
    eventlet.sleep(0)
    other.sendall(b"abc")
    assert reader.wait()[0] == 3
    assert (first, second[:1]) == (b"ab", b"c")


def test_recvmsg_at_the_end_of_the_stream(pair):
    one, other = pair
    other.shutdown(socket.SHUT_WR)
    assert one.recvmsg(10)[0] == b""


def test_recvmsg_obeys_the_sockets_timeout(pair):
    one, _ = pair
    one.settimeout(0.001)
    with pytest.raises(TimeoutError):
        one.recvmsg(10)


def test_recvmsg_of_a_non_blocking_socket_does_not_wait(pair):
    one, _ = pair
    one.setblocking(False)
    with pytest.raises(BlockingIOError):
        one.recvmsg(10)


def test_sendmsg_waits_for_room(pair):
    one, other = pair
    data = big()

    def send():
        left = memoryview(data)
        while left:
            half = len(left) // 2
            left = left[one.sendmsg([left[:half], left[half:]]) :]

    sender = eventlet.spawn(send)
    assert read_all(other, len(data)) == data
    sender.wait()


def test_sendmsg_takes_an_iterator_of_buffers(pair):
    one, other = pair
    assert one.sendmsg(iter([b"a", b"bc"])) == 3
    assert other.recv(10) == b"abc"


def test_descriptors_travel(pair):
    one, other = pair
    eventlet.spawn(original_socket.send_fds, one, [b"x"], [one.fileno()])
    data, descriptors, _, _ = original_socket.recv_fds(other, 10, 1)
    assert data == b"x"
    with original_socket.socket(fileno=descriptors[0]) as same:
        assert same.family == one.family


@pytest.fixture(params=["file", "memory"])
def source(request, tmp_path):
    data = big(300_032)
    if request.param == "memory":
        yield io.BytesIO(data), data
    else:
        (tmp_path / "data").write_bytes(data)
        with open(tmp_path / "data", "rb") as file:
            yield file, data


@pytest.mark.parametrize(("offset", "count"), [(0, None), (5, None), (7, 100_000), (0, 10**9), (10**9, None)])
def test_sendfile(pair, source, offset, count):
    one, other = pair
    file, data = source
    wanted = data[offset : None if count is None else offset + count]
    sender = eventlet.spawn(one.sendfile, file, offset, count)
    assert read_all(other, len(wanted)) == wanted
    assert sender.wait() == len(wanted)
    if wanted:
        assert file.tell() == offset + len(wanted)


def test_sendfile_obeys_the_sockets_timeout(pair, source):
    one, _ = pair
    one.settimeout(0.001)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    with pytest.raises(TimeoutError):
        one.sendfile(source[0])


def test_sendfile_of_a_non_blocking_socket_is_refused(pair, source):
    one, _ = pair
    one.setblocking(False)
    with pytest.raises(ValueError, match="non-blocking"):
        one.sendfile(source[0])


def test_sendfile_wants_bytes(pair, tmp_path):
    (tmp_path / "text").write_text("x")
    with open(tmp_path / "text") as file, pytest.raises(ValueError, match="binary"):
        pair[0].sendfile(file)
