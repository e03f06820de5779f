import asyncio
import hashlib
import shutil


def digest(text):
    return hashlib.scrypt(text, salt=b"x", n=2, r=8, p=1)


def load(path):
    with open(path) as f:
        return f.read()


async def main(path):
    with open(path) as f:  # want AH609 "`builtins.open` works on files in the thread of the event loop"
        print(f)
    load(path)  # want AH609 "works on files in the thread of the event loop: it leads to"
    shutil.copytree(path, path)  # want AH609 "works on files in the thread of the event loop"
    hashlib.pbkdf2_hmac("sha256", b"", b"", 1)  # want AH609 "calculates in the thread of the event loop"
    digest(b"x")  # want AH609 "calculates in the thread of the event loop: it leads to"
    await asyncio.to_thread(load, path)
