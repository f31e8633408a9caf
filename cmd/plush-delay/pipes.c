#include "delay.h"

static struct pipe pipes[MAX_SITES][MAX_SITES];

struct pipe *pipe_between(unsigned from_site, unsigned to_site)
{
	return &pipes[from_site][to_site];
}

/* xorshift64*: the numbers need not be good, only evenly spread and quick. */
static uint64_t next_random(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15u;
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1du) >> 16;
}

/* Between -jitter and +jitter, each as likely. */
static int64_t jitter_of(const struct pipe *pipe)
{
	if (pipe->jitter_ns == 0)
		return 0;
	return (int64_t)(next_random() % (2 * pipe->jitter_ns + 1)) - (int64_t)pipe->jitter_ns;
}

bool pipe_admits(struct pipe *pipe, size_t bytes, uint64_t now, uint64_t *due)
{
	uint64_t sent_at = now;
	if (pipe->bits_per_second > 0) {
		uint64_t start = pipe->free_at > now ? pipe->free_at : now;
		uint64_t waiting = (uint64_t)((double)(start - now) * (double)pipe->bits_per_second / 8e9);
		if (waiting > pipe->queue_bytes) {
			pipe->overflowed++;
			return false;
		}
		sent_at = start + (uint64_t)((double)bytes * 8e9 / (double)pipe->bits_per_second);
		pipe->free_at = sent_at;
	}
	/* What is lost on the way has taken its time on the sender's line all the same. */
	if (pipe->loss_ppm > 0 && next_random() % 1000000 < pipe->loss_ppm) {
		pipe->lost++;
		return false;
	}
	int64_t delay = (int64_t)pipe->delay_ns + jitter_of(pipe);
	*due = sent_at + (delay > 0 ? (uint64_t)delay : 0);
	if (*due < pipe->last_due)
		*due = pipe->last_due;
	pipe->last_due = *due;
	pipe->frames++;
	pipe->bytes += bytes;
	return true;
}

void pipes_print(FILE *out)
{
	for (unsigned from = 0; from < MAX_SITES; from++) {
		for (unsigned to = 0; to < MAX_SITES; to++) {
			const struct pipe *pipe = &pipes[from][to];
			if (pipe->frames + pipe->lost + pipe->overflowed == 0)
				continue;
			fprintf(out, "link %u %u %llu %llu %llu %llu\n", from, to, (unsigned long long)pipe->frames,
				(unsigned long long)pipe->bytes, (unsigned long long)pipe->lost,
				(unsigned long long)pipe->overflowed);
		}
	}
}
