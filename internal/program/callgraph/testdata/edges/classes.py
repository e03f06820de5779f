# Inheritance, super, properties, class methods, constructors.
import functools

from library import Library


class Base:
    name = 'base'

    def __init__(self):
        self.setup()  # > Base.setup, Child.setup

    def setup(self):
        pass

    def template(self):
        self.step()  # > Base.step, Child.step

    def step(self):
        raise NotImplementedError

    @classmethod
    def make(cls):
        return cls()  # > Base.__init__, Child.__init__

    @staticmethod
    def tool(value):
        return value

    @property
    def size(self):
        return self.tool(1)  # > Base.tool

    @size.setter
    def size(self, value):
        self.tool(value)  # > Base.tool

    @functools.cached_property
    def cached(self):
        return self.size  # > Base.size


class Child(Base):
    def __init__(self):
        super().__init__()  # > Base.__init__

    def setup(self):
        super(Child, self).setup()  # > Base.setup

    def step(self):
        self.size = self.cached  # > Base.size@setter, Base.cached

    def again(self):
        type(self)()  # > Child.__init__
        self.__class__.make()  # > Base.make
        Child.setup(self)  # > Child.setup


class Mixin:
    def run(self):
        self.start()  # > Whole.start
        return super().finish()  # > Other.finish


class Other:
    def finish(self):
        pass


class Whole(Mixin, Other):
    def start(self):
        pass


class Callable:
    def __call__(self, value):
        return value


class Dynamic:
    def __getattr__(self, name):
        return name


def main():
    child = Child()  # > Child.__init__
    child.template()  # > Base.template
    child.size  # > Base.size
    Base.make()  # > Base.make
    Callable()(1)  # > Callable.__call__
    Whole().run()  # > Mixin.run
    Dynamic().anything()  # > Dynamic.__getattr__


class Parts(Library):
    def __new__(cls, *args):
        return super().__new__(cls)

    def connect(self):
        pass


def uses_parts():
    Parts(1).connect()  # > Parts.__new__, Parts.connect
