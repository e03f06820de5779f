import aiohub
from aiohub import run  # want AH802 "import of `aiohub.run`"

aiohub.install()  # want AH802 "`aiohub.install` runs the program on aiohub's hub"
aiohub.install(patch=True)  # want AH802 "`aiohub.install` makes the standard library green"
run(print)  # want AH802 "`run` runs the program"
aiohub.new_event_loop()
