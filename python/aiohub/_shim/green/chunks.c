/* A cache of the chunks of the interpreter's data stack.
 *
 * Since CPython 3.11 the first Python frame of a greenlet takes a new chunk from the arena allocator, an mmap, and its
 * end gives it back, a munmap, with the page faults between: most of what a short green thread costs
 * (docs/design/0006-green-fast-paths.md). Here some chunks are kept for the next greenlet, once there is a hub.
 */

#include "green/green.h"

#include <stdatomic.h>

/* DATA_STACK_CHUNK_SIZE of Python/pystate.c. The other user of the arena allocator, pymalloc, asks for 256 KiB or
 * more. */
#define CHUNK_SIZE (16 * 1024)
/* As many greenlets as may end and start again without a system call: 8 MiB. */
#define KEPT 512

static PyObjectArenaAllocator original;
static void *kept[KEPT];
static int kept_count;
/* A thread state may be deleted after its thread has let go of the GIL. Who finds the cache in use does without. */
static atomic_flag in_use = ATOMIC_FLAG_INIT;

static void *
take(void *Py_UNUSED(context), size_t size)
{
    void *chunk = NULL;
    if (size == CHUNK_SIZE && !atomic_flag_test_and_set_explicit(&in_use, memory_order_acquire)) {
        if (kept_count > 0) {
            chunk = kept[--kept_count];
        }
        atomic_flag_clear_explicit(&in_use, memory_order_release);
    }
    return chunk ? chunk : original.alloc(original.ctx, size);
}

static void
give_back(void *Py_UNUSED(context), void *chunk, size_t size)
{
    bool is_kept = false;
    if (size == CHUNK_SIZE && !atomic_flag_test_and_set_explicit(&in_use, memory_order_acquire)) {
        if (kept_count < KEPT) {
            kept[kept_count++] = chunk;
            is_kept = true;
        }
        atomic_flag_clear_explicit(&in_use, memory_order_release);
    }
    if (!is_kept) {
        original.free(original.ctx, chunk, size);
    }
}

void
chunks_keep(void)
{
    if (original.alloc == NULL) {
        PyObject_GetArenaAllocator(&original);
        PyObjectArenaAllocator caching = {NULL, take, give_back};
        PyObject_SetArenaAllocator(&caching);
    }
}
