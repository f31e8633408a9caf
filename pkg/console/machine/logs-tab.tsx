import { useEffect, useMemo, useRef, useState } from "react";
import { manyLogs } from "../../client/portable.ts";
import type { LogsMessage } from "../../protocol/index.ts";
import { setQuery, useQuery } from "../app/router.tsx";
import { useGroup, useSession } from "../live/use-world.ts";
import { machineTexts as texts } from "../texts/machine.ts";
import { ErrorNote } from "../ui/error-note.tsx";
import { useVisibleRows } from "../ui/use-visible-rows.ts";
import { LogLines } from "./log-lines.ts";
import { byName, processesByMachine } from "./processes-of.ts";

/** The log of one process of a machine, chosen here or by the address. */
export default function LogsTab({ machine }: { readonly machine: string }) {
  const processes = byName(useGroup(processesByMachine, machine));
  const names = processes.map(({ metadata: { namespace = "", name } }) => `${namespace}/${name}`);
  const asked = useQuery("process");
  const chosen = asked ?? names[0];
  if (chosen === undefined) return <p className="empty">{texts.noProcesses}</p>;
  const choices = names.includes(chosen) ? names : [chosen, ...names];
  return (
    <div className="machine-logs">
      <select
        className="input"
        aria-label={texts.chooseProcess}
        value={chosen}
        onChange={({ target }) => setQuery({ process: target.value })}
      >
        {choices.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <Log key={chosen} process={chosen} />
    </div>
  );
}

const lineHeight = 18;

function Log({ process }: { readonly process: string }) {
  const { lines, version, problem } = useLog(process);
  const [search, setSearch] = useState("");
  const [isFollowing, setFollowing] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the lines
  const found = useMemo(() => lines.found(search.toLowerCase()), [lines, version, search]);
  const { scroller, first, end } = useVisibleRows(found.length, lineHeight);
  // biome-ignore lint/correctness/useExhaustiveDependencies: to the end whenever there is more
  useEffect(() => {
    const element = scroller.current;
    if (isFollowing && element !== null) element.scrollTop = element.scrollHeight;
  }, [found, isFollowing]);
  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 2 * lineHeight;
    // Who goes up wants to read, who comes down again wants to follow.
    if (isAtEnd !== isFollowing) setFollowing(isAtEnd);
  };
  return (
    <>
      <div className="machine-log-bar">
        <input
          type="search"
          className="input"
          value={search}
          placeholder={texts.searchLog}
          aria-label={texts.searchLog}
          onChange={({ target }) => setSearch(target.value)}
        />
        {search !== "" && <span className="quiet">{texts.found(found.length)}</span>}
        <label>
          <input type="checkbox" checked={isFollowing} onChange={({ target }) => setFollowing(target.checked)} />{" "}
          {texts.followLog}
        </label>
      </div>
      {problem !== undefined && <ErrorNote error={problem} />}
      {lines.dropped > 0 && <p className="quiet">{texts.cut(lines.dropped)}</p>}
      <section
        ref={scroller}
        className="machine-log"
        aria-label={texts.logOf(process)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys
        tabIndex={0}
        onScroll={onScroll}
      >
        {found.length === 0 && problem === undefined && <p className="quiet">{texts.noLines}</p>}
        <div style={{ height: found.length * lineHeight }}>
          <pre style={{ transform: `translateY(${first * lineHeight}px)` }}>{found.slice(first, end).join("\n")}</pre>
        </div>
      </section>
    </>
  );
}

/** Lines of a process from now on and the last ones before; `version` is another number whenever there are more. */
function useLog(process: string) {
  const { transport } = useSession();
  const lines = useMemo(() => new LogLines(), []);
  const [version, setVersion] = useState(0);
  const [problem, setProblem] = useState<unknown>();
  const due = useRef<number>(undefined);
  useEffect(() => {
    const ending = new AbortController();
    const [namespace = "", name = ""] = process.split("/");
    const show = (): void => {
      // However many lines come, the page shows them once a frame.
      due.current ??= requestAnimationFrame(() => {
        due.current = undefined;
        setVersion((before) => before + 1);
      });
    };
    const read = async (): Promise<void> => {
      const request = { namespace, processes: [name], follow: true, tailLines: 2000 };
      for await (const message of manyLogs(transport, request, ending.signal)) {
        const text = textOf(message);
        if (text === "") continue;
        lines.add(text);
        show();
      }
    };
    read().catch((error: unknown) => {
      if (!ending.signal.aborted) setProblem(error);
    });
    return () => {
      ending.abort();
      if (due.current !== undefined) cancelAnimationFrame(due.current);
      due.current = undefined;
    };
  }, [process, transport, lines]);
  return { lines, version, problem };
}

function textOf(message: LogsMessage): string {
  if (message.type === "text") return message.text;
  return message.type === "note" ? `${texts.note(message.note, message.message)}\n` : "";
}
