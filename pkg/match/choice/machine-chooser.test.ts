import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { MachineChooser, type MachineRows, type MachineView, type MatchRequest, match, membersOn } from "../index.ts";
import { aClaim, aMachine, aRequest } from "../testing/views.ts";

/** Machines that a test changes as it likes. */
class Rows implements MachineRows {
  layout = 0;
  revision = 0;
  changedAt: Float64Array;
  claims: Int32Array;
  #machines: MachineView[];
  readonly #unreached = new Set<string>();

  constructor(machines: readonly MachineView[]) {
    this.#machines = [...machines];
    this.changedAt = new Float64Array(machines.length);
    this.claims = Int32Array.from(machines, ({ allocations }) => allocations.length);
  }

  get length(): number {
    return this.#machines.length;
  }

  view(at: number): MachineView {
    return this.#machines[at] ?? aMachine("none");
  }

  isReached(at: number): boolean {
    return !this.#unreached.has(this.view(at).name);
  }

  change(at: number, over: Partial<MachineView>): void {
    const machine = { ...this.view(at), ...over };
    this.#machines[at] = machine;
    this.claims[at] = machine.allocations.length;
    this.changedAt[at] = ++this.revision;
  }

  reach(at: number, isReached: boolean): void {
    const { name } = this.view(at);
    if (isReached) this.#unreached.delete(name);
    else this.#unreached.add(name);
  }

  drop(at: number): void {
    this.#machines = this.#machines.filter((_, index) => index !== at);
    this.layout++;
    this.changedAt = new Float64Array(this.length).fill(++this.revision);
    this.claims = Int32Array.from(this.#machines, ({ allocations }) => allocations.length);
  }

  /** As `match` is to see them. */
  seen(): readonly MachineView[] {
    return this.#machines.map((machine, at) => ({ ...machine, ready: machine.ready && this.isReached(at) }));
  }
}

/** Most machines will do: a choice among none tells nothing. */
const mostly = fc.nat(5).map((drawn) => drawn > 0);

const anyPlace = fc
  .record({
    x: fc.double({ min: 0, max: 60, noNaN: true }),
    y: fc.integer({ min: 0, max: 60 }),
    isMeasured: mostly,
    isFresh: mostly,
    ready: mostly,
    labels: fc.record({ site: fc.constantFrom("a", "b", "c") }, { requiredKeys: [] }),
    attributes: fc.record({ load: fc.integer({ min: 0, max: 5 }) }, { requiredKeys: [] }),
  })
  .map(({ x, y, isMeasured, isFresh, ...rest }) => ({
    ...rest,
    ...(isMeasured && { coordinates: { x, y, z: 0, height: 0.5 } }),
    ...(!isFresh && { hasStaleCoordinates: true }),
  }));

const anyTerm = fc.oneof(
  fc.record({
    kind: fc.constant("latency" as const),
    to: fc.constantFrom("web", "db"),
    pairs: fc.constantFrom("All" as const, "Closest" as const),
    bounds: fc.record(
      {
        max: fc.constantFrom(30, 60),
        min: fc.constant(2),
        ideal: fc.constant({ max: 10 }),
        penalty: fc.constantFrom(1, 0.3),
      },
      { requiredKeys: ["penalty"] },
    ),
  }),
  fc.record(
    {
      kind: fc.constantFrom("affinity" as const, "together" as const, "antiAffinity" as const),
      to: fc.constantFrom("web", "db"),
      by: fc.constant("site"),
      penalty: fc.constantFrom(1, 2.5),
    },
    { requiredKeys: ["kind", "to"] },
  ),
);

const anyWish = fc.record({
  component: fc.constantFrom("web", "db"),
  perMachine: fc.integer({ min: 1, max: 3 }),
  attributes: fc.array(
    fc.record(
      {
        name: fc.constant("load"),
        max: fc.constant(4),
        ideal: fc.constant({ max: 1 }),
        penalty: fc.constantFrom(1, 3),
      },
      { requiredKeys: ["name", "penalty"] },
    ),
    { maxLength: 1 },
  ),
  spread: fc.array(
    fc.record(
      { by: fc.constant("site"), maxSkew: fc.integer({ min: 1, max: 2 }), max: fc.constant(4) },
      { requiredKeys: ["by", "maxSkew"] },
    ),
    { maxLength: 1 },
  ),
  terms: fc.array(anyTerm, { maxLength: 2 }),
});

const at = fc.nat(7);
const seldom = fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: at });
const anyStep = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant("place" as const),
      wish: fc.nat(2),
      avoid: seldom,
      held: seldom,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("move" as const), at, place: anyPlace }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reach" as const), at, isReached: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("leave" as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const), at }) },
);

