from setuptools import setup

setup(
    install_requires=["eventlet", "six"],  # want AH402 "eventlet is required here"
    tests_require="eventlet",  # want AH402 "eventlet is required here"
    keywords="eventlet",
)
