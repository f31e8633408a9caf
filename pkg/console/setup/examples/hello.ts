import type { Example } from "./example.ts";

export const hello: Example = {
  name: "hello",
  yaml: ({
    pool,
    members,
  }) => `# A web server on each machine (python3 is needed there); it is ready once its port answers.
apiVersion: plush.dev/v1
kind: Application
metadata:
  name: hello
  namespace: default
spec:
  components:
    - name: web
      replicas: ${members}
      resources: {pool: ${pool}}
  phases:
    - name: serve
      processes:
        - name: server
          command: [python3, -m, http.server, --bind, $(PLUSH_ADDRESS), $(PLUSH_PORT_WEB)]
          restartPolicy: Always
          ports: [{name: web, port: 0}]
          readinessProbe: {tcpSocket: {port: web}}
`,
};
