mkfifo scenario.yaml
