mkdir scenario.yaml
