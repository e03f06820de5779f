/* Tables by descriptor number. They are in pages, so that one high number costs a page and not a table up to it: each
 * of many loops watches a number that is higher than the last one's. What is in them never moves. */

#include "loop/loop.h"

void *
fdtable_make(FdTable *table, int fd)
{
    size_t page = (size_t)fd / FDTABLE_PAGE;
    if (page >= table->page_count) {
        size_t count = page + 1;
        char **larger = PyMem_Resize(table->pages, char *, count);
        if (larger == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        memset(larger + table->page_count, 0, (count - table->page_count) * sizeof(char *));
        table->pages = larger;
        table->page_count = count;
    }
    if (table->pages[page] == NULL && (table->pages[page] = PyMem_Calloc(FDTABLE_PAGE, table->item_size)) == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    return fdtable_find(table, fd);
}

int
fdtable_next(const FdTable *table, int fd)
{
    size_t page = (size_t)fd / FDTABLE_PAGE;
    if (page < table->page_count && table->pages[page] != NULL) {
        return fd;
    }
    while (page < table->page_count && table->pages[page] == NULL) {
        page++;
    }
    return page < table->page_count ? (int)(page * FDTABLE_PAGE) : -1;
}

void
fdtable_free(FdTable *table)
{
    for (size_t page = 0; page < table->page_count; page++) {
        PyMem_Free(table->pages[page]);
    }
    PyMem_Free(table->pages);
    table->pages = NULL;
    table->page_count = 0;
}
