import { type KeyboardEvent, useEffect, useState } from "react";
import { text } from "../../merge/index.ts";
import { builderTexts as texts } from "../texts/builder.ts";
import { Icon } from "../ui/icon.tsx";

interface InputProps {
  readonly id: string;
  /** Id of the help. */
  readonly describedBy?: string;
}

interface TextInputProps extends InputProps {
  readonly value: string;
  readonly placeholder: string;
  /** Told when it is left, rather than with each letter. */
  readonly isLate?: boolean;
  readonly isNumber?: boolean;
  readonly suggestions?: readonly string[];
  readonly onChange: (typed: string) => void;
}

/** A line of text, or several where there are several already. */
export function TextInput({
  id,
  describedBy,
  value,
  placeholder,
  isLate = false,
  isNumber = false,
  suggestions = [],
  onChange,
}: TextInputProps) {
  const [typed, setTyped] = useTyped(value);
  const type = (next: string): void => {
    setTyped(next);
    if (!isLate) onChange(next);
  };
  const leave = (): void => {
    if (isLate && typed !== value) onChange(typed);
  };
  const shared = {
    ...{
      id,
      placeholder,
      value: typed,
      "aria-describedby": describedBy,
      autoComplete: "off",
      spellCheck: false,
      onBlur: leave,
    },
    className: "input",
  };
  if (value.includes("\n")) return <textarea {...shared} rows={6} onChange={(event) => type(event.target.value)} />;
  return (
    <>
      <input
        {...shared}
        inputMode={isNumber ? "decimal" : undefined}
        list={suggestions.length > 0 ? `${id}-list` : undefined}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === "Enter") leave();
        }}
      />
      <Suggestions id={`${id}-list`} names={suggestions} />
    </>
  );
}

function Suggestions({ id, names }: { readonly id: string; readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <datalist id={id}>
      {names.map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}

/** What is being typed; what comes from elsewhere takes its place. */
function useTyped<T>(value: T, isSame: (a: T, b: T) => boolean = Object.is): readonly [T, (next: T) => void] {
  const [known, setKnown] = useState(value);
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (isSame(known, value)) return;
    setKnown(value);
    setTyped(value);
  }, [known, value, isSame]);
  return [typed, setTyped];
}

export function SwitchInput({
  id,
  describedBy,
  value,
  onChange,
}: InputProps & { readonly value: boolean; readonly onChange: (isOn: boolean) => void }) {
  return (
    <span className="builder-switch">
      <input
        id={id}
        type="checkbox"
        aria-describedby={describedBy}
        checked={value}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="quiet">{value ? texts.yes : texts.no}</span>
    </span>
  );
}

interface ChoiceInputProps extends InputProps {
  readonly value: string;
  readonly options: readonly string[];
  readonly otherwise: string;
  readonly onChange: (value: string) => void;
}

export function ChoiceInput({ id, describedBy, value, options, otherwise, onChange }: ChoiceInputProps) {
  return (
    <select
      id={id}
      className="input"
      aria-describedby={describedBy}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{otherwise === "" ? texts.none : texts.byDefault(otherwise)}</option>
      {value !== "" && !options.includes(value) && <option value={value}>{value}</option>}
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}

interface LinesInputProps extends InputProps {
  readonly value: readonly string[];
  /** Members to choose from: then they are chips to press. */
  readonly suggestions: readonly string[];
  readonly onChange: (lines: readonly string[]) => void;
}

/** Texts, one a line: arguments with spaces need no quotes. */
export function LinesInput({ id, describedBy, value, suggestions, onChange }: LinesInputProps) {
  const [typed, setTyped] = useTyped(value, isSameList);
  const type = (next: string): void => {
    const lines = next === "" ? [] : next.split("\n");
    setTyped(lines);
    onChange(lines.filter((line, index) => line !== "" || index < lines.length - 1));
  };
  const toggle = (name: string): void =>
    onChange(value.includes(name) ? value.filter((one) => one !== name) : [...value, name]);
  return (
    <>
      {suggestions.length > 0 && (
        <span className="builder-chips">
          {suggestions.map((name) => (
            <button
              key={name}
              type="button"
              className="builder-chip"
              aria-pressed={value.includes(name)}
              onClick={() => toggle(name)}
            >
              {name}
            </button>
          ))}
        </span>
      )}
      <textarea
        id={id}
        className="input builder-lines"
        aria-describedby={describedBy}
        rows={Math.min(8, Math.max(1, typed.length))}
        placeholder={texts.oneALine}
        spellCheck={false}
        value={typed.join("\n")}
        onChange={(event) => type(event.target.value)}
      />
    </>
  );
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

interface MapInputProps extends InputProps {
  readonly value: Readonly<Record<string, unknown>>;
  readonly onChange: (map: Readonly<Record<string, string>>) => void;
}

/** Names with a text each; a row more to add one. */
export function MapInput({ id, describedBy, value, onChange }: MapInputProps) {
  const [name, setName] = useState("");
  const rows = Object.entries(value).map(([key, one]) => [key, text(one)] as const);
  const put = (entries: readonly (readonly [string, string])[]): void => onChange(Object.fromEntries(entries));
  const add = (): void => {
    if (name !== "" && !(name in value)) put([...rows, [name, ""]]);
    setName("");
  };
  return (
    <div className="builder-map">
      {rows.map(([key, one]) => (
        <div key={key} className="builder-map-row">
          <code title={key}>{key}</code>
          <TextInput
            id={`${id}-${key}`}
            value={one}
            placeholder={texts.value}
            onChange={(next) => put(rows.map((row) => (row[0] === key ? [key, next] : row)))}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={texts.removeItem(key)}
            onClick={() => put(rows.filter((row) => row[0] !== key))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <input
        id={id}
        className="input"
        aria-describedby={describedBy}
        placeholder={texts.key}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onBlur={add}
        onKeyDown={(event) => {
          if (event.key === "Enter") add();
        }}
      />
    </div>
  );
}
