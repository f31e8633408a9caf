import { expect, test } from "vitest";
import { linkCommands, portCommand } from "./delay-table-plan.ts";
import { distanceRttMs, planLinks, type Topology } from "./topology.ts";

const london = { name: "london", location: { latitude: 51.5, longitude: -0.1 } };
const newYork = { name: "new-york", location: { latitude: 40.7, longitude: -74 } };
const sydney = { name: "sydney", location: { latitude: -33.9, longitude: 151.2 } };

test.each([
  ["a city and itself", london, london, 0, 0],
  ["London and New York: some 70 ms are measured", london, newYork, 65, 85],
  ["London and Sydney: some 250 to 280 ms are", london, sydney, 225, 280],
  ["across the date line", sydney, { name: "x", location: { latitude: -33.9, longitude: -170 } }, 40, 60],
  ["a site without a location", london, { name: "somewhere" }, 0, 0],
])("what distance lets expect: %s", (_name, from, to, least, most) => {
  expect(distanceRttMs(from, to)).toBeGreaterThanOrEqual(least);
  expect(distanceRttMs(from, to)).toBeLessThanOrEqual(most);
  expect(distanceRttMs(to, from)).toBeCloseTo(distanceRttMs(from, to));
});

test("links go before distances, both ways alike; what a link leaves out is the distance's", () => {
  const topology: Topology = {
    sites: [london, newYork],
    links: [
      { from: "new-york", to: "london", loss: 0.01 },
      { from: "london", to: "london", rttMs: 1 },
    ],
  };
  const plan = planLinks(topology);
  const over = plan.filter(({ from, to }) => from !== to);
  expect(over.map(({ loss }) => loss)).toEqual([0.01, 0.01]);
  expect(over[0]?.delayMs).toBeCloseTo(distanceRttMs(london, newYork) / 2);
  expect(plan.filter(({ from, to }) => from === to).map(({ delayMs }) => delayMs)).toEqual([0.5, 0]);
});

test("the delay line's words for it", () => {
  const topology: Topology = {
    sites: [{ name: "a" }, { name: "b" }],
    links: [{ from: "a", to: "b", rttMs: 80, jitterMs: 2.5, loss: 0.0125, bandwidth: 10_000_000 }],
  };
  expect(linkCommands(topology)).toEqual([
    "link 0 0 0 0 0 0 65536",
    "link 0 1 40000 2500 12500 80000000 1000000",
    "link 1 0 40000 2500 12500 80000000 1000000",
    "link 1 1 0 0 0 0 65536",
  ]);
  const port = { index: 3, device: "eth0", netns: "/run/netns/x", address: "10.1.0.4" };
  expect(portCommand(topology, { ...port, site: "b" })).toBe("port 3 eth0 /run/netns/x 1 10.1.0.4");
  expect(portCommand(topology, { index: 0, device: "pl-x", address: "10.1.0.1" })).toBe("port 0 pl-x - 2 10.1.0.1");
});
