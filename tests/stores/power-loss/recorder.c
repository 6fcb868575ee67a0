/*
 * Records what a process asks of the disk, for replay with a loss of power.
 *
 * Preloaded into a process (LD_PRELOAD), it appends each write, flush and truncation of files below
 * RECORD_UNDER to the file RECORD_TO, in order: a line "<operation> <offset> <length> <path>", then the
 * bytes. Shared memory (-shm) is left out: SQLite makes it anew.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;

static int openTrace(void) {
  if (trace < 0) trace = (int)syscall(SYS_openat, AT_FDCWD, getenv("RECORD_TO"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  return trace;
}

static void put(const char *data, size_t length) {
  while (length > 0) {
    long done = syscall(SYS_write, openTrace(), data, length);
    if (done <= 0) abort();
    data += done;
    length -= (size_t)done;
  }
}

/* Whether a file counts; fills in its path. */
static int isRecorded(int fd, char *path, size_t room) {
  const char *under = getenv("RECORD_UNDER");
  char link[64];
  if (under == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, room - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strncmp(path, under, strlen(under)) == 0 && strstr(path, "-shm") == NULL;
}

static void record(char operation, int fd, long long offset, const void *data, size_t length) {
  char path[4096], line[4200];
  if (!isRecorded(fd, path, sizeof path)) return;
  int size = snprintf(line, sizeof line, "%c %lld %zu %s\n", operation, offset, data == NULL ? 0 : length, path);
  pthread_mutex_lock(&lock);
  put(line, (size_t)size);
  if (data != NULL) put(data, length);
  pthread_mutex_unlock(&lock);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t length) {
  long long offset = lseek(fd, 0, SEEK_CUR);
  ssize_t done = REAL(write)(fd, data, length);
  if (done > 0) record('W', fd, offset, data, (size_t)done);
  return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  ssize_t done = REAL(pwrite)(fd, data, length, offset);
  if (done > 0) record('W', fd, offset, data, (size_t)done);
  return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  ssize_t done = REAL(pwrite64)(fd, data, length, offset);
  if (done > 0) record('W', fd, offset, data, (size_t)done);
  return done;
}

int fsync(int fd) {
  int result = REAL(fsync)(fd);
  if (result == 0) record('S', fd, 0, NULL, 0);
  return result;
}

int fdatasync(int fd) {
  int result = REAL(fdatasync)(fd);
  if (result == 0) record('S', fd, 0, NULL, 0);
  return result;
}

int ftruncate(int fd, off_t length) {
  int result = REAL(ftruncate)(fd, length);
  if (result == 0) record('T', fd, length, NULL, 0);
  return result;
}

int ftruncate64(int fd, off64_t length) {
  int result = REAL(ftruncate64)(fd, length);
  if (result == 0) record('T', fd, length, NULL, 0);
  return result;
}
