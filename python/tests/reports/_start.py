"""The start of the programs here: the hub that AIOHUB_TEST_LOOP names, and everything patched."""

from __future__ import annotations

import os
import warnings

LOOP = os.environ["AIOHUB_TEST_LOOP"]
EPOLLS = LOOP == "epolls"


def start(patch: bool = True) -> None:
    """Make the hub; `epolls` is eventlet's own."""
    if not EPOLLS:
        import aiohub

        aiohub.install(loop=LOOP, patch=patch)
        return
    warnings.simplefilter("ignore")
    import eventlet.hubs

    eventlet.hubs.use_hub("epolls")
    if patch:
        eventlet.monkey_patch()
