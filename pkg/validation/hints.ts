import { readPath } from "../api/index.ts";

interface Hint {
  /** Matches the last name of an unknown field's path. */
  readonly field: string;
  readonly use: (value: string) => string;
}

/** What people paste from Kubernetes' manifests, and what it is called here. */
const hints: readonly Hint[] = [
  { field: "periodSeconds", use: (value) => `period: ${value}s` },
  { field: "timeoutSeconds", use: (value) => `timeout: ${value}s` },
  {
    field: "initialDelaySeconds",
    use: () => "startupProbe: its failureThreshold times period is the time to start in",
  },
  { field: "terminationGracePeriodSeconds", use: (value) => `stop: {timeout: ${value}s}` },
  { field: "activeDeadlineSeconds", use: (value) => `timeout: ${value}s` },
  { field: "minReadySeconds", use: (value) => `updateStrategy: {minReadyTime: ${value}s}` },
  { field: "progressDeadlineSeconds", use: () => "the timeout of a phase" },
  { field: "ttlSecondsAfterFinished", use: (value) => `cleanup: {releaseAfter: ${value}s}` },
  { field: "containerPort", use: (value) => `port: ${value}` },
  { field: "hostPort", use: (value) => `port: ${value}` },
  { field: "httpHeaders", use: () => "headers" },
  { field: "preStop", use: () => "stop: {before: {exec: …}}" },
  { field: "lifecycle", use: () => "stop: {before: {exec: …}}" },
  { field: "nodeSelector", use: () => "resources: {selector: {matchLabels: …}}" },
  { field: "nodeName", use: (value) => `resourceName: ${value}` },
  { field: "containers", use: () => "processes" },
  { field: "strategy", use: () => "updateStrategy" },
  { field: "resources", use: () => "limits" },
  { field: "image", use: () => "software" },
];

/**
 * What to write in place of an unknown field that Kubernetes has: "use period: 2s" for periodSeconds: 2. Undefined where
 * nothing is known of it. `object` is what was sent, `path` as decoding gives it.
 */
export function unknownFieldHint(object: unknown, path: string): string | undefined {
  const name = /[^.[\]]+$/.exec(path)?.[0];
  const hint = hints.find((one) => one.field === name);
  if (hint === undefined) return undefined;
  const value = readPath(object, path);
  return `use ${hint.use(typeof value === "number" || typeof value === "string" ? String(value) : "…")}`;
}
