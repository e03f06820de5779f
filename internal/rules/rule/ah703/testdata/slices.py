import threading

names = []
kept = []
own = []


def fill(found):
    names[:] = []  # want AH703 "`names` is emptied here and filled again from line"
    names.extend(found)
    del kept[:]  # want AH703 "`kept` is emptied here and filled again from line"
    kept.extend(found)
    own[:] = found
    own.extend(found)


def work():
    while True:
        fill([1])


def look():
    while True:
        print(names[0], kept[0], own[0])


def main():
    threading.Thread(target=work).start()
    threading.Thread(target=look).start()
