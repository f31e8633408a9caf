import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResourcePool } from "../../pkg/api/index.ts";
import type { MachineMaker, MadeMachine, MakerCall } from "../../pkg/fabric/index.ts";
import { eventually } from "./eventually.ts";

/** A provider with all that it needs to make machines, for the length of a test. */
export interface MakerBed {
  readonly pool: ResourcePool;
  /** Two names that the pool may give to machines, and that nobody has used. */
  readonly names: readonly [string, string];
  /** A new instance over the same machines, as a server that was killed and started again has it. */
  open(): MachineMaker;
  /** Verbs that the provider does not have and says so. */
  readonly without?: readonly ("fence" | "renew")[];
  /** Has something run on the machine, which is Running. */
  runSomething(name: string): Promise<void>;
  /** Whether that still runs there; looked at from outside, not by asking the maker. */
  isRunning(name: string): Promise<boolean>;
  close(): Promise<void>;
}

const noSuchVerb = { reason: "MethodNotAllowed" };

/** What every provider's maker must do, in so long as a machine may take to come or to go. To be called at the top of a test file. */
export function testMaker(title: string, openBed: () => Promise<MakerBed>, comesWithinMs = 60_000): void {
  describe(`${title}: the contract of makers`, () => {
    let bed: MakerBed;
    let call: MakerCall;

    beforeAll(async () => {
      bed = await openBed();
      const ports = { secret: async () => undefined };
      call = { pool: bed.pool, ports, signal: new AbortController().signal };
    });
    afterAll(() => bed?.close());

    const seen = async (name: string): Promise<MadeMachine | undefined> =>
      (await bed.open().list(call)).find((machine) => machine.name === name);
    const running = (name: string): Promise<MadeMachine> =>
      eventually(async () => {
        const machine = await seen(name);
        if (machine?.state !== "Running") throw new Error(`${name} is ${machine?.state ?? "not there"}`);
        return machine;
      }, comesWithinMs);
    const gone = (name: string): Promise<void> =>
      eventually(async () => expect(await seen(name)).toBeUndefined(), comesWithinMs);

    test("B-PROV-1: nothing is there that nobody made, and taking it back is no error", async () => {
      expect(await bed.open().list(call)).toEqual([]);
      await bed.open().delete(bed.names[0], call);
      expect(await bed.open().list(call)).toEqual([]);
    });

    test("B-PROV-2: a machine is made once, however often and by however many it is asked for", async () => {
      const [name] = bed.names;
      const answers = await Promise.all([bed.open().create(name, call), bed.open().create(name, call)]);
      for (const answer of answers) expect(answer.name).toBe(name);
      const first = await running(name);
      expect(first.spec).toMatchObject({ address: expect.stringMatching(/./), port: expect.any(Number) });
      const again = await bed.open().create(name, call);
      expect({ ...again, message: undefined }).toEqual({ ...first, message: undefined });
      expect((await bed.open().list(call)).map((machine) => machine.name)).toEqual([name]);
    });

    test("B-PROV-3: what was made is found by its name, by whoever did not hear the answer", async () => {
      const [first, second] = bed.names;
      await bed.open().create(second, call);
      // Nothing of the answer is kept: as if the server had died before it could write anything down.
      await running(second);
      expect((await bed.open().list(call)).map((machine) => machine.name).sort()).toEqual([first, second].sort());
    });

    test("B-PROV-4: other pools see none of it", async () => {
      const metadata = { ...bed.pool.metadata, name: "other", uid: "00000000-0000-4000-8000-000000000000" };
      expect(await bed.open().list({ ...call, pool: { ...bed.pool, metadata } })).toEqual([]);
    });

    test("B-PROV-5: a machine that was stopped by force is certainly off, and stopping it again is no error", async (context) => {
      const [name] = bed.names;
      const maker = bed.open();
      if (maker.fence === undefined) return context.skip("the maker has no such power");
      if (bed.without?.includes("fence")) return expect(maker.fence(name, call)).rejects.toMatchObject(noSuchVerb);
      await bed.runSomething(name);
      expect(await bed.isRunning(name)).toBe(true);
      await maker.fence(name, call);
      expect(await bed.isRunning(name)).toBe(false);
      await bed.open().fence?.(name, call);
      expect(await bed.isRunning(name)).toBe(false);
    });

    test("B-PROV-6: a machine that is lent is kept until the time that was asked for; an unknown one is not found", async (context) => {
      const maker = bed.open();
      if (maker.renew === undefined) return context.skip("machines are not lent for a term");
      const until = "2099-01-01T00:00:00Z";
      if (bed.without?.includes("renew"))
        return expect(maker.renew(bed.names[0], until, call)).rejects.toMatchObject(noSuchVerb);
      const kept = await maker.renew(bed.names[0], until, call);
      expect(kept.lentUntil).toBe((await seen(bed.names[0]))?.lentUntil);
      expect(Date.parse(kept.lentUntil ?? "")).toBeLessThanOrEqual(Date.parse(until));
      expect(Date.parse(kept.lentUntil ?? "")).toBeGreaterThan(Date.now());
      await expect(maker.renew("nobody-77", until, call)).rejects.toMatchObject({ reason: "NotFound" });
    });

    test("B-PROV-7: what is given back is gone with all that ran there; giving it back again is no error", async () => {
      const [first, second] = bed.names;
      await bed.runSomething(second);
      expect(await bed.isRunning(second)).toBe(true);
      await Promise.all([bed.open().delete(second, call), bed.open().delete(second, call)]);
      await gone(second);
      expect(await bed.isRunning(second)).toBe(false);
      await bed.open().delete(second, call);
      expect((await bed.open().list(call)).map((machine) => machine.name)).toEqual([first]);
      await bed.open().delete(first, call);
      await gone(first);
      if (!bed.without?.includes("fence")) await bed.open().fence?.(first, call);
      expect(await bed.open().list(call)).toEqual([]);
    });
  });
}
