#ifndef CSYSTEMD_SHIM_H
#define CSYSTEMD_SHIM_H

// The place in the source is told by Swift; the macro would name this file.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>
#include <sys/syscall.h>
#include <unistd.h>

// Debian 12's declaration of gettid is hidden unless _GNU_SOURCE is defined before every header.
static inline int csystemd_thread(void) {
    return (int)syscall(SYS_gettid);
}

#endif
