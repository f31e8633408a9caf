import { StatusError } from "../status/index.ts";
import type { LogPage, LogRange } from "./log-reader.ts";
import type { Reply, Request } from "./worker-protocol.ts";

interface Waiting {
  readonly resolve: (page: LogPage | undefined) => void;
  readonly reject: (error: StatusError) => void;
}

type Answer = Extract<Reply, { readonly id: number }>;

/** What the worker is asked besides commits, each with an answer of its own. */
export class WorkerRequests {
  readonly #post: (request: Request) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(post: (request: Request) => void) {
    this.#post = post;
  }

  async backup(file: string): Promise<void> {
    try {
      await this.#ask((id) => ({ type: "backup", id, file }));
    } catch (error) {
      throw new StatusError("ServiceUnavailable", `backup to ${file} failed: ${StatusError.from(error).message}`);
    }
  }

  async readLog(range: LogRange, from: number | undefined): Promise<LogPage> {
    const page = await this.#ask((id) => ({ type: "history", id, range, from }));
    return page ?? { rows: [], next: undefined };
  }

  receive(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    const message = faultIn(answer);
    if (message === undefined) waiting?.resolve(answer.type === "history" ? answer.page : undefined);
    else waiting?.reject(new StatusError("ServiceUnavailable", message));
  }

  /** Nothing is answered any more. */
  fail(message: string): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(new StatusError("ServiceUnavailable", message));
  }

  #ask(request: (id: number) => Request): Promise<LogPage | undefined> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post(request(id));
    });
  }
}

function faultIn(answer: Answer): string | undefined {
  if (answer.type === "historyFailed") return answer.message;
  return answer.type === "backedUp" ? answer.error : undefined;
}
