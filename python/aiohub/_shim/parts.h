/* What native code is given by Python: each part once, in any order. PART(name, kind); the includer defines PART. */

PART(hub_local, object)           /* eventlet.hubs._threadlocal: the hub of each OS thread is its attribute `hub` */
PART(hub_class, class)            /* aiohub.hub.Hub */
PART(timers_class, class)         /* aiohub._hub.timers.TimerQueue */
PART(task_greenlet_class, class)  /* aiohub._tasks.coroutine.TaskGreenlet */
PART(running_loop, function)      /* asyncio._get_running_loop */
PART(hides_loop, function)        /* (loop, name of a module): whether code of it that runs now is not to see the loop */
PART(task_class, class)           /* asyncio.Task, whatever a program has put in its place */
PART(create_tasks, tuple)         /* the create_task methods of asyncio that do no more than the native wait does */
PART(family, variable)            /* the context variable of aiohub._tasks.family */
PART(wait, function)              /* aiohub.wait: every case */
PART(finish_wait, function)       /* the rest of a wait that was disturbed */
PART(finish_begun, function)      /* the rest of a wait for a task that has blocked in its first step */
PART(raise_outcome, function)     /* raises what came out of a future as a green thread is to see it */
PART(green_thread_class, class)   /* eventlet.greenthread.GreenThread */
PART(future_class, class)         /* aiohub._border.bridge.GreenThreadFuture */
PART(spawn, function)             /* eventlet.spawn */
PART(finish, function)            /* tells whoever waits for a green thread that it has returned */
PART(await_green_thread, function) /* GreenThread.__await__ */
PART(deliver, function)           /* gives the outcome of a green thread to a GreenThreadFuture */
PART(throw_timeout, function)     /* (greenlet, exception): the end of a timeout */
PART(socket_class, class)         /* eventlet's GreenSocket */
PART(original_socket_class, class) /* the original socket.socket */
PART(io_closed, class)            /* eventlet.hubs.IOClosed */
PART(socket_timeout, class)       /* socket.timeout */
PART(trampoline, function)        /* eventlet.hubs.trampoline */
PART(sleep, function)             /* eventlet.sleep */
#undef PART
