import os
import subprocess

import nox


@nox.session
def tests(session):
    session.install("eventlet", "pytest")  # want AH402 "eventlet is required here"
    session.install("pytest", "-c", "eventlet")
    session.run("pip", "uninstall", "eventlet")


subprocess.run(["pip", "install", "eventlet"])  # want AH402 "eventlet is required here"
subprocess.run([sys.executable, "-m", "pip", "install", "eventlet>=0.33"])  # want AH402 "eventlet is required here"
os.system("pip install eventlet")  # want AH402 "eventlet is required here"
window.install("eventlet")
