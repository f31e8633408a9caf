import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { StatusError } from "../../status/index.ts";
import type { Command } from "../command.ts";
import type { ConversionNote } from "../convert/conversion.ts";
import { convertPlush } from "../convert/convert-plush.ts";
import { UsageError } from "../usage-error.ts";

export const convertCommand: Command = {
  usage: "convert FILE.xml",
  summary: "Turns a Plush or Gush application description into manifests.",
  flags: [],
  completes: "files",
  examples: ["plush convert sword.xml > sword.yaml", "plush convert directory.xml | plush apply -f -"],
  async run({ args, terminal }) {
    const [file, ...more] = args.positional;
    if (file === undefined || more.length > 0) throw new UsageError("convert which file? For example: sword.xml");
    const { manifests, notes } = convertPlush(file, read(file));
    const head = notes.length === 0 ? [] : [commentOf(file, notes)];
    terminal.print([...head, ...manifests.map((manifest) => stringify(manifest, { lineWidth: 120 }))].join("---\n"));
    for (const { line, text } of notes) terminal.warn(`${file}:${line}: ${text}`);
    return 0;
  },
};

function commentOf(file: string, notes: readonly ConversionNote[]): string {
  const lines = notes.map(({ line, text }) => `# ${file}:${line}: ${text}\n`);
  return `# What ${file} said and these manifests do not, or say otherwise:\n${lines.join("")}`;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new StatusError("BadRequest", `${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
