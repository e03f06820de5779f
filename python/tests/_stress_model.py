"""The plan of a stress run, drawn from one seed, and the outcomes that it allows.

A plan is a forest of actors. An actor is a green thread or a task; it takes a few steps, some of which call further
actors of either world and wait for them. Nothing of the plan depends on how the run is scheduled, so one seed is one
plan. What does depend on it is who wins when an actor is killed, cancelled or timed out: for each actor `Allowed` says
which outcomes are possible, and everything else is a fault.
"""

from __future__ import annotations

import dataclasses
import random

GREEN, TASK = "green thread", "task"

# How an actor ends.
OK, FAILED, KILLED, CUSTOM = "ok", "failed", "killed", "killed with an exception of its own"

MOST_DEPTH = 6


@dataclasses.dataclass(eq=False)
class Call:
    """One step: call *children* and wait for them."""

    children: list[Actor]
    #: Which of the ways to call one world from the other is taken.
    way: int
    #: The child's failure is caught and the caller goes on.
    guarded: bool = False
    #: Seconds, if the call is timed. The caller catches its own timeout and goes on.
    timeout: float | None = None
    timeout_way: int = 0
    #: Wait for all children; their errors are results (`asyncio.gather(return_exceptions=True)`).
    gather: bool = False

    @property
    def may_expire(self) -> bool:
        return self.timeout is not None and self.timeout < 60


@dataclasses.dataclass(eq=False)
class Wait:
    """One step: wait for something that is sure to happen. *what* names it, *seconds* is a very short time."""

    what: str
    seconds: float


@dataclasses.dataclass(eq=False)
class Actor:
    """A green thread or a task of the plan, and what became of it."""

    number: int
    kind: str
    parent: Actor | None
    steps: list[Call | Wait]
    #: Ends with an error of its own.
    fails: bool = False
    #: Waits for ever after its steps; the call that made it is sure to expire.
    forever: bool = False
    #: Is killed or cancelled by somebody else: the seconds after its start, and by whom.
    reaped: tuple[float, str] | None = None
    #: With an exception of its own (kill() of a green thread).
    reaped_custom: bool = False
    cleanup: int = 0

    # What happened.
    started: bool = False
    ended: bool = False
    outcome: str | None = None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.number}{' for ever' if self.forever else ''}{' reaped' if self.reaped else ''}>"


def own_kill(actor: Actor) -> set[str]:
    """The outcomes that the reaper may bring."""
    if actor.reaped is None:
        return set()
    return {CUSTOM} if actor.reaped_custom else {KILLED}


class Allowed:
    """Which outcomes an actor may have, given whether somebody above it may interrupt it."""

    def __init__(self) -> None:
        self._known: dict[tuple[Actor, bool], frozenset[str]] = {}

    def __call__(self, actor: Actor, exposed: bool) -> frozenset[str]:
        key = (actor, exposed)
        if key not in self._known:
            self._known[key] = frozenset(self._outcomes(actor, exposed))
        return self._known[key]

    def _outcomes(self, actor: Actor, exposed: bool) -> set[str]:
        outcomes = own_kill(actor)
        if exposed:
            outcomes.add(KILLED)
        goes_on = True
        for step in actor.steps:
            if isinstance(step, Wait) or step.gather:
                continue
            # What the timeout of this very call does to the child is seen as the timeout, never as the child's end.
            (child,) = step.children
            seen = self(child, exposed)
            passed_on = seen - {OK}
            if step.guarded:
                passed_on -= {FAILED}
            outcomes |= passed_on
            goes_on = OK in seen or step.may_expire or (step.guarded and FAILED in seen)
            if not goes_on:
                break
        if goes_on and not actor.forever:
            outcomes.add(FAILED if actor.fails else OK)
        return outcomes

    def exposed_children(self, actor: Actor, exposed: bool) -> list[tuple[Actor, bool]]:
        """The children of *actor*, each with whether it may be interrupted from above."""
        below = exposed or actor.reaped is not None
        return [
            (child, below or step.may_expire)
            for step in actor.steps
            if isinstance(step, Call)
            for child in step.children
        ]


