/* The two descriptors of the Go runtime, an epoll set and the eventfd in it, which a forked child inherits for nothing.
 *
 * The runtime opens them with its first timer; engine/capi makes it do so when the library is loaded. Their numbers are
 * the runtime's secret, but the kernel says what is in an epoll set: the eventfd is there with the address of a
 * variable of the runtime.
 */

#include "loop/loop.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

static bool
is_kind(int fd, const char *kind)
{
    char path[64], target[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    ssize_t size = readlink(path, target, sizeof(target));
    return size == (ssize_t)strlen(kind) && memcmp(target, kind, (size_t)size) == 0;
}

/* The one descriptor in the epoll set *fd* if it was added with an address in the library at *base*; else -1. */
static int
watched_by_library(int fd, const void *base)
{
    char path[64], line[256];
    int watched = -1, count = 0;
    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
    FILE *info = fopen(path, "re");
    while (info != NULL && fgets(line, sizeof(line), info) != NULL) {
        int number;
        unsigned long long data;
        Dl_info library;
        if (sscanf(line, "tfd: %d events: %*x data: %llx", &number, &data) == 2 && ++count == 1
            && dladdr((void *)(uintptr_t)data, &library) && library.dli_fbase == base) {
            watched = number;
        }
    }
    if (info != NULL) {
        fclose(info);
    }
    return count == 1 ? watched : -1;
}

void
close_runtime_descriptors(const void *base)
{
    DIR *directory = opendir("/proc/self/fd");
    struct dirent *entry;
    int set = -1, watched = -1;
    while (directory != NULL && watched < 0 && (entry = readdir(directory)) != NULL) {
        set = atoi(entry->d_name);
        if (is_kind(set, "anon_inode:[eventpoll]")) {
            watched = watched_by_library(set, base);
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    if (watched >= 0 && is_kind(watched, "anon_inode:[eventfd]")) {
        close(set);
        close(watched);
    }
}
