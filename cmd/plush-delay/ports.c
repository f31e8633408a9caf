#define _GNU_SOURCE
#include "delay.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct port {
	bool is_open;
	int fd;
	unsigned site;
	unsigned cuts;
	uint32_t address; /* as it stands in packets */
};

static struct port ports[MAX_PORTS];

/* A port's hardware address holds its number, so that nobody has to learn who is where. */
static const unsigned char hardware_prefix[4] = {0x02, 0x70, 0x6c, 0x00};

static void hardware_address(unsigned index, unsigned char out[ETH_ALEN])
{
	memcpy(out, hardware_prefix, sizeof(hardware_prefix));
	out[4] = (unsigned char)(index >> 8);
	out[5] = (unsigned char)index;
}

/* Opens a TAP that stays when this program dies: one that is started anew takes the same device up again. */
static const char *open_tap(const char *device, unsigned index, int *fd)
{
	struct ifreq request = {0};
	strncpy(request.ifr_name, device, IFNAMSIZ - 1);
	request.ifr_flags = IFF_TAP | IFF_NO_PI;
	*fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (*fd < 0)
		return "cannot open /dev/net/tun";
	if (ioctl(*fd, TUNSETIFF, &request) < 0 || ioctl(*fd, TUNSETPERSIST, 1) < 0)
		return "cannot make the device";
	request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	hardware_address(index, (unsigned char *)request.ifr_hwaddr.sa_data);
	if (ioctl(*fd, SIOCSIFHWADDR, &request) < 0)
		return "cannot set the device's hardware address";
	return NULL;
}

/* A device belongs to the namespace in which it was opened, wherever its holder goes afterwards. */
static const char *open_tap_in(const char *netns, const char *device, unsigned index, int *fd)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int there = open(netns, O_RDONLY | O_CLOEXEC);
	const char *fault = "cannot enter the network namespace";
	if (home >= 0 && there >= 0 && setns(there, CLONE_NEWNET) == 0) {
		fault = open_tap(device, index, fd);
		if (setns(home, CLONE_NEWNET) < 0)
			_exit(70);
	}
	if (home >= 0)
		close(home);
	if (there >= 0)
		close(there);
	return fault;
}

const char *port_open(int epoll, unsigned index, const char *device, const char *netns, unsigned site, uint32_t address)
{
	if (index >= MAX_PORTS || site >= MAX_SITES)
		return "too many ports or sites";
	if (ports[index].is_open)
		return "there is such a port";
	int fd = -1;
	const char *fault = netns == NULL ? open_tap(device, index, &fd) : open_tap_in(netns, device, index, &fd);
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};
	if (fault == NULL && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		fault = "cannot wait for the device";
	if (fault != NULL) {
		if (fd >= 0)
			close(fd);
		return fault;
	}
	ports[index] = (struct port){.is_open = true, .fd = fd, .site = site, .address = address};
	return NULL;
}

const char *port_move(unsigned index, unsigned site)
{
	if (index >= MAX_PORTS || !ports[index].is_open || site >= MAX_SITES)
		return "there is no such port or site";
	ports[index].site = site;
	return NULL;
}

const char *port_cut(unsigned index, unsigned cuts)
{
	if (index >= MAX_PORTS || !ports[index].is_open)
		return "there is no such port";
	ports[index].cuts = cuts;
	return NULL;
}

const char *port_close(unsigned index)
{
	if (index >= MAX_PORTS || !ports[index].is_open)
		return "there is no such port";
	ioctl(ports[index].fd, TUNSETPERSIST, 0);
	close(ports[index].fd);
	ports[index].is_open = false;
	return NULL;
}

void ports_close(void)
{
	for (unsigned index = 0; index < MAX_PORTS; index++)
		if (ports[index].is_open)
			port_close(index);
}

/* A frame that the device does not take, because it is down, is lost as in any network. */
static void write_frame(const struct port *port, const unsigned char *bytes, size_t length)
{
	ssize_t written = write(port->fd, bytes, length);
	(void)written;
}

struct arp {
	unsigned char ethernet[ETH_HLEN];
	uint16_t hardware, protocol;
	uint8_t hardware_length, protocol_length;
	uint16_t operation;
	unsigned char sender[ETH_ALEN];
	unsigned char sender_address[4];
	unsigned char target[ETH_ALEN];
	unsigned char target_address[4];
} __attribute__((packed));

/* Who has an address is told at once, for every site: between sites there would be routers, and nobody would ask. */
static void answer_arp(unsigned from, const unsigned char *bytes, size_t length)
{
	struct arp arp;
	if (length < sizeof(arp))
		return;
	memcpy(&arp, bytes, sizeof(arp));
	uint32_t wanted;
	memcpy(&wanted, arp.target_address, sizeof(wanted));
	if (arp.operation != __builtin_bswap16(ARPOP_REQUEST))
		return;
	for (unsigned index = 0; index < MAX_PORTS; index++) {
		if (!ports[index].is_open || index == from || ports[index].address != wanted)
			continue;
		arp.operation = __builtin_bswap16(ARPOP_REPLY);
		memcpy(arp.target, arp.sender, ETH_ALEN);
		memcpy(arp.target_address, arp.sender_address, 4);
		hardware_address(index, arp.sender);
		memcpy(arp.sender_address, &wanted, 4);
		memcpy(arp.ethernet, arp.target, ETH_ALEN);
		memcpy(arp.ethernet + ETH_ALEN, arp.sender, ETH_ALEN);
		write_frame(&ports[from], (unsigned char *)&arp, sizeof(arp));
		return;
	}
}

static void forward(unsigned from, const unsigned char *bytes, size_t length, uint64_t now)
{
	if (length < ETH_HLEN || (ports[from].cuts & CUT_OUT) != 0)
		return;
	if (bytes[12] == 0x08 && bytes[13] == 0x06) {
		answer_arp(from, bytes, length);
		return;
	}
	/* Broadcasts and multicasts go nowhere: what is between sites does not carry them. */
	if (memcmp(bytes, hardware_prefix, sizeof(hardware_prefix)) != 0)
		return;
	unsigned to = (unsigned)bytes[4] << 8 | bytes[5];
	if (to >= MAX_PORTS || to == from || !ports[to].is_open)
		return;
	uint64_t due;
	if (pipe_admits(pipe_between(ports[from].site, ports[to].site), length, now, &due))
		queue_put(due, from, to, bytes, length);
}

void port_read(unsigned index, uint64_t now)
{
	unsigned char bytes[MAX_FRAME];
	/* A host that sends all the time must not keep the others waiting. */
	for (int turn = 0; turn < 64; turn++) {
		if (!ports[index].is_open)
			return;
		ssize_t length = read(ports[index].fd, bytes, sizeof(bytes));
		if (length > 0)
			forward(index, bytes, (size_t)length, now);
		else if (length < 0 && errno == EINTR)
			continue;
		else if (length < 0 && errno == EAGAIN)
			return;
		else /* its namespace is gone */
			port_close(index);
	}
}

void ports_deliver(uint64_t now)
{
	for (struct frame *frame = queue_first(); frame != NULL && frame->due <= now; frame = queue_first()) {
		const struct port *from = &ports[frame->from], *to = &ports[frame->to];
		/* A cable that is cut takes what is on its way with it. */
		if (to->is_open && (to->cuts & CUT_IN) == 0 && (from->cuts & CUT_OUT) == 0)
			write_frame(to, frame->bytes, frame->length);
		queue_take();
	}
}
