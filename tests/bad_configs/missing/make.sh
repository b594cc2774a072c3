# there is no scenario.yaml
