/* Loading the engine library, and loading it again in the child of a fork. See docs/design/0003-fork.md.
 *
 * The Go runtime starts when the library is loaded: not at import, but when the first loop is made. The child of a
 * fork has none of its threads, so it never touches the library of its parent: it loads a private copy.
 */

#include "loop/loop.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static EngineApi api;
static char *library_path;    /* set once, from Python */
static PyObject *unavailable; /* the class of what is raised where there is no engine: an ImportError */
static pid_t loaded_in;    /* the process that `api` belongs to; 0: not loaded */

/* How many copies this process and its forefathers have loaded. */
#define MOST_COPIES 1000
static int copies;

/* What each signal did before the Go runtime put its own handlers in. */
static struct sigaction dispositions[NSIG];
static bool recorded;

static void
record_dispositions(void)
{
    for (int number = 1; number < NSIG; number++) {
        (void)sigaction(number, NULL, &dispositions[number]);
    }
    recorded = true;
}

/* In a child, give every signal that still goes to the parent's Go runtime back to who had it before. */
static void
restore_dispositions(void)
{
    for (int number = 1; number < NSIG; number++) {
        struct sigaction present;
        Dl_info info;
        if (sigaction(number, NULL, &present) < 0 || present.sa_handler == SIG_DFL || present.sa_handler == SIG_IGN) {
            continue;
        }
        /* Python may have set handlers since: they stay. */
        if (dladdr((void *)(uintptr_t)present.sa_handler, &info) && info.dli_fbase == api.base) {
            (void)sigaction(number, &dispositions[number], NULL);
        }
    }
}

/* What Go's runtime reserves when it starts, 800 MiB on 64 bits, and something to go on with. Where it gets less it ends
 * the process. */
#define ADDRESS_SPACE ((size_t)1 << 30)

/* Whether a limit (ulimit -v) leaves the address space that the engine needs. */
static bool
has_address_space(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY) {
        return true;
    }
    void *space = mmap(NULL, ADDRESS_SPACE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED) {
        return false;
    }
    munmap(space, ADDRESS_SPACE);
    return true;
}

/* A copy of the library under a name of its own: dlopen makes a second runtime of it. NULL with errno, or with 0 and
 * dlerror. */
static void *
open_copy(const char *path)
{
    void *library = NULL;
    errno = 0;
    copies = (copies + 1) % MOST_COPIES;
    int copy = memfd_create("aiohub-engine", MFD_CLOEXEC);
    int original = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (copy >= 0 && original >= 0 && fstat(original, &status) == 0) {
        off_t done = 0;
        while (done < status.st_size) {
            char block[1 << 16];
            ssize_t got = pread(original, block, sizeof(block), done);
            ssize_t put = got > 0 ? write(copy, block, (size_t)got) : got;
            if (put <= 0) {
                errno = put < 0 ? errno : EIO; /* it has become shorter meanwhile */
                break;
            }
            done += put;
        }
        if (done == status.st_size) {
            /* dlopen takes a library that it has loaded under the same name for the same library. A child's child has
             * its parent's copy loaded, perhaps from the same number: more dots make another name. */
            char name[64 + 2 * MOST_COPIES] = "/proc/self/";
            for (int i = 0; i < copies; i++) {
                strcat(name, "./");
            }
            snprintf(name + strlen(name), 64, "fd/%d", copy);
            library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
            errno = 0;
        }
    }
    int error = errno;
    if (copy >= 0) {
        close(copy);
    }
    if (original >= 0) {
        close(original);
    }
    errno = error;
    return library;
}

/* Threads inherit the signal mask: Go's are not to take signals that Python's main thread waits for. */
static void *
open_library(const char *path, bool copy)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    void *library = copy ? open_copy(path) : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    int error = copy ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return library;
}

static int
fill_api(void *library)
{
    struct {
        const char *name;
        void *place;
    } wanted[] = {
#define FUNCTION(name) {"aio_" #name, &api.name},
        AIO_FUNCTIONS(FUNCTION, FUNCTION)
#undef FUNCTION
    };
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        void *found = dlsym(library, wanted[i].name);
        if (found == NULL) {
            PyErr_Format(unavailable, "%s: %s is missing: the engine and the shim are of different builds",
                         library_path, wanted[i].name);
            return -1;
        }
        memcpy(wanted[i].place, &found, sizeof(found));
    }
    Dl_info info;
    api.base = dladdr(dlsym(library, "aio_turn"), &info) ? info.dli_fbase : NULL;
    return 0;
}

int
engine_set_library(PyObject *path, PyObject *error_class)
{
    const char *text = PyUnicode_AsUTF8(path);
    if (text == NULL) {
        return -1;
    }
    if (!PyExceptionClass_Check(error_class)) {
        PyErr_SetString(PyExc_TypeError, "an exception class is needed");
        return -1;
    }
    char *copy = strdup(text);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    free(library_path);
    library_path = copy;
    Py_XSETREF(unavailable, new_reference(error_class));
    return 0;
}

const EngineApi *
engine_api(void)
{
    pid_t self = getpid();
    if (loaded_in == self) {
        return &api;
    }
    if (library_path == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the path of the engine library was not set");
        return NULL;
    }
    bool forked = loaded_in != 0;
    if (!has_address_space()) {
        PyErr_SetString(unavailable, "the engine cannot be loaded: a limit of the address space (ulimit -v) leaves less than the "
                                     "1 GiB it needs; raise it, or use asyncio's loop: loop=\"asyncio\", or AIOHUB_ENGINE=0 in "
                                     "the environment");
        return NULL;
    }
    if (forked) {
        restore_dispositions();
        engine_drop_parents();
    }
    else if (!recorded) {
        record_dispositions();
    }
    void *library = open_library(library_path, forked);
    if (library == NULL) {
        const char *reason = errno != 0 ? strerror(errno) : dlerror();
        PyErr_Format(unavailable, "the engine cannot be loaded: %s", reason ? reason : library_path);
        return NULL;
    }
    if (fill_api(library) < 0) {
        return NULL;
    }
    if (api.abi() != AIO_ABI) {
        PyErr_Format(unavailable, "%s speaks version %lld of engine.h, the shim version %d: they are of different builds",
                     library_path, (long long)api.abi(), AIO_ABI);
        return NULL;
    }
    loaded_in = self;
    return &api;
}

int
raise_engine(const EngineApi *api, int64_t code)
{
    if (code == AIO_PANIC) {
        char text[1024];
        int64_t length = api->last_panic(text, sizeof(text));
        PyErr_Format(PyExc_RuntimeError, "fault in the engine: %.*s", (int)Py_MIN(length, (int64_t)sizeof(text)), text);
    }
    else {
        errno = (int)-code;
        PyErr_SetFromErrno(PyExc_OSError);
    }
    return -1;
}

/* The library of the parent is never closed: unloading a Go runtime is not possible. */
bool
engine_is_of_parent(void)
{
    return loaded_in != 0 && loaded_in != getpid();
}

void
engine_drop_parents(void)
{
    static pid_t dropped_in;
    if (engine_is_of_parent() && dropped_in != getpid()) {
        dropped_in = getpid();
        close_runtime_descriptors(api.base);
    }
}
