import asyncio
from dataclasses import dataclass, field


@dataclass
class Later:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    shared: asyncio.Lock = asyncio.Lock()  # possible AH613 "is made at import"
