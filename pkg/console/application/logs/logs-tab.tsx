import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { type Application, labels } from "../../../api/index.ts";
import type { LogsRequest } from "../../../protocol/index.ts";
import { setQuery, useQuery } from "../../app/router.tsx";
import { useSession, useWorld } from "../../live/use-world.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorNote } from "../../ui/error-note.tsx";
import { Icon } from "../../ui/icon.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { useOwn } from "../own-objects.ts";
import { LogFeed } from "./log-feed.ts";
import { LogFilters } from "./log-filters.tsx";
import { LogList } from "./log-list.tsx";
import { searchFor } from "./log-search.ts";

const texts = applicationTexts.logs;
/** Of what was printed before: so many lines in all, so many of each process at least. */
const tail = { all: 20_000, least: 20 };

/** What all members print, merged. */
export default function LogsTab() {
  const { key } = useOwn();
  const { isPast } = useWorld();
  const [words, setWords] = useState(useQuery("search") ?? "");
  const isRegexp = useQuery("regexp") === "true";
  const [isFollowing, setFollowing] = useState(true);
  const [isWrapped, setWrapped] = useState(false);
  const [hasTimes, setTimes] = useState(true);
  const [feed, connect] = useFeed();
  const search = useMemo(() => searchFor(words, isRegexp), [words, isRegexp]);
  useEffect(() => feed.search(search.matches), [feed, search]);
  const save = (): void => {
    const lines = Array.from({ length: feed.view.count }, (_, index) => feed.view.at(index));
    const text = lines.map((line) => (line === undefined ? "" : `${line.process} | ${line.time} ${line.text}\n`));
    saveFile(texts.fileName(key.name), new Blob(text, { type: "text/plain" }));
  };
  return (
    <div className="application-fill">
      <div className="application-filters">
        <input
          className="input application-log-search"
          type="search"
          placeholder={texts.search}
          aria-label={texts.search}
          aria-invalid={search.problem !== undefined}
          value={words}
          onChange={({ target }) => setWords(target.value)}
          onBlur={() => setQuery({ search: words === "" ? undefined : words })}
        />
        <Check
          text={texts.regexp}
          isOn={isRegexp}
          onChange={(isOn) => setQuery({ regexp: isOn ? "true" : undefined })}
        />
        <LogFilters />
      </div>
      {search.problem !== undefined && <p className="tone-bad">{search.problem}</p>}
      {isPast && <p className="tone-warn">{texts.present}</p>}
      <div className="application-filters">
        <FeedState feed={feed} onAgain={connect} />
        <span className="spacer" />
        <Button onClick={() => setFollowing(!isFollowing)}>
          <Icon name={isFollowing ? "pause" : "play"} /> {isFollowing ? texts.pause : texts.goOn}
        </Button>
        <Check text={texts.wrap} isOn={isWrapped} onChange={setWrapped} />
        <Check text={texts.times} isOn={hasTimes} onChange={setTimes} />
        <button type="button" className="icon-button" aria-label={texts.download} title={texts.download} onClick={save}>
          <Icon name="download" />
        </button>
      </div>
      <LogList {...{ feed, search, isFollowing, isWrapped, hasTimes }} onFollow={setFollowing} />
    </div>
  );
}

/** The stream that the filters ask for; another one where they change. */
function useFeed(): readonly [LogFeed, () => void] {
  const { transport } = useSession();
  const { application, key } = useOwn();
  const [attempt, setAttempt] = useState(0);
  const [tailLines] = useState(() => tailFor(application));
  const [component, phase, process] = [useQuery("component"), useQuery("phase"), useQuery("process")];
  const [ordinal, since] = [useQuery("ordinal"), useQuery("since")];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another stream
  const feed = useMemo(() => {
    const wanted: readonly (readonly [string, string | undefined])[] = [
      [labels.application, key.name],
      [labels.component, component],
      [labels.phase, phase],
      [labels.process, process],
      [labels.ordinal, ordinal],
    ];
    const selector = wanted.flatMap(([label, value]) => (value === undefined ? [] : [`${label}=${value}`])).join(",");
    const request: LogsRequest = {
      ...{ namespace: key.namespace, selectors: [selector], follow: true, timestamps: true, tailLines },
      ...(since !== undefined && { sinceSeconds: Number(since) }),
    };
    const now = (): number => performance.now();
    return new LogFeed({ transport, request, now, beforeFrame: requestAnimationFrame.bind(window) });
  }, [transport, key.namespace, key.name, component, phase, process, ordinal, since, tailLines, attempt]);
  useEffect(() => {
    void feed.run();
    return () => feed.stop();
  }, [feed]);
  return [feed, () => setAttempt(attempt + 1)];
}

function tailFor({ status }: Application): number {
  const members = (status?.components ?? []).reduce((sum, { replicas = 0 }) => sum + replicas, 0);
  return Math.max(tail.least, Math.floor(tail.all / Math.max(1, members)));
}

function FeedState({ feed, onAgain }: { readonly feed: LogFeed; readonly onAgain: () => void }) {
  useSyncExternalStore(
    (wake) => feed.subscribe(wake),
    () => feed.version,
  );
  const { view, buffer, state, failed, problem } = feed;
  const all = buffer.end - buffer.first;
  return (
    <div className="application-log-state">
      <span className="quiet">
        {texts.count(view.count, all)}
        {state === "ended" && ` · ${texts.ended}`}
        {state === "waiting" && ` · ${texts.waiting}`}
        {all > 0 && view.count === 0 && ` · ${texts.noMatch}`}
      </span>
      {failed > 0 && <span className="tone-warn">{texts.notes(failed)}</span>}
      {state === "broken" && (
        <>
          <ErrorNote error={problem} />
          <Button onClick={onAgain}>{texts.again}</Button>
        </>
      )}
    </div>
  );
}

interface CheckProps {
  readonly text: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Check({ text, isOn, onChange }: CheckProps) {
  return (
    <label className="application-check">
      <input type="checkbox" checked={isOn} onChange={({ target }) => onChange(target.checked)} />
      {text}
    </label>
  );
}
