import { at, cluster, core, plush, type Section } from "../row.ts";

const web = plush("applications/web", { kind: "Application" });
const eventsOfWeb = core("events?fieldSelector=involvedObject.name%3Dweb", {
  "items.0.involvedObject.kind": "Application",
});

export const describing: Section = {
  title: "Describing, and events",
  rows: [
    {
      run: "kubectl describe app web",
      prints: /^Name: +web$[\s\S]*^Status:$[\s\S]*^Events:\n +Type +Reason/m,
      comes: true,
      reads: web,
    },
    {
      run: "kubectl describe pool/local",
      prints: /^Kind: +ResourcePool$[\s\S]*^Events:/m,
      reads: cluster("resourcepools/local", { kind: "ResourcePool" }),
    },
    {
      run: "kubectl describe res local-1",
      prints: /^Kind: +Resource$[\s\S]*^ +Normal +Connected /m,
      reads: cluster("resources/local-1", { kind: "Resource" }),
    },
    { run: "kubectl describe app we --show-events=false", prints: /^Name: +web$/m, reads: web },
    { run: "kubectl describe -f web.yaml", prints: /^Name: +web$/m, reads: web },
    {
      run: "kubectl describe ns lab",
      prints: /^Name: +lab$[\s\S]*^Status: +Active$/m,
      reads: at("/api/v1/namespaces/lab", { "status.phase": "Active" }),
    },
    {
      run: "kubectl describe cm -l set=both",
      prints: /^Name: +first$[\s\S]*^Name: +second$/m,
      reads: core("configmaps/first", { "data.count": "1" }),
    },
    {
      run: "kubectl describe secret keys",
      prints: /^user: +4 bytes$/m,
      reads: core("secrets/keys", { "data.user": "cml0YQ==" }),
    },
    {
      run: "kubectl describe sa robot",
      prints: /^Name: +robot$/m,
      reads: core("serviceaccounts/robot", { kind: "ServiceAccount" }),
    },
    {
      run: "kubectl describe app nosuch",
      code: 1,
      prints: /applications\.plush\.dev "nosuch" not found/,
      reads: plush("applications/nosuch", "gone"),
    },
    {
      run: "kubectl events",
      prints: /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n[\s\S]*Application\/web /,
      comes: true,
      reads: eventsOfWeb,
    },
    {
      run: "kubectl events --for application/web",
      prints: /^LAST SEEN[^\n]*\n([^\n]*Application\/web[^\n]*\n)+$/,
      reads: eventsOfWeb,
    },
    {
      run: "kubectl events --types=Normal -A",
      prints: /^NAMESPACE +LAST SEEN[\s\S]*^default .* Application\/web /m,
      reads: eventsOfWeb,
    },
    {
      run: "kubectl get events --field-selector involvedObject.name=web,type=Normal",
      prints: /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n([^\n]* Normal [^\n]* application\/web [^\n]*\n)+$/,
      reads: eventsOfWeb,
    },
    { run: "kubectl get events --sort-by=.lastTimestamp -o name", prints: /^event\/web\./m, reads: eventsOfWeb },
    {
      run: "kubectl events --types=Nonsense",
      code: 1,
      prints: /valid --types are Normal or Warning/,
      reads: eventsOfWeb,
    },
  ],
};
