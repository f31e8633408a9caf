import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import type { Process } from "../../api/index.ts";
import { FakeClock } from "../../clock/index.ts";
import type { LogOptions, OpenLog } from "../../fabric/index.ts";
import type { LogsMessage, LogsRequest } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { ManyLogs } from "./many-logs.ts";

/** A process that prints what a test has it print, and whose machine is cut off when the test wants it. */
class FakeMember {
  readonly name: string;
  /** By run; the last is the current one. */
  readonly runs = new Map<string, string>([["1.1", ""]]);
  isOver = false;
  isEnded = false;
  away: string | undefined;
  readonly asked: LogOptions[] = [];
  #open: { readonly stream: Readable; readonly run: string; at: number }[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get process(): Process {
    const status = { state: this.isOver ? "Exited" : "Running", epoch: 1, revision: "r", restarts: 0 };
    const spec = { restartPolicy: "Never", epoch: 1, revision: "r" };
    return { metadata: { name: this.name, namespace: "default" }, spec, status } as unknown as Process;
  }

  get #run(): string {
    return [...this.runs.keys()].at(-1) ?? "";
  }

  /** What nobody has taken yet of what was opened. */
  get held(): number {
    return this.#open.reduce((sum, { stream }) => sum + stream.readableLength, 0);
  }

  print(text: string): void {
    this.runs.set(this.#run, this.runs.get(this.#run) + text);
    this.#flow();
  }

  restart(): void {
    const [epoch, number] = this.#run.split(".");
    this.runs.set(`${epoch}.${Number(number) + 1}`, "");
    this.#flow();
  }

  end(): void {
    this.isEnded = true;
    this.#flow();
  }

  /** Nothing is sent any more of what was opened. */
  cut(why: string): void {
    this.away = why;
    for (const { stream } of this.#open.splice(0))
      stream.destroy(new StatusError("Unreachable", "the connection broke"));
  }

  async open(options: LogOptions): Promise<OpenLog> {
    if (this.away !== undefined) throw new StatusError("ServiceUnavailable", this.away);
    this.asked.push(options);
    const run = options.from !== undefined && this.runs.has(options.from.run) ? options.from.run : this.#run;
    const offset = options.from?.run === run ? options.from.offset : 0;
    const stream = new Readable({ read: () => undefined });
    options.signal.addEventListener("abort", () => stream.destroy(), { once: true });
    this.#open.push({ stream, run, at: offset });
    const lastRun = this.#run;
    this.#flow(options.follow);
    return { text: stream, position: { run, offset }, lastRun };
  }

  #flow(isFollowed = true): void {
    this.#open = this.#open.filter((each) => {
      const text = this.runs.get(each.run) ?? "";
      if (text.length > each.at) each.stream.push(text.slice(each.at));
      each.at = text.length;
      const isDone = !isFollowed || this.isEnded || each.run !== this.#run;
      if (isDone) each.stream.push(null);
      return !isDone;
    });
  }
}

interface Scene {
  readonly members: readonly FakeMember[];
  readonly clock: FakeClock;
  readonly told: LogsMessage[];
  readonly logs: ManyLogs;
  quiet: (name: string) => string | undefined;
  text(name: string): string;
  notes(name: string): readonly string[];
}

function start(
  request: Partial<LogsRequest>,
  names: readonly string[],
  { isRead = true, before = (_: readonly FakeMember[]): void => undefined } = {},
): Scene {
  const members: FakeMember[] = names.map((name) => new FakeMember(name));
  before(members);
  const clock = new FakeClock();
  const find = (name: string) => members.find((member) => member.name === name);
  const told: LogsMessage[] = [];
  const logs = new ManyLogs(
    { namespace: "default", selectors: [""], ...request },
    {
      clock,
      choose: () => members.map(({ name }) => name),
      find: (name) => find(name)?.process,
      open: async ({ metadata }, options) => {
        const member = find(metadata.name ?? "");
        if (member === undefined) throw new Error("nobody");
        return member.open(options);
      },
      whyQuiet: ({ metadata }) => scene.quiet(metadata.name ?? ""),
    },
  );
  onTestFinished(() => void logs.output.destroy());
  const scene: Scene = {
    ...{ members, clock, told, logs, quiet: () => undefined },
    text: (name) => told.flatMap((each) => (each.type === "text" && each.process === name ? [each.text] : [])).join(""),
    notes: (name) =>
      told.flatMap((each) => (each.type === "note" && each.process === name ? [`${each.note}: ${each.message}`] : [])),
  };
  if (isRead) {
    logs.output.on("data", (chunk) => {
      for (const line of String(chunk).trimEnd().split("\n")) told.push(JSON.parse(line));
    });
  }
  return scene;
}

test("what is there is told one process after another, in order; why one is missing, too", async () => {
  const before = ([a, b, c]: readonly FakeMember[]): void => {
    a?.print("a1\na2\n");
    b?.cut("its machine has gone");
    c?.print("c1");
  };
  const { told, notes } = start({}, ["a", "b", "c"], { before });
  await expect.poll(() => told.at(-1)).toEqual({ type: "end" });
  expect(told.map((each) => ("process" in each ? each.process : each.type))).toEqual(["members", "a", "b", "c", "end"]);
  expect(notes("b")).toEqual(["failed: its machine has gone"]);
});

