import type { EmulatedHost } from "../../pkg/emulation/index.ts";

/** Where each start leaves its line: outside everything that Plush removes. */
export const startsFile = "/var/plush-test-starts";

/**
 * An application whose processes leave a line (ordinal, pid, boot identity) at each start and then run for ever, after
 * a phase that has ended by then.
 */
export function onceApplication(name: string, replicas: number): string {
  return `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: ${name}}
spec:
  components:
  - {name: members, replicas: ${replicas}}
  phases:
  - name: prepare
    processes:
    - {name: prepare, command: [sh, -c, "echo prepared >prepared"], restartPolicy: Never}
  - name: run
    after: [prepare]
    processes:
    - name: run
      restartPolicy: Always
      command:
      - sh
      - -c
      - 'test -e prepared && echo "$PLUSH_ORDINAL $$ $(cat /proc/sys/kernel/random/boot_id)" >>${startsFile}; exec sleep 100000'
`;
}

/** All lines on all hosts, by ordinal. */
export async function startsByOrdinal(hosts: readonly EmulatedHost[]): Promise<Map<string, string[]>> {
  const starts = new Map<string, string[]>();
  for (const host of hosts) {
    const text = await host.exec(["sh", "-c", `cat ${startsFile} 2>/dev/null || true`]);
    for (const line of text.split("\n").filter((candidate) => candidate !== "")) {
      const ordinal = line.split(" ")[0] ?? "";
      starts.set(ordinal, [...(starts.get(ordinal) ?? []), `${host.name}: ${line}`]);
    }
  }
  return starts;
}