type Wish = typeof anyWish extends fc.Arbitrary<infer T> ? T : never;

/** The request of one claim, with peers where they are now. */
function requestOf(
  { terms, ...wish }: Wish,
  machines: readonly MachineView[],
  over: Partial<MatchRequest>,
): MatchRequest {
  const peers = terms.map(({ to, ...term }) => {
    const there = membersOn(machines, "default", to);
    return { ...term, label: `${term.kind} ${to}`, peers: there, of: Math.max(1, there.length) };
  });
  return aRequest({ ...wish, peers, ...over });
}

type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

function happen(rows: Rows, step: Exclude<Step, { do: "place" }>): void {
  const machine = step.at % rows.length;
  if (step.do === "move") rows.change(machine, step.place);
  if (step.do === "reach") rows.reach(machine, step.isReached);
  if (step.do === "leave") rows.change(machine, { allocations: rows.view(machine).allocations.slice(1) });
  if (step.do === "drop" && rows.length > 1) rows.drop(machine);
}

/** The machine that is chosen, and that it is the one that a look at all of them finds. */
function chosen(
  chooser: MachineChooser,
  rows: Rows,
  wish: Wish,
  over: Partial<MatchRequest> = {},
): MachineView | undefined {
  const request = requestOf(wish, rows.seen(), over);
  const machine = chooser.choose(request);
  expect(machine?.name).toBe(match(request, rows.seen()).chosen?.name);
  return machine;
}

test("B-FIND-15: the machine chosen with what is kept from the claims before is the one that looking at all machines finds", () => {
  let [placed, refused] = [0, 0];
  const play = (places: readonly Partial<MachineView>[], wishes: readonly Wish[], steps: readonly Step[]): void => {
    const rows = new Rows(places.map((place, index) => aMachine(`m${index}`, place)));
    const chooser = new MachineChooser(rows);
    for (const [index, step] of steps.entries()) {
      for (const wish of wishes) chosen(chooser, rows, wish);
      if (step.do !== "place") happen(rows, step);
      const wish = step.do === "place" ? wishes[step.wish] : undefined;
      if (wish === undefined || step.do !== "place") continue;
      const machine = chosen(chooser, rows, wish, {
        ...(step.avoid !== null && { avoid: { [`m${step.avoid}`]: "it failed" } }),
        ...(step.held !== null && { heldOnly: { machines: new Set([`uid-m${step.held}`]), why: "quota" } }),
      });
      if (machine === undefined) refused++;
      if (machine === undefined) continue;
      placed++;
      const here = rows.seen().findIndex(({ name }) => name === machine.name);
      const claim = aClaim(`${wish.component}-${index}`, { component: wish.component });
      rows.change(here, { allocations: [...machine.allocations, claim] });
    }
  };
  fc.assert(
    fc.property(
      fc.array(anyPlace, { minLength: 2, maxLength: 8 }),
      fc.tuple(anyWish, anyWish, anyWish),
      fc.array(anyStep, { minLength: 4, maxLength: 40 }),
      play,
    ),
    { numRuns: 500 },
  );
  expect(Math.min(placed, refused)).toBeGreaterThan(150);
});

test("of a thousand machines as many are looked at as are refused before one will do", () => {
  const rows = new Rows(
    Array.from({ length: 1000 }, (_, index) =>
      aMachine(`m${String(index).padStart(3, "0")}`, {
        ready: index !== 500,
        allocations: index < 500 ? [aClaim("x-0")] : [],
      }),
    ),
  );
  const chooser = new MachineChooser(rows);
  const view = vi.spyOn(rows, "view");
  expect(chooser.choose(aRequest())?.name).toBe("m501");
  // The first one, until an emptier one is found; what was chosen is looked at once more to be told.
  expect(new Set(view.mock.calls.flat())).toEqual(new Set([0, 500, 501]));
});

test("the next claim that asks for the same looks at machines that have changed, and at no other", () => {
  const attributes = [{ name: "load", ideal: { max: 1 }, penalty: 1 }];
  const rows = new Rows(Array.from({ length: 100 }, (_, index) => aMachine(`m${index}`, { attributes: { load: 5 } })));
  const chooser = new MachineChooser(rows);
  chooser.choose(aRequest({ attributes }));
  rows.change(70, { attributes: { load: 0 } });
  const view = vi.spyOn(rows, "view");
  expect(chooser.choose(aRequest({ attributes, avoid: { m1: "it failed" } }))?.name).toBe("m70");
  expect(new Set(view.mock.calls.flat())).toEqual(new Set([0, 70]));
});
