import eventlet

pool = eventlet.GreenPool(3)
pool.resize(0)  # want AH514 "`pool.resize` changes the size of a pool"
register(pool.resize)  # want AH514 "is a method that changes the size of a pool"
