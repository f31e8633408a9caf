import { afterEach, beforeEach, expect, test } from "vitest";
import { TreeBed } from "../../test/support/tree-bed.ts";
import { channel, encodeFrame, FrameDecoder } from "../protocol/index.ts";
import { type Cheat, CheatingParent } from "./testing/cheating-parent.ts";

let bed: TreeBed;
/** What was seen of machines besides that they are connected and well, by name. */
let alarms: string[];

beforeEach(async () => {
  bed = await TreeBed.start();
  alarms = [];
});
afterEach(() => bed.close());

const soon = { timeout: 15_000, interval: 20 };

/** Every machine but the roots is reached through another one, and no link of it to the server is left. */
async function treeStands(count: number, roots: number): Promise<void> {
  await expect.poll(() => bed.parents().size, soon).toBe(count - roots);
  await expect.poll(() => bed.machines.filter(({ open }) => open > 0).length, soon).toBe(roots);
  bed.fabric.subscribe((uid) => {
    const machine = bed.machines.find((one) => one.uid === uid);
    const seen = bed.fabric.observe(uid);
    if (seen.state !== "connected") alarms.push(`${machine?.name} ${seen.state}`);
    else if (seen.suspect) alarms.push(`${machine?.name} suspect`);
  });
}

/** A machine with children, and one of these. */
function aParent(): { readonly parent: string; readonly children: readonly string[] } {
  const [parent = ""] = bed.parents().values();
  return { parent, children: [...bed.parents()].flatMap(([child, of]) => (of === parent ? [child] : [])) };
}

/** Has a command on the machine repeat what it is given. */
async function echo(name: string, text: string): Promise<string> {
  const stream = await bed.fabric.exec(bed.named(name).uid, { argv: ["cat"], stdin: true, timeoutMs: 0 });
  stream.write(encodeFrame(channel.stdin, Buffer.from(text)));
  stream.write(encodeFrame(channel.stdin, Buffer.alloc(0)));
  const decoder = new FrameDecoder();
  let answer = "";
  for await (const chunk of stream)
    for (const frame of decoder.push(chunk as Buffer))
      if (frame.channel === channel.stdout) answer += Buffer.from(frame.payload);
  return answer;
}

test("a group of more machines than the fan-out becomes a tree, whose roots alone have a link to the server", async () => {
  bed.attach(7, 2);
  await treeStands(7, 2);
  const parents = [...bed.parents().values()];
  for (const parent of new Set(parents)) expect(parents.filter((one) => one === parent).length).toBeLessThanOrEqual(2);
  for (const { name } of bed.machines) expect(await echo(name, `to ${name}`)).toBe(`to ${name}`);
  expect(alarms).toEqual([]);
});

test("a group of no more machines is a star", async () => {
  bed.attach(3, 3);
  await expect.poll(() => bed.machines.filter(({ open }) => open === 1).length, soon).toBe(3);
  await expect.poll(
    () => bed.machines.every(({ seen }) => seen.state === "connected" && seen.tree === undefined),
    soon,
  );
  expect(bed.parents().size).toBe(0);
});

test("B-TREE-10: when a parent's agent dies, its children are reached in another way at once, and there is no alarm of them", async () => {
  bed.attach(8, 3);
  await treeStands(8, 3);
  const { parent, children } = aParent();
  await bed.named(parent).endAgent();
  // What is asked at that very moment may break off.
  for (const child of children) await expect.poll(() => echoOrNot(child), soon).toBe(`to ${child}`);
  await expect
    .poll(() => children.map((child) => bed.parents().get(child) !== parent), soon)
    .toEqual(children.map(() => true));
  expect(alarms.filter((alarm) => children.some((child) => alarm.startsWith(`${child} `)))).toEqual([]);
});

test("when a parent is without power, its children have another one before it is judged", async () => {
  bed.attach(8, 3);
  await treeStands(8, 3);
  const { parent, children } = aParent();
  await bed.named(parent).powerOff();
  await expect.poll(() => bed.named(parent).seen, soon).toMatchObject({ state: "lost", verdict: "dead" });
  await expect.poll(() => bed.parents().size, soon).toBe(8 - 3 - 1);
  expect(alarms.filter((alarm) => children.some((child) => alarm.startsWith(`${child} `)))).toEqual([]);
  for (const child of children) expect(await echo(child, "here")).toBe("here");
});

test.each<[Cheat, string]>([
  ["change", "changes what its children send"],
  ["drop", "drops what its children send"],
])(
  "B-TREE-7: a parent that cheats (%s) gains nothing: its children are reached otherwise, and nobody is taken for lost",
  async (cheat) => {
    let how: Cheat = "honest";
    bed.wrap = (_machine, connection) => new CheatingParent(connection, () => how);
    bed.attach(5, 2);
    await treeStands(5, 2);
    how = cheat;
    await expect.poll(() => bed.machines.filter(({ open }) => open > 0).length, { ...soon, timeout: 25_000 }).toBe(5);
    for (const { name } of bed.machines) await expect.poll(() => echoOrNot(name), soon).toBe(`to ${name}`);
    expect(alarms).toEqual([]);
  },
  60_000,
);

test("B-TREE-9: what one child does not read, or does not take, keeps no other from its own", async () => {
  bed.attach(6, 2);
  await treeStands(6, 2);
  const { parent, children } = aParent();
  const [slow = "", ...others] = children;
  const unread = await bed.fabric.exec(bed.named(slow).uid, { argv: ["cat", "/dev/zero"], stdin: false, timeoutMs: 0 });
  unread.pause();
  const full = await bed.fabric.exec(bed.named(slow).uid, { argv: ["sleep", "1000"], stdin: true, timeoutMs: 0 });
  full.on("error", () => undefined);
  for (let piece = 0; piece < 512; piece++) full.write(encodeFrame(channel.stdin, Buffer.alloc(32 << 10)));
  const text = "x".repeat(256 << 10);
  for (const name of [...others, parent]) expect((await echo(name, text)).length).toBe(text.length);
  expect(alarms).toEqual([]);
  unread.destroy();
  full.destroy();
});

test("half of the parents die while documents are on their way: each machine has its newest in the end, and all are well", async () => {
  bed.attach(12, 4);
  await treeStands(12, 4);
  const parents = [...new Set(bed.parents().values())];
  const generations = 30;
  for (let generation = 1; generation <= generations; generation++) {
    for (const { uid, name } of bed.machines) {
      bed.fabric.setDocument({
        clusterUid: bed.clusterUid,
        resourceUid: uid,
        resourceName: `${name}-${generation}`,
        term: 1,
        generation,
        claims: [],
      });
    }
    if (generation === 10) void Promise.all(parents.slice(0, 2).map((name) => bed.named(name).endAgent()));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const positions = (): number[] =>
    bed.machines.map(({ seen }) => (seen.state === "connected" ? seen.document.generation : -1));
  await expect.poll(positions, soon).toEqual(bed.machines.map(() => generations));
  const lost = alarms.filter((alarm) => !parents.some((parent) => alarm.startsWith(`${parent} `)));
  expect(lost).toEqual([]);
});

test("a server that is started again finds the tree as it was", async () => {
  bed.attach(7, 2);
  await treeStands(7, 2);
  const before = bed.parents();
  await bed.restart();
  await treeStands(7, 2);
  expect(bed.parents()).toEqual(before);
});

async function echoOrNot(name: string): Promise<string> {
  return echo(name, `to ${name}`).catch(String);
}
