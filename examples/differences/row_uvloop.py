"""Uvloop."""

import aiohub

aiohub.install(loop="uvloop")
print("yes" if any(kind.__module__ == "uvloop" for kind in type(aiohub.get_loop()).__mro__) else "no")
