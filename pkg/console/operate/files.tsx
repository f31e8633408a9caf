import { useCallback, useEffect, useState } from "react";
import type { KindInfo, ObjectKey } from "../../api/index.ts";
import { useSession } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { uiTexts } from "../texts/ui.ts";
import { Button } from "../ui/button.tsx";
import { CommandLine } from "../ui/command-line.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Icon } from "../ui/icon.tsx";
import { saveFile } from "../ui/save-file.ts";
import { type FileEntry, fetchFile, fetchTar, listFiles, parentOf } from "./remote-files.ts";

interface FilesProps {
  readonly kind: KindInfo;
  readonly place: ObjectKey;
}

/** What is in a directory of a machine, to be looked through and downloaded. */
export default function Files({ kind, place }: FilesProps) {
  const session = useSession();
  const [path, setPath] = useState(".");
  const [entries, setEntries] = useState<readonly FileEntry[]>();
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const doing = useCallback(async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    await work().catch(setProblem);
    setBusy(false);
  }, []);
  const look = useCallback(
    (where: string) =>
      doing(async () => {
        setEntries(await listFiles(session.transport, { kind, place }, where));
        setPath(where);
      }),
    [doing, session, kind, place],
  );
  useEffect(() => void look("."), [look]);
  const target = { kind, place };
  const save = (name: string): void =>
    void doing(async () => saveFile(name, await fetchFile(session.transport, target, `${path}/${name}`)));
  const saveTar = (): void =>
    void doing(async () => saveFile(`${place.name}.tar`, await fetchTar(session.transport, target, path)));
  const words = [`${kind.singular}/${place.name}:${path}`, "."];
  return (
    <div className="confirm files">
      <form
        className="files-path"
        onSubmit={(event) => {
          event.preventDefault();
          void look(path);
        }}
      >
        <input
          className="input"
          aria-label={texts.filesPath}
          title={texts.filesWhere}
          value={path}
          onChange={(event) => setPath(event.target.value)}
          spellCheck={false}
        />
        <Button type="submit">{texts.list}</Button>
        <Button disabled={isBusy} onClick={saveTar}>
          <Icon name="download" />
          {texts.downloadTar}
        </Button>
      </form>
      {problem !== undefined && <ErrorNote error={problem} />}
      <ul className="file-list" aria-busy={isBusy}>
        {path !== "/" && (
          <li>
            <button type="button" className="link" onClick={() => void look(parentOf(path))}>
              {texts.up}
            </button>
          </li>
        )}
        {entries?.map((entry) => (
          <Entry
            key={entry.name}
            entry={entry}
            onOpen={() => void look(`${path}/${entry.name}`)}
            onSave={() => save(entry.name)}
          />
        ))}
        {entries?.length === 0 && <li className="quiet">{texts.emptyFolder}</li>}
      </ul>
      <section>
        <h3>{uiTexts.sameByCommand}</h3>
        <CommandLine argv={["cp", ...words, ...(place.namespace === "" ? [] : ["-n", place.namespace])]} />
      </section>
    </div>
  );
}

function Entry({
  entry: { name, isFolder },
  onOpen,
  onSave,
}: {
  readonly entry: FileEntry;
  readonly onOpen: () => void;
  readonly onSave: () => void;
}) {
  return (
    <li>
      <Icon name={isFolder ? "objects" : "file"} />
      <button type="button" className="link" onClick={isFolder ? onOpen : onSave}>
        {name}
        {isFolder && "/"}
      </button>
      {!isFolder && <Icon name="download" />}
    </li>
  );
}
