import { expect, test } from "vitest";
import { aPool } from "../../../test/support/builders.ts";
import { FakeClock } from "../../clock/index.ts";
import type { MachineMaker, MadeMachine } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { MakerBook } from "./maker-book.ts";

const pool = aPool("lab");
const spec = { address: "10.0.0.1", port: 22, labels: {} };

/** A maker whose answers are given by hand. */
function scene() {
  const clock = new FakeClock();
  const book = new MakerBook({ clock, ports: { secret: async () => undefined } });
  const waiting = new Map<string, { answer: (value: unknown) => void; fail: (error: Error) => void }>();
  const ask = (what: string) =>
    new Promise<never>((resolve, reject) => {
      waiting.set(what, { answer: resolve as (value: unknown) => void, fail: reject });
    });
  const maker: MachineMaker = {
    list: () => ask("list"),
    create: (name) => ask(`create ${name}`),
    delete: (name) => ask(`delete ${name}`),
  };
  const news = () => new Promise<void>((resolve) => book.subscribe(() => resolve()));
  const end = async (what: string, value: unknown): Promise<void> => {
    const told = news();
    const request = waiting.get(what);
    if (value instanceof Error) request?.fail(value);
    else request?.answer(value);
    await told;
  };
  const states = () => [...book.view(pool).machines.values()].map(({ name, state }: MadeMachine) => `${name} ${state}`);
  return { clock, book, maker, end, states };
}

test("a list that was asked for before a create was answered does not undo it; the next one counts", async () => {
  const { book, maker, end, states } = scene();
  book.order({ verb: "list" }, maker, pool);
  book.order({ verb: "create", name: "m1" }, maker, pool);
  await end("create m1", { name: "m1", state: "Running", spec });
  await end("list", []);
  expect(states()).toEqual(["m1 Running"]);
  book.order({ verb: "list" }, maker, pool);
  await end("list", []);
  expect(states()).toEqual([]);
});

test("what was deleted is leaving until a later list leaves it out", async () => {
  const { book, maker, end, states } = scene();
  book.order({ verb: "list" }, maker, pool);
  await end("list", [{ name: "m1", state: "Running", spec }]);
  book.order({ verb: "delete", name: "m1" }, maker, pool);
  book.order({ verb: "list" }, maker, pool);
  await end("delete m1", undefined);
  await end("list", [{ name: "m1", state: "Running", spec }]);
  expect(states()).toEqual(["m1 Leaving"]);
});

test("failures of a verb are counted, waited for longer and longer, and forgotten with an answer or a changed pool", async () => {
  const { clock, book, maker, end } = scene();
  book.view(pool);
  const failure = () => book.view(pool).failures.get("create");
  const fail = async (error: Error): Promise<void> => {
    book.order({ verb: "create", name: "m1" }, maker, pool);
    await end("create m1", error);
  };
  await fail(new StatusError("TooManyRequests", "quota"));
  expect(failure()).toMatchObject({
    times: 1,
    message: "create of m1: quota",
    isFinal: false,
    nextAt: clock.now() + 1000,
  });
  await clock.advance(1000);
  await fail(new StatusError("Invalid", "no such zone"));
  expect(failure()).toMatchObject({ times: 2, isFinal: true, nextAt: clock.now() + 2000 });
  const changed = { ...pool, metadata: { ...pool.metadata, generation: 2 } };
  expect(book.view(changed).failures.size).toBe(0);
});
