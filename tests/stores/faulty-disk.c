/*
 * A disk that fails: preloaded into a process (LD_PRELOAD), it lets what is asked of files below FAIL_UNDER go wrong.
 *
 * FAIL_ROUND  counts begin anew when it changes
 * FAIL_AT     from 1: the first operation of the round that fails; none without it
 * FAIL_HOW    once: only that one fails; on: all from there fail, until FAIL_AT is taken away
 * FAIL_WITH   io: whatever it is, it fails with EIO; full: only what needs room fails, with ENOSPC
 * FAIL_FIRED  is set to what failed first in the round, FAIL_COUNT to how many operations there were
 *
 * The process sets these in its own environment as it goes. Shared memory (-shm) is no disk, and left out.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char lastRound[32];
static long count, fired;

static int isUnder(const char *path) {
  const char *under = getenv("FAIL_UNDER");
  return under != NULL && strncmp(path, under, strlen(under)) == 0 && strstr(path, "-shm") == NULL;
}

static int isOurs(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return isUnder(path);
}

/* Counts an operation; answers whether it is to fail, with errno set. */
static int fails(const char *what, int needsRoom) {
  const char *round = getenv("FAIL_ROUND"), *at = getenv("FAIL_AT"), *how = getenv("FAIL_HOW"), *with = getenv("FAIL_WITH");
  char text[32];
  if (round == NULL) return 0;
  if (strcmp(round, lastRound) != 0) {
    snprintf(lastRound, sizeof lastRound, "%s", round);
    count = fired = 0;
  }
  int full = with != NULL && strcmp(with, "full") == 0;
  if (full && !needsRoom) return 0;
  count += 1;
  snprintf(text, sizeof text, "%ld", count);
  setenv("FAIL_COUNT", text, 1);
  if (at == NULL || *at == 0) return 0;
  int on = how != NULL && strcmp(how, "on") == 0;
  if (on ? count < atol(at) : count != atol(at)) return 0;
  if (fired == 0) setenv("FAIL_FIRED", what, 1);
  fired += 1;
  errno = full ? ENOSPC : EIO;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL(what, needsRoom) if (isOurs(fd) && fails(what, needsRoom)) return -1

ssize_t read(int fd, void *data, size_t length) { FAIL("read", 0); return REAL(read)(fd, data, length); }
ssize_t pread(int fd, void *data, size_t length, off_t at) { FAIL("read", 0); return REAL(pread)(fd, data, length, at); }
ssize_t pread64(int fd, void *data, size_t length, off64_t at) { FAIL("read", 0); return REAL(pread64)(fd, data, length, at); }
ssize_t write(int fd, const void *data, size_t length) { FAIL("write", 1); return REAL(write)(fd, data, length); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { FAIL("write", 1); return REAL(pwrite)(fd, data, length, at); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { FAIL("write", 1); return REAL(pwrite64)(fd, data, length, at); }
int fsync(int fd) { FAIL("flush", 0); return REAL(fsync)(fd); }
int fdatasync(int fd) { FAIL("flush", 0); return REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t length) { FAIL("truncate", 0); return REAL(ftruncate)(fd, length); }
int ftruncate64(int fd, off64_t length) { FAIL("truncate", 0); return REAL(ftruncate64)(fd, length); }

static mode_t modeOf(int flags, va_list rest) { return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0; }

#define OPEN(name)                                                       \
  int name(const char *path, int flags, ...) {                           \
    va_list rest;                                                        \
    va_start(rest, flags);                                               \
    mode_t mode = modeOf(flags, rest);                                   \
    va_end(rest);                                                        \
    if (isUnder(path) && fails("open", 0)) return -1;                    \
    return REAL(name)(path, flags, mode);                                \
  }
OPEN(open)
OPEN(open64)
