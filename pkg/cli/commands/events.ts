import { type Event, type KubeObject, kinds } from "../../api/index.ts";
import { follow, listAll } from "../../client/index.ts";
import type { Command, Invocation } from "../command.ts";
import { eventAge, oldestFirst } from "../describe/common-sections.ts";
import { oneLine } from "../describe/table-lines.ts";
import { alignColumns } from "../printers/columns.ts";
import { parseTargets } from "../targets.ts";
import { UsageError } from "../usage-error.ts";
import { printWritten } from "./print-written.ts";

export const eventsCommand: Command = {
  usage: "events [--for KIND/NAME]",
  summary: "Shows what happened, oldest first.",
  flags: [
    { name: "for", type: "text", value: "KIND/NAME", help: "to this object only" },
    { name: "types", type: "text", value: "TYPES", help: "Normal, Warning" },
    { name: "all-namespaces", short: "A", type: "switch", help: "of every namespace" },
    { name: "watch", short: "w", type: "switch", help: "go on with what happens" },
    { name: "no-headers", type: "switch", help: "rows alone" },
    {
      name: "output",
      short: "o",
      type: "text",
      choices: ["name", "json", "yaml"],
      value: "FORMAT",
      help: "print the events as objects",
    },
  ],
  async run(call) {
    const selection = await selectionOf(call);
    const client = await call.session.client();
    if (!call.args.on("watch")) {
      const { items } = await listAll<Event>(client, kinds.Event, selection);
      await printAll(
        call,
        items.filter((event) => isWanted(call, event)),
      );
      return 0;
    }
    const printer = new EventPrinter(call);
    for await (const event of follow<Event>(client, kinds.Event, {
      ...selection,
      clock: call.clock,
      signal: call.signal,
    })) {
      if (event.type === "put" && isWanted(call, event.object)) printer.print([event.object]);
    }
    return 0;
  },
};

async function selectionOf(
  call: Invocation,
): Promise<{ readonly namespace?: string; readonly fieldSelector?: string }> {
  const about = call.args.text("for");
  if (about === undefined) return call.args.on("all-namespaces") ? {} : { namespace: await call.session.namespace() };
  const [target] = await parseTargets(call, [about]);
  const name = target?.names[0];
  if (target === undefined || name === undefined) throw new UsageError("--for names one object, as KIND/NAME");
  // Events of what has no namespace are kept in the default one.
  const namespace = target.kind.namespaced ? await call.session.namespace() : "default";
  return { namespace, fieldSelector: `involvedObject.kind=${target.kind.kind},involvedObject.name=${name}` };
}

function isWanted(call: Invocation, event: Event): boolean {
  const types = call.args.text("types");
  return (
    types === undefined ||
    types
      .toLowerCase()
      .split(",")
      .includes((event.type ?? "").toLowerCase())
  );
}

async function printAll(call: Invocation, events: readonly Event[]): Promise<void> {
  if (call.args.has("output")) {
    return printWritten(
      call,
      events.map((object: KubeObject) => ({ kind: kinds.Event, object })),
    );
  }
  if (events.length === 0) return call.terminal.note("No events found");
  new EventPrinter(call).print(oldestFirst(events));
}

class EventPrinter {
  readonly #call: Invocation;
  readonly #widths: number[] = [];
  #header: boolean;

  constructor(call: Invocation) {
    this.#call = call;
    this.#header = !call.args.on("no-headers");
  }

  print(events: readonly Event[]): void {
    const everywhere = this.#call.args.on("all-namespaces");
    const rows = events.map((event) => [
      ...(everywhere ? [event.metadata.namespace ?? ""] : []),
      eventAge(event, this.#call.clock.now()),
      event.type ?? "",
      event.reason ?? "",
      `${(event.involvedObject.kind ?? "").toLowerCase()}/${event.involvedObject.name ?? ""}`,
      oneLine(event.message ?? ""),
    ]);
    const header = [...(everywhere ? ["NAMESPACE"] : []), "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
    this.#call.terminal.print(alignColumns(this.#header ? [header, ...rows] : rows, this.#widths));
    this.#header = false;
  }
}
