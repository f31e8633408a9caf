import { expect, it } from "vitest";
import { type ConfigMap, type KubeObject, kinds } from "../../api/index.ts";
import { type Grouping, groupsIn } from "./groups.ts";
import type { Change, ChangeListener, KindView, World } from "./world.ts";

const map = (name: string, team: string | undefined, version = "1"): ConfigMap => ({
  ...{ apiVersion: "v1", kind: "ConfigMap" },
  metadata: { name, resourceVersion: version, ...(team !== undefined && { labels: { team } }) },
});
const byTeam: Grouping<ConfigMap> = {
  kind: kinds.ConfigMap,
  groupOf: ({ metadata }) => metadata.labels?.["team"],
};

/** A world that is changed by hand. */
class HandWorld implements World {
  readonly isPast = false;
  readonly objects = new Map<string, ConfigMap>();
  followers = 0;
  #version = 0;
  #listener: ChangeListener<ConfigMap> | undefined;

  view<T extends KubeObject>(): KindView<T> {
    const view = { objects: this.objects, version: this.#version, isSynced: true, problem: undefined };
    return view as unknown as KindView<T>;
  }
  subscribe<T extends KubeObject>(_: unknown, listener: ChangeListener<T>): () => void {
    this.followers++;
    this.#listener = listener as unknown as ChangeListener<ConfigMap>;
    return () => void this.followers--;
  }
  now(): number {
    return 0;
  }
  set(key: string, now: ConfigMap | undefined): void {
    const change: Change<ConfigMap> = { key, now, before: this.objects.get(key) };
    if (now === undefined) this.objects.delete(key);
    else this.objects.set(key, now);
    this.#version++;
    if (this.followers > 0) this.#listener?.([change]);
  }
}

const names = (objects: readonly ConfigMap[]) => objects.map(({ metadata }) => metadata.name);

it("keeps groups up to date, and wakes only who looks at one that has changed", () => {
  const world = new HandWorld();
  world.set("a", map("a", "red"));
  world.set("b", map("b", "blue"));
  world.set("c", map("c", undefined));
  const groups = groupsIn(world, byTeam);
  expect(groupsIn(world, byTeam)).toBe(groups);
  const told: string[] = [];
  const leave = [groups.subscribe("red", () => told.push("red")), groups.subscribe("blue", () => told.push("blue"))];
  expect(world.followers).toBe(1);
  const blue = groups.members("blue");
  world.set("d", map("d", "red"));
  expect([names(groups.members("red")), told]).toEqual([["a", "d"], ["red"]]);
  expect(groups.members("blue")).toBe(blue);
  world.set("a", map("a", "blue", "2"));
  world.set("d", undefined);
  expect([names(groups.members("red")), names(groups.members("blue"))]).toEqual([[], ["b", "a"]]);
  for (const each of leave) each();
  expect(world.followers).toBe(0);
});

it("sees what has changed while nobody looked", () => {
  const world = new HandWorld();
  const groups = groupsIn(world, byTeam);
  groups.subscribe("red", () => undefined)();
  world.set("a", map("a", "red"));
  expect(names(groups.members("red"))).toEqual(["a"]);
  const wake = groups.subscribe("red", () => undefined);
  world.set("b", map("b", "red"));
  expect(names(groups.members("red"))).toEqual(["a", "b"]);
  wake();
});
