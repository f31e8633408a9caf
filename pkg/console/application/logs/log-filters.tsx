import { useMemo } from "react";
import { setQuery, useQuery } from "../../app/router.tsx";
import { applicationTexts } from "../../texts/application.ts";
import { useOwn } from "../own-objects.ts";

const texts = applicationTexts.logs;

/** Of whose lines, and since when: they stand in the address. */
export function LogFilters() {
  const { spec } = useOwn().application;
  const choices = useMemo(() => {
    const processes = spec.phases.flatMap((phase) => phase.processes.map(({ name }) => name as string));
    return {
      component: spec.components.map(({ name }) => name as string),
      phase: spec.phases.map(({ name }) => name as string),
      process: [...new Set(processes)],
    };
  }, [spec]);
  return (
    <>
      <Choice name="component" text={texts.component} options={choices.component} />
      <Choice name="phase" text={texts.phase} options={choices.phase} />
      <Choice name="process" text={texts.process} options={choices.process} />
      <Ordinal />
      <Since />
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly text: string;
  readonly options: readonly string[];
}

/** Where there is nothing to choose from nothing is asked. */
function Choice({ name, text, options }: ChoiceProps) {
  const chosen = useQuery(name) ?? "";
  if (options.length < 2 && chosen === "") return null;
  return (
    <select
      className="input"
      aria-label={text}
      value={chosen}
      onChange={({ target }) => setQuery({ [name]: target.value || undefined })}
    >
      <option value="">{`${text}: ${texts.all}`}</option>
      {options.map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  );
}

function Ordinal() {
  const ordinal = useQuery("ordinal") ?? "";
  return (
    <input
      className="input application-ordinal"
      inputMode="numeric"
      placeholder={texts.ordinal}
      aria-label={texts.ordinal}
      defaultValue={ordinal}
      onChange={({ target }) => {
        if (/^\d*$/.test(target.value)) setQuery({ ordinal: target.value || undefined });
      }}
    />
  );
}

function Since() {
  const since = useQuery("since") ?? "";
  return (
    <select
      className="input"
      aria-label={texts.since}
      value={since}
      onChange={({ target }) => setQuery({ since: target.value || undefined })}
    >
      {Object.entries(texts.sinces).map(([value, text]) => (
        <option key={value} value={value}>
          {`${texts.since}: ${text.toLowerCase()}`}
        </option>
      ))}
    </select>
  );
}
