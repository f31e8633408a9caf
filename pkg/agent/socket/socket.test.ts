import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ask, claim, pass, running, uid } from "../testing/socket-scene.ts";

test("an entry is reported, stands while nobody answers, and is answered once", async () => {
  const { client, put, socket } = await running();
  const first = ask(socket, "POST", "/v1/barriers/start/enter");
  await expect.poll(() => client.process(claim, uid)?.barriers).toMatchObject([{ name: "start", state: "Waiting" }]);
  expect(client.process(claim, uid)?.barriers?.[0]?.round).toBeUndefined();
  await put([pass(1)]);
  expect(await first).toEqual({ code: 200, body: { round: 1, rank: 1, entered: 2, late: false, reason: "all" } });
  await expect.poll(() => client.process(claim, uid)?.barriers).toMatchObject([{ round: 1, state: "Passed" }]);
  // Asked again with its number it is the same entry; without, it is the next round.
  expect((await ask(socket, "POST", "/v1/barriers/start/enter", { round: 1 })).code).toBe(200);
  const second = ask(socket, "POST", "/v1/barriers/start/enter");
  await expect.poll(() => client.process(claim, uid)?.barriers).toMatchObject([{ round: 2, state: "Waiting" }]);
  await put([pass(2, { late: true, reason: "late" })]);
  expect((await second).body).toMatchObject({ round: 2, late: true });
});

test("B-BAR-17: an answer that came while nobody listened is kept for who asks again", async () => {
  const { client, put, socket } = await running();
  const late = await ask(socket, "POST", "/v1/barriers/start/enter", { timeout: "10ms" });
  expect(late).toEqual({
    code: 408,
    body: { reason: "Timeout", message: "barrier start was not released within 10ms" },
  });
  await put([pass(1)]);
  await expect.poll(() => client.process(claim, uid)?.barriers?.[0]?.state).toBe("Passed");
  expect((await ask(socket, "POST", "/v1/barriers/start/enter")).body).toMatchObject({ round: 1 });
});

test("B-BAR-17: an answer is for the entry that it names, and for no other", async () => {
  const { client, put, socket } = await running();
  const entered = ask(socket, "POST", "/v1/barriers/start/enter");
  const entry = () => client.process(claim, uid)?.barriers?.[0];
  await expect.poll(() => entry()?.state).toBe("Waiting");
  await put([pass(1, { entryAt: "2020-01-01T00:00:00.000Z" })]);
  const other = ask(socket, "POST", "/v1/barriers/other/enter");
  await expect.poll(() => client.process(claim, uid)?.barriers).toHaveLength(2);
  expect(entry()?.state).toBe("Waiting");
  await put([pass(2, { entryAt: entry()?.at ?? "" }), { ...pass(1), name: "other" }]);
  expect((await entered).body).toMatchObject({ round: 2 });
  expect((await other).body).toMatchObject({ round: 1 });
});

test("rounds that were passed are remembered by the next agent", async () => {
  const { agent, client, put, socket } = await running();
  const entered = ask(socket, "POST", "/v1/barriers/start/enter");
  await expect.poll(() => client.process(claim, uid)?.barriers?.[0]?.state).toBe("Waiting");
  await put([pass(1)]);
  await entered;
  const { pid } = client.process(claim, uid) ?? {};
  await agent.stop();
  await agent.start();
  const again = await agent.connect();
  await expect.poll(() => again.process(claim, uid)?.barriers).toMatchObject([{ round: 1, state: "Passed" }]);
  expect(again.process(claim, uid)?.pid).toBe(pid);
  void ask(socket, "POST", "/v1/barriers/start/enter").catch(() => undefined);
  await expect.poll(() => again.process(claim, uid)?.barriers).toMatchObject([{ round: 2, state: "Waiting" }]);
});

test("who came too late where nobody is let in then has failed", async () => {
  const { client, put, socket } = await running();
  const entered = ask(socket, "POST", "/v1/barriers/start/enter");
  await expect.poll(() => client.process(claim, uid)?.barriers?.[0]?.state).toBe("Waiting");
  await put([pass(1, { outcome: "Reject", reason: "round 1 was released before" })]);
  expect(await entered).toMatchObject({ code: 409, body: { message: "round 1 was released before" } });
  await expect
    .poll(() => client.process(claim, uid))
    .toMatchObject({
      state: "Failed",
      reason: "LateForBarrier",
      message: "barrier start: round 1 was released before",
    });
  await expect.poll(() => existsSync(socket)).toBe(false);
});

test("B-HEA-3: who one is, peers as they change, and being ready", async () => {
  const never = {
    exec: { command: ["false"] },
    periodMs: 60_000,
    timeoutMs: 1000,
    successThreshold: 1,
    failureThreshold: 3,
  };
  const { client, put, socket } = await running({ readinessProbe: never });
  expect((await ask(socket, "GET", "/v1/self")).body).toMatchObject({
    component: "servers",
    ordinal: 0,
    epoch: 1,
    process: "server",
  });
  const changed = ask(socket, "GET", "/v1/peers?wait=1");
  await put([], { peers: { revision: 2, components: { servers: [] } } });
  expect((await changed).body).toEqual({ revision: 2, components: { servers: [] } });
  expect((await ask(socket, "POST", "/v1/ready")).code).toBe(200);
  await expect.poll(() => client.process(claim, uid)?.state).toBe("Ready");
  expect(await ask(socket, "GET", "/v1/nothing")).toMatchObject({ code: 404 });
  expect(await ask(socket, "POST", "/v1/barriers/x/enter", { round: 0 })).toMatchObject({ code: 400 });
});

test("a shell enters with curl's one call, at the path that its environment names", async () => {
  const script =
    'printf %s "$PLUSH_SOCKET" >path; exec curl -s --unix-socket "$PLUSH_SOCKET" -X POST http://plush/v1/barriers/start/enter';
  const { agent, client, put, socket } = await running({ argv: ["sh", "-c", script], restartPolicy: "Never" });
  await expect.poll(() => client.process(claim, uid)?.barriers?.[0]?.state).toBe("Waiting");
  expect(readFileSync(agent.path("claims", claim, "work", "path"), "utf8")).toBe(socket);
  await put([pass(1)]);
  await expect.poll(() => client.process(claim, uid)).toMatchObject({ state: "Exited", exitCode: 0 });
});
