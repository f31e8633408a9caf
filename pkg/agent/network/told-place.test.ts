import { expect, test } from "vitest";
import { FakeClock } from "../../clock/index.ts";
import { Locator } from "../../coordinates/index.ts";
import { makeWorld } from "../../coordinates/testing/world.ts";
import { ToldPlace } from "./told-place.ts";

/** Numbers that follow each other as if by chance, the same each time. */
function lehmer(): () => number {
  let state = 42;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test("B-SENSE-4: machines at rest tell where they are while they find it, and nothing for hours after that", async () => {
  const machines = 40;
  const random = lehmer();
  const world = makeWorld(machines, 4, random);
  const clock = new FakeClock();
  const agents = Array.from({ length: machines }, () => ({ locator: new Locator(random), told: new ToldPlace(clock) }));
  let isAway = false;
  /** So many rounds in which each measures to another one; how often anything was told. */
  const live = async (rounds: number, stepMs: number): Promise<number> => {
    let told = 0;
    for (let round = 0; round < rounds; round++) {
      await clock.advance(stepMs);
      for (const [machine, { locator, told: place }] of agents.entries()) {
        const peer = (machine + 1 + ((round * 3) % 13)) % machines;
        const located = agents[peer]?.locator.located;
        const more = isAway && (machine === 0) !== (peer === 0) ? 200 : 0;
        if (located !== undefined) locator.measured(`m${peer}`, world.sample(machine, peer) + more, located);
        if (place.update(locator, true)) told++;
      }
    }
    return told;
  };
  const finding = await live(150, 1000);
  expect(finding).toBeGreaterThanOrEqual(machines);
  // None oftener than every half minute.
  expect(finding).toBeLessThanOrEqual(machines * 5);
  await live(200, 5000);
  expect(await live(1500, 5000)).toBe(0);
  isAway = true;
  expect(await live(240, 5000)).toBeGreaterThan(0);
});
