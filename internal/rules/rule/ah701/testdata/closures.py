import threading


def collect(names):
    left = dict.fromkeys(names, True)
    results = []

    def worker():
        for name in names:
            if name in left:  # want AH701 "`left` of collect is tested here and changed in line"
                left.pop(name)
                results.append(name)

    for _ in names:
        threading.Thread(target=worker).start()
    return results


def alone(names):
    left = dict.fromkeys(names, True)
    if "x" in left:
        left.pop("x")
    threading.Thread(target=print).start()
