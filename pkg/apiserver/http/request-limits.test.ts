import { expect, test } from "vitest";
import type { Identity } from "../../auth/index.ts";
import { FakeClock } from "../../clock/index.ts";
import { Metrics } from "../../metrics/index.ts";
import { defaultLimits, type LimitOptions, RequestLimits } from "./request-limits.ts";

const bob: Identity = { user: "bob", groups: [] };
const eve: Identity = { user: "eve", groups: [] };
const admin: Identity = { user: "admin", groups: ["system:masters"] };
const tooMany = expect.objectContaining({ reason: "TooManyRequests", code: 429 });

function makeLimits(options: Partial<LimitOptions>): RequestLimits {
  return new RequestLimits({ ...defaultLimits, ...options }, { clock: new FakeClock(), metrics: new Metrics() });
}

test("by default a user may ask 1,200 times at once, and no more", () => {
  const limits = makeLimits({ requestsInFlight: 0 });
  for (let count = 0; count < 1200; count++) limits.begin(bob, false)();
  expect(() => limits.begin(bob, false)).toThrow(tooMany);
  limits.begin(eve, false);
  for (let count = 0; count < 5000; count++) limits.begin(admin, false)();
});

test("requests that are being answered are limited for all together; those that go on for long do not count", () => {
  const limits = makeLimits({ requestsInFlight: 2 });
  const end = limits.begin(bob, false);
  limits.begin(eve, false);
  limits.begin(bob, true);
  expect(() => limits.begin(eve, false)).toThrow(tooMany);
  limits.begin(admin, false)();
  end();
  limits.begin(eve, false);
});

test("streams are limited for each user", () => {
  const limits = makeLimits({ streamsPerUser: 2 });
  const end = limits.begin(bob, true);
  limits.begin(bob, true);
  expect(() => limits.begin(bob, true)).toThrow(tooMany);
  limits.begin(eve, true);
  end();
  limits.begin(bob, true);
});

test.each([
  ["an address", "10.0.0.1", "10.0.0.1", true],
  ["another address", "10.0.0.1", "10.0.0.2", false],
  ["the same, written as IPv6", "10.0.0.1", "::ffff:10.0.0.1", true],
  ["a neighbour in IPv6", "2001:db8:1:2::1", "2001:db8:1:2:aaaa:bbbb:cccc:dddd", true],
  ["another network in IPv6", "2001:db8:1:2::1", "2001:db8:1:3::1", false],
  ["a short address", "2001:db8::1", "2001:db8:0:0:5::1", true],
])("%s", (_name, first, second, isSame) => {
  const limits = makeLimits({ strangersPerSecond: 0.2 });
  limits.countStranger(first);
  if (isSame) expect(() => limits.countStranger(second)).toThrow(tooMany);
  else limits.countStranger(second);
});
