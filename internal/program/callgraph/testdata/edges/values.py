# Values through containers, returns, closures, globals and branches.
import collections
import functools
import queue


class Item:
    def run(self):
        pass


class Other:
    def run(self):
        pass


class Holder:
    def __init__(self):
        self.items = []
        self.table = {}
        self.queue = queue.Queue()
        self.pairs = collections.deque()

    def fill(self):
        self.items.append(Item())
        self.table['a'] = Item()
        self.queue.put(Item())
        self.pairs.append((1, Item()))

    def get(self):
        return self.items[0]

    def use(self):
        self.get().run()  # > Holder.get, Item.run
        for item in self.items:
            item.run()  # > Item.run
        for key, item in self.table.items():
            item.run()  # > Item.run
        self.queue.get().run()  # > Item.run
        number, item = self.pairs.popleft()
        item.run()  # > Item.run
        for i, item in enumerate(self.items):
            item.run()  # > Item.run


TABLE = {'item': Item, 'other': Other}


def make(name):
    return TABLE[name]()


def exact():
    TABLE['item']().run()  # > Item.run


def dispatch(name):
    make(name).run()  # > make, Item.run, Other.run


class Getattr:
    def do_first(self):
        pass

    def do_second(self):
        pass

    def run(self, name):
        getattr(self, 'do_' + name)()  # > Getattr.do_first, Getattr.do_second
        getattr(self, f'do_{name}')()  # > Getattr.do_first, Getattr.do_second
        getattr(self, 'do_%s' % name)()  # > Getattr.do_first, Getattr.do_second
        getattr(self, 'do_first')()  # > Getattr.do_first


def outer(value):
    def inner():
        return value.run()  # > Item.run

    return inner


current = None


def set_current():
    global current
    current = Item()


def use_current():
    current.run()  # > Item.run


def choose(a=None):
    a = a or Item()
    a.run()  # > Item.run
    if (b := Other()) is not None:
        b.run()  # > Other.run
    c = Item() if a else Other()
    c.run()  # > Item.run, Other.run
    partial = functools.partial(helper, Item())
    partial()  # > helper
    sorted([1], key=lambda x: key(x))  # > choose.<lambda:103>, key
    list(map(helper, [Other()]))  # > helper


def key(x):
    return x


def helper(item):
    item.run()  # > Item.run, Other.run


def narrow(thing):
    if isinstance(thing, Item):
        thing.run()  # > Item.run
    elif not isinstance(thing, Other):
        return
    else:
        thing.run()  # > Other.run


def main():
    outer(Item())()  # > outer, outer.inner


def same(value):
    return value


class Builder:
    def add(self, value):
        return self

    def build(self):
        pass


class OtherBuilder(Builder):
    def special(self):
        pass


def passed_back():
    same(Item()).run()  # > same, Item.run
    same(value=Other()).run()  # > same, Other.run
    Builder().add(1).build()  # > Builder.add, Builder.build
    OtherBuilder().add(1).special()  # > Builder.add, OtherBuilder.special
