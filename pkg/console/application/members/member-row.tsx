import { memo } from "react";
import type { Claim, Process } from "../../../api/index.ts";
import { useGroup } from "../../live/use-world.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Age } from "../../ui/age.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Shape, State } from "../../ui/state.tsx";
import { toneOf } from "../../ui/tone.ts";
import { Cell } from "../../ui/windowed.tsx";
import { processesOfClaim } from "../groupings.ts";
import { MachineLink } from "../object-link.tsx";

const texts = applicationTexts.members;

/** "web-3", or the name of a spare's claim. */
function memberText({ spec, metadata }: Claim): string {
  return spec.ordinal === undefined ? (metadata.name ?? "") : `${spec.component}-${spec.ordinal}`;
}

export function MemberHead() {
  return (
    <div className="application-member">
      {Object.entries(texts.columns).map(([name, text]) => (
        <Cell key={name} isHeader className={`application-cell-${name}`}>
          {text}
        </Cell>
      ))}
    </div>
  );
}

interface MemberRowProps {
  readonly claim: Claim;
  readonly site: string | undefined;
  readonly isOpen: boolean;
  /** With its uid to open it, with nothing to close it. */
  readonly onToggle: (uid: string | undefined) => void;
}

export const MemberRow = memo(({ claim, site, isOpen, onToggle }: MemberRowProps) => {
  const { spec, status } = claim;
  const name = memberText(claim);
  return (
    <div className="application-member">
      <Cell className="application-cell-member">
        <button
          type="button"
          className="application-expand"
          aria-expanded={isOpen}
          aria-label={texts.expand(name)}
          onClick={() => onToggle(isOpen ? undefined : claim.metadata.uid)}
        >
          <Icon name="chevron" />
        </button>
        <strong>{name}</strong>
        {spec.ordinal === undefined && <span className="application-badge">{texts.spares}</span>}
      </Cell>
      <Cell className="application-cell-machine">
        {spec.resourceName === undefined ? (
          <span className="quiet">{texts.noMachine}</span>
        ) : (
          <MachineLink name={spec.resourceName} />
        )}
      </Cell>
      <Cell className="application-cell-site quiet">{site}</Cell>
      <Cell className="application-cell-state">
        <State state={status?.state} />
      </Cell>
      <Cell className="application-cell-epoch">{texts.holder(spec.epoch ?? 0)}</Cell>
      <Cell className="application-cell-processes">
        <Processes uid={claim.metadata.uid ?? ""} />
      </Cell>
      <Cell className="application-cell-since">
        <Age since={sinceOf(claim)} />
      </Cell>
    </div>
  );
});

const Processes = memo(({ uid }: { readonly uid: string }) => {
  const processes = useGroup(processesOfClaim, uid);
  return [...processes].sort(byStart).map((process) => (
    <span key={process.metadata.uid} className="application-process" title={process.status?.message}>
      <Shape tone={toneOf(process.status?.state)} />
      {process.spec.process ?? process.metadata.name}
      <span className="quiet">{endText(process)}</span>
    </span>
  ));
});

function byStart(a: Process, b: Process): number {
  return (a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? -1 : 1;
}

function endText({ status }: Process): string {
  const { state, restarts = 0, exitCode, signal } = status ?? {};
  const ended = state === "Exited" || state === "Failed";
  const parts = [
    ...(restarts > 0 ? [texts.restarts(restarts)] : []),
    ...(ended && signal !== undefined ? [texts.signal(signal)] : []),
    ...(ended && signal === undefined && exitCode !== undefined ? [texts.exit(exitCode)] : []),
  ];
  return parts.join(", ");
}

function sinceOf({ status, metadata }: Claim): string | undefined {
  if (status?.state === "Ready") return status.readySince;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.lastTransitionTime ?? metadata.creationTimestamp;
}
