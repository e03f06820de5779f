# Types from annotations: strings, TYPE_CHECKING, generics, protocols.
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Generic, Iterator, NamedTuple, Optional, Protocol, TypeVar, Union, cast

if TYPE_CHECKING:
    from annotations_other import Elsewhere


class Connection:
    def run(self):
        return 1


class Faster(Connection):
    def run(self):
        pass


class Reader(Protocol):
    def read_it(self) -> Connection: ...


class FileReader:
    def read_it(self) -> Connection:
        return Connection()


T = TypeVar('T', bound='Connection')
Row = TypeVar('Row')


class Base(Generic[T, Row]):
    conn: T

    def use(self):
        self.conn.run()  # > Connection.run, Faster.run


class Cursor(Base['Faster', int]):
    def fast(self):
        self.conn.run()  # > Connection.run, Faster.run


@dataclass
class Data:
    connection: Connection
    others: list[Connection] = field(default_factory=list)
    table: 'dict[str, Connection]' = field(default_factory=dict)

    def use(self):
        self.connection.run()  # > Connection.run
        for one in self.others:
            one.run()  # > Connection.run
        self.table['a'].run()  # > Connection.run


class Pair(NamedTuple):
    left: Connection
    right: int


def use(a: Connection, b: 'Optional[Connection]', c: Union[Connection, None], d: type[Connection], e: Elsewhere, f: Reader, g: Pair):
    a.run()  # > Connection.run
    b.run()  # > Connection.run
    c.run()  # > Connection.run
    d().run()  # > Connection.run
    f.read_it().run()  # > Reader.read_it, FileReader.read_it, Connection.run
    left, right = g
    left.run()  # > Connection.run
    g.left.run()  # > Connection.run
    cast('Connection', e).run()  # > Connection.run


def produce() -> Iterator[Connection]:
    yield unknown()  # > unknown


def unknown() -> Any:
    pass


def consume(callback: Callable[[], Connection]):
    for one in produce():  # > produce
        one.run()  # > Connection.run
    x: Connection = unknown()  # > unknown
    x.run()  # > Connection.run


def kept_out(a: Connection):
    a.run()  # > Connection.run


def main():
    kept_out('text')  # > kept_out
