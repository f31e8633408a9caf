import { expect, onTestFinished, test } from "vitest";
import type { SocketTransport, Transport, TransportRequest } from "../../client/portable.ts";
import { FakeClock } from "../../clock/index.ts";
import { StatusError } from "../../status/index.ts";
import { Connection } from "./connection.ts";
import { steadyTransport } from "./steady-transport.ts";

/** Answers what a test says next. */
function open() {
  const clock = new FakeClock(0);
  let answer: number | StatusError = 200;
  const asked: string[] = [];
  const told: string[] = [];
  const request = async ({ method, path }: TransportRequest) => {
    asked.push(`${method} ${path}`);
    if (typeof answer !== "number") throw answer;
    return { status: answer, headers: {}, warnings: [], body: (async function* () {})() };
  };
  const inner = {
    request,
    watch: async ({ path }: TransportRequest) => {
      asked.push(`WATCH ${path}`);
      if (typeof answer !== "number") throw answer;
      return (async function* () {
        yield "{}";
      })();
    },
    close: () => undefined,
  } as unknown as Transport & SocketTransport;
  const connection = new Connection({
    probe: async () => {
      if (answer !== 200) throw new Error("away");
    },
    ...{ now: () => clock.now(), random: () => 0.5, setTimer: (delay, run) => clock.setTimer(delay, run) },
  });
  const transport = steadyTransport(inner, {
    connection,
    onUnauthorized: (isStranger) => told.push(isStranger ? "stranger" : "unauthorized"),
    onForbidden: () => told.push("forbidden"),
  });
  onTestFinished(() => transport.close());
  return { clock, connection, transport, asked, told, say: (next: number | StatusError) => (answer = next) };
}

const away = new StatusError("Unreachable", "cannot reach it");
const get = { method: "GET", path: "/x" };

test("what only reads waits while the server is away; what changes something is told at once", async () => {
  const { clock, connection, transport, asked, say } = open();
  say(away);
  await expect(transport.request(get)).rejects.toThrow("cannot reach");
  await clock.advance(0);
  expect(connection.state.status).toBe("away");
  let arrived = 0;
  const waiting = [transport.request(get), transport.watch?.({ path: "/w" })];
  for (const one of waiting) void one?.then(() => arrived++);
  await expect(transport.request({ method: "POST", path: "/y" })).rejects.toThrow("cannot reach");
  expect([arrived, asked]).toEqual([0, ["GET /x", "POST /y"]]);
  say(200);
  await clock.advance(500);
  await Promise.all(waiting);
  expect(connection.state.status).toBe("up");
  expect(asked.slice(2)).toEqual(["GET /x", "WATCH /w"]);
});

test("who is not known, or may not, is told of, from answers and from watches", async () => {
  const { transport, told, say } = open();
  say(401);
  await transport.request(get);
  say(403);
  await transport.request({ method: "POST", path: "/x" });
  say(new StatusError("Unauthorized", "no"));
  await expect(transport.watch?.({ path: "/w" })).rejects.toThrow("no");
  say(new StatusError("Forbidden", "no"));
  await expect(transport.watch?.({ path: "/w" })).rejects.toThrow("no");
  expect(told).toEqual(["unauthorized", "forbidden", "unauthorized", "forbidden"]);
});

test("an answer of one that stands between is no sign of life of the server's", async () => {
  const { clock, connection, transport, say } = open();
  say(502);
  await transport.request(get);
  await clock.advance(0);
  expect(connection.state.status).toBe("away");
  // A later one that comes through is.
  say(404);
  await transport.request({ method: "POST", path: "/x" });
  expect(connection.state.status).toBe("up");
});
