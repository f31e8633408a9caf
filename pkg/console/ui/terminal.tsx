import { useEffect, useRef, useState } from "react";
import { openCommand } from "../../client/portable.ts";
import { pageFact, type Session } from "../live/session.ts";
import { useSession } from "../live/use-world.ts";
import { terminalTexts as texts } from "../texts/terminal.ts";
import { Button } from "./button.tsx";
import { CommandLine } from "./command-line.tsx";
import { ErrorNote } from "./error-note.tsx";
import { openTerminal } from "./open-terminal.ts";
import { linkTerminal } from "./terminal-link.ts";

export interface TerminalProps {
  /** Of the machine, process or claim. */
  readonly name: string;
  /** Its exec or attach subresource. */
  readonly path: string;
  /** Absent: what is there is attached to. */
  readonly command?: readonly string[];
  /** The same by `plush`. */
  readonly argv: readonly string[];
}

/** A terminal on a machine, in a process or of a claim; once it has ended another one can be had. */
export function Terminal(props: TerminalProps) {
  const [round, setRound] = useState(0);
  return <Screen key={`${props.path} ${round}`} {...props} onAgain={() => setRound(round + 1)} />;
}

type Ending = { readonly code: number } | { readonly problem: unknown };

function Screen({ name, path, command, argv, onAgain }: TerminalProps & { readonly onAgain: () => void }) {
  const session = useSession();
  const element = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [ending, setEnding] = useState<Ending>();
  // What was asked for first holds: an array that is made anew must not open another one.
  const asked = useRef(command);
  useEffect(() => {
    const closing = new AbortController();
    const host = element.current;
    if (host === null) return;
    const request = { path, ...(asked.current !== undefined && { command: asked.current }) };
    run(host, texts.label(name), session, request, closing.signal, () => setOpen(true)).then(
      (code) => setEnding({ code }),
      (problem: unknown) => {
        if (!closing.signal.aborted) setEnding({ problem });
      },
    );
    return () => closing.abort();
  }, [name, path, session]);
  return (
    <div className="terminal">
      <div ref={element} className="terminal-screen" aria-busy={!isOpen} />
      <footer>
        {!isOpen && ending === undefined && <p className="quiet">{texts.connecting}</p>}
        {ending !== undefined &&
          ("code" in ending ? <p>{texts.ended(ending.code)}</p> : <ErrorNote error={ending.problem} />)}
        {ending !== undefined && <Button onClick={onAgain}>{texts.again}</Button>}
        <CommandLine argv={argv} />
      </footer>
    </div>
  );
}

interface Request {
  readonly path: string;
  readonly command?: readonly string[];
}

/** From the first byte to the exit code. What was printed stays to be read; only leaving the page takes it away. */
async function run(
  host: HTMLElement,
  label: string,
  { transport }: Session,
  request: Request,
  signal: AbortSignal,
  onOpen: () => void,
): Promise<number> {
  const terminal = await openTerminal(host, label, pageFact("csp-nonce"));
  if (signal.aborted) terminal.close();
  else signal.addEventListener("abort", () => terminal.close(), { once: true });
  signal.throwIfAborted();
  const env = { TERM: "xterm-256color" };
  const opening = openCommand(transport, { ...request, stdin: true, tty: true, env, signal });
  const code = linkTerminal(terminal.xterm, opening);
  void opening.then(
    (stream) => {
      signal.addEventListener("abort", () => stream.close(), { once: true });
      onOpen();
      terminal.xterm.focus();
    },
    () => undefined, // told of by the code that does not come
  );
  return code;
}
