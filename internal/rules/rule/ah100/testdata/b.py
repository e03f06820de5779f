from a import event  # want AH100 "import of `eventlet.event`" help "it stays as it is until `a`, which hands the name on"
