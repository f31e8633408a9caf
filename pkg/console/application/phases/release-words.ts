import type { Phase } from "../../../api/index.ts";
import { applicationTexts as texts } from "../../texts/application.ts";

/** Why the barrier of a phase was released, or when it will be, in words. */
export function releaseWords({ spec, status }: Phase): string {
  const { release, expected = [], work } = status ?? {};
  if (spec.work !== undefined)
    return work === undefined ? texts.rule.work : texts.rule.workDone(work.done, work.total, work.failed);
  if (release === undefined) return ruleWords(spec);
  const numbers = { entered: release.members.length, expected: expected.length };
  const rule = spec.barrier.release;
  switch (release.rule) {
    case "all":
      return texts.released.all(numbers.entered);
    case "count":
      return texts.released.count(numbers.entered, rule.count ?? numbers.entered);
    case "percent":
      return texts.released.percent(numbers.entered, numbers.expected, rule.percent ?? 100);
    case "knee":
      return texts.released.knee(numbers.entered, numbers.expected);
    case "timeout":
      return texts.released.timeout(numbers.entered, numbers.expected, String(rule.timeout ?? "10m"));
    default:
      return texts.released.other(release.rule, numbers.entered, numbers.expected);
  }
}

/** When it lets its members go. */
export function ruleWords({ barrier }: Phase["spec"]): string {
  const { count, percent, knee, timeout, minimum, throttle, late } = barrier.release;
  const least = minimum === undefined ? "" : texts.rule.minimum(String(minimum));
  const parts = [
    ...(count !== undefined ? [texts.rule.count(count)] : []),
    ...(percent !== undefined ? [texts.rule.percent(percent)] : []),
    ...(knee !== undefined ? [texts.rule.knee + least] : []),
    ...(timeout !== undefined ? [texts.rule.timeout(timeout) + (knee === undefined ? least : "")] : []),
  ];
  const when = count === undefined && percent === undefined && knee === undefined ? [texts.rule.all, ...parts] : parts;
  return [
    when.join(texts.rule.or),
    ...(throttle === undefined ? [] : [texts.rule.throttled]),
    ...(late === "Pass" ? [] : [texts.rule.late[late]]),
  ].join("; ");
}
