"""eventlet/eventlet#989: a program that has used tpool hangs at its end.

prints: 8
prints: end
"""

from _start import start

start()
from eventlet import tpool

print(tpool.execute(pow, 2, 3))
tpool.killall()
tpool.execute(pow, 2, 3)
print("end")
