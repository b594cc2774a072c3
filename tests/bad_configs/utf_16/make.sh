printf "name: x\n" | iconv -t UTF-16 >scenario.yaml
