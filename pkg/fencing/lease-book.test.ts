import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { silentLogger } from "../log/index.ts";
import type { LeaseGrant } from "../protocol/index.ts";
import { makeSealKeys, seal, unseal } from "../seal/index.ts";
import { openStore, restoreInto, type Store } from "../store/index.ts";
import { LeaseBook } from "./lease-book.ts";
import type { FencedMember } from "./plan-fence.ts";

const keys = makeSealKeys();

interface Binding {
  readonly claimUid: string;
  readonly epoch: number;
  readonly machine: string;
}

interface Held extends Binding {
  readonly boot: string;
  /** By the world's clock. */
  readonly until: number;
}

/** An ordinal, machines that ask for it, and a server that may be killed or put back at any time. */
class World {
  readonly directory = mkdtempSync(join(tmpdir(), "plush-leases-"));
  readonly clock = new FakeClock();
  readonly boots = new Map<string, number>();
  readonly bindings: Binding[] = [];
  held: Held[] = [];
  leaseMs = 15_000;
  /** The claim as the server has it now; undefined: it is deleted. */
  current: Binding | undefined;
  #store: Store | undefined;
  #book: LeaseBook | undefined;
  #stores = 0;
  #claims = 0;
  /** The mark of a restore stays in the data directory. */
  #isRestored = false;
  #backup: { readonly file: string; readonly current: Binding | undefined } | undefined;

  async start(): Promise<void> {
    this.#store = await openStore({ directory: this.#place(), clock: this.clock });
    this.#openBook();
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error("not started");
    return this.#store;
  }

  get book(): LeaseBook {
    if (this.#book === undefined) throw new Error("not started");
    return this.#book;
  }

  /** A server that was killed and starts anew on the same data. */
  async restart(): Promise<void> {
    await this.#book?.close();
    this.#openBook();
  }

  async backup(): Promise<void> {
    const file = join(this.directory, `backup-${this.clock.monotonic()}-${Math.random()}`);
    await this.store.backup(file);
    this.#backup = { file, current: this.current };
  }

  async restore(): Promise<void> {
    if (this.#backup === undefined) return;
    await this.#book?.close();
    await this.store.close();
    this.#stores++;
    restoreInto(this.#backup.file, this.#place(), this.clock.now());
    this.current = this.#backup.current;
    this.#store = await openStore({ directory: this.#place(), clock: this.clock });
    this.#isRestored = true;
    this.#openBook();
  }

  /** The ordinal's claim is bound to a machine: the same claim again, or one that was made anew under its name. */
  bind(machine: string, isNew = false): void {
    const before = this.current;
    this.current =
      isNew || before === undefined
        ? { claimUid: `c${++this.#claims}`, epoch: 1, machine }
        : { ...before, epoch: before.epoch + 1, machine };
    this.bindings.push(this.current);
  }

  /** A machine asks for a binding that it once had, and hears the answer after a while. Returns whether it was granted. */
  async ask({ claimUid, epoch, machine }: Binding, delayMs = 0): Promise<boolean> {
    const at = this.clock.monotonic();
    const boot = this.bootOf(machine);
    const holds = this.alive().some(
      (one) => one.claimUid === claimUid && one.epoch === epoch && one.machine === machine,
    );
    await this.advance(delayMs);
    const wishes = [{ uid: claimUid, epoch, holds }];
    const signed = await this.book.renew(machine, { type: "lease", seq: 1, at, boot, wishes });
    const payload = signed && unseal(signed, keys.publicKey);
    if (payload === undefined) return false;
    const grant = JSON.parse(payload) as LeaseGrant;
    expect(grant).toMatchObject({ kind: "LeaseGrant", resourceUid: machine, boot, at, term: this.store.term });
    // The machine's clock is a little slow.
    for (const { uid, leaseMs, ...rest } of grant.leases)
      this.held.push({ claimUid: uid, epoch: rest.epoch, machine, boot, until: at + leaseMs * 1.009 });
    return grant.leases.length > 0;
  }

  bootOf(machine: string): string {
    return `${machine}-boot-${this.boots.get(machine) ?? 0}`;
  }

  reboot(machine: string): void {
    this.boots.set(machine, (this.boots.get(machine) ?? 0) + 1);
    this.notice(machine, new Map());
  }

  /** Its processes have been stopped for good, and it says so. */
  receipt({ claimUid, epoch, machine }: Binding): void {
    this.held = this.held.filter((one) => one.machine !== machine || one.claimUid !== claimUid || one.epoch > epoch);
    this.notice(machine, new Map([[claimUid, epoch]]));
  }

  notice(machine: string, receipts: ReadonlyMap<string, number>): void {
    this.book.notice(machine, { boot: this.bootOf(machine), receiptOf: (uid) => receipts.get(uid) });
  }

  /** Who may run now. */
  alive(): Held[] {
    this.held = this.held.filter(
      ({ until, boot, machine }) => until > this.clock.monotonic() && boot === this.bootOf(machine),
    );
    return this.held;
  }

  holders(): string[] {
    return [...new Set(this.alive().map(({ claimUid, epoch, boot }) => `${claimUid}@${epoch} ${boot}`))];
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  async close(): Promise<void> {
    await this.#book?.close();
    await this.#store?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #openBook(): void {
    this.#book = new LeaseBook({
      store: this.store,
      clock: this.clock,
      log: silentLogger,
      sign: (bytes) => seal(Buffer.from(bytes).toString(), keys.privateKey).signature,
      member: (uid) => this.#member(uid),
      restored: this.#isRestored,
    });
  }

  #member(uid: string): FencedMember | undefined {
    const { current } = this;
    if (current === undefined || current.claimUid !== uid) return undefined;
    const { epoch, machine } = current;
    const key = { namespace: "default", application: "app", component: "servers", ordinal: 0 };
    return { key, claimUid: uid, epoch, resourceUid: machine, leaseMs: this.leaseMs, isLeaving: false };
  }

  #place(): string {
    return join(this.directory, `store-${this.#stores}`);
  }
}

