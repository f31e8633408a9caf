import { join, resolve } from "node:path";
import { writeWhole } from "../../disk/index.ts";
import { type Finding, readReport } from "../../doctor/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { getJson } from "../discovery.ts";
import { supportBundle } from "../doctor/bundle.ts";
import { findingLines, summaryLine } from "../doctor/finding-lines.ts";
import { lookFromHere, lookWithoutServer } from "../doctor/look-from-here.ts";
import { jsonText } from "../printers/object-text.ts";
import { byteText } from "../printers/progress-bar.ts";
import { UsageError } from "../usage-error.ts";

export const doctorCommand: Command = {
  usage: "doctor [--bundle FILE]",
  summary:
    "Looks at the server, what it stands on and every machine, and says what to do; exit code 1 where something is bad.",
  flags: [
    { name: "output", short: "o", type: "text", choices: ["json"], value: "FORMAT", help: "as an object" },
    {
      name: "bundle",
      type: "text",
      value: "FILE",
      help: "write all that who helps you needs into FILE (.tar.gz), secrets left out",
    },
    { name: "overwrite", type: "switch", help: "replace a bundle that is there" },
    {
      name: "data-dir",
      type: "text",
      value: "DIR",
      help: "where no server answers: look at this directory (default ~/.plush/server)",
    },
  ],
  examples: ["plush doctor", "plush doctor --bundle plush.tar.gz"],
  async run(call) {
    if (call.args.positional.length > 0) throw new UsageError("no argument is expected");
    const findings = await examine(call);
    if (call.args.text("output") === "json") call.terminal.print(jsonText({ kind: "DoctorReport", findings }));
    else {
      for (const line of findingLines(findings, (paint, text) => call.terminal.paint(paint, text)))
        call.terminal.out(line);
      call.terminal.out(summaryLine(findings));
    }
    const file = call.args.text("bundle");
    if (file !== undefined) await writeBundle(call, file, findings);
    return findings.some(({ verdict }) => verdict === "Bad") ? 1 : 0;
  },
};

async function examine(call: Invocation): Promise<readonly Finding[]> {
  const { env, args, clock, session } = call;
  try {
    const configuration = await session.configuration();
    const { transport } = await session.client();
    call.terminal.progress("looking at the server and its machines");
    const report = readReport(await getJson(transport, "/plush/v1/doctor"));
    if (report === undefined) throw new StatusError("BadRequest", "the server has no such report: is it an older one?");
    return [...lookFromHere(report, configuration, { answeredAt: clock.now() }), ...report.findings];
  } catch (error) {
    const directory = resolve(args.text("data-dir") ?? join(env["HOME"] ?? "/", ".plush", "server"));
    return lookWithoutServer(error, { directory, clock });
  }
}

async function writeBundle(call: Invocation, file: string, findings: readonly Finding[]): Promise<void> {
  const size = await writeWhole(file, supportBundle(call, findings), {
    overwrite: call.args.on("overwrite"),
    onBytes: (bytes) => call.terminal.progress(byteText(bytes)),
  });
  call.terminal.note(`${file} written, ${byteText(size)}; values of Secrets, ConfigMaps and variables are left out`);
}
