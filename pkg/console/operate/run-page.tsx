import { useEffect, useMemo, useReducer, useRef, useState } from "react";
import { kinds } from "../../api/index.ts";
import { formatDuration, parseDuration } from "../../clock/index.ts";
import { foldNames } from "../../operations/index.ts";
import { setQuery, useQuery } from "../app/router.tsx";
import { useMay } from "../live/use-may.ts";
import { useObjects, useSession, useWorld } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Button } from "../ui/button.tsx";
import { CommandLine } from "../ui/command-line.tsx";
import { Icon } from "../ui/icon.tsx";
import { splitShellLine } from "../ui/shell-line.ts";
import { RunAnswers } from "./run-answers.tsx";
import { choiceWords, chosenMachines, machinesOf, type RunChoice, ways } from "./run-choice.ts";
import { RunSession } from "./run-session.ts";
import { WhereField } from "./run-where.tsx";

const defaultTimeout = "1m";

/** A command on many machines at once; equal answers are one. */
export default function Page() {
  const session = useSession();
  const { isPast } = useWorld();
  const form = useRunForm();
  const { choice, argv, timeoutMs, user, max } = form;
  const mayRun = useMayRun(choice);
  const machines = machinesOf(choice);
  const resources = useObjects(kinds.Resource);
  const claims = useObjects(kinds.Claim);
  const names = useMemo(() => chosenMachines(machinesOf(choice), resources, claims), [choice, resources, claims]);
  const [, drawAnew] = useReducer((count: number) => count + 1, 0);
  const [run, setRun] = useState<RunSession>();
  const onChange = useOnFrame(drawAnew);
  useEffect(() => () => run?.close(), [run]);
  const isReady = (argv?.length ?? 0) > 0 && timeoutMs !== undefined && names.length > 0;
  const isRunning = run !== undefined && run.state !== "over";
  const begin = (): void => {
    if (machines === undefined || argv === undefined || timeoutMs === undefined) return;
    const request = { ...machines, argv, timeoutMs, maxConcurrent: max, ...(user !== "" && { user }) };
    setRun(new RunSession(session, { request, onChange }));
  };
  return (
    <div className="operate-page">
      <header className="operate-bar">
        <h1>{texts.runTitle}</h1>
      </header>
      <form
        className="card run-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isRunning) begin();
        }}
      >
        <WhereField choice={choice} />
        <p className="run-hosts" aria-live="polite">
          {names.length === 0 ? texts.noHosts : `${texts.hosts(names.length)}: ${foldNames(names)}`}
        </p>
        <CommandField line={form.line} argv={argv} />
        <RunLimits form={form} />
        <CommandLine argv={commandOf(form)} />
        <footer>
          {isRunning ? (
            <Button look="danger" disabled={run.state === "stopping"} onClick={() => void run.stop()}>
              <Icon name="close" />
              {run.state === "stopping" ? texts.stopping : texts.stop}
            </Button>
          ) : (
            <Button type="submit" look="primary" disabled={!isReady || isPast || !mayRun}>
              <Icon name="run" />
              {texts.run}
            </Button>
          )}
        </footer>
      </form>
      {run !== undefined && <RunAnswers run={run} />}
    </div>
  );
}

/** The right to run commands in an application's claims, or on machines. */
function useMayRun({ way, value }: RunChoice): boolean {
  const exec = { subresource: "exec" };
  const onClaims = useMay("create", kinds.Claim, value.split("/")[0], exec);
  const onMachines = useMay("create", kinds.Resource, undefined, exec);
  return way === "application" ? onClaims : onMachines;
}

function commandOf({ choice, argv = [], timeout, timeoutMs, user, max }: RunForm): readonly string[] {
  return [
    ...["run", ...choiceWords(choice)],
    ...(user === "" ? [] : user === "root" ? ["--sudo"] : ["--user", user]),
    ...(timeoutMs === undefined || timeout === defaultTimeout ? [] : ["--timeout", formatDuration(timeoutMs)]),
    ...(max > 0 ? ["--max", String(max)] : []),
    ...["--", ...argv],
  ];
}

/** The form is in the address, so that it can be handed on. */
function useRunForm() {
  const asked = useQuery("by");
  const way = ways.find((known) => known === asked) ?? "all";
  const value = useQuery("of") ?? "";
  const line = useQuery("command") ?? "";
  const user = useQuery("user") ?? "";
  const timeout = useQuery("timeout") ?? defaultTimeout;
  const max = Number(useQuery("max") ?? 0);
  const choice = useMemo((): RunChoice => ({ way, value }), [way, value]);
  const argv = useMemo(() => splitShellLine(line), [line]);
  return { choice, line, argv, user, timeout, timeoutMs: parseDuration(timeout), max: Number.isInteger(max) ? max : 0 };
}

type RunForm = ReturnType<typeof useRunForm>;

function CommandField({ line, argv }: { readonly line: string; readonly argv: readonly string[] | undefined }) {
  return (
    <label className="field">
      {texts.command}
      <input
        className="input run-command"
        value={line}
        placeholder={texts.commandExample}
        aria-invalid={argv === undefined}
        onChange={(event) => setQuery({ command: event.target.value || undefined })}
        spellCheck={false}
        autoComplete="off"
      />
      <span>{argv === undefined ? texts.openQuote : texts.noShell}</span>
    </label>
  );
}

function RunLimits({ form: { user, timeout, timeoutMs, max } }: { readonly form: RunForm }) {
  return (
    <div className="run-limits">
      <label className="field">
        {texts.user_}
        <input
          className="input"
          value={user}
          placeholder={texts.userExample}
          onChange={(event) => setQuery({ user: event.target.value || undefined })}
          spellCheck={false}
        />
      </label>
      <label className="field">
        {texts.timeout}
        <input
          className="input"
          value={timeout}
          aria-invalid={timeoutMs === undefined}
          onChange={(event) => setQuery({ timeout: event.target.value })}
        />
      </label>
      <label className="field">
        {texts.atOnce}
        <input
          className="input"
          type="number"
          min={0}
          value={max === 0 ? "" : max}
          placeholder={texts.atOnceAll}
          onChange={(event) => setQuery({ max: event.target.value || undefined })}
        />
      </label>
    </div>
  );
}

/** Calls it before the next frame, however often it is asked for until then. */
function useOnFrame(draw: () => void): () => void {
  const due = useRef(false);
  return useMemo(
    () => () => {
      if (due.current) return;
      due.current = true;
      requestAnimationFrame(() => {
        due.current = false;
        draw();
      });
    },
    [draw],
  );
}
