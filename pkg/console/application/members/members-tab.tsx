import { useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { type Claim, kinds, type Resource } from "../../../api/index.ts";
import { useSelected } from "../../live/use-world.ts";
import type { Objects } from "../../live/world.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Windowed } from "../../ui/windowed.tsx";
import { claimsOf } from "../groupings.ts";
import { useOwnObjects } from "../own-objects.ts";
import { holdersOf, membersInOrder } from "./member-history.ts";
import { MemberHistory } from "./member-history-panel.tsx";
import { MemberHead, MemberRow } from "./member-row.tsx";

const texts = applicationTexts.members;
const rowHeight = 40;

/** Members by ordinal, each with every machine that held it; spares apart. */
export default function MembersTab() {
  const claims = useOwnObjects(claimsOf);
  const ordered = useMembersInOrder(claims);
  const sites = useSites();
  const [search, setSearch] = useState("");
  const [isTrouble, setTrouble] = useState(false);
  const [open, setOpen] = useState<string>();
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const rows = useMemo(
    () => ordered.filter((claim) => (!isTrouble || claim.status?.state !== "Ready") && fits(claim, wanted, sites)),
    [ordered, isTrouble, wanted, sites],
  );
  const openIndex = open === undefined ? -1 : rows.findIndex(({ metadata }) => metadata.uid === open);
  const opened = rows[openIndex];
  const row = useCallback(
    (index: number) => {
      const claim = rows[index];
      if (claim === undefined) return null;
      const { uid } = claim.metadata;
      const isOpen = uid === open;
      return (
        <>
          <MemberRow claim={claim} site={sites.get(claim.spec.resourceName ?? "")} isOpen={isOpen} onToggle={setOpen} />
          {isOpen && <MemberHistory claim={claim} height={historyHeight(claim)} />}
        </>
      );
    },
    [rows, open, sites],
  );
  return (
    <div className="application-fill">
      <div className="application-filters">
        <input
          className="input"
          type="search"
          placeholder={texts.search}
          aria-label={texts.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        <label className="application-check">
          <input type="checkbox" checked={isTrouble} onChange={({ target }) => setTrouble(target.checked)} />
          {texts.onlyTrouble}
        </label>
        <span className="spacer" />
        <span className="quiet">{applicationTexts.list.count(rows.length, claims.length)}</span>
      </div>
      {rows.length === 0 ? (
        <p className="empty">{claims.length === 0 ? texts.none : texts.noMatch}</p>
      ) : (
        <Windowed
          className="application-members card"
          label={texts.title}
          count={rows.length}
          rowHeight={rowHeight}
          open={opened && { index: openIndex, height: historyHeight(opened) }}
          header={<MemberHead />}
          row={row}
        />
      )}
    </div>
  );
}

/** As much as its holders need; its Events scroll beside them. */
function historyHeight(claim: Claim): number {
  return Math.min(320, 120 + 33 * holdersOf(claim).length);
}

/** Sorted anew only when members come or go: of many members one changes all the time. */
function useMembersInOrder(claims: readonly Claim[]): readonly Claim[] {
  const known = useRef<{ uids: readonly (string | undefined)[]; places: readonly number[] }>({ uids: [], places: [] });
  return useMemo(() => {
    const { uids } = known.current;
    if (uids.length !== claims.length || claims.some(({ metadata }, index) => metadata.uid !== uids[index])) {
      const places = new Map(claims.map((claim, index) => [claim, index]));
      known.current = {
        uids: claims.map(({ metadata }) => metadata.uid),
        places: membersInOrder(claims).flatMap((claim) => places.get(claim) ?? []),
      };
    }
    return known.current.places.flatMap((place) => claims[place] ?? []);
  }, [claims]);
}

/** The sites of machines, by name. */
function useSites(): ReadonlyMap<string, string> {
  return useSelected<Resource, ReadonlyMap<string, string>>(kinds.Resource, sitesOf);
}

function sitesOf(resources: Objects<Resource>): ReadonlyMap<string, string> {
  const sites = new Map<string, string>();
  for (const [name, { spec, metadata }] of resources) {
    const site = spec.labels["site"] ?? metadata.labels?.["site"];
    if (site !== undefined) sites.set(name, site);
  }
  return sites;
}

function fits({ spec, metadata }: Claim, search: string, sites: ReadonlyMap<string, string>): boolean {
  if (search === "") return true;
  const { component, ordinal, resourceName = "" } = spec;
  const text = `${component}-${ordinal ?? ""} ${metadata.name} ${resourceName} ${sites.get(resourceName) ?? ""}`;
  return text.toLowerCase().includes(search);
}
