// Preloaded into a program: writes down, in their order, all changes and syncs of files under RECORD_ROOT to the file
// RECORD_LOG. One change at a time: a sync covers exactly the writes that stand before it. Records are read by
// recording.ts: kind, number of the file, offset or size, lengths of a path and of the bytes that follow.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FILES 65536

struct header {
  char kind;
  uint64_t file;
  uint64_t at;
  uint32_t path_length;
  uint32_t length;
} __attribute__((packed));

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static size_t root_length;
static int log_file = -1;
/** Numbers (inodes) of the open files that are recorded; 0: not recorded. */
static uint64_t recorded[MAX_FILES];

#define REAL(name, type, ...) \
  static type (*real)(__VA_ARGS__); \
  if (real == NULL) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void start(void) {
  root = getenv("RECORD_ROOT");
  const char *path = getenv("RECORD_LOG");
  if (root == NULL || path == NULL) return;
  root_length = strlen(root);
  log_file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_below(const char *path) {
  return log_file >= 0 && strncmp(path, root, root_length) == 0 && path[root_length] == '/';
}

static uint64_t number_of(int file) {
  return file >= 0 && file < MAX_FILES && log_file >= 0 ? recorded[file] : 0;
}

static void note(char kind, uint64_t file, uint64_t at, const char *path, const void *bytes, size_t length) {
  int saved = errno;
  struct header header = {kind, file, at, (uint32_t)strlen(path), (uint32_t)length};
  struct iovec parts[] = {{&header, sizeof header}, {(void *)path, header.path_length}, {(void *)bytes, length}};
  REAL("writev", ssize_t, int, const struct iovec *, int);
  if (real(log_file, parts, 3) != (ssize_t)(sizeof header + header.path_length + length)) abort();
  errno = saved;
}

static void note_open(int file, int flags) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = 0;
  struct stat found;
  int is_root = strcmp(path, root) == 0;
  if ((!is_root && !is_below(path)) || fstat(file, &found) != 0) return;
  recorded[file] = found.st_ino;
  if (S_ISREG(found.st_mode)) note('O', found.st_ino, (flags & O_TRUNC) != 0, path, "", 0);
}

static int open_recorded(const char *name, int directory, const char *path, int flags, mode_t mode) {
  static int (*real)(int, const char *, int, ...);
  if (real == NULL) real = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, name);
  if (log_file < 0) return real(directory, path, flags, mode);
  pthread_mutex_lock(&lock);
  int file = real(directory, path, flags, mode);
  if (file >= 0 && file < MAX_FILES) {
    recorded[file] = 0;
    note_open(file, flags);
  }
  pthread_mutex_unlock(&lock);
  return file;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list list; \
    va_start(list, flags); \
    mode_t mode = va_arg(list, mode_t); \
    va_end(list); \
    return open_recorded("openat64", AT_FDCWD, path, flags, mode); \
  }
