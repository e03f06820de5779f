"""The lines that clients and server exchange. Nothing here does any I/O."""

import dataclasses

from courier import errors

LONGEST_LINE = 4096


@dataclasses.dataclass(frozen=True)
class Request:
    """A line from a client, taken apart."""

    verb: str
    words: tuple


_WORDS = {"SUBMIT": (3, 3), "WAIT": (2, 2), "CANCEL": (1, 1), "STATS": (0, 0), "QUIT": (0, 0), "SUBSCRIBE": (2, 2)}


def parse(line):
    """The request that *line* makes."""
    verb, _, rest = line.strip().partition(" ")
    verb = verb.upper()
    if verb not in _WORDS:
        raise BadVerb(verb)
    least, most = _WORDS[verb]
    words = tuple(rest.split(" ", most - 1)) if rest else ()
    if not least <= len(words) <= most:
        raise errors.BadRequest(f"{verb} takes {least} words, not {len(words)}")
    return Request(verb, words)


class BadVerb(errors.BadRequest):
    """A line that begins with no known word."""

    def __init__(self, verb):
        super().__init__(f"unknown request {verb[:20]!r}")


class Lines:
    """Lines out of the pieces that a socket gives."""

    def __init__(self):
        self._rest = b""

    def feed(self, piece):
        """Take *piece* in, and give the lines that are complete."""
        self._rest += piece
        *lines, self._rest = self._rest.split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise errors.BadRequest("line too long")
        return [line.decode("utf-8", "replace").rstrip("\r") for line in lines]


def answer(word, *words):
    """The line that says *word* and *words*."""
    return (" ".join([word, *map(str, words)]).replace("\n", " ") + "\n").encode()


def seconds(text, most=3600.0):
    """A time out of a request."""
    try:
        value = float(text)
    except ValueError:
        raise errors.BadRequest(f"{text!r} is no number") from None
    if not 0 <= value <= most:
        raise errors.BadRequest(f"{text} is not between 0 and {most:g}")
    return value