async function aWorld(): Promise<World> {
  const world = new World();
  onTestFinished(() => world.close());
  await world.start();
  return world;
}

function bound(world: World): Binding {
  if (world.current === undefined) throw new Error("not bound");
  return world.current;
}

test("B-FEN-5: an ordinal is given anew when its last lease is certainly over, not before", async () => {
  const world = await aWorld();
  world.bind("m1");
  expect(await world.ask(bound(world))).toBe(true);
  await world.advance(5000);
  expect(await world.ask(bound(world))).toBe(true);
  const { claimUid, epoch, machine } = bound(world);
  expect(world.book.held({ claimUid, epoch, resourceUid: machine })).toMatchObject({ waitMs: 16_000 });
  expect(world.book.awaited(claimUid)).toBeUndefined();
  world.bind("m2");
  expect(world.book.awaited(claimUid)).toMatchObject({ waitMs: 16_000 });
  await world.advance(15_999);
  expect(await world.ask(bound(world))).toBe(false);
  await world.advance(1);
  expect(world.book.awaited(claimUid)).toBeUndefined();
  expect(world.book.held({ claimUid, epoch, resourceUid: machine })).toBeUndefined();
  expect(await world.ask(bound(world))).toBe(true);
});

test.each([
  ["a receipt", (world: World, old: Binding) => world.receipt(old)],
  ["another boot of its machine", (world: World, old: Binding) => world.reboot(old.machine)],
  [
    "the provider's word",
    (world: World, old: Binding) => world.book.fence(old.machine, async () => world.reboot(old.machine)),
  ],
])("B-FEN-5: at once on %s", async (_name, prove) => {
  const world = await aWorld();
  world.bind("m1");
  await world.ask(bound(world));
  const old = bound(world);
  world.bind("m2");
  expect(await world.ask(bound(world))).toBe(false);
  await prove(world, old);
  expect(await world.ask(bound(world))).toBe(true);
});

test("a provider that fails frees nothing, and nothing is granted while it is at it", async () => {
  const world = await aWorld();
  world.bind("m1");
  let fail = (_error: Error): void => undefined;
  const fenced = world.book.fence("m1", () => new Promise((_, reject) => (fail = reject)));
  expect(await world.ask(bound(world))).toBe(false);
  fail(new Error("no power"));
  await expect(fenced).rejects.toThrow("no power");
  expect(await world.ask(bound(world))).toBe(true);
  world.bind("m2");
  expect(await world.ask(bound(world))).toBe(false);
});

test("B-FEN-8: a server that is killed and started again takes every lease for renewed just then", async () => {
  const world = await aWorld();
  world.bind("m1");
  await world.ask(bound(world));
  const old = bound(world);
  await world.advance(10_000);
  await world.restart();
  // Who holds it goes on at once.
  expect(await world.ask(old)).toBe(true);
  await world.restart();
  world.bind("m2");
  await world.advance(15_999);
  expect(await world.ask(bound(world))).toBe(false);
  await world.advance(1);
  expect(await world.ask(bound(world))).toBe(true);
});

