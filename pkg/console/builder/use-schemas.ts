import { useEffect, useState } from "react";
import { useSession } from "../live/use-world.ts";
import { notify } from "../ui/notices.tsx";
import { loadSchemas, type Schemas } from "./schemas.ts";

/** The server's schemas; undefined until they are there. */
export function useSchemas(): Schemas | undefined {
  const { transport } = useSession();
  const [schemas, setSchemas] = useState<Schemas>();
  useEffect(() => {
    const asking = new AbortController();
    loadSchemas(transport, asking.signal).then(setSchemas, (error: unknown) => {
      if (!asking.signal.aborted) notify(error instanceof Error ? error.message : String(error), "bad");
    });
    return () => asking.abort();
  }, [transport]);
  return schemas;
}
