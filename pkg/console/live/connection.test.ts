import { expect, test } from "vitest";
import { FakeClock } from "../../clock/index.ts";
import { Connection } from "./connection.ts";

/** A server that can be taken away. */
function world() {
  const clock = new FakeClock(1_000_000);
  let isThere = true;
  let probes = 0;
  const connection = new Connection({
    probe: async () => {
      probes++;
      if (!isThere) throw new Error("connection refused");
    },
    now: () => clock.now(),
    random: () => 0.5,
    setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
  });
  const settle = () => clock.advance(0);
  return {
    clock,
    connection,
    settle,
    probes: () => probes,
    leave: () => (isThere = false),
    comeBack: () => (isThere = true),
  };
}

test("B-UI-9: a doubt is looked into; who reads waits until the server is back, asked for with growing pauses", async () => {
  const { clock, connection, settle, probes, leave, comeBack } = world();
  connection.doubt();
  await settle();
  expect([connection.state, probes()]).toEqual([{ status: "up" }, 1]);
  leave();
  connection.doubt();
  connection.doubt();
  await settle();
  expect(probes()).toBe(2);
  expect(connection.state).toEqual({
    status: "away",
    since: 1_000_000,
    nextTryAt: 1_000_500,
    reason: "connection refused",
  });
  const asked = [1, 2].map(() => connection.up(undefined));
  let arrived = 0;
  for (const one of asked) void one.then(() => arrived++);
  for (const pause of [500, 1000, 2000, 4000, 8000, 15_000, 15_000]) {
    await clock.advance(pause - 1);
    const before = probes();
    await clock.advance(1);
    await settle();
    expect(probes()).toBe(before + 1);
  }
  expect(connection.state).toMatchObject({ status: "away", since: 1_000_000 });
  expect(arrived).toBe(0);
  comeBack();
  connection.tryNow();
  await settle();
  expect([connection.state, arrived]).toEqual([{ status: "up" }, 2]);
  await clock.advance(60_000);
  expect(probes()).toBe(10);
});

test("who does not want to wait any more does not", async () => {
  const { connection, settle, leave } = world();
  leave();
  connection.doubt();
  await settle();
  const waiting = new AbortController();
  const asked = connection.up(waiting.signal);
  waiting.abort(new Error("enough"));
  await expect(asked).rejects.toThrow("enough");
});

test("any answer is a sign of life", async () => {
  const { connection, settle, leave } = world();
  leave();
  connection.doubt();
  await settle();
  const told: string[] = [];
  connection.subscribe(() => told.push(connection.state.status));
  connection.heard();
  connection.heard();
  expect(told).toEqual(["up"]);
});
