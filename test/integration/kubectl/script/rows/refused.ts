import { plush, type Section } from "../row.ts";

const notOfKubernetes = /no kind "Application" is registered for version "plush\.dev\/v1"/;
const unchanged = plush("applications/web", { "metadata.generation": 5 });

export const refused: Section = {
  title: "What kubectl does with Kubernetes' own kinds only",
  about: "It says so itself, or asks for a kind that is not here; what to use instead stands above.",
  reads: unchanged,
  rows: [
    { run: "kubectl rollout status app/web", code: 1, prints: notOfKubernetes },
    { run: "kubectl rollout restart app/web", code: 1, prints: notOfKubernetes },
    { run: "kubectl rollout history app/web", code: 1, prints: notOfKubernetes },
    { run: "kubectl rollout undo app/web", code: 1, prints: notOfKubernetes },
    { run: "kubectl set image app/web server=x", code: 1, prints: notOfKubernetes },
    { run: "kubectl set env app/web A=b", code: 1, prints: notOfKubernetes },
    { run: "kubectl set resources app/web --limits=cpu=1", code: 1, prints: notOfKubernetes },
    { run: "kubectl expose app web --port=80", code: 1, prints: notOfKubernetes },
    { run: "kubectl logs app/web", code: 1, prints: notOfKubernetes },
    { run: "kubectl exec app/web -- ls", code: 1, prints: notOfKubernetes },
    { run: "kubectl autoscale app web --max=3", code: 1, prints: /could not find the requested resource/ },
    { run: "kubectl create deployment x --image=x", code: 1, prints: /could not find the requested resource/ },
    { run: "kubectl create job x --image=x", code: 1, prints: /could not find the requested resource/ },
    {
      run: "kubectl create service clusterip x --tcp=80",
      code: 1,
      prints: /does not allow this method on the requested resource/,
    },
    {
      run: "kubectl certificate approve x",
      code: 1,
      prints: /doesn't have a resource type "certificatesigningrequests"/,
    },
    {
      run: "kubectl apply -f first.yaml --prune -l set=both",
      code: 1,
      prints: /no matches for kind/,
    },
    {
      run: "kubectl explain app --output=plaintext-openapiv2",
      code: 1,
      prints: /couldn't find resource for "plush\.dev\/v1, Kind=Application"/,
    },
  ],
};
