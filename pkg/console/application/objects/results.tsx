import { useMemo, useState } from "react";
import { formatBytes, kinds, type Process, type ProcessResult } from "../../../api/index.ts";
import { bodyChunks, objectPath, send, withQuery } from "../../../client/portable.ts";
import type { Session } from "../../live/session.ts";
import { useSession } from "../../live/use-world.ts";
import { applicationTexts } from "../../texts/application.ts";
import { ErrorNote } from "../../ui/error-note.tsx";
import { Icon } from "../../ui/icon.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { Cell, Windowed } from "../../ui/windowed.tsx";
import { processesOf } from "../groupings.ts";
import { useOwnObjects } from "../own-objects.ts";

const texts = applicationTexts.objects;
const rowHeight = 32;

interface KeptFile {
  readonly process: Process;
  readonly result: ProcessResult;
}

/** What processes that have ended left: their logs, streams and files. */
export function Results() {
  const session = useSession();
  const processes = useOwnObjects(processesOf);
  const files = useMemo(() => filesOf(processes), [processes]);
  const [problem, setProblem] = useState<unknown>();
  const fetchFile = (file: KeptFile): void => {
    setProblem(undefined);
    download(session, file).catch(setProblem);
  };
  return (
    <>
      <h2>{texts.results}</h2>
      {problem !== undefined && <ErrorNote error={problem} />}
      {files.length === 0 ? (
        <p className="quiet">{texts.noResults}</p>
      ) : (
        <Windowed
          className="application-results"
          label={texts.results}
          count={files.length}
          rowHeight={rowHeight}
          row={(index) => {
            const file = files[index];
            return file && <File file={file} onFetch={fetchFile} />;
          }}
        />
      )}
    </>
  );
}

function File({ file, onFetch }: { readonly file: KeptFile; readonly onFetch: (file: KeptFile) => void }) {
  const { name, size, truncated } = file.result;
  return (
    <div className="application-tree-row">
      <Cell className="application-tree-name">
        {file.process.metadata.name}/{name}
      </Cell>
      <Cell className="quiet">
        {`${formatBytes(size)}B`}
        {truncated === true && ` (${texts.truncated})`}
      </Cell>
      <Cell>
        <button
          type="button"
          className="icon-button"
          aria-label={texts.download(name)}
          title={texts.download(name)}
          onClick={() => onFetch(file)}
        >
          <Icon name="download" />
        </button>
      </Cell>
    </div>
  );
}

function filesOf(processes: readonly Process[]): readonly KeptFile[] {
  return processes
    .flatMap((process) => (process.status?.results ?? []).map((result) => ({ process, result })))
    .sort((a, b) => ((a.process.metadata.name ?? "") < (b.process.metadata.name ?? "") ? -1 : 1));
}

async function download({ transport }: Session, { process, result }: KeptFile): Promise<void> {
  const { namespace = "", name = "" } = process.metadata;
  const path = withQuery(objectPath(kinds.Process, { namespace, name }, "log"), { result: result.name });
  const { body } = await send(transport, { method: "GET", path, headers: { accept: "*/*" } });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of bodyChunks(body)) chunks.push(new Uint8Array(chunk));
  saveFile(`${name}-${result.name.replaceAll("/", "-")}`, new Blob(chunks));
}
