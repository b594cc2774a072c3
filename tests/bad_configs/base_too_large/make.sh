truncate -s 100M large.yaml
