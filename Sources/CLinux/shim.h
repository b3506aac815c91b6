// Linux calls that Swift cannot import because they are variadic or have no glibc wrapper in Debian 12's headers.
#ifndef CARETAKER_CLINUX_SHIM_H
#define CARETAKER_CLINUX_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/timerfd.h>
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

// The calling thread's rights on files, and no other thread's: the call tells what was before and never fails, so ask again.
static inline uid_t caretaker_file_user(void) {
    return (uid_t)setfsuid((uid_t)-1);
}

static inline gid_t caretaker_file_group(void) {
    return (gid_t)setfsgid((gid_t)-1);
}

static inline int caretaker_set_file_user(uid_t user) {
    setfsuid(user);
    return caretaker_file_user() == user ? 0 : -1;
}

static inline int caretaker_set_file_group(gid_t group) {
    setfsgid(group);
    return caretaker_file_group() == group ? 0 : -1;
}

// GNU's, hidden as above.
extern int setresuid(uid_t real, uid_t effective, uid_t saved);
extern int setresgid(gid_t real, gid_t effective, gid_t saved);

// Hidden as above.
extern int posix_openpt(int flags);
extern int grantpt(int master);
extern int unlockpt(int master);
extern int ptsname_r(int master, char *name, size_t size);

// The side of a new pseudo-terminal that sees what programs write, and the path that they open; -1 when there is none.
static inline int caretaker_terminal(char *path, size_t size) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0) return -1;
    if (grantpt(master) == 0 && unlockpt(master) == 0 && ptsname_r(master, path, size) == 0) return master;
    close(master);
    return -1;
}

// Takes what can be taken of the sets that programs started later would inherit; the bounding set needs CAP_SETPCAP.
static inline void caretaker_empty_inherited_capabilities(void) {
    for (int number = 0; number < 64; number++) {
        prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
    }
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static inline int caretaker_drop_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    return (int)syscall(SYS_capset, &header, none);
}

// Whether the calling thread has, may take or may hand on any capability; -1 when that cannot be told.
static inline int caretaker_has_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct held[2];
    if (syscall(SYS_capget, &header, held) != 0) {
        return -1;
    }
    unsigned all = 0;
    for (int half = 0; half < 2; half++) {
        all |= held[half].effective | held[half].permitted | held[half].inheritable;
    }
    return all != 0;
}

static inline int caretaker_lock_exclusively(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB);
}

// A timer that becomes readable at an instant of the wall clock, in milliseconds since 1970, and when the clock is set.
static inline int caretaker_timer(long long milliseconds) {
    int timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer < 0) return -1;
    struct itimerspec at = {
        .it_value = { .tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000 },
    };
    // Nothing at all would disarm it.
    if (at.it_value.tv_sec <= 0) at.it_value = (struct timespec){ .tv_nsec = 1 };
    if (timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &at, NULL) == 0) return timer;
    int error = errno;
    close(timer);
    errno = error;
    return -1;
}

#endif
