import type { Section } from "../row.ts";

export const access: Section = {
  title: "Who may what",
  rows: [
    { run: "kubectl auth whoami", prints: /^Username +admin$/m },
    { run: "kubectl auth whoami -o 'jsonpath={.status.userInfo.groups}'", prints: /system:masters/ },
    { run: "kubectl auth can-i create app", prints: /^yes$/m },
    { run: "kubectl auth can-i delete pool --as=alice", code: 1, prints: /^no/m },
    { run: "kubectl auth can-i --list", prints: /^Resources +Non-Resource URLs +Resource Names +Verbs/m },
    { run: "kubectl auth can-i get /healthz", prints: /^yes$/m },
    {
      run: "kubectl get app --as=alice --as-group=people",
      code: 1,
      prints:
        /Error from server \(Forbidden\): applications\.plush\.dev is forbidden: User "alice" cannot list resource "applications" in API group "plush\.dev" in the namespace "default"/,
    },
    {
      run: "kubectl config set-credentials stranger --token=wrong && kubectl --user=stranger get app",
      code: 1,
      prints: /You must be logged in to the server/,
    },
    { run: "kubectl auth reconcile -f roles.yaml", prints: /reconciled/ },
  ],
};
