import { type GitSync, invalidValue, notSupported, storedKinds } from "../api/index.ts";
import { parseDuration } from "../clock/index.ts";
import { isVersionRange } from "../match/index.ts";
import type { StatusCause } from "../status/index.ts";
import { exactlyOne, insidePath, positiveDuration, unique } from "./checks.ts";

/** Servers of repositories are not to be asked all the time. */
const leastIntervalMs = 1000;

export function gitSyncRules({ metadata, spec }: GitSync): StatusCause[] {
  const { url, path, interval, timeout, verify, substitute = [], dependsOn = [], healthChecks = [] } = spec;
  const isFrequent = (parseDuration(interval) ?? leastIntervalMs) < leastIntervalMs;
  const own = dependsOn.findIndex(({ name }) => name === metadata.name);
  return [
    ...urlRules(url),
    ...refRules(spec.ref),
    ...pathRules(path),
    ...(isFrequent ? [invalidValue("spec.interval", interval, "must be at least 1s")] : []),
    ...positiveDuration("spec.timeout", timeout),
    ...(verify === undefined ? [] : exactlyOne("spec.verify", { ...none, ...verify })),
    ...substitute.flatMap(({ optional: _optional, ...from }, index) =>
      exactlyOne(`spec.substitute[${index}]`, { ...none, ...from }),
    ),
    ...unique(
      "spec.dependsOn",
      "name",
      dependsOn.map(({ name }) => name),
    ),
    ...(own < 0 ? [] : [invalidValue(`spec.dependsOn[${own}].name`, metadata.name, "is this object itself")]),
    ...healthChecks.flatMap(({ apiVersion, kind }, index) =>
      kindRules(`spec.healthChecks[${index}].kind`, apiVersion, kind),
    ),
  ];
}

const none = { configMapRef: undefined, secretRef: undefined };

function urlRules(url: string): StatusCause[] {
  // It would be seen in lists of processes, and by who may read this object.
  const hasPassword = URL.canParse(url) && new URL(url).password !== "";
  const shown = url.replace(/\/\/[^@]*@/, "//");
  return hasPassword ? [invalidValue("spec.url", shown, "must not contain a password: use secretRef")] : [];
}

function refRules(ref: GitSync["spec"]["ref"]): StatusCause[] {
  if (ref === undefined) return [];
  const { branch, tag, commit, semver } = ref;
  return [
    ...exactlyOne("spec.ref", { branch, tag, commit, semver }),
    ...(semver === undefined || isVersionRange(semver)
      ? []
      : [invalidValue("spec.ref.semver", semver, "must be a range of versions, such as 1.x, ^1.2 or >=1.2 <3")]),
  ];
}

function pathRules(path: string): StatusCause[] {
  if (path === ".") return [];
  const isPlain = path.split("/").every((part) => part !== "" && part !== ".");
  return isPlain
    ? insidePath("spec.path", path)
    : [
        ...insidePath("spec.path", path),
        invalidValue("spec.path", path, 'must be a folder such as "." or clusters/lab'),
      ].slice(0, 1);
}

/** Only what has a condition Ready can be waited for. */
function kindRules(field: string, apiVersion: string, kind: string): StatusCause[] {
  const able = storedKinds.filter(({ conditions }) => conditions["Ready"] !== undefined);
  const isKnown = able.some((one) => one.kind === kind && apiVersion === `${one.group}/${one.version}`);
  return isKnown
    ? []
    : [
        notSupported(
          field,
          kind,
          able.map((one) => one.kind),
        ),
      ];
}
