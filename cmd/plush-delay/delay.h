/*
 * A network between hosts of one computer, in user space, for kernels without netem: each host's network device is a
 * TAP that this program holds, and what one host sends another is kept back, thinned out and lost as the pair of their
 * sites says. See main.c for the language it is told this in.
 */
#ifndef PLUSH_DELAY_H
#define PLUSH_DELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { MAX_PORTS = 4096, MAX_SITES = 128, MAX_FRAME = 2048 };

/* What one direction between two sites does to frames, and what it has done. All hosts of a site share it. */
struct pipe {
	uint64_t delay_ns;
	uint64_t jitter_ns;
	uint32_t loss_ppm;
	uint64_t bits_per_second; /* 0: as fast as it comes */
	uint64_t queue_bytes;     /* more than these waiting to be sent: frames are dropped */
	uint64_t free_at;         /* when the last frame has left the sender */
	uint64_t last_due;        /* frames of a pipe stay in order */
	uint64_t frames, bytes, lost, overflowed;
};

/* pipes.c: when a frame arrives, if it does. */
struct pipe *pipe_between(unsigned from_site, unsigned to_site);
bool pipe_admits(struct pipe *pipe, size_t bytes, uint64_t now, uint64_t *due);
void pipes_print(FILE *out);

/* queue.c: frames on their way, the earliest first. */
struct frame {
	uint64_t due;
	uint64_t number; /* those due at the same time leave in the order they came */
	uint32_t from, to;
	uint32_t length;
	unsigned char bytes[];
};
bool queue_put(uint64_t due, unsigned from, unsigned to, const unsigned char *bytes, size_t length);
struct frame *queue_first(void);
void queue_take(void);
uint64_t queue_refused(void);

/* ports.c: the devices of hosts, and what they send each other. */
enum { CUT_IN = 1, CUT_OUT = 2 };
const char *port_open(int epoll, unsigned index, const char *device, const char *netns, unsigned site, uint32_t address);
const char *port_move(unsigned index, unsigned site);
const char *port_cut(unsigned index, unsigned cuts);
const char *port_close(unsigned index);
void ports_close(void);
void port_read(unsigned index, uint64_t now);
void ports_deliver(uint64_t now);

/* commands.c: one line of the language; what it answers is written to `out`. False: the program is to end. */
bool command_run(int epoll, char *line, FILE *out);

#endif