test("B-FEN-9: a restored server grants to who holds a lease, and to nobody else before all are over", async () => {
  const world = await aWorld();
  world.bind("m1");
  await world.ask(bound(world));
  await world.backup();
  // What the backup does not know: the ordinal is at home elsewhere by now.
  world.receipt(bound(world));
  world.bind("m2");
  expect(await world.ask(bound(world))).toBe(true);
  await world.restore();
  expect(bound(world).machine).toBe("m1");
  expect(await world.ask(bound(world))).toBe(false);
  await world.advance(302_999);
  expect(await world.ask(bound(world))).toBe(false);
  await world.advance(1);
  expect(await world.ask(bound(world))).toBe(true);
  // It is over for good: the next start waits no more than any other.
  await world.advance(120_000);
  await world.restart();
  expect(await world.ask(bound(world))).toBe(true);

  await world.backup();
  await world.restore();
  expect(await world.ask(bound(world))).toBe(true);
});

test("renewals write nothing; records of claims that are gone are forgotten once they hold nothing", async () => {
  const world = await aWorld();
  world.bind("m1");
  await world.ask(bound(world));
  const { revision } = world.store;
  for (let second = 0; second < 30; second++) {
    await world.advance(1000);
    await world.ask(bound(world));
  }
  expect(world.store.revision).toBe(revision);
  const records = () => world.store.list("/fencing/ordinals/").entries.map(({ key }) => key);
  expect(records()).toEqual(["/fencing/ordinals/default/app/servers/0"]);
  world.current = undefined;
  world.leaseMs = 3000;
  await world.advance(120_000);
  await expect.poll(records).toEqual([]);
});

type Step = (world: World) => Promise<unknown> | unknown;

const machine = fc.constantFrom("m1", "m2", "m3");
const steps: fc.Arbitrary<[string, Step]> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.nat(), fc.nat(2000)).map(([which, delayMs]): [string, Step] => [
      `ask ${which} ${delayMs}`,
      (world) => {
        const binding = which % 3 === 0 ? world.current : world.bindings[which % Math.max(1, world.bindings.length)];
        return binding && world.ask(binding, delayMs);
      },
    ]),
  },
  { weight: 5, arbitrary: fc.nat(12_000).map((ms): [string, Step] => [`wait ${ms}`, (world) => world.advance(ms)]) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(machine, fc.boolean())
      .map(([name, isNew]): [string, Step] => [`bind ${name} ${isNew}`, (world) => world.bind(name, isNew)]),
  },
  {
    weight: 1,
    arbitrary: fc.constant<[string, Step]>([
      "delete",
      (world) => {
        world.current = undefined;
      },
    ]),
  },
  { weight: 1, arbitrary: machine.map((name): [string, Step] => [`reboot ${name}`, (world) => world.reboot(name)]) },
  {
    weight: 1,
    arbitrary: fc.nat().map((which): [string, Step] => [
      `receipt ${which}`,
      (world) => {
        const binding = world.bindings[which % Math.max(1, world.bindings.length)];
        if (binding !== undefined && JSON.stringify(binding) !== JSON.stringify(world.current)) world.receipt(binding);
      },
    ]),
  },
  { weight: 1, arbitrary: fc.constant<[string, Step]>(["restart", (world) => world.restart()]) },
  { weight: 1, arbitrary: fc.constant<[string, Step]>(["backup", (world) => world.backup()]) },
  { weight: 1, arbitrary: fc.constant<[string, Step]>(["restore", (world) => world.restore()]) },
  {
    weight: 1,
    arbitrary: machine.map((name): [string, Step] => [
      `move to ${name} behind the back of a backup`,
      async (world) => {
        await world.backup();
        const before = world.current;
        if (before !== undefined) world.receipt(before);
        world.bind(name);
        await world.ask(bound(world));
        await world.restore();
        if (world.current !== undefined) await world.ask(world.current);
      },
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(3000, 15_000, 60_000).map((ms): [string, Step] => [
      `lease ${ms}`,
      (world) => {
        world.leaseMs = ms;
      },
    ]),
  },
);

test("B-FEN-10: no two holders at once, whatever happens and in whatever order; and in the end there is one", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 10, maxLength: 60 }), async (story) => {
      const world = new World();
      try {
        await world.start();
        for (const [name, step] of story) {
          await step(world);
          expect(world.holders().length, name).toBeLessThanOrEqual(1);
        }
        world.bind("m1", true);
        await world.advance(400_000);
        // Records may be being tidied just then: whoever was refused asks again.
        await expect.poll(() => world.ask(bound(world))).toBe(true);
        expect(world.holders()).toHaveLength(1);
      } finally {
        await world.close();
      }
    }),
    { numRuns: 40 },
  );
});
