import { expect, it } from "vitest";
import type { CommandOutput, CommandStream } from "../../client/portable.ts";
import { linkTerminal, type Screen } from "./terminal-link.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A screen that is drawn when it is told. */
class Paper implements Screen {
  readonly cols = 80;
  readonly rows = 24;
  text = "";
  listeners = 0;
  #drawn: (() => void)[] = [];
  type: (text: string) => void = () => undefined;
  report: (bytes: string) => void = () => undefined;
  grow: (size: { cols: number; rows: number }) => void = () => undefined;

  write(bytes: Uint8Array, drawn: () => void): void {
    this.text += new TextDecoder().decode(bytes);
    this.#drawn.push(drawn);
  }

  draw(): void {
    for (const drawn of this.#drawn.splice(0)) drawn();
  }

  onData = (listener: (text: string) => void) => this.#listen(() => (this.type = listener));
  onBinary = (listener: (bytes: string) => void) => this.#listen(() => (this.report = listener));
  onResize = (listener: (size: { cols: number; rows: number }) => void) => this.#listen(() => (this.grow = listener));

  #listen(set: () => void): { dispose(): void } {
    set();
    this.listeners++;
    return { dispose: () => this.listeners-- };
  }
}

/** A command that prints what it is told to, and remembers what it was sent. */
class Shell implements CommandStream {
  readonly sent: string[] = [];
  #waiting: (() => void) | undefined;
  readonly #prints: CommandOutput[] = [];
  taken = 0;
  isOver = false;

  print(text: string): void {
    this.#prints.push({ stream: "stdout", bytes: bytesOf(text) });
    this.#waiting?.();
  }

  end(): void {
    this.isOver = true;
    this.#waiting?.();
  }

  async write(input: Uint8Array): Promise<void> {
    // The first one is the slowest: order must not hang on how long each takes.
    await new Promise((resolve) => setTimeout(resolve, this.sent.length === 1 ? 20 : 0));
    this.sent.push([...input].join(","));
  }

  async resize({ columns, rows }: { readonly columns: number; readonly rows: number }): Promise<void> {
    this.sent.push(`${columns}x${rows}`);
  }

  async *output(): AsyncGenerator<CommandOutput> {
    for (;;) {
      const next = this.#prints.shift();
      if (next !== undefined) {
        this.taken++;
        yield next;
      } else if (this.isOver) return;
      else await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
  }

  exitCode = (): number => 7;
  endInput = async (): Promise<void> => undefined;
  close = (): void => undefined;
}

it("sends keys, reports of mice and sizes in their order, and ends with the command", async () => {
  const [paper, shell] = [new Paper(), new Shell()];
  const ended = linkTerminal(paper, Promise.resolve(shell));
  paper.type("é");
  paper.report("\x1b\xff");
  paper.grow({ cols: 100, rows: 30 });
  await expect.poll(() => shell.sent).toEqual(["80x24", "195,169", "27,255", "100x30"]);
  shell.end();
  expect(await ended).toBe(7);
  expect(paper.listeners).toBe(0);
});

it("takes output no faster than it is drawn", async () => {
  const [paper, shell] = [new Paper(), new Shell()];
  const ended = linkTerminal(paper, Promise.resolve(shell));
  for (const line of ["one ", "two ", "three"]) shell.print(line);
  await expect.poll(() => paper.text).toBe("one ");
  expect(shell.taken).toBe(1);
  paper.draw();
  await expect.poll(() => paper.text).toBe("one two ");
  shell.end();
  const drawing = setInterval(() => paper.draw(), 1);
  await ended;
  clearInterval(drawing);
  expect(paper.text).toBe("one two three");
});

it("sends what is typed before the command is there once it is, and lets go of the screen where it never is", async () => {
  const [paper, shell] = [new Paper(), new Shell()];
  let open: (stream: CommandStream) => void = () => undefined;
  const opening = new Promise<CommandStream>((resolve) => (open = resolve));
  const ended = linkTerminal(paper, opening);
  paper.type("l");
  paper.type("s");
  expect(shell.sent).toEqual([]);
  open(shell);
  await expect.poll(() => shell.sent).toEqual(["80x24", "108", "115"]);
  shell.end();
  expect(await ended).toBe(7);
  const refused = linkTerminal(paper, Promise.reject(new Error("forbidden")));
  paper.type("x");
  await expect(refused).rejects.toThrow("forbidden");
  expect(paper.listeners).toBe(0);
});