test("B-LOG-2: a broken connection is taken up where it was left: no line is lost, doubled or cut", async () => {
  const { members, clock, text, notes } = start({ follow: true, tailLines: 5 }, ["a", "b"]);
  const [a, b] = members;
  await expect.poll(() => a?.asked.length).toBe(1);
  let expected = "";
  for (let round = 0; round < 20; round++) {
    const printed = `line ${round}\n`;
    // Cut within a line, at another place each time.
    a?.print(printed.slice(0, round % printed.length));
    await new Promise((resolve) => setImmediate(resolve));
    a?.cut("the machine is silent");
    b?.print(`b ${round}\n`);
    await clock.advance(1000);
    a?.print(printed.slice(round % printed.length));
    if (a !== undefined) a.away = undefined;
    await clock.advance(1000);
    expected += printed;
    await expect.poll(() => text("a")).toBe(expected);
  }
  expect(text("b")).toBe(Array.from({ length: 20 }, (_, round) => `b ${round}\n`).join(""));
  expect(notes("a").slice(0, 2)).toEqual(["waiting: the connection broke", "back: is heard of again"]);
  expect(notes("b")).toEqual([]);
  expect(a?.asked[0]).toMatchObject({ tail: 5 });
  expect(a?.asked[1]).not.toHaveProperty("tail");
});

test("B-LOG-3: goes on with the next run, with processes that come later, and ends when all have ended for good", async () => {
  const { members, clock, told, text } = start({ follow: true }, ["a"]);
  const [a] = members;
  await expect.poll(() => a?.asked.length).toBe(1);
  a?.print("first\n");
  a?.restart();
  a?.print("second\n");
  await clock.advance(1000);
  await expect.poll(() => text("a")).toBe("first\nsecond\n");
  const late = new FakeMember("late");
  late.print("before anybody looked\n");
  (members as FakeMember[]).push(late);
  await clock.advance(1000);
  await expect.poll(() => text("late")).toBe("before anybody looked\n");
  for (const member of members) {
    member.isOver = true;
    member.end();
  }
  await expect
    .poll(async () => {
      await clock.advance(1000);
      return told.at(-1);
    })
    .toEqual({ type: "end" });
});

test("says once that a machine is silent, and that it is heard of again", async () => {
  const scene = start({ follow: true }, ["a", "b"]);
  await expect.poll(() => scene.members[1]?.asked.length).toBe(1);
  scene.quiet = (name) => (name === "a" ? "no sign of life" : undefined);
  for (let count = 0; count < 3; count++) await clock(scene);
  scene.quiet = () => undefined;
  for (let count = 0; count < 3; count++) await clock(scene);
  await expect.poll(() => scene.notes("a")).toEqual(["waiting: no sign of life", "back: is heard of again"]);
  expect(scene.notes("b")).toEqual([]);
});

function clock(scene: Scene): Promise<void> {
  return scene.clock.advance(1000);
}

test("while nobody reads, little is held of each process; then all have their turn", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `m${index}`);
  const { members, logs } = start({ follow: true }, names, { isRead: false });
  await expect.poll(() => members.every(({ asked }) => asked.length === 1)).toBe(true);
  const line = `${"x".repeat(1023)}\n`;
  let printed = 0;
  const printAll = async (): Promise<void> => {
    for (const member of members) member.print(line.repeat(64));
    printed += 64;
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (let round = 0; round < 20; round++) await printAll();
  const held = members.reduce((sum, member) => sum + member.held, 0);
  const taken = names.length * printed * line.length - held;
  expect(taken).toBeLessThan(names.length * 256 * 1024);
  let told = "";
  const counts = new Map<string, number>();
  logs.output.on("data", (chunk) => {
    const lines = (told + chunk).split("\n");
    told = lines.pop() ?? "";
    for (const each of lines) {
      const message: LogsMessage = JSON.parse(each);
      if (message.type !== "text") continue;
      const count = message.text.length / line.length;
      counts.set(message.process, (counts.get(message.process) ?? 0) + count);
    }
    const all = [...counts.values()];
    // Nobody is ahead of the others by more than a few pieces.
    if (counts.size === names.length) expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(10 * 64);
  });
  await expect.poll(() => [...counts.values()]).toEqual(names.map(() => printed));
});

test.each(["limitBytes", "limitBytes, followed"])("%s: ends after so many bytes of each", async (name) => {
  const before = ([a]: readonly FakeMember[]): void => a?.print("abcdef\n");
  const { told, text, clock } = start({ limitBytes: 3, follow: name.includes("followed") }, ["a"], { before });
  await expect
    .poll(async () => {
      await clock.advance(1000);
      return told.at(-1);
    })
    .toEqual({ type: "end" });
  expect(text("a")).toBe("abc");
});
