"""oslo.db: enginefacade readers and writers in green threads over PyMySQL, a deadlock that is tried again."""
# family: databases
# libraries: oslo.db, SQLAlchemy, PyMySQL
# servers: mariadb

import eventlet

eventlet.monkey_patch()

from oslo_config import cfg
from oslo_db import api, exception
from oslo_db.sqlalchemy import enginefacade
from sqlalchemy import String, orm, select, text
from support import others_run, unique, url


class Base(orm.DeclarativeBase):
    pass


class Counter(Base):
    __tablename__ = unique("counter")
    __table_args__ = {"mysql_engine": "InnoDB"}
    name: orm.Mapped[str] = orm.mapped_column(String(20), primary_key=True)
    value: orm.Mapped[int]


@enginefacade.transaction_context_provider
class Context:
    pass


facade = enginefacade.transaction_context()
facade.configure(connection=url("mariadb").replace("mysql:", "mysql+pymysql:"), max_pool_size=10)
cfg.CONF([])


@facade.writer
def create(context):
    Base.metadata.create_all(context.session.connection())
    context.session.add_all([Counter(name=name, value=0) for name in "ab"])


@api.wrap_db_retry(max_retries=20, retry_interval=0.01, retry_on_deadlock=True)
@facade.writer
def count(context, first, second):
    # Half of them take the rows in the other order, which the server ends with a deadlock.
    tries.append(first)
    for name in (first, second):
        context.session.get(Counter, name, with_for_update=True).value += 1
        context.session.execute(text("SELECT sleep(0.2)"))


@facade.reader
def read(context):
    return {counter.name: counter.value for counter in context.session.scalars(select(Counter).order_by(Counter.name))}


@facade.writer
def create_twice(context):
    context.session.add(Counter(name="a", value=0))


tries = []
create(Context())
with others_run("transactions"):
    threads = [eventlet.spawn(count, Context(), *("ab" if number % 2 else "ba")) for number in range(6)]
    for thread in threads:
        thread.wait()
print(read(Context()), "after deadlocks" if len(tries) > 6 else "without a deadlock")
try:
    create_twice(Context())
except exception.DBDuplicateEntry as exc:
    print("twice:", exc.value)

# prints:
# {'a': 6, 'b': 6} after deadlocks
# twice: a
