import { type KindInfo, type KubeObject, kinds, type Process, stateOf } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import { type Cause, type CauseWorld, causesOf, isWell } from "../../why/index.ts";
import type { Command, Invocation } from "../command.ts";
import { selectObjects } from "../targets.ts";
import { UsageError } from "../usage-error.ts";

/** Of the log of a process that is the root of it. */
const logLines = 10;

export const whyCommand: Command = {
  usage: "why KIND/NAME",
  summary: "Tells why something is not as it should be: the chain of causes to its root, with the last log lines.",
  flags: [],
  completes: "targets",
  examples: ["plush why app/web", "plush why claim/web-servers-3"],
  async run(call) {
    const chosen = await selectObjects(call, call.args.positional);
    const [located] = chosen;
    if (located === undefined || chosen.length > 1) throw new UsageError("why what? For example: application/web");
    const client = await call.session.client();
    const start = await client.get<KubeObject>(located.kind, located);
    const chain = causesOf({ ...start, kind: located.kind.kind }, await worldOf(call, located.namespace));
    for (const [index, cause] of chain.entries()) call.terminal.out(`${"  ".repeat(index)}${lineOf(cause)}`);
    const root = chain.at(-1)?.object;
    if (root?.kind === kinds.Process.kind && !isWell(root)) await showLog(call, root as Process, chain.length);
    return 0;
  },
};

function lineOf({ object, words }: Cause): string {
  const state = stateOf(object);
  const [head = "", ...rest] = words.split("\n");
  const more = rest.length === 0 ? "" : ` (${rest.length} more lines: plush describe)`;
  return `${object.kind.toLowerCase()}/${object.metadata.name}${state === "" ? "" : ` ${state}`}: ${head}${more}`;
}

async function worldOf(call: Invocation, namespace: string): Promise<CauseWorld> {
  const client = await call.session.client();
  const all = <T extends KubeObject>(kind: KindInfo<T>): Promise<readonly T[]> =>
    listAll(client, kind, kind.namespaced && namespace !== "" ? { namespace } : {}).then(({ items }) => items);
  const [components, claims, phases, processes, software, resources, pools] = await Promise.all([
    all(kinds.Component),
    all(kinds.Claim),
    all(kinds.Phase),
    all(kinds.Process),
    all(kinds.Software),
    all(kinds.Resource),
    all(kinds.ResourcePool),
  ]);
  return { components, claims, phases, processes, software, resources, pools };
}

/** What it printed last; a log that cannot be had is no reason to fail. */
async function showLog(call: Invocation, process: Process, depth: number): Promise<void> {
  const client = await call.session.client();
  const { namespace = "", name = "" } = process.metadata;
  const path = `/apis/plush.dev/v1/namespaces/${namespace}/processes/${name}/log?tailLines=${logLines}`;
  try {
    const response = await client.transport.request({ method: "GET", path, headers: {} });
    if (response.status !== 200) return;
    const { readBody } = await import("../../client/index.ts");
    const text = await readBody(response.body);
    for (const line of text.trimEnd().split("\n").filter(Boolean)) call.terminal.out(`${"  ".repeat(depth)}| ${line}`);
  } catch {
    call.terminal.warn(`the log of process ${name} cannot be read now`);
  }
}
