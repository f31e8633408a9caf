/** How long what is pretended takes, in milliseconds. */
export interface HollowTimes {
  /** From the order to the program's first instruction. */
  readonly startMs: number;
  /** From there to Ready. */
  readonly readyMs: number;
  /** Of a package. */
  readonly installMs: number;
  readonly stopMs: number;
}

/** How one run of a pretended process goes. */
export interface RunBehaviour extends Pick<HollowTimes, "startMs" | "readyMs" | "stopMs"> {
  /** How long it runs by itself; undefined: until it is stopped. */
  readonly runMs: number | undefined;
  readonly exitCode: number;
  /** A line is printed each so often; 0: none is. */
  readonly printMs: number;
}

/** The command of a pretended process that says how it behaves: hollow start=200 ready=50 run=1000 exit=3 stop=20 print=500. */
const command = "hollow";
const keys = ["start", "ready", "run", "exit", "stop", "print"] as const;

/** A command that is not `hollow` starts and runs as `times` say, until it is stopped. */
export function behaviourOf(argv: readonly string[], times: HollowTimes): RunBehaviour {
  const told = argv[0] === command ? readScript(argv.slice(1)) : new Map<string, number>();
  return {
    startMs: told.get("start") ?? times.startMs,
    readyMs: told.get("ready") ?? times.readyMs,
    stopMs: told.get("stop") ?? times.stopMs,
    runMs: told.get("run"),
    exitCode: told.get("exit") ?? 0,
    printMs: told.get("print") ?? 0,
  };
}

/** Throws where a word says nothing that is known: a benchmark that measures something else is worse than none. */
function readScript(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    words.map((word) => {
      const [key = "", text = ""] = word.split("=");
      const value = Number(text);
      if (!(keys as readonly string[]).includes(key) || text === "" || !(value >= 0))
        throw new Error(`${command}: ${JSON.stringify(word)} is none of ${keys.map((one) => `${one}=N`).join(" ")}`);
      return [key, value];
    }),
  );
}
