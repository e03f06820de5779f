"""Who catches the error that an element is gone need not ask whether it is there."""
import threading

sessions = {}


def sweep():
    while len(sessions) > 0:
        for name in list(sessions):
            try:
                del sessions[name]
            except KeyError:
                pass


def drop(name):
    if name in sessions:
        try:
            del sessions[name]
        except Exception:
            pass


def forget(name):
    if name in sessions:  # want AH701 "`sessions` is tested here and changed in line 26 on that ground"
        del sessions[name]


def serve(name):
    try:
        print(name)
        if name in sessions:  # want AH701 "`sessions` is tested here and changed in line 34 on that ground"
            print("gone")
            del sessions[name]
    except Exception:
        print("failed")


def main():
    for each in (sweep, drop, forget, serve):
        threading.Thread(target=each).start()
    for name in "abc":
        threading.Thread(target=drop, args=(name,)).start()
        threading.Thread(target=forget, args=(name,)).start()
        threading.Thread(target=serve, args=(name,)).start()
