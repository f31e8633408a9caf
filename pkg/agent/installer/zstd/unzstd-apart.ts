import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Clock } from "../../../clock/index.ts";
import { sendSignal } from "../../../signal/index.ts";
import type { AgentContext } from "../../context.ts";
import type { CommandInput } from "../../exec/run-command.ts";

/** An honest block takes some milliseconds. */
const maxWaitMs = 60_000;

/** What it takes to unpack in a process of its own. */
export interface UnzstdProgram extends Pick<CommandInput, "launch" | "argv" | "clock" | "onStart"> {
  readonly maxWaitMs?: number;
}

/** The agent's own file, as the program that it is for this. */
export function unzstdProgram({
  layout,
  ports,
  tasks,
}: Pick<AgentContext, "layout" | "ports" | "tasks">): UnzstdProgram {
  return {
    launch: ports.launch,
    argv: [process.execPath, join(layout.runtime, "plush-agent.mjs"), "unzstd"],
    clock: ports.clock,
    onStart: (pid) => tasks.note(pid),
  };
}

/**
 * A file, unpacked by another process: whatever the file does to that one, this goes on, and ends it after a minute
 * without a byte. Throws what the other one says.
 */
export async function* unzstdApart(path: string, program: UnzstdProgram): AsyncGenerator<Buffer> {
  const file = await open(path);
  const child = program.launch(program.argv, { stdio: [file.fd, "pipe", "pipe"], env: {}, detached: true });
  const ended = once(child, "exit");
  // Seen below, where all that came before has been read.
  ended.catch(() => undefined);
  const { pid, stdout, stderr } = child;
  const kill = (): void => {
    if (pid !== undefined) sendSignal(-pid, "SIGKILL");
  };
  const forget = pid === undefined ? undefined : await program.onStart?.(pid);
  try {
    const said = textOf(stderr);
    if (stdout !== null) yield* impatiently(stdout, program, kill);
    const [code] = await ended;
    if (code !== 0) throw new Error((await said).replace(/^plush-agent: /, "") || `unzstd: exit code ${code}`);
  } finally {
    kill();
    await forget?.();
    await file.close();
  }
}

/** Time is counted while a chunk is waited for, not while one is written to the disk. */
async function* impatiently(
  stream: Readable,
  { clock, maxWaitMs: wait = maxWaitMs }: { readonly clock: Clock; readonly maxWaitMs?: number },
  kill: () => void,
): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  for (;;) {
    let isLate = false;
    const cancel = clock.setTimer(wait, () => {
      isLate = true;
      kill();
    });
    const { value, done } = await chunks.next().finally(cancel);
    if (isLate) throw new Error(`a part of the archive takes longer than ${wait / 1000} s to unpack`);
    if (done === true) return;
    yield value;
  }
}

async function textOf(stream: Readable | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8").trim();
}
