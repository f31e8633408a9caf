import { core, plush, type Section } from "../row.ts";

export const waiting: Section = {
  title: "Waiting",
  reads: plush("applications/web", { "status.state": "Available" }),
  rows: [
    { run: "kubectl wait pool/local --for=condition=Ready --timeout=30s", prints: /condition met/ },
    {
      run: "kubectl wait app/web --for=condition=Ready --timeout=30s",
      prints: /^application\.plush\.dev\/web condition met$/m,
      reads: plush("applications/web", { "status.state": "Available" }),
    },
    { run: "kubectl wait app web --for=condition=ready=true --timeout=5s", prints: /condition met/ },
    { run: "kubectl wait app/web --for='jsonpath={.status.state}'=Available --timeout=5s", prints: /condition met/ },
    { run: "kubectl wait app -l tier=front --for=condition=Available --timeout=5s", prints: /condition met/ },
    { run: "kubectl wait res --all --for=condition=Ready --timeout=5s", prints: /(condition met\n[\s\S]*){3}/ },
    {
      run: "kubectl wait app/web --for=condition=Complete --timeout=1s",
      code: 1,
      prints: /timed out waiting for the condition on applications\/web/,
    },
    { run: "kubectl wait app/nosuch --for=condition=Ready --timeout=5s", code: 1, prints: /not found/ },
    { run: "kubectl wait app/nosuch --for=delete --timeout=5s", prints: /^$/ },
    {
      run: "(sleep 0.3; kubectl delete cm notes >/dev/null) & kubectl wait cm/notes --for=delete --timeout=20s",
      prints: /^configmap\/notes condition met$/m,
    },
    {
      run: "(sleep 0.3; kubectl create cm notes >/dev/null) & kubectl wait cm/notes --for=create --timeout=20s",
      prints: /condition met/,
      but: [{ upTo: 30, code: 1, prints: /unrecognized condition/, why: "--for=create is newer" }],
    },
    {
      run: "KUBE_FEATURE_WatchListClient=true kubectl wait app/web --for=condition=Ready --timeout=5s",
      prints: /^application\.plush\.dev\/web condition met\n$/,
    },
    { run: "KUBE_FEATURE_WatchListClient=true kubectl get app web -w -o name", prints: /web\n/, follows: {} },
    {
      run: "kubectl create cm brief >/dev/null; (sleep 0.3; kubectl delete cm brief >/dev/null) & KUBE_FEATURE_WatchListClient=true kubectl wait cm/brief --for=delete --timeout=20s",
      prints: /^configmap\/brief condition met\n$/,
      reads: core("configmaps/brief", "gone"),
    },
    {
      run: "kubectl create cm brief >/dev/null; KUBE_FEATURE_WatchListClient=true kubectl delete cm brief",
      prints: /^configmap "brief" deleted/,
    },
  ],
};
