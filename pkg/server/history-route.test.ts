import { expect, it } from "vitest";
import type { ExtraRequest } from "../apiserver/index.ts";
import { FakeClock } from "../clock/index.ts";
import type { HistoryAnswer } from "../protocol/index.ts";
import { makeHistoryRoute } from "./history-route.ts";

async function ask(marks: readonly { revision: number; at: number }[], compacted: number, revision: number) {
  const route = makeHistoryRoute({ marks, compacted, revision }, new FakeClock());
  const { body } = await route.handle({} as ExtraRequest);
  return (JSON.parse(String(body)) as HistoryAnswer).marks;
}

it("tells when revisions were, from the oldest that is known until now", async () => {
  const marks = [5, 10, 15].map((revision) => ({ revision, at: revision * 1000 }));
  const told = await ask(marks, 10, 20);
  expect(told.map(({ resourceVersion }) => resourceVersion)).toEqual(["10", "15", "20"]);
  expect(told[0]?.at).toBe("1970-01-01T00:00:10.000Z");
});

it("tells of a day in a thousand marks", async () => {
  const marks = Array.from({ length: 8640 }, (_, n) => ({ revision: n + 1, at: n * 10_000 }));
  const told = await ask(marks, 1, 9000);
  expect(told.length).toBeLessThanOrEqual(1001);
  expect(told.at(0)?.resourceVersion).toBe("1");
  expect(told.at(-1)?.resourceVersion).toBe("9000");
});
