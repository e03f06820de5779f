import os

os.environ["EVENTLET_NO_GREENDNS"] = "yes"  # want AH401 "`EVENTLET_NO_GREENDNS` is read by eventlet" help "^remove the variable together with eventlet"
os.environ["EVENTLET_HUB"] = "poll"  # want AH401 "`EVENTLET_HUB` is read by eventlet" help "`EVENTLET_HUB=aiohub.hub` is fine"
