import { expect, test } from "vitest";
import { FakeClock } from "../../clock/index.ts";
import type { Attributes } from "./attributes.ts";
import { isNoticeable } from "./noticeable.ts";
import { Sensors } from "./sensors.ts";
import { readTraffic, TrafficMeter } from "./traffic.ts";
import { TransferMeter } from "./transfer-meter.ts";
import { virtualizationOf } from "./virtualization.ts";

const rest: Attributes = {
  ...{ "cpu.cores": 4, "memory.free": 1e9, "load.1m": 0.1, "load.5m": 0.1, "net.in": 2000, uptime: 100_000 },
};

test("B-SENSE-6: sensors tell what the matcher asks for", async () => {
  const sensors = new Sensors({ clock: new FakeClock(), directory: "/", bandwidth: () => 123_456_789 });
  expect(await sensors.sample()).toBe(true);
  expect(sensors.attributes).toMatchObject({
    ...{ "cpu.cores": expect.any(Number), "cpu.model": expect.any(String), "memory.total": expect.any(Number) },
    ...{ "memory.free": expect.any(Number), "disk.free": expect.any(Number), "disk.total": expect.any(Number) },
    ...{ "load.1m": expect.any(Number), "load.5m": expect.any(Number), "load.15m": expect.any(Number) },
    ...{ os: "linux", arch: expect.any(String), kernel: expect.any(String), virtualization: expect.any(String) },
    ...{ uptime: expect.any(Number), "bandwidth.in": 120_000_000 },
  });
});

test.each<[string, Attributes, boolean]>([
  ["a load that hardly moves", { "load.1m": 0.5, "load.5m": 0.3 }, false],
  ["a load of two more", { "load.5m": 2.1 }, true],
  ["traffic that is none", { "net.in": 900_000 }, false],
  ["a download", { "net.in": 50_000_000 }, true],
  ["an hour more", { uptime: 103_600 }, false],
  ["twice as long", { uptime: 200_001 }, true],
  ["memory that was taken", { "memory.free": 8e8 }, true],
  ["traffic for the first time", { "net.out": 1000 }, false],
])("B-SENSE-7: a machine at rest is quiet: %s", (_, changes, expected) => {
  expect(isNoticeable(rest, { ...rest, ...changes })).toBe(expected);
});

const devices = (bytes: number): string => `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 9999999   10    0    0    0     0          0         0 9999999   10    0    0    0     0       0          0
  eth0: ${bytes}   10    0    0    0     0          0         0 ${bytes / 2}   10    0    0    0     0       0          0
veth12: 5555555   10    0    0    0     0          0         0 5555555   10    0    0    0     0       0          0`;

test("traffic is that of a machine's lines, averaged over a minute", () => {
  expect(readTraffic(devices(4000))).toEqual({ inBytes: 4000, outBytes: 2000 });
  const meter = new TrafficMeter();
  expect(meter.sample(readTraffic(devices(0)), 0)).toBeUndefined();
  expect(meter.sample(readTraffic(devices(10_000)), 10_000)).toEqual({ in: 1000, out: 500 });
  // A burst of ten seconds counts for a part; an interface that begins anew sends nothing back.
  const after = meter.sample(readTraffic(devices(1_010_000)), 20_000);
  expect(after?.in).toBeGreaterThan(10_000);
  expect(after?.in).toBeLessThan(30_000);
  expect(meter.sample(readTraffic(devices(0)), 30_000)?.in).toBeLessThan(after?.in ?? 0);
});

test("how fast packages come is told by those that are large enough", async () => {
  const clock = new FakeClock();
  const meter = new TransferMeter(clock);
  meter.note("small", { bytes: 0, total: 1000 });
  await clock.advance(1000);
  meter.note("small", { bytes: 1000, total: 1000 });
  expect(meter.bytesPerSecond).toBeUndefined();
  const total = 40 << 20;
  meter.note("large", { bytes: 0, total });
  await clock.advance(2000);
  meter.note("large", { bytes: total, total });
  expect(meter.bytesPerSecond).toBe(20 << 20);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ["none", { "/proc/cpuinfo": "flags\t\t: fpu vme sse2\n" }],
  ["vm", { "/proc/cpuinfo": "flags\t\t: fpu hypervisor sse2\n" }],
  ["kvm", { "/sys/class/dmi/id/sys_vendor": "Amazon EC2\n", "/proc/cpuinfo": "flags : hypervisor" }],
  ["qemu", { "/sys/class/dmi/id/sys_vendor": "QEMU\n" }],
  [
    "hyperv",
    { "/sys/class/dmi/id/sys_vendor": "Microsoft Corporation", "/sys/class/dmi/id/product_name": "Virtual Machine" },
  ],
  ["xen", { "/sys/hypervisor/type": "xen\n" }],
  ["container", { "/.dockerenv": "", "/sys/class/dmi/id/sys_vendor": "QEMU" }],
])("a machine says what it runs in: %s", (expected, files) => {
  expect(virtualizationOf((path) => files[path])).toBe(expected);
});
