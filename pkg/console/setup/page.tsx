import { type FormEvent, useState } from "react";
import { kinds, type ResourcePool } from "../../api/index.ts";
import { setQuery, useQuery } from "../app/router.tsx";
import { pageFact } from "../live/session.ts";
import { useMay } from "../live/use-may.ts";
import { useObject, useSelected } from "../live/use-world.ts";
import type { Objects } from "../live/world.ts";
import { setupTexts as texts } from "../texts/setup.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { createLocalPool, createPool, localPoolName } from "./actions.ts";
import { ExampleStep } from "./example-step.tsx";
import { emptyDraft, formOf, HostsForm } from "./hosts-form.tsx";
import { MachinesStep } from "./machines-step.tsx";
import { createPoolCommand, problemsOf } from "./pool-plan.ts";
import { SameByCommand } from "./same-by-command.tsx";
import { Step } from "./step.tsx";
import { useDoing } from "./use-doing.ts";
import "./setup.css";

type Source = "ssh" | "local";

/** From an empty server to an application that runs, from above to below. `?pool=` is the pool that was made. */
export default function SetupPage() {
  const pool = useQuery("pool");
  const mayCreate = useMay("create", kinds.ResourcePool);
  const [draft, setDraft] = useState(emptyDraft);
  const [source, setSource] = useState<Source>("ssh");
  const [isChanging, setChanging] = useState(false);
  const isMade = pool !== undefined && !isChanging;
  const made = (name: string): void => {
    setChanging(false);
    setQuery({ pool: name });
  };
  return (
    <div className="setup">
      <header>
        <h1>{texts.title}</h1>
        <p className="quiet">{texts.intro}</p>
      </header>
      <section className="card" aria-labelledby="setup-where">
        <h2 id="setup-where">
          <Step number={1} isDone={isMade} /> {texts.steps.where}
        </h2>
        {isMade ? (
          <Chosen name={pool} />
        ) : mayCreate ? (
          <>
            {isServerHere() && <Sources source={source} onChange={setSource} />}
            {source === "ssh" || !isServerHere() ? (
              <MyMachines draft={draft} onChange={setDraft} isNew={!isChanging} onMade={made} />
            ) : (
              <ThisComputer onMade={made} />
            )}
          </>
        ) : (
          <p className="note">{texts.notAllowed}</p>
        )}
      </section>
      {isMade && (
        <>
          <section className="card" aria-labelledby="setup-look">
            <MachinesStep
              pool={pool}
              onChange={() => setChanging(true)}
              onUndone={() => setQuery({ pool: undefined })}
            />
          </section>
          <section className="card" aria-labelledby="setup-run">
            <ExampleStep pool={pool} />
          </section>
        </>
      )}
    </div>
  );
}

function Chosen({ name }: { readonly name: string }) {
  const pool = useObject(kinds.ResourcePool, { namespace: "", name });
  const hosts = pool?.spec.provider.static?.hosts.map(({ address }) => address).join(", ");
  return (
    <p>
      <strong>{name}</strong> <span className="quiet">{hosts ?? texts.provider(pool?.status?.provider ?? "")}</span>
    </p>
  );
}

/** Machines of the server's own computer are made only while nobody else reaches it: then it listens on loopback. */
function isServerHere(): boolean {
  const server = pageFact("plush-server") ?? location.origin;
  return /^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/.test(server);
}

function Sources({ source, onChange }: { readonly source: Source; readonly onChange: (source: Source) => void }) {
  return (
    <div className="setup-choices" role="radiogroup" aria-label={texts.steps.where}>
      {(["ssh", "local"] as const).map((one) => (
        <label key={one} className="setup-choice">
          <input type="radio" name="source" checked={source === one} onChange={() => onChange(one)} />
          <strong>{texts.sources[one].title}</strong>
          <span className="quiet">{texts.sources[one].text}</span>
        </label>
      ))}
    </div>
  );
}

function ThisComputer({ onMade }: { readonly onMade: (name: string) => void }) {
  const { isBusy, problem, perform } = useDoing(() => onMade(localPoolName));
  const action = createLocalPool();
  const isThere = useSelected<ResourcePool, boolean>(kinds.ResourcePool, hasLocalPool);
  return (
    <>
      {problem !== undefined && <ErrorNote error={problem} />}
      <div className="setup-actions">
        <Button look="primary" disabled={isBusy} onClick={() => (isThere ? onMade(localPoolName) : perform(action))}>
          {action.title}
        </Button>
        <SameByCommand argv={action.command} />
      </div>
    </>
  );
}

const hasLocalPool = (pools: Objects<ResourcePool>): boolean => pools.has(localPoolName);

interface MyMachinesProps {
  readonly draft: ReturnType<typeof emptyDraft>;
  readonly onChange: (draft: ReturnType<typeof emptyDraft>) => void;
  readonly isNew: boolean;
  readonly onMade: (name: string) => void;
}

function MyMachines({ draft, onChange, isNew, onMade }: MyMachinesProps) {
  const form = formOf(draft);
  const { isBusy, problem, perform } = useDoing(() => onMade(form.name));
  const [isTried, setTried] = useState(false);
  const problems = problemsOf(form);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (problems.length === 0) perform(createPool(form, isNew));
  };
  return (
    <form className="setup-form" onSubmit={submit}>
      <HostsForm draft={draft} onChange={onChange} isNameFixed={!isNew} />
      {isTried && problems.length > 0 && (
        <ul className="note note-bad" role="alert">
          {problems.map((one) => (
            <li key={one}>{texts.problems[one]}</li>
          ))}
        </ul>
      )}
      {problem !== undefined && <ErrorNote error={problem} />}
      <div className="setup-actions">
        <Button type="submit" look="primary" disabled={isBusy}>
          {isNew ? texts.create : texts.apply}
        </Button>
        {problems.length === 0 && <SameByCommand argv={createPoolCommand(form)} />}
      </div>
    </form>
  );
}
