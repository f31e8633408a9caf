import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ownTime } from "../../test/support/own-time.ts";
import { TreeBed, type TreeMachineBed } from "../../test/support/tree-bed.ts";
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

test("B-TREE-15: within a second of a parent's death its children have another, and there is no alarm of them", async () => {
  bed.attach(10, 4);
  await treeStands(10, 4);
  const times: number[] = [];
  // A computer with much else to do may be late: once of three times it is not.
  for (let round = 0; round < 3 && !times.some((took) => took <= 1000); round++) {
    const { parent, children } = aParent();
    const at = ownTime();
    const ended = bed.named(parent).endAgent();
    const isMoved = (name: string): boolean => ![parent, undefined].includes(bed.parents().get(name));
    const isReached = (name: string): boolean => isMoved(name) || bed.named(name).open > 0;
    await expect.poll(() => children.every(isReached), { timeout: 15_000, interval: 5 }).toBe(true);
    times.push(ownTime() - at);
    await ended;
    expect(alarms.filter((alarm) => children.some((child) => alarm.startsWith(`${child} `)))).toEqual([]);
    await expect.poll(() => bed.parents().size, soon).toBe(10 - 4);
  }
  expect(Math.min(...times)).toBeLessThanOrEqual(1000);
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
    const children = [...bed.parents().keys()];
    const at = ownTime();
    const isLeft = (name: string): boolean => !bed.parents().has(name);
    await expect.poll(() => children.some(isLeft), { ...soon, timeout: 25_000 }).toBe(true);
    const leftAfterMs = ownTime() - at;
    await expect.poll(() => bed.machines.filter(({ open }) => open > 0).length, { ...soon, timeout: 25_000 }).toBe(5);
    // Each of the two was asked when its beat, of three seconds here, was late.
    expect(leftAfterMs).toBeLessThan(8000);
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

/** A command on the machine, and what it has printed so far. */
function run(uid: string, argv: readonly string[]) {
  const printed = { out: "" };
  const command = bed.fabric.run(uid, { argv, timeoutMs: 0 }, (_name, bytes) => {
    printed.out += Buffer.from(bytes).toString();
    return undefined;
  });
  return { command, printed, answer: async () => ({ result: await command.ended, out: printed.out }) };
}

test("B-TREE-11: half of the parents die during a broadcast: a command runs once everywhere else, and answers once and whole", async () => {
  bed.attach(12, 4);
  await treeStands(12, 4);
  const parents = [...new Set(bed.parents().values())];
  const dying = parents.slice(0, Math.ceil(parents.length / 2));
  const others = bed.machines.filter(({ name }) => !dying.includes(name));
  const starts = (name: string): string => join(bed.directory, `starts-${name}`);
  const script = `echo x >>"$1"; for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.2; done`;
  const answers = others.map(({ uid, name }) => run(uid, ["sh", "-c", script, "sh", starts(name)]).answer());
  await expect.poll(() => others.filter(({ name }) => existsSync(starts(name))).length, soon).toBe(others.length);
  await Promise.all(dying.map((name) => bed.named(name).endAgent()));
  for (const answer of answers)
    expect(await answer).toEqual({ out: "1\n2\n3\n4\n5\n6\n7\n8\n", result: { exitCode: 0 } });
  for (const { name } of others) expect(readFileSync(starts(name), "utf8")).toBe("x\n");
});

test("B-TREE-11: what is asked while parents die is asked once, wherever it got to", async () => {
  bed.attach(12, 4);
  await treeStands(12, 4);
  const parents = [...new Set(bed.parents().values())];
  const dying = parents.slice(0, Math.ceil(parents.length / 2));
  const others = bed.machines.filter(({ name }) => !dying.includes(name));
  const starts = (name: string): string => join(bed.directory, `starts-${name}`);
  const ask = (uid: string, name: string, round: number) =>
    run(uid, ["sh", "-c", 'echo "$2" >>"$1"; echo "$2"', "sh", starts(name), String(round)]).answer();
  const rounds = Array.from({ length: 8 }, (_, index) => index);
  const ends: Promise<void>[] = [];
  for (const round of rounds) {
    if (round === 2) ends.push(...dying.map((name) => bed.named(name).endAgent()));
    const answers = others.map(({ uid, name }) => ask(uid, name, round));
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const answer of await Promise.all(answers))
      expect(answer).toEqual({ out: `${round}\n`, result: { exitCode: 0 } });
  }
  await Promise.all(ends);
  for (const { name } of others)
    expect(readFileSync(starts(name), "utf8").trim().split("\n").map(Number)).toEqual(rounds);
});

test("B-TREE-11: one that prints much comes whole, though the parent dies when half of it has come", async () => {
  bed.attach(4, 2);
  await treeStands(4, 2);
  const [[child = "", parent = ""] = []] = bed.parents();
  const script = "i=0; while [ $i -lt 20 ]; do head -c 20000 /dev/zero | tr '\\0' x; sleep 0.05; i=$((i + 1)); done";
  const { printed, answer } = run(bed.named(child).uid, ["sh", "-c", script]);
  await expect.poll(() => printed.out.length, soon).toBeGreaterThan(200_000);
  await bed.named(parent).endAgent();
  const { out, result } = await answer();
  expect([out.length, result]).toEqual([400_000, { exitCode: 0 }]);
});

test("a command is ended by who asked for it, also through a parent", async () => {
  bed.attach(4, 2);
  await treeStands(4, 2);
  const [child = ""] = bed.parents().keys();
  // One that has said little, and one that has a request of its own by then.
  for (const many of [0, 100_000]) {
    const script = `head -c ${many} /dev/zero; echo; echo $$; exec sleep 600`;
    const { command, printed } = run(bed.named(child).uid, ["sh", "-c", script]);
    await expect.poll(() => printed.out.slice(many), soon).toMatch(/\d+\n$/);
    const pid = printed.out.slice(many).trim();
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    command.stop();
    await expect(command.ended).rejects.toThrow("stopped");
    await expect.poll(() => existsSync(`/proc/${pid}`), soon).toBe(false);
  }
});

test("a tree whose fan-out is changed is planned anew, whatever was written down of places", async () => {
  bed.attach(12, 2);
  await treeStands(12, 2);
  bed.changeFanOut(5);
  await treeStands(12, 5);
});

test.each([1, 3])(
  "B-TREE-18: a server that is started again finds the tree as it was, and connects to its roots alone (machines in %i portions)",
  async (portions) => {
    bed.attach(16, 3);
    await treeStands(16, 3);
    const before = bed.parents();
    const direct = directOf();
    await bed.restart({ portions });
    await treeStands(16, 3);
    expect(bed.parents()).toEqual(before);
    const anew = bed.machines.filter(({ name, direct: now }) => now !== direct.get(name)).map(({ name }) => name);
    expect(anew.filter((name) => before.has(name))).toEqual([]);
  },
);

test("B-TREE-19: where a parent went while the server was away, its children are reached otherwise, and the others as before", async () => {
  bed.attach(13, 3);
  await treeStands(13, 3);
  const before = bed.parents();
  const [lost = ""] = before.values();
  const direct = directOf();
  await bed.restart({ meanwhile: () => bed.named(lost).powerOff() });
  await expect.poll(() => bed.machines.filter(isReached).length, soon).toBe(12);
  await expect.poll(() => bed.parents().size, soon).toBe(12 - 3);
  const others = [...before].filter(([, parent]) => parent !== lost).map(([name]) => name);
  expect(others.length).toBeGreaterThan(5);
  // One may have become a root, and one may have made room for who had none.
  expect(others.filter((name) => bed.named(name).direct !== direct.get(name)).length).toBeLessThanOrEqual(2);
});

test("B-TREE-19: what was written down may be wrong: all are reached, and the tree stands", async () => {
  bed.attach(12, 3);
  await treeStands(12, 3);
  // Each is said to be below the next one, and the last below the first.
  const places = new Map(
    bed.machines.map(({ uid }, index) => [uid, { parentUid: bed.machines[(index + 1) % 12]?.uid ?? "" }] as const),
  );
  await bed.restart({ places, meanwhile: () => bed.named("m1").endAgent() });
  await expect.poll(() => bed.machines.filter(isReached).length, soon).toBe(12);
  await treeStands(12, 3);
});

function isReached({ seen }: TreeMachineBed): boolean {
  return seen.state === "connected";
}

/** By name: how often the server has connected to each by itself. */
function directOf(): ReadonlyMap<string, number> {
  return new Map(bed.machines.map(({ name, direct }) => [name, direct]));
}

async function echoOrNot(name: string): Promise<string> {
  return echo(name, `to ${name}`).catch(String);
}
