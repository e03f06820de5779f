"""eventlet/eventlet#624: what subprocess raises when time is up is not the exception that was imported from it.

prints: TimeoutExpired
prints: CalledProcessError 3
"""

import subprocess

from _start import start

start()


def raised(function, *arguments, **keywords) -> str:
    try:
        function(*arguments, **keywords)
    except subprocess.TimeoutExpired:
        return "TimeoutExpired"
    except subprocess.CalledProcessError as error:
        return f"CalledProcessError {error.returncode}"
    except Exception as error:
        return f"{type(error).__module__}.{type(error).__name__}, another class"
    return "nothing"


print(raised(subprocess.check_call, ["sleep", "60"], timeout=0.01))
print(raised(subprocess.check_call, ["sh", "-c", "exit 3"]))
