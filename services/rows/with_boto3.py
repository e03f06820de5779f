"""boto3: buckets and objects of a server of moto, uploads in parts by threads, which are green when patched."""
# family: caches and storage
# libraries: boto3, botocore, moto

import eventlet

eventlet.monkey_patch()

import io
import os
import subprocess
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from driving import answers, free_port
from support import others_run

for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "us-east-1"}.items():
    os.environ[f"AWS_{name}"] = value
port = free_port()
# The server of moto is a process of its own, and none of eventlet's.
server = subprocess.Popen(
    [sys.executable, "-m", "moto.server", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
)
with others_run("the start of the server"):
    while not answers(port, "/moto-api/"):
        eventlet.sleep(0.1)

s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", config=Config(max_pool_connections=20))
s3.create_bucket(Bucket="bucket")


def put(number):
    s3.put_object(Bucket="bucket", Key=f"object-{number}", Body=b"x" * number)


list(eventlet.GreenPool(10).imap(put, range(20)))
listed = s3.list_objects_v2(Bucket="bucket")["Contents"]
print(len(listed), sum(entry["Size"] for entry in listed))

content = os.urandom(20 << 20)
parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=4)
s3.upload_fileobj(io.BytesIO(content), "bucket", "large", Config=parts)
back = io.BytesIO()
s3.download_fileobj("bucket", "large", back, Config=parts)
print("the same" if back.getvalue() == content else "other bytes")
try:
    s3.get_object(Bucket="bucket", Key="none")
except ClientError as exc:
    print(exc.response["Error"]["Code"])
server.kill()
server.wait()

# prints:
# 20 190
# the same
# NoSuchKey
