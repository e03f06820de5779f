from setuptools import setup

extras = {"eventlet": ["gunicorn"]}  # want AH303 "is the name of an extra" help "take the extra out"
extras["eventlet"] = []  # want AH303 "is the name of an extra"
setup(
    keywords=["eventlet"],  # want AH303 "describes the package" help "change it"
    extras_require=dict(all=[], **{"eventlet": []}),  # want AH303 "is the name of an extra"
    entry_points={"eventlet": []},  # want AH303 "says eventlet"
)
