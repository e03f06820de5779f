"""Settings, from the command line."""

import argparse
import dataclasses


@dataclasses.dataclass
class Config:
    """All that can be set; times are in seconds."""

    host: str = "127.0.0.1"
    port: int = 0
    http_port: int = 0
    workers: int = 4
    room: int = 100
    job_limit: float = 30.0
    keep: float = 600.0
    sweep_every: float = 5.0
    delivery_limit: float = 5.0
    delivery_attempts: int = 3
    delivery_pause: float = 0.5


def parse(arguments=None):
    """The settings that a command line asks for."""
    parser = argparse.ArgumentParser(prog="courier", description=__doc__)
    for field in dataclasses.fields(Config):
        option = "--" + field.name.replace("_", "-")
        parser.add_argument(option, type=type(field.default), default=field.default)
    return Config(**vars(parser.parse_args(arguments)))
