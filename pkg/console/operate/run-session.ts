import {
  AnswerGroups,
  controlRun,
  endingOf,
  nameOf,
  PrintedPieces,
  printedText,
  RunTally,
  runStream,
} from "../../operations/index.ts";
import type { RunMessage, RunRequest } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Session } from "../live/session.ts";

/** Enough to read, and too little to fill the memory of a page that asks a thousand machines. */
const maxOutputBytes = 64 * 1024;
/** So many of the latest lines are shown as they come. */
const maxLines = 2000;

export interface RunOptions {
  readonly request: Omit<RunRequest, "maxOutputBytes" | "streams">;
  /** Something is to be drawn anew. */
  readonly onChange: () => void;
}

/** A command that runs on many machines, and what they have answered so far. */
export class RunSession {
  readonly #session: Session;
  readonly #options: RunOptions;
  readonly #left = new AbortController();
  readonly #pieces = new PrintedPieces(maxOutputBytes);
  readonly tally = new RunTally();
  readonly groups = new AnswerGroups();
  /** What each has printed, by its name. */
  readonly outputs = new Map<string, string>();
  readonly lines: string[] = [];
  state: "running" | "stopping" | "over" = "running";
  problem: unknown;
  #run: string | undefined;

  constructor(session: Session, options: RunOptions) {
    this.#session = session;
    this.#options = options;
    void this.#go();
  }

  /** As Ctrl-C does, on every host. */
  async stop(): Promise<void> {
    if (this.state !== "running") return;
    this.state = "stopping";
    this.#options.onChange();
    if (this.#run === undefined) return this.close();
    await controlRun(this.#session.transport, { run: this.#run, stop: true }, this.#left.signal).catch(() =>
      this.close(),
    );
  }

  /** Nothing more is waited for; the server stops the command wherever it still runs. */
  close(): void {
    this.#left.abort();
  }

  async #go(): Promise<void> {
    const request = { ...this.#options.request, maxOutputBytes, streams: true };
    try {
      for await (const message of runStream(this.#session.transport, request, this.#left.signal)) {
        this.#take(message);
        this.#options.onChange();
      }
    } catch (error) {
      if (!this.#left.signal.aborted) this.problem = error;
    }
    this.state = "over";
    this.#options.onChange();
  }

  #take(message: RunMessage): void {
    switch (message.type) {
      case "targets":
        if (message.targets.length === 0) throw new StatusError("NotFound", "no machines found");
        this.#run = message.run;
        this.tally.expect(message.targets);
        break;
      case "output":
        this.#pieces.add(message);
        this.#show(nameOf(message), textOf(message.data));
        break;
      case "result": {
        this.tally.take(message);
        const [name, text, ending] = [nameOf(message), printedText(this.#pieces.of(message)), endingOf(message)];
        this.outputs.set(name, text);
        this.groups.add(name, { ok: message.exitCode === 0, text, ending });
        break;
      }
      case "end":
        break;
    }
  }

  #show(name: string, text: string): void {
    for (const line of text.replace(/\n$/, "").split("\n")) this.lines.push(`${name}: ${line}`);
    if (this.lines.length > maxLines) this.lines.splice(0, this.lines.length - maxLines);
  }
}

function textOf(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}
