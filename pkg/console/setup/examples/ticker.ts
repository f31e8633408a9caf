import type { Example } from "./example.ts";

/** Needs nothing but a shell. */
export const ticker: Example = {
  name: "ticker",
  yaml: ({
    pool,
    members,
  }) => `# Each member prints a line a second. When a machine is lost, another one takes its member over.
apiVersion: plush.dev/v1
kind: Application
metadata:
  name: ticker
  namespace: default
spec:
  components:
    - name: clocks
      replicas: ${members}
      resources: {pool: ${pool}}
  phases:
    - name: tick
      processes:
        - name: clock
          command: [sh, -c, 'while :; do echo "member $PLUSH_ORDINAL: $(date)"; sleep 1; done']
          restartPolicy: Always
`,
};
