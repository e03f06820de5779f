import aiohub
from aiohub import run  # want AH602 "import of `aiohub.run`"

aiohub.install()  # want AH602 "`aiohub.install` runs the program on aiohub's hub"
aiohub.install(patch=True)  # want AH602 "`aiohub.install` makes the standard library green"
run(print)  # want AH602 "`run` runs the program"
aiohub.new_event_loop()
