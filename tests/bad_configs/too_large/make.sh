# 100 MB, of which none is on the disk
truncate -s 100M scenario.yaml
