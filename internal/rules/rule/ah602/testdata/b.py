import asyncio


async def allowed(user):
    await asyncio.sleep(0)
    return user == "root"


async def main(users):
    if any(allowed(u) for u in users):  # want AH602 "is a coroutine and is asked for its truth: it is always true"
        return
    if all([await allowed(u) for u in users]):
        return
    match allowed(users[0]):  # want AH602 "is a coroutine and is compared: it equals nothing"
        case True:
            return
    match await allowed(users[0]):
        case True:
            return
    await asyncio.gather(*(allowed(u) for u in users))
