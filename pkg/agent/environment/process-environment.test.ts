import { expect, test } from "vitest";
import { makeLayout } from "../layout.ts";
import { claimOrder, processOrder } from "../testing/orders.ts";
import { claimEnvironment, processEnvironment } from "./process-environment.ts";

const layout = makeLayout("/agent").claim("c1");
const where = { layout, bin: "/agent/bin", resourceName: "m1", address: "10.0.0.1" };

function peer(ordinal: number, address: string) {
  return { ordinal, address, ports: {}, resource: "m", epoch: 1, ready: true };
}

test("B-FIL-20: PLUSH_PEERS is left out above 64 KiB, and only that of the component that is so large", () => {
  const crowd = (count: number) => Array.from({ length: count }, (_, ordinal) => peer(ordinal, "10.100.100.100"));
  const environmentOf = (count: number): Record<string, string> => {
    const components = { servers: crowd(count), clients: crowd(2) };
    return claimEnvironment({ ...where, claim: claimOrder({ peers: { revision: 1, components } }) });
  };
  // An address and its comma are 15 bytes.
  const fits = Math.floor(65_537 / 15);
  expect(environmentOf(fits)["PLUSH_PEERS"]).toHaveLength(fits * 15 - 1);
  expect(environmentOf(fits + 1)).not.toHaveProperty("PLUSH_PEERS");
  expect(environmentOf(fits + 1)).not.toHaveProperty("PLUSH_PEERS_SERVERS");
  expect(environmentOf(fits + 1)).toMatchObject({
    PLUSH_PEERS_CLIENTS: "10.100.100.100,10.100.100.100",
    PLUSH_PEERS_FILE: layout.peersFile,
  });
});

test("B-FIL-19: what references make longer than Linux takes is refused by its place", () => {
  const env = [{ name: "A", value: "a".repeat(65_535) }];
  const made = (argv: readonly string[], more: readonly { name: string; value: string }[] = []) =>
    processEnvironment({
      ...where,
      claim: claimOrder(),
      process: processOrder({ argv, env: [...env, ...more] }),
      marker: "p1/1.1",
      ports: {},
      socket: "/s",
    });
  expect(made(["echo", "$(A)$(A)x"])).toMatchObject({ argv: ["echo", expect.stringMatching(/^a{131070}x$/)] });
  expect(made(["echo", "$(A)$(A)xy"])).toEqual({
    refusal: { reason: "ArgumentTooLong", message: "argument 1 has 131072 bytes: Linux takes 131071 bytes at most" },
  });
  expect(made(["echo"], [{ name: "B", value: "$(A)$(A)" }])).toMatchObject({
    refusal: { reason: "ArgumentTooLong", message: expect.stringMatching(/^variable B is too long: .*as a file$/) },
  });
});
