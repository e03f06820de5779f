"""Frames of aiohub's own are left out of the tracebacks of exceptions that cross the border.

A function takes them out of what it catches and raises it again with a plain `raise`, which from Python 3.11 on does
not enter the function itself. Where nothing but frames of aiohub's is there, they stay: the error is ours.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def leave_out_own_frames(exc: BaseException) -> None:
    """Drop the outermost frames of *exc*'s traceback as far as they are aiohub's."""
    traceback: TracebackType | None = exc.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        traceback = traceback.tb_next
    if traceback is not None:
        exc.__traceback__ = traceback
