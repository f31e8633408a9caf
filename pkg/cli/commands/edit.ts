import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../api/index.ts";
import { parseManifests } from "../../manifests/index.ts";
import { makeMergePatch } from "../../merge/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { objectName } from "../kind-names.ts";
import { withoutManagedFields, yamlText } from "../printers/object-text.ts";
import { errorLines } from "../report-error.ts";
import { type Located, oneTarget } from "../targets.ts";
import { fields } from "../wire-fields.ts";

export const editCommand: Command = {
  usage: "edit KIND/NAME",
  summary: "Opens an object in an editor, and sends what was changed.",
  completes: "targets",
  flags: [{ name: "editor", type: "text", value: "PROGRAM", help: "instead of PLUSH_EDITOR, EDITOR, vi" }],
  async run(call) {
    const located = await oneTarget(call, call.args.positional);
    const directory = mkdtempSync(join(tmpdir(), "plush-edit-"));
    try {
      return await new Edit(call, located, join(directory, `${located.name}.yaml`)).run();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

const intro = "# Lines that begin with # are left out. An empty file, or one without changes, ends the edit.\n";

class Edit {
  readonly #call: Invocation;
  readonly #located: Located;
  readonly #file: string;

  constructor(call: Invocation, located: Located, file: string) {
    this.#call = call;
    this.#located = located;
    this.#file = file;
  }

  async run(): Promise<number> {
    const client = await this.#call.session.client();
    const live = await client.get<KubeObject>(this.#located.kind, this.#located);
    const original = withoutManagedFields(live);
    let text = await yamlText(original);
    let complaints: readonly string[] = [];
    for (;;) {
      const edited = await this.#open(`${intro}${complaints.map((line) => `# error: ${line}\n`).join("")}${text}`);
      if (edited.trim() === "" || edited === text) return this.#cancelled(complaints);
      text = edited;
      const outcome = await this.#send(original, edited);
      if (outcome === "done") return 0;
      if (outcome === "same") return this.#cancelled([]);
      complaints = outcome;
    }
  }

  /** What the server said against the last version is said again: the editor took it along with the file. */
  #cancelled(complaints: readonly string[]): number {
    const { terminal } = this.#call;
    for (const line of complaints) terminal.error(line);
    if (complaints.length === 0) terminal.note("Edit cancelled, no changes made.");
    else terminal.error("edit cancelled: no valid changes were saved");
    return complaints.length === 0 ? 0 : 1;
  }

  /** What the editor leaves, without the comments. */
  async #open(text: string): Promise<string> {
    writeFileSync(this.#file, text, { mode: 0o600 });
    const { env } = this.#call;
    const editor =
      this.#call.args.text("editor") ?? (env["PLUSH_EDITOR"] || env["KUBE_EDITOR"] || env["EDITOR"] || "vi");
    await runEditor(editor, this.#file);
    return readFileSync(this.#file, "utf8").replaceAll(/^#.*\n?/gm, "");
  }

  /** Lines of complaint where it was refused. */
  async #send(original: KubeObject, edited: string): Promise<"done" | "same" | readonly string[]> {
    const { manifests, faults } = parseManifests([{ file: this.#file, directory: ".", text: edited }]);
    const [manifest] = manifests;
    if (faults.length > 0 || manifest === undefined)
      return faults.map(({ line, message }) => `line ${line}: ${message}`);
    if (isDeepStrictEqual(manifest.object, original)) return "same";
    const client = await this.#call.session.client();
    const body = makeMergePatch(fields(original), fields(manifest.object));
    try {
      const options = { fieldManager: "plush-edit", fieldValidation: "Strict" as const };
      await client.patch(this.#located.kind, this.#located, { type: "merge", body }, options);
    } catch (caught) {
      const error = StatusError.from(caught);
      if (error.code >= 500) throw error;
      return errorLines(error);
    }
    this.#call.terminal.out(`${objectName(this.#located.kind, this.#located.name)} edited`);
    return "done";
  }
}

/** An editor with quotes in it is for a shell to read: EDITOR="sed -i 's/a b/c/'". */
function runEditor(editor: string, file: string): Promise<void> {
  const words =
    /["'\\]/.test(editor) && process.platform !== "win32" ? ["sh", "-c", `${editor} "$1"`, "sh"] : undefined;
  const [program = "vi", ...args] = words ?? editor.trim().split(/\s+/);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, file], { stdio: "inherit" });
    child.once("error", (error) =>
      reject(new StatusError("BadRequest", `editor ${program}: ${error.message}`, { cause: error })),
    );
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new StatusError("BadRequest", `editor ${program} ended with ${code ?? "a signal"}`));
    });
  });
}
