import threading

from b import shared

local = threading.local()


class Context(threading.local):
    user = None


context = Context()


async def handle(request):
    local.user = request.user  # want AH619 "`local` belongs to the thread, and is written by coroutines that share it"
    print(context.user)  # want AH619 "`context` belongs to the thread, and is read by coroutines that share it"
    return local.user, shared.user  # want AH619 "`local` belongs to the thread, and is read" # want AH619 "`shared` belongs to the thread, and is read"


def plain(request):
    local.user = request.user
    return local.user


async def narrowed(request):
    if isinstance(request, Context):
        request.user = 1