class Plan:
    """A forest with *count* green threads and *count* tasks, drawn from *seed*."""

    def __init__(self, seed: int, count: int) -> None:
        self.seed = seed
        self._random = random.Random(seed)
        self._left = {GREEN: count, TASK: count}
        self.actors: list[Actor] = []
        self.roots: list[Actor] = []
        while any(self._left.values()):
            self.roots.append(self._actor(None, 0))

    def _actor(self, parent: Actor | None, depth: int, forever: bool = False, must_end: bool = False) -> Actor:
        rng = self._random
        kinds = [kind for kind, left in self._left.items() if left]
        if len(kinds) == 2 and parent is not None:
            # Mostly across the border.
            other = TASK if parent.kind == GREEN else GREEN
            kind = other if rng.random() < 0.75 else parent.kind
        else:
            kind = rng.choice(kinds)
        self._left[kind] -= 1
        actor = Actor(len(self.actors), kind, parent, [], forever=forever)
        self.actors.append(actor)
        actor.cleanup = rng.randrange(4)
        actor.fails = rng.random() < 0.15
        if rng.random() < 0.2:
            actor.reaped = (rng.choice([0, 0, 0.0005, 0.002, 0.005]), rng.choice(["timer", "callback", GREEN, TASK]))
            actor.reaped_custom = kind == GREEN and rng.random() < 0.3
        for _ in range(rng.randrange(1, 4)):
            actor.steps.append(self._step(actor, depth, must_end or forever))
        return actor

    def _step(self, actor: Actor, depth: int, must_end: bool) -> Call | Wait:
        rng = self._random
        if depth < MOST_DEPTH and any(self._left.values()) and rng.random() < 0.55:
            return self._call(actor, depth, must_end)
        return Wait(rng.choice(WAITS[actor.kind]), rng.choice([0, 0, 0.0005, 0.001]))

    def _call(self, actor: Actor, depth: int, must_end: bool) -> Call:
        rng = self._random
        # An actor that waits for ever ends by being interrupted only. If that meets an error of what it waits for, the
        # error is what it sees, as in asyncio: a guard below it would swallow the interruption.
        call = Call([], way=rng.randrange(4), guarded=rng.random() < 0.5 and not must_end)
        if actor.kind == TASK and rng.random() < 0.15:
            call.gather = True
            for _ in range(rng.randrange(1, 4)):
                if any(self._left.values()):
                    call.children.append(self._actor(actor, depth + 1, must_end=must_end))
            return call
        forever = False
        if rng.random() < 0.35:
            forever = rng.random() < 0.4
            call.timeout = rng.choice([0.0005, 0.002, 0.004]) if forever else rng.choice([0, 0.0005, 0.002, 3600.0])
            call.timeout_way = rng.randrange(3)
        call.children.append(self._actor(actor, depth + 1, forever, must_end))
        return call


#: What an actor of each kind may wait for by itself. A task makes blocking calls, too.
_SHARED = [
    "eventlet.sleep",
    "eventlet.Event",
    "eventlet.Queue",
    "eventlet.Semaphore",
    "aiohub.Lock",
    "aiohub.Queue",
    "socket",
]
WAITS = {
    GREEN: [*_SHARED, "wait for asyncio.sleep", "wait for asyncio.Event"],
    TASK: [*_SHARED, "asyncio.sleep", "asyncio.Event", "asyncio.Queue", "asyncio.Semaphore", "async aiohub.Lock"],
}


def faults(plan: Plan) -> list[str]:
    """What the plan does not allow of what has happened."""
    allowed = Allowed()
    found = []
    pending = [(root, False) for root in plan.roots]
    while pending:
        actor, exposed = pending.pop()
        pending += allowed.exposed_children(actor, exposed)
        if not actor.started:
            # Its caller ended before it called, or it was killed before it began.
            continue
        if not actor.ended or actor.outcome is None:
            found.append(f"{actor!r} has not ended; {_position(actor)}")
        elif actor.outcome not in allowed(actor, exposed):
            found.append(
                f"{actor!r} ended as {actor.outcome!r}, allowed: {sorted(allowed(actor, exposed))}; {_position(actor)}"
            )
    for root in plan.roots:
        if not root.started and root.reaped is None:
            found.append(f"{root!r} has never run")
    return found


def _position(actor: Actor) -> str:
    callers = []
    above = actor.parent
    while above is not None:
        callers.append(f"{above!r}={above.outcome}")
        above = above.parent
    return "called by " + (" <- ".join(callers) or "nobody")
