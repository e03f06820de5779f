import asyncio
import queue
import socket
import subprocess

import eventlet
import httpx
import requests


def work():
    pass


async def main(jobs: asyncio.Queue, mixed):
    try:
        jobs.get_nowait()
    except queue.Empty:  # want AH618 "`queue.Empty` is not what the calls in this `try` raise"
        pass
    try:
        jobs.put_nowait(1)
    except queue.Full:  # want AH618 "`queue.Full` is not what the calls in this `try` raise"
        pass
    try:
        await asyncio.wait_for(jobs.get(), 1)
    except eventlet.Timeout:  # want AH618 "`eventlet.Timeout` is not what the calls in this `try` raise"
        pass
    try:
        await asyncio.create_subprocess_exec("true")
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):  # want AH618 "is not what the calls in this `try` raise"
        pass
    client = httpx.AsyncClient()
    try:
        await client.get("http://x")
    except requests.RequestException:  # want AH618 "is not what the calls in this `try` raise"
        pass
    try:
        await client.get("http://x")
    except OSError:  # want AH618 "is not what the calls in this `try` raise"
        pass
    try:
        jobs.get_nowait()
        work()
    except queue.Empty:  # possible AH618 "is not what the calls in this `try` raise"
        pass
    try:
        jobs.get_nowait()
    except asyncio.QueueEmpty:
        pass
    try:
        mixed.get_nowait()
    except queue.Empty:
        pass
    try:
        await asyncio.open_connection("x", 1)
    except OSError:
        pass
    try:
        requests.get("http://x")
    except requests.RequestException:
        pass
    try:
        socket.create_connection(("x", 1))
        await client.get("http://x")
    except OSError:
        pass
    try:
        jobs.get_nowait()
    except (queue.Empty, asyncio.QueueEmpty):
        pass
