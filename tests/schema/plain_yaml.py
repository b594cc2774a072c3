"""YAML as src/config/parse.c and node.c read it, for JSON Schema: keys are texts, and plain scalars are null, truth
values, decimal numbers or texts."""
import math
import re

import yaml

MOST_VALUES = 1000000  # with what aliases repeat


class Loader(yaml.SafeLoader):
    """Marks plain scalars, and leaves what they are to us."""

    yaml_implicit_resolvers = {None: [("plain", re.compile("", re.DOTALL))], "": [("plain", re.compile(""))]}


DECIMAL = re.compile(r"[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
NULLS = {"", "~", "null", "Null", "NULL"}
TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def scalar(node, version):
    text = node.value
    if node.tag != "plain":
        return text
    if text in NULLS:
        return None
    if text.lower() in TRUTHS and (version == "1.1" or text.lower() in ("true", "false")):
        return TRUTHS[text.lower()]
    if not DECIMAL.match(text) or math.isinf(float(text)):
        return text
    return int(text) if re.match(r"[+-]?[0-9]+\Z", text) else float(text)


def weigh(node, known):
    """How many values there are, those that are shared as often as they are used."""
    if node not in known:
        known[node] = math.inf  # until it is finished: an alias within its own anchor
        parts = [] if isinstance(node, yaml.ScalarNode) else node.value
        parts = [part for pair in parts for part in pair] if isinstance(node, yaml.MappingNode) else parts
        known[node] = 1 + sum(weigh(part, known) for part in parts)
    if known[node] > MOST_VALUES:
        raise yaml.YAMLError("aliases repeat too much")
    return known[node]


def mapping(node, version):
    own, merged = {}, []
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.YAMLError("a key is no text")
        if key.value in own:
            raise yaml.YAMLError(f"the key {key.value} is here a second time")
        made = make(value, version)
        if key.tag == "plain" and key.value == "<<":
            merged += made if isinstance(made, list) else [made]
        else:
            own[key.value] = made
    for other in merged:
        if not isinstance(other, dict):
            raise yaml.YAMLError("`<<` takes in no mapping")
        own = {**other, **own}
    return own


def make(node, version):
    if isinstance(node, yaml.ScalarNode):
        return scalar(node, version)
    if isinstance(node, yaml.SequenceNode):
        return [make(item, version) for item in node.value]
    return mapping(node, version)


def load(text, version="1.1"):
    """`version` 1.2: as editors read it, where `on` and `off` are texts."""
    node = yaml.compose(text, Loader=Loader)
    if node is None:
        return None
    weigh(node, {})
    return make(node, version)
