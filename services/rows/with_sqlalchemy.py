"""SQLAlchemy: ORM sessions in green threads over psycopg2, a full pool, events, a rollback."""
# family: databases
# libraries: SQLAlchemy, psycopg2-binary
# servers: postgresql

import eventlet

eventlet.monkey_patch()

import sqlalchemy
from sqlalchemy import event, func, orm, select, text
from support import others_run, unique, url


class Base(orm.DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = unique("account")
    name: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    balance: orm.Mapped[int]


# Without "+psycopg2", SQLAlchemy 2.1 takes psycopg 3.
address = url("postgresql").replace("postgresql:", "postgresql+psycopg2:")
engine = sqlalchemy.create_engine(address, pool_size=3, max_overflow=0, pool_timeout=30)
Session = orm.sessionmaker(engine)
checkouts = []
event.listen(engine, "checkout", lambda *args: checkouts.append(eventlet.getcurrent()))
Base.metadata.create_all(engine)
with Session.begin() as session:
    session.add_all([Account(name="a", balance=100), Account(name="b", balance=0)])
checkouts.clear()


def transfer(amount):
    with Session.begin() as session:
        account = session.get(Account, "a", with_for_update=True)
        account.balance -= amount
        session.execute(text("SELECT pg_sleep(0.2)"))
        session.get(Account, "b", with_for_update=True).balance += amount
        if amount == 7:
            raise ValueError("rolled back")


with others_run("transactions"):
    threads = [eventlet.spawn(transfer, amount) for amount in range(5, 10)]
    for thread in threads:
        try:
            thread.wait()
        except ValueError as exc:
            print(exc)
print(len(set(checkouts)), "green threads, a pool of", engine.pool.size())
with Session() as session:
    print({account.name: account.balance for account in session.scalars(select(Account).order_by(Account.name))})
    print(session.scalar(select(func.sum(Account.balance))))
Base.metadata.drop_all(engine)

# prints:
# rolled back
# 5 green threads, a pool of 3
# {'a': 72, 'b': 28}
# 100
