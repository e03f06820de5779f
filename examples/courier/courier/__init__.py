"""A job server: jobs come in over TCP, run in green threads and child processes, and their results are delivered."""
