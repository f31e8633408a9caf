import type { RunControl } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { FanOut } from "./fan-out.ts";

/** Runs that are under way, by what RunControls call them, each with who made it. */
export class RunRegister {
  readonly #runs = new Map<string, { readonly user: string; readonly fanOut: FanOut }>();

  /** Known until its output has ended or nobody reads it any more. */
  add(run: string, user: string, fanOut: FanOut): void {
    this.#runs.set(run, { user, fanOut });
    fanOut.output.once("close", () => this.#runs.delete(run));
  }

  /** Throws NotFound where there is no such run (any more), or it is somebody else's. */
  async control({ run, stop, input, endInput }: RunControl, user: string): Promise<void> {
    const known = this.#runs.get(run);
    if (known === undefined || known.user !== user)
      throw new StatusError("NotFound", "there is no such run (any more)");
    if (stop === true) known.fanOut.stop();
    if (input !== undefined) await known.fanOut.feed(Buffer.from(input, "base64"));
    if (endInput === true) await known.fanOut.endInput();
  }
}
