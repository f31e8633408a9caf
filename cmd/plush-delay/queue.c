#include "delay.h"

#include <stdlib.h>
#include <string.h>

/* A binary heap. What is on its way at once is bounded: by its number, and by the bytes it holds. */
enum { MAX_WAITING = 1 << 18 };
static const size_t max_bytes = (size_t)256 << 20;

static struct frame *heap[MAX_WAITING];
static size_t count;
static size_t held_bytes;
static uint64_t next_number;
static uint64_t refused;

static bool is_before(const struct frame *a, const struct frame *b)
{
	return a->due != b->due ? a->due < b->due : a->number < b->number;
}

bool queue_put(uint64_t due, unsigned from, unsigned to, const unsigned char *bytes, size_t length)
{
	struct frame *frame = NULL;
	if (count < MAX_WAITING && held_bytes + length <= max_bytes)
		frame = malloc(sizeof(*frame) + length);
	if (frame == NULL) {
		refused++;
		return false;
	}
	frame->due = due;
	frame->number = next_number++;
	frame->from = from;
	frame->to = to;
	frame->length = (uint32_t)length;
	memcpy(frame->bytes, bytes, length);
	held_bytes += length;
	size_t at = count++;
	while (at > 0 && is_before(frame, heap[(at - 1) / 2])) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = frame;
	return true;
}

struct frame *queue_first(void)
{
	return count > 0 ? heap[0] : NULL;
}

void queue_take(void)
{
	struct frame *last = heap[--count];
	held_bytes -= heap[0]->length;
	free(heap[0]);
	size_t at = 0;
	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= count)
			break;
		if (child + 1 < count && is_before(heap[child + 1], heap[child]))
			child++;
		if (!is_before(heap[child], last))
			break;
		heap[at] = heap[child];
		at = child;
	}
	if (count > 0)
		heap[at] = last;
}

uint64_t queue_refused(void)
{
	return refused;
}
