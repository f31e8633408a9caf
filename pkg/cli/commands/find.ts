import { apiVersionOf, type KubeObject, kinds, type ResourceQuery } from "../../api/index.ts";
import type { Command, Invocation } from "../command.ts";
import { explainTable, setTable } from "../find/lines.ts";
import { querySpec, specOf } from "../find/query-of.ts";
import { loadManifests } from "../manifests/located-manifests.ts";
import { jsonText, yamlText } from "../printers/object-text.ts";
import { UsageError } from "../usage-error.ts";

export const findCommand: Command = {
  usage: "find -f FILE | [--group NAME=COUNT ...] [--attr TERM ...] [--latency TERM ...]",
  summary: "Finds machines that are good for groups of members, by penalties; takes nothing.",
  completes: "files",
  flags: [
    {
      name: "filename",
      short: "f",
      type: "texts",
      value: "FILE",
      help: "a ResourceQuery, or an application whose components are the groups",
    },
    { name: "group", type: "texts", value: "NAME[=COUNT]", help: "machines that are wanted for the same" },
    { name: "count", type: "number", value: "N", help: "how many machines, where a group does not say it (default 1)" },
    {
      name: "attr",
      type: "texts",
      value: "TERM",
      help: "[GROUP:]NAME>=VALUE|<=VALUE|=VALUE, then ,ideal<=VALUE,penalty=N: cpu.cores>=4; kernel>=v5.10",
    },
    {
      name: "latency",
      type: "texts",
      value: "TERM",
      help: "[GROUP:][TARGET]<=DURATION, then ,ideal<=DURATION,penalty=N,closest; without TARGET within the group",
    },
    { name: "spread", type: "texts", value: "LABEL[=SKEW]", help: "spread members over the values of a label" },
    { name: "pool", type: "texts", value: "NAME", help: "pool to look in (default: as for a component)" },
    { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "labels that machines must have" },
    { name: "requests", type: "text", value: "cpu=N,memory=N", help: "room that each member takes" },
    { name: "explain", type: "switch", help: "every machine, with its penalty by term or the reason of its refusal" },
    {
      name: "time-budget",
      type: "text",
      value: "DURATION",
      help: "how long a better set is looked for (default 100ms)",
    },
    {
      name: "output",
      short: "o",
      type: "text",
      choices: ["json", "yaml", "name"],
      value: "FORMAT",
      help: "the answer",
    },
  ],
  examples: [
    "plush find --count 3 --attr 'cpu.cores>=4' --attr 'load.1m<=8,ideal<=1,penalty=5' --explain",
    "plush find --group servers=3 --group clients=5 --latency '<=100ms' --latency 'clients:servers<=50ms,ideal<=20ms'",
    "plush find -f app.yaml -o name",
  ],
  async run(call) {
    const status = await ask(call);
    const { args, terminal } = call;
    if (args.text("output") === "name")
      for (const { resource } of status.sets.flatMap(({ resources }) => resources))
        terminal.out(`resource/${resource}`);
    if (args.text("output") === undefined) {
      terminal.print(args.on("explain") ? explainTable(status) : setTable(status));
      if (status.found) terminal.out(status.message);
    }
    if (!status.found) terminal.error(status.message);
    return status.found ? 0 : 1;
  },
};

async function ask(call: Invocation): Promise<NonNullable<ResourceQuery["status"]>> {
  const { args, terminal, session, signal } = call;
  const { spec, namespace } = await questionOf(call);
  const timeBudget = args.text("time-budget");
  const query = {
    apiVersion: apiVersionOf(kinds.ResourceQuery),
    kind: kinds.ResourceQuery.kind,
    metadata: { namespace },
    spec: {
      ...spec,
      ...(timeBudget !== undefined && { timeBudget }),
      ...(args.on("explain") && { explain: true }),
    },
  };
  const answer = await (await session.client()).create(kinds.ResourceQuery, query, { signal });
  const format = args.text("output");
  if (format === "json") terminal.print(jsonText(answer));
  if (format === "yaml") terminal.print(await yamlText(answer));
  const { status } = answer;
  if (status === undefined) throw new Error("the server answered without a status");
  return status;
}

interface Question {
  readonly spec: object;
  readonly namespace: string;
}

async function questionOf(call: Invocation): Promise<Question> {
  const { args, session } = call;
  const files = args.texts("filename");
  if (files.length === 0) return { spec: querySpec(args), namespace: await session.namespace() };
  const asked = ["group", "count", "attr", "latency", "spread", "pool", "selector", "requests"].find((one) =>
    args.has(one),
  );
  if (asked !== undefined) throw new UsageError(`--${asked} may not be given beside -f`);
  const manifests = await loadManifests(call, files, { mayBeUnnamed: true });
  const questions = manifests.flatMap(({ object, namespace }) => questionIn(object, namespace) ?? []);
  const [question, more] = questions;
  if (question === undefined) throw new UsageError("-f: there is no ResourceQuery, Application or Component in it");
  if (more !== undefined) throw new UsageError("-f: there are several questions in it; ask one at a time");
  return question;
}

function questionIn(object: KubeObject, namespace: string): Question | undefined {
  const spec = specOf(object);
  return spec === undefined ? undefined : { spec, namespace };
}
