import type { KubeObject } from "../../api/index.ts";
import { formatDuration, sleep } from "../../clock/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { currentCondition } from "../conditions.ts";
import { getJson } from "../discovery.ts";
import { evaluateAll } from "../jsonpath/evaluate.ts";
import { parsePath } from "../jsonpath/parse.ts";
import { valueText } from "../jsonpath/template.ts";
import { objectName } from "../kind-names.ts";
import { fileFlags } from "../manifests/file-flags.ts";
import { notFound, selectObjects } from "../targets.ts";
import { UsageError } from "../usage-error.ts";
import { waitFor } from "../wait-for.ts";

/** As kubectl. */
const defaultTimeoutMs = 30_000;

export const waitCommand: Command = {
  usage: "wait KIND/NAME ... --for=condition=TYPE[=STATUS] | --for=jsonpath=PATH[=VALUE] | --for=delete | --for=create",
  summary: "Waits for objects to become something; --for=server waits for the server itself.",
  completes: "targets",
  flags: [
    {
      name: "for",
      type: "text",
      value: "WHAT",
      help: "condition=TYPE[=STATUS], jsonpath=PATH[=VALUE], create, delete, server",
    },
    { name: "timeout", type: "duration", help: "give up after so long (default 30s; 0: look once)" },
    { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "objects with these labels" },
    { name: "field-selector", type: "text", value: "SELECTOR", help: "objects with these fields" },
    { name: "all", type: "switch", help: "all objects of the kind" },
    { name: "all-namespaces", short: "A", type: "switch", help: "of every namespace" },
    ...fileFlags("the objects that a file or folder names"),
  ],
  examples: [
    "plush wait app/web --for=condition=Ready --timeout=2m",
    "plush wait app/web --for=jsonpath='{.status.state}'=Complete",
  ],
  async run(call) {
    const what = call.args.text("for");
    if (what === undefined) throw new UsageError("--for says what to wait for");
    const timeoutMs = call.args.duration("timeout") ?? defaultTimeoutMs;
    if (what === "server") return waitForServer(call, timeoutMs);
    const goal = parseGoal(what);
    const objects = await selectObjects(call, call.args.positional);
    if (objects.length === 0) throw new StatusError("NotFound", "no matching resources found");
    await waitFor(call, {
      objects,
      timeoutMs,
      isMet: (object, { kind, name }) => {
        if (object === undefined && !goal.mayBeMissing) throw notFound(kind, name);
        return goal.isMet(object);
      },
      onMet: ({ kind, name }) => call.terminal.out(`${objectName(kind, name)} condition met`),
    });
    return 0;
  },
};

interface Goal {
  /** The object may be absent without that being an error. */
  readonly mayBeMissing: boolean;
  readonly isMet: (object: KubeObject | undefined) => boolean;
}

/** Reads --for. Throws UsageError. */
export function parseGoal(text: string): Goal {
  if (text === "delete") return { mayBeMissing: true, isMet: (object) => object === undefined };
  if (text === "create") return { mayBeMissing: true, isMet: (object) => object !== undefined };
  const [, word, rest = ""] = /^(condition|jsonpath)=(.+)$/s.exec(text) ?? [];
  if (word === "condition") return conditionGoal(rest);
  if (word === "jsonpath") return pathGoal(rest);
  throw new UsageError(`--for: ${JSON.stringify(text)} is not condition=…, jsonpath=…, create, delete or server`);
}

function conditionGoal(text: string): Goal {
  const [type = "", status = "True"] = text.split("=");
  return {
    mayBeMissing: false,
    isMet: (object) =>
      object !== undefined && currentCondition(object, type)?.status.toLowerCase() === status.toLowerCase(),
  };
}

/** {.status.state}=Complete; without a value, whatever is there will do. */
function pathGoal(text: string): Goal {
  const [, path = text, value] = /^(\{.*\}|[^=]*)=([^=]*)$/s.exec(text) ?? [];
  const steps = parsePath(path);
  return {
    mayBeMissing: false,
    isMet: (object) => {
      const found = evaluateAll(steps, object).map(valueText);
      return value === undefined ? found.some((each) => each !== "") : found.includes(unquoted(value));
    },
  };
}

function unquoted(text: string): string {
  return text.replace(/^(['"])(.*)\1$/s, "$2");
}

const pollMs = 100;

/** The configuration itself may not be written yet: a server that starts for the first time makes it. */
async function waitForServer(call: Invocation, timeoutMs: number): Promise<number> {
  const start = call.clock.monotonic();
  for (;;) {
    const error = await serverError(call);
    if (error === undefined) break;
    if (call.clock.monotonic() - start >= timeoutMs) {
      throw new StatusError("Timeout", `no server within ${formatDuration(timeoutMs)}: ${error.message}`, {
        cause: error,
      });
    }
    await sleep(call.clock, pollMs, call.signal);
  }
  call.terminal.out("server ready");
  return 0;
}

async function serverError(call: Invocation): Promise<StatusError | undefined> {
  const session = call.session.fresh();
  try {
    await getJson((await session.client()).transport, "/version");
    return undefined;
  } catch (error) {
    return StatusError.from(error);
  } finally {
    session.close();
  }
}
