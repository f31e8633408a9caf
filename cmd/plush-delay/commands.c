#define _GNU_SOURCE
#include "delay.h"

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

static const char *run_port(int epoll, const char *rest)
{
	unsigned index, site;
	char device[16], netns[256], text[16];
	struct in_addr address;
	if (sscanf(rest, "%u %15s %255s %u %15s", &index, device, netns, &site, text) != 5 ||
	    inet_pton(AF_INET, text, &address) != 1)
		return "port NUMBER DEVICE NETNS|- SITE ADDRESS";
	return port_open(epoll, index, device, strcmp(netns, "-") == 0 ? NULL : netns, site, address.s_addr);
}

static const char *run_link(const char *rest)
{
	unsigned from, to;
	unsigned long long delay, jitter, loss, rate, queue;
	if (sscanf(rest, "%u %u %llu %llu %llu %llu %llu", &from, &to, &delay, &jitter, &loss, &rate, &queue) != 7 ||
	    from >= MAX_SITES || to >= MAX_SITES || delay > 600000000 || jitter > 600000000 || loss > 1000000)
		return "link FROM TO DELAY-US JITTER-US LOSS-PPM BITS-PER-SECOND QUEUE-BYTES";
	struct pipe *pipe = pipe_between(from, to);
	pipe->delay_ns = delay * 1000;
	pipe->jitter_ns = jitter * 1000;
	pipe->loss_ppm = (uint32_t)loss;
	pipe->bits_per_second = rate;
	pipe->queue_bytes = queue;
	/* What is on its way keeps its time; what comes now need not wait for what a slower pipe had promised. */
	pipe->free_at = 0;
	pipe->last_due = 0;
	return NULL;
}

static const char *run_cut(const char *rest)
{
	unsigned index;
	char way[8] = "both";
	if (sscanf(rest, "%u %7s", &index, way) < 1)
		return "cut NUMBER [in|out|both]";
	if (strcmp(way, "both") == 0)
		return port_cut(index, CUT_IN | CUT_OUT);
	if (strcmp(way, "in") == 0)
		return port_cut(index, CUT_IN);
	if (strcmp(way, "out") == 0)
		return port_cut(index, CUT_OUT);
	return "cut NUMBER [in|out|both]";
}

static const char *run_site(const char *rest)
{
	unsigned index, site;
	if (sscanf(rest, "%u %u", &index, &site) != 2)
		return "site NUMBER SITE";
	return port_move(index, site);
}

static const char *run_indexed(const char *rest, bool heal)
{
	unsigned index;
	if (sscanf(rest, "%u", &index) != 1)
		return heal ? "heal NUMBER" : "remove NUMBER";
	return heal ? port_cut(index, 0) : port_close(index);
}

bool command_run(int epoll, char *line, FILE *out)
{
	char *rest = line + strcspn(line, " ");
	if (*rest != '\0')
		*rest++ = '\0';
	const char *fault = NULL;
	bool goes_on = true;
	if (strcmp(line, "port") == 0)
		fault = run_port(epoll, rest);
	else if (strcmp(line, "site") == 0)
		fault = run_site(rest);
	else if (strcmp(line, "link") == 0)
		fault = run_link(rest);
	else if (strcmp(line, "cut") == 0)
		fault = run_cut(rest);
	else if (strcmp(line, "heal") == 0)
		fault = run_indexed(rest, true);
	else if (strcmp(line, "remove") == 0)
		fault = run_indexed(rest, false);
	else if (strcmp(line, "stats") == 0) {
		pipes_print(out);
		fprintf(out, "refused %llu\n", (unsigned long long)queue_refused());
	} else if (strcmp(line, "pid") == 0)
		fprintf(out, "pid %ld\n", (long)getpid());
	else if (strcmp(line, "quit") == 0)
		goes_on = false;
	else
		fault = "no such command";
	if (fault == NULL)
		fputs("ok\n", out);
	else
		fprintf(out, "error %s\n", fault);
	return goes_on;
}
