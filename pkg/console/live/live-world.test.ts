import { expect, it } from "vitest";
import { type ConfigMap, kinds } from "../../api/index.ts";
import type { ApiClient, WatchEvent } from "../../client/portable.ts";
import { systemClock } from "../../clock/index.ts";
import { StatusError } from "../../status/index.ts";
import { LiveWorld } from "./live-world.ts";
import type { Change } from "./world.ts";

const map = (name: string, resourceVersion: string): ConfigMap => ({
  ...{ apiVersion: "v1", kind: "ConfigMap" },
  metadata: { name, namespace: "default", resourceVersion },
});

/** A server that is told what to say. */
class Script {
  #waiting: ((event: WatchEvent<ConfigMap>) => void) | undefined;
  readonly client: ApiClient;

  constructor(listed: readonly ConfigMap[] | StatusError) {
    const next = (): Promise<WatchEvent<ConfigMap>> => new Promise((resolve) => (this.#waiting = resolve));
    this.client = {
      async list() {
        if (listed instanceof StatusError) throw listed;
        return { metadata: { resourceVersion: "1" }, items: listed };
      },
      async *watch() {
        for (;;) yield await next();
      },
    } as unknown as ApiClient;
  }

  async say(event: WatchEvent<ConfigMap>): Promise<void> {
    await expect.poll(() => this.#waiting).toBeDefined();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(event);
  }
}

function open(script: Script) {
  const frames: (() => void)[] = [];
  const world = new LiveWorld({ client: script.client, clock: systemClock, beforeFrame: (run) => frames.push(run) });
  const told: string[][] = [];
  const leave = world.subscribe(kinds.ConfigMap, (changes) => told.push(changes.map(textOf)));
  const frame = (): void => {
    for (const run of frames.splice(0)) run();
  };
  return { world, told, leave, frame, frames };
}

function untilDrawn(frame: () => void, look: () => unknown, wanted: unknown): Promise<void> {
  const draw = (): unknown => {
    frame();
    return look();
  };
  return expect.poll(draw).toBe(wanted) as Promise<void>;
}

const textOf = ({ key, before, now }: Change<ConfigMap>): string =>
  `${key} ${before?.metadata.resourceVersion ?? "-"}→${now?.metadata.resourceVersion ?? "-"}`;

it("lists, then tells once a frame what came of each object since", async () => {
  const script = new Script([map("a", "1"), map("b", "1")]);
  const { world, told, leave, frame } = open(script);
  await untilDrawn(frame, () => world.view(kinds.ConfigMap).isSynced, true);
  expect(told.flat()).toEqual(["default/a -→1", "default/b -→1"]);
  told.length = 0;
  await script.say({ type: "MODIFIED", object: map("a", "2") });
  await script.say({ type: "MODIFIED", object: map("a", "3") });
  await script.say({ type: "DELETED", object: map("b", "4") });
  await expect.poll(() => world.view(kinds.ConfigMap).objects.size).toBe(1);
  expect(told).toEqual([]);
  frame();
  expect(told).toEqual([["default/a 1→3", "default/b 1→-"]]);
  leave();
  world.close();
});

it("says why a kind cannot be followed", async () => {
  const { world, leave, frame } = open(new Script(new StatusError("Forbidden", "not you")));
  await untilDrawn(frame, () => world.view(kinds.ConfigMap).problem?.message, "not you");
  leave();
  world.close();
});
