import { useId } from "react";
import { setupTexts as texts } from "../texts/setup.ts";
import { KeyChoice, type KeyDraft } from "./key-choice.tsx";
import type { PoolForm } from "./pool-plan.ts";
import { readPastedHosts } from "./read-hosts.ts";

/** What was typed. */
export interface HostsDraft {
  readonly hosts: string;
  readonly name: string;
  /** Undefined: what the inventory says. */
  readonly user: string | undefined;
  readonly port: string;
  readonly sudo: boolean | undefined;
  readonly key: KeyDraft;
}

export function emptyDraft(): HostsDraft {
  return {
    ...{ hosts: "", name: "machines", user: undefined, port: "", sudo: undefined },
    key: { source: "make", made: undefined, pasted: "", passphrase: "" },
  };
}

export function formOf({ hosts, name, user, port, sudo, key }: HostsDraft): PoolForm {
  const read = readPastedHosts(hosts);
  return {
    ...{ name, port, form: read.form, entries: read.entries },
    user: user ?? read.user ?? "",
    sudo: sudo ?? read.sudo,
    privateKey: key.source === "make" ? (key.made?.privateFile ?? "") : key.pasted,
    passphrase: key.source === "make" ? "" : key.passphrase,
  };
}

interface HostsFormProps {
  readonly draft: HostsDraft;
  readonly onChange: (draft: HostsDraft) => void;
  readonly isNameFixed: boolean;
}

export function HostsForm({ draft, onChange, isNameFixed }: HostsFormProps) {
  const change = (more: Partial<HostsDraft>): void => onChange({ ...draft, ...more });
  const help = useId();
  const read = readPastedHosts(draft.hosts);
  const form = formOf(draft);
  return (
    <>
      <label className="field">
        {texts.hosts}
        <textarea
          className="input setup-code"
          rows={5}
          value={draft.hosts}
          placeholder={texts.hostsPlaceholder}
          aria-describedby={help}
          spellCheck={false}
          autoCapitalize="none"
          onChange={(event) => change({ hosts: event.target.value })}
        />
      </label>
      <p
        id={help}
        className={read.problem === undefined ? "quiet setup-help" : "tone-bad setup-help"}
        aria-live="polite"
      >
        {read.problem ?? (read.machines > 0 ? texts.found(read.machines, read.form) : texts.hostsHelp)}
      </p>
      <div className="setup-row">
        <label className="field">
          {texts.user}
          <input
            className="input"
            value={form.user}
            placeholder={texts.userHelp}
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => change({ user: event.target.value.trim() })}
          />
        </label>
        <label className="field setup-port">
          {texts.port}
          <input
            className="input"
            inputMode="numeric"
            value={draft.port}
            placeholder="22"
            onChange={(event) => change({ port: event.target.value.trim() })}
          />
        </label>
        <label className="field">
          {texts.name}
          <input
            className="input"
            value={draft.name}
            disabled={isNameFixed}
            spellCheck={false}
            onChange={(event) => change({ name: event.target.value.trim() })}
          />
        </label>
      </div>
      <label className="setup-check">
        <input type="checkbox" checked={form.sudo} onChange={(event) => change({ sudo: event.target.checked })} />
        {texts.sudo}
      </label>
      <KeyChoice draft={draft.key} pool={draft.name} onChange={(key) => change({ key })} />
    </>
  );
}
