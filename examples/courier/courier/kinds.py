"""The kinds of work that jobs can be."""

import hashlib
import shlex

import eventlet
from eventlet import tpool
from eventlet.green import subprocess

from courier import errors


def echo(argument):
    """Give the argument back, after letting others run."""
    eventlet.sleep()
    return argument


def nap(argument):
    """Sleep for so many seconds."""
    eventlet.sleep(float(argument))
    return f"slept {argument}"


def digest(argument):
    """A digest that takes long enough to go to a thread of the operating system."""
    return tpool.execute(_digest, argument.encode())


def _digest(data):
    return hashlib.pbkdf2_hmac("sha256", data, b"courier", 1000).hex()[:16]


def command(argument):
    """Run a program, and give the first line that it prints."""
    process = subprocess.Popen(shlex.split(argument), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        output, _ = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise errors.JobFailed(f"exit code {process.returncode}")
    lines = output.decode("utf-8", "replace").splitlines()
    return lines[0] if lines else ""


KINDS = {"echo": echo, "nap": nap, "digest": digest, "command": command}


def run(kind, argument):
    """Do the work of a job."""
    try:
        work = KINDS[kind]
    except KeyError:
        raise errors.BadRequest(f"unknown kind of job {kind!r}") from None
    return work(argument)
