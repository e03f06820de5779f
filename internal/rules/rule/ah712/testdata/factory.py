import threading

from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

engine = create_engine("x")
Session = sessionmaker(bind=engine)
session = Session()
scoped = scoped_session(Session)


def work():
    session.commit()  # want AH712 "`session` is a `sqlalchemy.orm.Session`, which one task may use at a time"
    scoped.commit()
    mine = Session()
    mine.commit()


class Store:
    def __init__(self):
        self.maker = sessionmaker(engine)
        self.session = self.maker()

    def start(self):
        for _ in range(3):
            threading.Thread(target=self._run).start()

    def _run(self):
        self.session.query(1)  # want AH712 "`self.session` is a `sqlalchemy.orm.Session`"


def main():
    for _ in range(3):
        threading.Thread(target=work).start()
