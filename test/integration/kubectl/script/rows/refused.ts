import type { Section } from "../row.ts";

export const refused: Section = {
  title: "What kubectl keeps for Kubernetes' own kinds",
  rows: [
    { run: "kubectl rollout status app/web", code: 1, prints: /./ },
    { run: "kubectl rollout restart app/web", code: 1, prints: /./ },
    { run: "kubectl set image app/web server=x", code: 1, prints: /./ },
    { run: "kubectl set env app/web A=b", code: 1, prints: /./ },
    { run: "kubectl expose app web --port=80", code: 1, prints: /./ },
    { run: "kubectl logs app/web", code: 1, prints: /./ },
    { run: "kubectl debug node/local-1 -it --image=busybox", code: 1, prints: /./ },
    { run: "kubectl run x --image=busybox", code: 1, prints: /./ },
    { run: "kubectl create deployment x --image=busybox", code: 1, prints: /./ },
    { run: "kubectl cluster-info dump", code: 1, prints: /./ },
    { run: "kubectl certificate approve x", code: 1, prints: /./ },
  ],
};
