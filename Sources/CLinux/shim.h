// Linux calls that Swift cannot import because they are variadic or have no glibc wrapper in Debian 12's headers.
#ifndef CARETAKER_CLINUX_SHIM_H
#define CARETAKER_CLINUX_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/file.h>
#include <unistd.h>

static inline int caretaker_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static inline int caretaker_set_no_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static inline int caretaker_set_parent_death_signal(int signal) {
    return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}

// Other processes of this user can then neither read this one's memory nor its environment; exec takes it back.
static inline int caretaker_forbid_inspection(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static inline int caretaker_pidfd_open(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline int caretaker_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

// A file that is nowhere on a disk, closed on exec.
static inline int caretaker_memory_file(const char *name) {
    return (int)syscall(SYS_memfd_create, name, 1 /* MFD_CLOEXEC */);
}

// GNU's; its declaration is hidden unless _GNU_SOURCE is defined before every header.
extern void *memmem(const void *haystack, size_t haystack_size, const void *needle, size_t needle_size);

static inline int caretaker_contains(const void *bytes, size_t count, const void *needle, size_t needle_count) {
    return memmem(bytes, count, needle, needle_count) != NULL;
}

static inline int caretaker_open(const char *path, int flags, mode_t mode) {
    return open(path, flags | O_CLOEXEC, mode);
}

// Both ends are closed on exec from the start, so that no child started meanwhile by another thread inherits them.
static inline int caretaker_pipe(int ends[2]) {
    return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
}

static inline int caretaker_lock_exclusively(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB);
}

#endif
