"""What the programs run on: aiohub's hub on three loops, and the two hubs of eventlet that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hub:
    """A hub, chosen by variables alone: the program is the same on each."""

    name: str
    #: The head of its column.
    title: str
    env: dict[str, str]

    @property
    def is_ours(self) -> bool:
        """Whether a cell of this hub that gets worse is a regression of aiohub."""
        return self.env["EVENTLET_HUB"] == "aiohub.hub"


def _ours(loop: str, title: str) -> Hub:
    return Hub(loop, title, {"EVENTLET_HUB": "aiohub.hub", "AIOHUB_LOOP": loop})


HUBS = (
    _ours("engine", "aiohub's loop"),
    _ours("asyncio", "stock loop"),
    _ours("uvloop", "uvloop"),
    Hub("epolls", "eventlet's epolls", {"EVENTLET_HUB": "epolls"}),
    Hub("eventlet-asyncio", "eventlet's asyncio", {"EVENTLET_HUB": "asyncio"}),
)
