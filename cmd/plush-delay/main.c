/*
 * plush-delay SOCKET: listens on a Unix socket for commands, a line each, and answers each with lines of which the last
 * is `ok` or `error WHY`:
 *
 *   port NUMBER DEVICE NETNS|- SITE ADDRESS   makes a TAP in a network namespace (-: here), or takes it up again
 *   site NUMBER SITE                          it stands elsewhere now
 *   remove NUMBER                             and takes it away
 *   link FROM TO DELAY-US JITTER-US LOSS-PPM BITS-PER-SECOND QUEUE-BYTES
 *                                             what happens to frames from one site to another; unset: nothing
 *   cut NUMBER [in|out|both], heal NUMBER     a host's cable
 *   stats                                     lines `link FROM TO FRAMES BYTES LOST OVERFLOWED`, then `refused N`
 *   pid, quit
 *
 * Needs CAP_NET_ADMIN, and CAP_SYS_ADMIN to enter namespaces. One thread; it sleeps while no frame moves.
 */
#define _GNU_SOURCE
#include "delay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* In an event's number: ports have their own, then come these. */
enum { TIMER = MAX_PORTS, LISTENER, FIRST_CLIENT, MAX_CLIENTS = 16 };

struct client {
	int fd; /* 0: nobody */
	size_t used;
	char line[1024];
};

static struct client clients[MAX_CLIENTS];

static uint64_t now_ns(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int fail(const char *what)
{
	fprintf(stderr, "plush-delay: %s: %s\n", what, strerror(errno));
	return 1;
}

static int listen_on(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	umask(0177);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 8) < 0)
		return -1;
	return fd;
}

static bool watch(int epoll, int fd, unsigned number)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = number};
	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void accept_client(int epoll, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	for (unsigned at = 0; at < MAX_CLIENTS; at++) {
		if (clients[at].fd != 0)
			continue;
		if (!watch(epoll, fd, FIRST_CLIENT + at))
			break;
		clients[at] = (struct client){.fd = fd};
		return;
	}
	close(fd);
}

static void drop_client(struct client *client)
{
	close(client->fd);
	client->fd = 0;
}

/* False: the program is to end. */
static bool answer(int epoll, struct client *client, char *line)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (out == NULL) {
		drop_client(client);
		return true;
	}
	bool goes_on = command_run(epoll, line, out);
	fclose(out);
	/* Who does not read what he asked for is not waited for. */
	if (send(client->fd, text, length, MSG_NOSIGNAL) != (ssize_t)length)
		drop_client(client);
	free(text);
	return goes_on;
}

static bool hear(int epoll, struct client *client)
{
	if (client->fd == 0)
		return true;
	ssize_t got = read(client->fd, client->line + client->used, sizeof(client->line) - client->used);
	if (got <= 0) {
		if (got == 0 || (errno != EAGAIN && errno != EINTR))
			drop_client(client);
		return true;
	}
	client->used += (size_t)got;
	char *end;
	while (client->fd != 0 && (end = memchr(client->line, '\n', client->used)) != NULL) {
		*end = '\0';
		if (!answer(epoll, client, client->line))
			return false;
		size_t taken = (size_t)(end - client->line) + 1;
		client->used -= taken;
		memmove(client->line, client->line + taken, client->used);
	}
	if (client->used == sizeof(client->line))
		drop_client(client);
	return true;
}

/* Wakes when the next frame is due. */
static void set_timer(int timer)
{
	static uint64_t set_for;
	const struct frame *first = queue_first();
	uint64_t due = first == NULL ? 0 : first->due;
	if (due == set_for)
		return;
	set_for = due;
	struct itimerspec when = {.it_value = {.tv_sec = (time_t)(due / 1000000000u), .tv_nsec = (long)(due % 1000000000u)}};
	timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static bool handle(int epoll, int timer, int listener, unsigned number)
{
	uint64_t expirations;
	if (number < MAX_PORTS)
		port_read(number, now_ns());
	else if (number == TIMER)
		return read(timer, &expirations, sizeof(expirations)) >= 0 || errno == EAGAIN;
	else if (number == LISTENER)
		accept_client(epoll, listener);
	else
		return hear(epoll, &clients[number - FIRST_CLIENT]);
	return true;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: plush-delay SOCKET\n", stderr);
		return 2;
	}
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	int listener = listen_on(argv[1]);
	if (epoll < 0 || timer < 0 || listener < 0)
		return fail(argv[1]);
	if (!watch(epoll, timer, TIMER) || !watch(epoll, listener, LISTENER))
		return fail("epoll");
	for (;;) {
		struct epoll_event events[64];
		int count = epoll_wait(epoll, events, 64, -1);
		if (count < 0 && errno != EINTR)
			return fail("epoll");
		for (int at = 0; at < count; at++) {
			if (handle(epoll, timer, listener, events[at].data.u32))
				continue;
			ports_close();
			unlink(argv[1]);
			return 0;
		}
		ports_deliver(now_ns());
		set_timer(timer);
	}
}
