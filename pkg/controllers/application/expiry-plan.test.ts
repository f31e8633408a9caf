import { expect, it } from "vitest";
import { type Application, kinds, mustDecode } from "../../api/index.ts";
import { planExpiry } from "./expiry-plan.ts";

const minute = 60_000;
const hour = 60 * minute;
const created = Date.parse("2026-01-01T00:00:00Z");
const at = (ms: number): string => new Date(created + ms).toISOString();

function app(spec: object, status: object = {}): Application {
  const decoded = mustDecode(kinds.Application, {
    apiVersion: "plush.dev/v1",
    kind: "Application",
    metadata: { name: "web", creationTimestamp: at(0) },
    spec: { components: [{ name: "servers" }], ...spec },
  });
  return { ...decoded, status };
}

const expires = (after: string) => ({ expires: { after } });
const expired = (ms: number) => ({ expiredAt: at(ms) });

it.each([
  ["no end", {}, {}, 1000 * hour, { isNear: false }],
  ["far", expires("72h"), {}, hour, { dueAt: 72 * hour, isNear: false, recheckAfterMs: 70 * hour }],
  ["an hour before", expires("72h"), {}, 71 * hour, { dueAt: 72 * hour, isNear: true, recheckAfterMs: hour }],
  ["the last tenth", expires("10m"), {}, 9 * minute, { dueAt: 10 * minute, isNear: true, recheckAfterMs: minute }],
  ["renewed before the end", expires("20m"), {}, 9 * minute, { dueAt: 20 * minute, isNear: false }],
  ["due", expires("1h"), {}, 2 * hour, { dueAt: hour, expiredAt: hour, isNear: false }],
  ["more time alone", expires("9h"), expired(hour), 2 * hour, { dueAt: 9 * hour, expiredAt: hour, isNear: false }],
  ["no end any more, alone", {}, expired(hour), 2 * hour, { expiredAt: hour, isNear: false }],
  [
    "more time, and restarted",
    { ...expires("9h"), restartedAt: at(2 * hour) },
    expired(hour),
    3 * hour,
    { dueAt: 9 * hour, isNear: false, recheckAfterMs: 306 * minute },
  ],
  [
    "restarted without more time",
    { ...expires("1h"), restartedAt: at(2 * hour) },
    expired(hour),
    3 * hour,
    { dueAt: hour, expiredAt: 2 * hour, isNear: false },
  ],
  ["restarted before", { ...expires("9h"), restartedAt: at(0) }, expired(hour), 2 * hour, { expiredAt: hour }],
  ["suspended", { ...expires("9h"), suspend: true }, expired(hour), 2 * hour, { isNear: false }],
])("B-FIN-20: expires: %s", (_name, spec, status, now, wanted) => {
  const { dueAt, expiredAt, ...rest } = planExpiry(app(spec, status), created + now);
  const seen = {
    ...(dueAt !== undefined && { dueAt: dueAt - created }),
    ...(expiredAt !== undefined && { expiredAt: expiredAt - created }),
    ...rest,
  };
  expect(seen).toMatchObject(wanted);
});
