import type { Example } from "./example.ts";

/** Needs nothing but a shell. */
export const rounds: Example = {
  name: "rounds",
  yaml: ({
    pool,
    members,
  }) => `# Three steps, one after another. Between them all members wait for each other: that is a barrier.
apiVersion: plush.dev/v1
kind: Application
metadata:
  name: rounds
  namespace: default
spec:
  components:
    - name: workers
      replicas: ${members}
      resources: {pool: ${pool}}
  phases:
    - name: prepare
      processes:
        - name: prepare
          command: [sh, -c, 'echo "member $PLUSH_ORDINAL prepares"; sleep $((5 + PLUSH_ORDINAL * 3))']
          restartPolicy: Never
    - name: compute
      after: [prepare]
      processes:
        - name: compute
          command: [sh, -c, 'echo "all are prepared: member $PLUSH_ORDINAL computes"; sleep 10']
          restartPolicy: Never
    - name: report
      after: [compute]
      processes:
        - name: report
          command: [sh, -c, 'while :; do echo "member $PLUSH_ORDINAL has computed"; sleep 5; done']
          restartPolicy: Always
`,
};
