import asyncio
import smtplib

from mailer.store import Store


def deliver(message):
    with smtplib.SMTP("localhost") as server:
        server.send_message(message)


async def send(store: Store, message, retry=None):
    if store.is_sent(message):
        return
    deliver(message)
    store.note(message)
    if retry:
        asyncio.create_task(send(store, message))


async def announce(message):
    print(message)


async def broadcast(messages, listener=announce):
    for message in messages:
        listener(message)
