import { at, core, type Exception, plush, type Section } from "../row.ts";

const running = core("pods/talk", { "status.phase": "Running" });
const inTheLog = (has: RegExp) => plush("processes/talk/log", { "": has });

/** What is told to a kubectl that speaks SPDY only. */
function beforeWebSocket(upTo: number): readonly Exception[] {
  const why = `it has no WebSocket; use plush, or kubectl 1.${upTo + 1} or newer`;
  return [{ upTo, code: 1, prints: /SPDY is not served, only WebSocket: use kubectl 1\.30 or newer/, why }];
}
const commands = { but: beforeWebSocket(29) };
const ports = { but: beforeWebSocket(30) };

export const processes: Section = {
  title: "In a running process",
  about:
    "`logs` works with every version. `exec`, `attach` and `cp` need WebSocket, which kubectl speaks from 1.30 on, and `port-forward` from 1.31 on.",
  rows: [
    {
      run: "kubectl apply -f talk.yaml && kubectl wait pod/talk --for=condition=Ready --timeout=20s",
      prints: /pod\/talk condition met/,
      reads: running,
    },
    {
      run: "kubectl logs talk",
      prints: /^(first line\nsecond line\n|second line\nfirst line\n)/,
      reads: inTheLog(/^first line$/m),
    },
    { run: "kubectl logs pod/talk -c main --tail=1", prints: /^(tick\n)+$/, comes: true, reads: inTheLog(/^tick$/m) },
    {
      run: "kubectl logs talk --timestamps --tail=1",
      prints: /^(\d{4}-\d\d-\d\dT\S+Z tick\n)+$/,
      reads: inTheLog(/tick/),
    },
    { run: "kubectl logs talk --since=1h --limit-bytes=5", prints: /^(first|secon)$/, reads: inTheLog(/line/) },
    {
      run: "kubectl logs talk --since-time=2020-01-01T00:00:00Z",
      prints: /^first line$/m,
      reads: inTheLog(/^first line$/m),
    },
    { run: "kubectl logs talk -f --tail=1", prints: /^tick\ntick\ntick\n/, follows: {}, reads: inTheLog(/tick/) },
    {
      run: "kubectl logs -l set=talk --all-containers --prefix --tail=1",
      prints: /^(\[pod\/talk\/main\] tick\n)+$/,
      reads: core("pods?labelSelector=set%3Dtalk", { "items.length": 1 }),
    },
    {
      run: "kubectl logs -l plush.dev/application=web --prefix",
      prints: /^\[pod\/web-serve-server-servers-0\/main\] serving$/m,
      reads: plush("processes/web-serve-server-servers-0/log", { "": "serving\n" }),
    },
    { run: "kubectl logs talk -p", code: 1, prints: /\(NotFound\): the process has no earlier run/, reads: running },
    { run: "kubectl logs talk -c other", code: 1, prints: /container other is not valid for pod talk/, reads: running },
    { run: "kubectl logs nosuch", code: 1, prints: /pods "nosuch" not found/, reads: core("pods/nosuch", "gone") },
    {
      run: "kubectl get --raw '/apis/plush.dev/v1/namespaces/default/processes/talk/log?tailLines=1'",
      prints: /^(tick\n)+$/,
      reads: inTheLog(/tick/),
    },
    { run: "kubectl exec talk -- sh -c 'echo out; echo err >&2'", prints: /^out\nerr\n$/, ...commands, reads: running },
    {
      run: "kubectl exec talk -- sh -c 'exit 7'",
      code: 7,
      prints: /command terminated with exit code 7/,
      ...commands,
      reads: running,
    },
    { run: "echo from here | kubectl exec -i talk -- cat", prints: /^from here\n$/, ...commands, reads: running },
    {
      run: "script -qec 'kubectl exec -it talk -- sh -c \"tty && stty size\"' /dev/null",
      prints: /\/dev\/pts\/\d+[\s\S]*\d+ \d+/,
      ...commands,
      reads: running,
    },
    {
      run: "kubectl exec talk -- sh -c 'echo $PLUSH_RESOURCE'",
      prints: /^local-2\n$/,
      ...commands,
      reads: core("pods/talk", { "spec.nodeName": "local-2" }),
    },
    {
      run: "kubectl exec talk -- nosuchprogram",
      code: 127,
      prints: /no such command: nosuchprogram\ncommand terminated with exit code 127/,
      ...commands,
      reads: running,
    },
    {
      run: "kubectl exec talk -c other -- ls",
      code: 1,
      prints: /container other is not valid for pod talk/,
      reads: running,
    },
    {
      run: "kubectl exec nosuch -- ls",
      code: 1,
      prints: /pods "nosuch" not found/,
      reads: core("pods/nosuch", "gone"),
    },
    { run: "kubectl attach talk", prints: /tick\ntick\n/, follows: {}, ...commands, reads: running },
    {
      run: "kubectl cp web.yaml talk:there.yaml && kubectl exec talk -- cat there.yaml",
      prints: /^apiVersion: plush\.dev\/v1\nkind: Application\n/,
      ...commands,
      reads: running,
    },
    {
      run: "kubectl cp talk:there.yaml back.yaml && cmp back.yaml web.yaml && echo same",
      prints: /same\n/,
      ...commands,
      reads: running,
    },
    {
      run: "kubectl cp tree talk:tree && kubectl exec talk -- find tree -type f",
      prints: /^tree\/below\/bottom\.yaml$/m,
      ...commands,
      reads: running,
    },
    {
      run: "kubectl port-forward pod/talk :8000",
      prints: /hello\n/,
      follows: { from: /Forwarding from (127\.0\.0\.1:\d+) -> 8000\n/, meanwhile: "curl -s http://$1" },
      ...ports,
      reads: running,
    },
    {
      run: "kubectl port-forward talk :http",
      prints: /hello\n/,
      follows: { from: /Forwarding from (127\.0\.0\.1:\d+) -> 8000\n/, meanwhile: "curl -s http://$1" },
      ...ports,
      reads: running,
    },
    {
      run: "kubectl port-forward talk :nosuchport",
      code: 1,
      prints: /does not have a named port 'nosuchport'/,
      reads: running,
    },
    {
      run: "kubectl --user=rita logs talk",
      code: 1,
      prints:
        /^Error from server \(Forbidden\): pods "talk" is forbidden: User "rita" cannot get resource "pods" in API group "" in the namespace "default"\n$/,
      reads: running,
    },
    {
      run: "kubectl debug talk -it --image=x",
      code: 1,
      prints: /error: ephemeral containers are disabled for this cluster/,
      reads: running,
    },
    {
      run: "kubectl debug node/local-1 -it --image=x",
      code: 1,
      prints: /pods only show processes\.plush\.dev; use those/,
      reads: core("pods?labelSelector=app.kubernetes.io/managed-by", { items: [] }),
    },
    {
      run: "kubectl delete proc talk",
      prints: /^process\.plush\.dev "talk" deleted/,
      reads: at("/api/v1/namespaces/default/pods/talk", "gone"),
    },
  ],
};