#define OPENAT(name) \
  int name(int directory, const char *path, int flags, ...) { \
    va_list list; \
    va_start(list, flags); \
    mode_t mode = va_arg(list, mode_t); \
    va_end(list); \
    return open_recorded("openat64", directory, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int close(int file) {
  REAL("close", int, int);
  if (number_of(file) == 0) return real(file);
  pthread_mutex_lock(&lock);
  recorded[file] = 0;
  int result = real(file);
  pthread_mutex_unlock(&lock);
  return result;
}

/** Where a write to it begins; the file is recorded, so it is one. */
static uint64_t place_of(int file) {
  struct stat found;
  if ((fcntl(file, F_GETFL) & O_APPEND) && fstat(file, &found) == 0) return found.st_size;
  return lseek(file, 0, SEEK_CUR);
}

static void note_parts(uint64_t number, uint64_t at, const struct iovec *parts, ssize_t written) {
  for (; written > 0; parts++) {
    size_t length = parts->iov_len < (size_t)written ? parts->iov_len : (size_t)written;
    note('W', number, at, "", parts->iov_base, length);
    at += length;
    written -= length;
  }
}

/** `at` < 0: where the file stands. */
static ssize_t write_recorded(int file, const struct iovec *parts, int count, off_t at) {
  static ssize_t (*plain)(int, const struct iovec *, int);
  static ssize_t (*placed)(int, const struct iovec *, int, off_t);
  if (plain == NULL) plain = (ssize_t(*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
  if (placed == NULL) placed = (ssize_t(*)(int, const struct iovec *, int, off_t))dlsym(RTLD_NEXT, "pwritev64");
  uint64_t number = number_of(file);
  if (number == 0) return at < 0 ? plain(file, parts, count) : placed(file, parts, count, at);
  pthread_mutex_lock(&lock);
  uint64_t place = at < 0 ? place_of(file) : (uint64_t)at;
  ssize_t written = at < 0 ? plain(file, parts, count) : placed(file, parts, count, at);
  note_parts(number, place, parts, written);
  pthread_mutex_unlock(&lock);
  return written;
}

ssize_t write(int file, const void *bytes, size_t length) {
  struct iovec part = {(void *)bytes, length};
  return write_recorded(file, &part, 1, -1);
}

ssize_t writev(int file, const struct iovec *parts, int count) { return write_recorded(file, parts, count, -1); }

#define PWRITE(name) \
  ssize_t name(int file, const void *bytes, size_t length, off_t at) { \
    struct iovec part = {(void *)bytes, length}; \
    return write_recorded(file, &part, 1, at); \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PWRITEV(name) \
  ssize_t name(int file, const struct iovec *parts, int count, off_t at) { \
    return write_recorded(file, parts, count, at); \
  }
PWRITEV(pwritev)
PWRITEV(pwritev64)

#define TRUNCATE(name) \
  int name(int file, off_t size) { \
    REAL("ftruncate64", int, int, off_t); \
    pthread_mutex_lock(&lock); \
    int result = real(file, size); \
    if (result == 0 && number_of(file) != 0) note('T', number_of(file), size, "", "", 0); \
    pthread_mutex_unlock(&lock); \
    return result; \
  }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define SYNC(name) \
  int name(int file) { \
    REAL(#name, int, int); \
    uint64_t number = number_of(file); \
    if (number == 0) return real(file); \
    pthread_mutex_lock(&lock); \
    int result = real(file); \
    char link[64], path[PATH_MAX]; \
    snprintf(link, sizeof link, "/proc/self/fd/%d", file); \
    ssize_t length = readlink(link, path, sizeof path - 1); \
    path[length < 0 ? 0 : length] = 0; \
    if (result == 0) note('S', number, 0, path, "", 0); \
    pthread_mutex_unlock(&lock); \
    return result; \
  }
SYNC(fsync)
SYNC(fdatasync)

/** Callers give absolute paths. */
#define ON_NAME(name, kind, signature, call, ...) \
  int name signature { \
    REAL(#name, int, __VA_ARGS__); \
    pthread_mutex_lock(&lock); \
    int result = real call; \
    if (result == 0 && is_below(path)) note(kind, 0, 0, path, "", 0); \
    pthread_mutex_unlock(&lock); \
    return result; \
  }
ON_NAME(unlink, 'U', (const char *path), (path), const char *)
ON_NAME(rmdir, 'D', (const char *path), (path), const char *)
ON_NAME(mkdir, 'M', (const char *path, mode_t mode), (path, mode), const char *, mode_t)

char *mkdtemp(char *path) {
  REAL("mkdtemp", char *, char *);
  pthread_mutex_lock(&lock);
  char *made = real(path);
  if (made != NULL && is_below(made)) note('M', 0, 0, made, "", 0);
  pthread_mutex_unlock(&lock);
  return made;
}

int rename(const char *from, const char *to) {
  REAL("rename", int, const char *, const char *);
  pthread_mutex_lock(&lock);
  int result = real(from, to);
  if (result == 0 && is_below(to)) note('R', 0, 0, from, to, strlen(to));
  pthread_mutex_unlock(&lock);
  return result;
}

/** Node calls these by their numbers. It copies by reading and writing where the kernel does not copy. */
long syscall(long number, ...) {
  REAL("syscall", long, long, ...);
  long given[6];
  va_list list;
  va_start(list, number);
  for (int index = 0; index < 6; index++) given[index] = va_arg(list, long);
  va_end(list);
  if (number == SYS_close) return close((int)given[0]);
  if (number == SYS_copy_file_range && number_of((int)given[2]) != 0) {
    errno = ENOSYS;
    return -1;
  }
  return real(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

#define SENDFILE(name) \
  ssize_t name(int to, int from, off_t *at, size_t length) { \
    REAL("sendfile64", ssize_t, int, int, off_t *, size_t); \
    if (number_of(to) == 0) return real(to, from, at, length); \
    errno = EINVAL; \
    return -1; \
  }
SENDFILE(sendfile)
SENDFILE(sendfile64)
