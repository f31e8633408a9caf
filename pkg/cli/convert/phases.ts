import type { Manifest, Notes } from "./conversion.ts";
import { child, children, childText, type XmlElement } from "./xml-tree.ts";

interface PhaseDraft {
  readonly name: string;
  after: readonly string[];
  readonly processes: readonly Manifest[];
}

/** What runs for long in an application_block with service="1"; all else runs to its end. */
export interface BlockOptions {
  readonly isService: boolean;
}

/**
 * The phases of an execution. Blocks of a component follow each other as they stand; component blocks run side by side;
 * a barrier that several of them name is where they wait for each other.
 */
export class PhaseBuilder {
  readonly #notes: Notes;
  readonly #phases: PhaseDraft[] = [];
  /** Last phases of each component block that has come to a barrier, by the barrier's name. */
  readonly #barriers = new Map<string, Set<string>>();

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  get phases(): readonly Manifest[] {
    return this.#phases.map(({ name, after, processes }) => ({ name, ...(after.length > 0 && { after }), processes }));
  }

  /** Takes the component blocks of an <execution>; two passes, because a barrier is met from several sides. */
  addExecution(execution: XmlElement, options: BlockOptions): void {
    this.#notes.rest(execution, ["component_block"], []);
    const blocks = children(execution, "component_block");
    for (const block of blocks) this.#noteBarriers(block);
    for (const block of blocks) this.#addBlock(block, options);
  }

  /** Which phases stand before each barrier. */
  #noteBarriers(block: XmlElement): void {
    let last: readonly string[] = [];
    for (const one of block.children) {
      if (isWork(one)) last = [this.#phaseName(one, block)];
      if (one.name !== "barrier_block") continue;
      for (const name of barrierNames(one)) {
        const before = this.#barriers.get(name) ?? new Set();
        for (const phase of last) before.add(phase);
        this.#barriers.set(name, before);
      }
    }
  }

  #addBlock(block: XmlElement, options: BlockOptions): void {
    const notes = this.#notes;
    notes.rest(block, ["component", "process_block", "workflow_block", "barrier_block"]);
    const component = notes.name(block, child(block, "component")?.attributes["name"], "members");
    const work = block.children.filter(isWork);
    let after: readonly string[] = [];
    for (const one of block.children) {
      if (one.name === "barrier_block")
        after = [...new Set([...after, ...barrierNames(one).flatMap((name) => [...(this.#barriers.get(name) ?? [])])])];
      if (!isWork(one)) continue;
      const name = this.#phaseName(one, block);
      const isLast = one === work.at(-1);
      this.#phases.push({ name, after, processes: this.#processes(one, component, options.isService && isLast) });
      after = [name];
    }
  }

  #phaseName(one: XmlElement, block: XmlElement): string {
    const fallback = `${block.attributes["name"] ?? "block"}-${block.children.indexOf(one) + 1}`;
    return this.#notes.name(one, one.attributes["name"] ?? fallback, "phase");
  }

  #processes(block: XmlElement, component: string, isService: boolean): readonly Manifest[] {
    const notes = this.#notes;
    notes.rest(block, ["process"]);
    if (block.name === "workflow_block")
      notes.add(
        block,
        "a workflow hands its tasks to idle members: write it as `work:` with items instead of processes",
      );
    return children(block, "process").map((one) => convertProcess(one, { component, isService }, notes));
  }
}

function isWork({ name }: XmlElement): boolean {
  return name === "process_block" || name === "workflow_block";
}

function barrierNames(block: XmlElement): readonly string[] {
  const inner = children(block, "barrier").flatMap(({ attributes }) => attributes["name"] ?? []);
  return inner.length > 0 ? inner : [block.attributes["name"] ?? ""];
}

function convertProcess(
  element: XmlElement,
  { component, isService }: { readonly component: string; readonly isService: boolean },
  notes: Notes,
): Manifest {
  notes.rest(element, ["path", "cmdline", "environment", "env", "working_dir", "user"]);
  const path = childText(element, "path");
  if (path === undefined) notes.add(element, "<process> has no <path>: fill in its command");
  const cmdline = child(element, "cmdline");
  if (cmdline !== undefined) notes.rest(cmdline, ["arg"], []);
  const args = cmdline === undefined ? [] : children(cmdline, "arg").map(({ text }) => text);
  const words = args.length === 0 && cmdline?.text ? cmdline.text.split(/\s+/) : args;
  const env = environmentOf(element, notes);
  const workingDir = childText(element, "working_dir");
  const user = childText(element, "user");
  return {
    name: notes.name(element, element.attributes["name"], "run"),
    component,
    command: [path ?? "FILL-ME-IN", ...words],
    ...(env.length > 0 && { env }),
    ...(workingDir !== undefined && { workingDir }),
    ...(user !== undefined && { user }),
    restartPolicy: isService ? "Always" : "OnFailure",
  };
}

/** <environment><variable name="A" value="b"/></environment>, or <env name="A">b</env>. */
function environmentOf(element: XmlElement, notes: Notes): readonly Manifest[] {
  const group = child(element, "environment");
  const variables = [...children(element, "env"), ...(group?.children ?? [])];
  return variables.flatMap((one) => {
    const { name, value = one.text } = one.attributes;
    if (name !== undefined) return [{ name, value }];
    notes.add(one, `<${one.name}> has no name and was left out`);
    return [];
  });
}
