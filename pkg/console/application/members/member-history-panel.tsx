import type { Claim, Event } from "../../../api/index.ts";
import { useGroup } from "../../live/use-world.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Cell } from "../../ui/windowed.tsx";
import { clockText } from "../clock-text.ts";
import { eventsOfObject } from "../groupings.ts";
import { MachineLink } from "../object-link.tsx";
import { holdersOf } from "./member-history.ts";

const texts = applicationTexts.members;

/** Every machine that held a member, and what happened to it. */
export function MemberHistory({ claim, height }: { readonly claim: Claim; readonly height: number }) {
  return (
    <Cell className="application-history" style={{ height }}>
      <Holders claim={claim} />
      <Events uid={claim.metadata.uid ?? ""} />
    </Cell>
  );
}

function Holders({ claim }: { readonly claim: Claim }) {
  const { columnsOfHolders: columns } = texts;
  return (
    <div>
      <h2 className="application-caption">{texts.holders}</h2>
      <table className="table">
        <thead>
          <tr>
            {Object.entries(columns).map(([name, text]) => (
              <th key={name}>{text}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {holdersOf(claim).map(({ epoch, machine, from, until, reason }) => (
            <tr key={epoch}>
              <td>{texts.holder(epoch)}</td>
              <td>
                <MachineLink name={machine} />
              </td>
              <td>{timeText(from) ?? applicationTexts.none}</td>
              <td>{timeText(until) ?? texts.now}</td>
              <td>{reason ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Events({ uid }: { readonly uid: string }) {
  const events = useGroup(eventsOfObject, uid);
  const sorted = [...events].sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
  return (
    <div>
      <h2 className="application-caption">{texts.events}</h2>
      {sorted.length === 0 && <p className="quiet">{texts.noEvents}</p>}
      <ul>
        {sorted.map((event) => (
          <li key={event.metadata.uid}>
            <time className="quiet">{timeText(timeOf(event))}</time>{" "}
            <span className={event.type === "Warning" ? "tone-warn" : ""}>{event.reason}</span> {event.message}
          </li>
        ))}
      </ul>
    </div>
  );
}

function timeOf({ series, lastTimestamp, eventTime, firstTimestamp }: Event): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? "";
}

function timeText(time: string | undefined): string | undefined {
  if (time === undefined || time === "") return undefined;
  const at = Date.parse(time);
  return `${new Date(at).toLocaleDateString()} ${clockText(at).slice(0, 8)}`;
}
