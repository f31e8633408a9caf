import { expect, it } from "vitest";
import type { ResourcePool } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import { FakeClock } from "../clock/index.ts";
import { StatusError } from "../status/index.ts";
import { changeTokens, type JoinTokens } from "./change-tokens.ts";

const token: JoinTokens[number] = { hash: "sha256:00", uses: 1, expires: "2030-01-01T00:00:00Z" };

/** A pool that another's write to the disk is on its way to, for so long. */
function setUp(busyMs: number) {
  const clock = new FakeClock();
  const until = clock.now() + busyMs;
  const written: (ResourcePool["status"] | undefined)[] = [];
  const pool = { metadata: { name: "edge" }, status: { state: "Ready" } } as unknown as ResourcePool;
  const api = {
    get: async () => pool,
    update: async (_kind: unknown, changed: ResourcePool) => {
      if (clock.now() < until) throw new StatusError("Conflict", "the object has been modified");
      written.push(changed.status);
      return changed;
    },
  } as unknown as Pick<ApiClient, "get" | "update">;
  return { api, clock, written };
}

it("waits for what others are writing", async () => {
  const { api, clock, written } = setUp(2000);
  const done = changeTokens("edge", (tokens) => [...tokens, token], { api, clock });
  await clock.advance(3000);
  await done;
  expect(written).toEqual([{ state: "Ready", joinTokens: [token] }]);
});

it("gives up where it never ends, and says why", async () => {
  const { api, clock, written } = setUp(60_000);
  const done = changeTokens("edge", (tokens) => [...tokens, token], { api, clock }).catch((error: unknown) => error);
  await clock.advance(10_000);
  expect(await done).toMatchObject({ reason: "Conflict" });
  expect(written).toEqual([]);
});

it("is over where a token is refused, or nobody waits any more", async () => {
  const { api, clock } = setUp(60_000);
  const refuse = (): never => {
    throw new StatusError("Unauthorized", "used up");
  };
  await expect(changeTokens("edge", refuse, { api, clock })).rejects.toThrow("used up");
  const abort = new AbortController();
  const done = changeTokens("edge", (tokens) => tokens, { api, clock, signal: abort.signal });
  const ended = expect(done).rejects.toThrow("gone");
  await clock.advance(15);
  abort.abort(new Error("gone"));
  await ended;
});
