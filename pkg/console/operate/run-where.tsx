import { keyOf, keyText, kinds } from "../../api/index.ts";
import { setQuery } from "../app/router.tsx";
import { useObjects } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { type RunChoice, ways } from "./run-choice.ts";

/** On which machines. */
export function WhereField({ choice: { way, value } }: { readonly choice: RunChoice }) {
  return (
    <fieldset className="run-where">
      <legend>{texts.where}</legend>
      <div className="segments">
        {ways.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="way"
              checked={each === way}
              onChange={() => setQuery({ by: each, of: undefined })}
            />
            {texts.ways[each]}
          </label>
        ))}
      </div>
      {way === "pool" && <PoolChoice value={value} />}
      {way === "application" && <ApplicationChoice value={value} />}
      {(way === "names" || way === "selector") && (
        <input
          className="input"
          aria-label={texts.ways[way]}
          placeholder={way === "names" ? texts.namesExample : texts.selectorExample}
          value={value}
          onChange={(event) => setQuery({ of: event.target.value || undefined })}
          spellCheck={false}
        />
      )}
    </fieldset>
  );
}

function PoolChoice({ value }: { readonly value: string }) {
  const names = useObjects(kinds.ResourcePool).map(({ metadata }) => metadata.name ?? "");
  return <Choice label={texts.ways.pool} value={value} values={names} />;
}

function ApplicationChoice({ value }: { readonly value: string }) {
  const names = useObjects(kinds.Application).map((application) => keyText(keyOf(application)));
  return <Choice label={texts.ways.application} value={value} values={names} />;
}

function Choice({
  label,
  value,
  values,
}: {
  readonly label: string;
  readonly value: string;
  readonly values: readonly string[];
}) {
  return (
    <select
      className="input"
      aria-label={label}
      value={value}
      onChange={(event) => setQuery({ of: event.target.value || undefined })}
    >
      <option value="">–</option>
      {values.map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>
  );
}
