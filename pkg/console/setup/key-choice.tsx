import { useState } from "react";
import { setupTexts as texts } from "../texts/setup.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { type KeyPair, makeKeyPair } from "./make-key.ts";
import { files } from "./pool-plan.ts";

export interface KeyDraft {
  readonly source: "make" | "paste";
  readonly made: KeyPair | undefined;
  readonly pasted: string;
  readonly passphrase: string;
}

interface KeyChoiceProps {
  readonly draft: KeyDraft;
  /** Whose name stands in the key. */
  readonly pool: string;
  readonly onChange: (draft: KeyDraft) => void;
}

/** A key of its own for these machines, or one that they know. */
export function KeyChoice({ draft, pool, onChange }: KeyChoiceProps) {
  const change = (more: Partial<KeyDraft>): void => onChange({ ...draft, ...more });
  return (
    <fieldset className="setup-key">
      <legend>{texts.key}</legend>
      <div className="setup-tabs">
        {(["make", "paste"] as const).map((source) => (
          <label key={source}>
            <input type="radio" name="key" checked={draft.source === source} onChange={() => change({ source })} />
            {source === "make" ? texts.keyMake : texts.keyPaste}
          </label>
        ))}
      </div>
      {draft.source === "make" ? (
        <MadeKey made={draft.made} pool={pool} onMade={(made) => change({ made })} />
      ) : (
        <PastedKey draft={draft} change={change} />
      )}
    </fieldset>
  );
}

interface MadeKeyProps {
  readonly made: KeyPair | undefined;
  readonly pool: string;
  readonly onMade: (made: KeyPair) => void;
}

function MadeKey({ made, pool, onMade }: MadeKeyProps) {
  const [problem, setProblem] = useState<unknown>();
  if (made === undefined)
    return (
      <>
        {problem !== undefined && <ErrorNote error={problem} />}
        <Button onClick={() => void makeKeyPair(`plush-${pool}`).then(onMade, setProblem)}>{texts.keyMake}</Button>
        <p className="quiet">{texts.keyKept}</p>
      </>
    );
  return (
    <>
      <p>{texts.keyMade}</p>
      <Copyable text={made.publicLine} />
      <p>{texts.keyCommand}</p>
      <Copyable text={`mkdir -p -m 700 ~/.ssh && echo '${made.publicLine}' >> ~/.ssh/authorized_keys`} />
      <p className="quiet">
        {texts.keyKept}{" "}
        <a download={files.key} href={`data:application/octet-stream,${encodeURIComponent(made.privateFile)}`}>
          {texts.keySave}
        </a>
      </p>
    </>
  );
}

function PastedKey({
  draft,
  change,
}: {
  readonly draft: KeyDraft;
  readonly change: (more: Partial<KeyDraft>) => void;
}) {
  return (
    <>
      <label className="field">
        {texts.keyLabel}
        <textarea
          className="input setup-code"
          rows={4}
          value={draft.pasted}
          placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => change({ pasted: event.target.value })}
        />
      </label>
      <label className="field">
        {texts.passphrase}
        <input
          className="input"
          type="password"
          autoComplete="off"
          value={draft.passphrase}
          onChange={(event) => change({ passphrase: event.target.value })}
        />
      </label>
    </>
  );
}
