import subprocess

subprocess.Popen(["celery", "-A", "proj", "worker", "-P", "eventlet", "-c", "100"])  # want AH403 "`-P` chooses eventlet"
subprocess.run("gunicorn -k eventlet app:app", shell=True)  # want AH403 "`-k` chooses eventlet"
command = ("gunicorn", "--worker-class=eventlet", "app:app")  # want AH403 "`--worker-class` chooses eventlet"
command += ["--worker-class", "eventlet"]  # want AH403 "`--worker-class` chooses eventlet"
joined = "python -m celery worker -Peventlet"  # want AH403 "`-P` chooses eventlet"
app.worker_main(["worker", "-P", "eventlet"])  # want AH403 "`-P` chooses eventlet"
app.worker_main(argv=["worker", "--pool=eventlet"])  # want AH403 "`--pool` chooses eventlet"


def start(queue):
    """Run `celery -P eventlet`, or gunicorn -k eventlet."""
    print("start it with gunicorn -k eventlet", queue)
    subprocess.run(["grep", "-P", "eventlet"])
    subprocess.run(["pytest", "-k", "eventlet"])
    subprocess.run(["celery", "-A", "eventlet", "worker", "-Q", queue])
