import type { CommandStream } from "../../client/portable.ts";

/** What of a terminal on the page is needed to put a command behind it; xterm's Terminal is one. */
export interface Screen {
  readonly cols: number;
  readonly rows: number;
  write(bytes: Uint8Array, drawn: () => void): void;
  onData(listener: (text: string) => void): { dispose(): void };
  /** Bytes that are no text, as some reports of mice: one character for each. */
  onBinary(listener: (bytes: string) => void): { dispose(): void };
  onResize(listener: (size: { readonly cols: number; readonly rows: number }) => void): { dispose(): void };
}

/**
 * Puts a command behind a terminal until the command ends; resolves with its exit code. What is typed while it is being opened reaches it
 * then. Output is taken as fast as it is drawn, and no faster: who prints without end waits.
 */
export async function linkTerminal(screen: Screen, opening: Promise<CommandStream>): Promise<number> {
  const encoder = new TextEncoder();
  let sent = Promise.resolve();
  // In the order of the keys; a connection that broke is told of by its output.
  const send = (doing: (stream: CommandStream) => Promise<void>): void => {
    sent = sent.then(async () => doing(await opening)).catch(() => undefined);
  };
  const resize = (columns: number, rows: number): void => send((stream) => stream.resize({ columns, rows }));
  const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0) & 0xff);
  const listening = [
    screen.onData((text) => send((stream) => stream.write(encoder.encode(text)))),
    screen.onBinary((text) => send((stream) => stream.write(bytesOf(text)))),
    screen.onResize(({ cols, rows }) => resize(cols, rows)),
  ];
  resize(screen.cols, screen.rows);
  try {
    const stream = await opening;
    for await (const { bytes } of stream.output()) await new Promise<void>((resolve) => screen.write(bytes, resolve));
    return stream.exitCode();
  } finally {
    for (const one of listening) one.dispose();
  }
}
