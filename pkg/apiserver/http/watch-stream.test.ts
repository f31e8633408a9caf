import type { ServerResponse } from "node:http";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../../test/support/test-api.ts";
import { type KubeObject, kinds } from "../../api/index.ts";
import { FakeClock } from "../../clock/index.ts";
import { makeSelection } from "../selection.ts";
import { eventLine } from "./object-text.ts";
import { answerCarrier } from "./watch-carrier.ts";
import { streamWatch, type WatchStreamOptions } from "./watch-stream.ts";

/** The answer to a client that reads, until it does not. */
class Client extends Writable {
  readonly lines: string[] = [];
  reads = true;
  #waiting: (() => void)[] = [];

  constructor() {
    super({ highWaterMark: 1024 });
  }

  writeHead(): void {}
  flushHeaders(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const read = (): void => {
      for (const line of chunk.toString().split("\n").slice(0, -1)) this.lines.push(line);
      done();
    };
    if (this.reads) read();
    else this.#waiting.push(read);
  }

  readOn(): void {
    this.reads = true;
    for (const read of this.#waiting.splice(0)) read();
  }

  get bookmarks(): number {
    return this.lines.filter((line) => line.startsWith('{"type":"BOOKMARK"')).length;
  }
}

interface Watching extends TestApi {
  readonly clock: FakeClock;
  readonly client: Client;
  readonly dropped: () => number;
}

async function watching(options: Partial<WatchStreamOptions> = {}): Promise<Watching> {
  const clock = new FakeClock(1_700_000_000_000);
  const api = await openTestApi({ clock });
  const client = new Client();
  let dropped = 0;
  streamWatch(answerCarrier(client as unknown as ServerResponse), {
    backend: api.api.backend,
    clock,
    selection: makeSelection(kinds.ConfigMap, {}),
    request: {},
    allowBookmarks: true,
    timeoutSeconds: 600,
    encode: eventLine,
    onDropped: () => dropped++,
    onEvent: () => {},
    ...options,
  });
  return { ...api, clock, client, dropped: () => dropped };
}

function configMap(name: string, bytes = 0): KubeObject {
  const data = { big: "x".repeat(bytes) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data } as KubeObject;
}

test("bookmarks come each minute and at the end of the time, to those who want them", async () => {
  const { clock, client, store } = await watching({ timeoutSeconds: 150 });
  await clock.advance(149_000);
  expect(client.bookmarks).toBe(2);
  expect(client.writableEnded).toBe(false);
  await clock.advance(1000);
  expect(client.bookmarks).toBe(3);
  expect(JSON.parse(client.lines.at(-1) ?? "")).toMatchObject({
    object: { kind: "ConfigMap", metadata: { resourceVersion: String(store.revision) } },
  });
  expect(client.writableEnded).toBe(true);
  const unasked = await watching({ allowBookmarks: false });
  await unasked.clock.advance(600_000);
  expect(unasked.client).toMatchObject({ lines: [], writableEnded: true });
});

test("a time beyond all timers is shortened, not taken for none", async () => {
  const { clock, client } = await watching({ timeoutSeconds: 9_000_000_000, allowBookmarks: false });
  await clock.advance(23 * 3_600_000);
  expect(client.writableEnded).toBe(false);
  await clock.advance(3_600_000);
  expect(client.writableEnded).toBe(true);
});

test("a client that reads slowly stays, one that reads nothing is dropped in time", async () => {
  const { user, clock, client, dropped } = await watching();
  client.reads = false;
  await user.create(kinds.ConfigMap, configMap("a", 5000));
  await clock.advance(60_000);
  client.readOn();
  await expect.poll(() => client.lines.length).toBe(2);
  await clock.advance(60_000);
  expect(dropped()).toBe(0);
  client.reads = false;
  await user.create(kinds.ConfigMap, configMap("b", 5000));
  await clock.advance(60_000);
  expect(client.destroyed).toBe(false);
  await clock.advance(60_000);
  expect(client.destroyed).toBe(true);
  expect(dropped()).toBe(1);
});

test("what a client leaves unread is bounded", async () => {
  const { user, client, dropped } = await watching();
  client.reads = false;
  let most = 0;
  for (let i = 0; i < 12 && !client.destroyed; i++) {
    await user.create(kinds.ConfigMap, configMap(`c${i}`, 900_000));
    most = Math.max(most, client.writableLength);
  }
  expect(dropped()).toBe(1);
  expect(client.destroyed).toBe(true);
  expect(most).toBeLessThan(9 * 1024 * 1024);
});

test("a client that does not read to the end is cut off", async () => {
  const { user, clock, client } = await watching({ timeoutSeconds: 30 });
  client.reads = false;
  await user.create(kinds.ConfigMap, configMap("a", 5000));
  await clock.advance(30_000);
  expect(client).toMatchObject({ writableEnded: true, destroyed: false });
  await clock.advance(10_000);
  expect(client.destroyed).toBe(true);
});
