"""What documents and their tests need to know of Markdown: links, headings and their anchors, sections."""
import re

LINK = re.compile(r"(?P<before>!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\()(?P<target>[^()\s]+)(?=\))")
FENCE = re.compile(r"^ *(`{3,}|~{3,}).*?^ *\1`*~* *$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
HEADING = re.compile(r"^(#{1,6}) +(.+?) *#*$", re.MULTILINE)


def without_code(text):
    """The text with code and comments blanked out, each character in its place."""
    for pattern in (FENCE, COMMENT, SPAN):
        text = pattern.sub(lambda found: re.sub(r"\S", " ", found.group()), text)
    return text


def links(text):
    """(first, last, target) of each link and image."""
    for found in LINK.finditer(without_code(text)):
        yield (*found.span("target"), found["target"])


def replace_links(text, replacement):
    """The text, each target put through a function."""
    parts, done = [], 0
    for first, last, target in links(text):
        parts += [text[done:first], replacement(target)]
        done = last
    return "".join(parts) + text[done:]


def headings(text):
    """(first, last, level, words) of each heading outside of code."""
    blank = FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    for found in HEADING.finditer(blank):
        yield (*found.span(), len(found[1]), found[2])


def slug(words):
    """The anchor of a heading, as GitHub and MyST make it."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", words).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def anchors(text):
    found, seen = set(re.findall(r'<a (?:id|name)="([^"]+)"', text)), {}
    for *_, words in headings(text):
        name = slug(words)
        found.add(f"{name}-{seen[name]}" if name in seen else name)
        seen[name] = seen.get(name, 0) + 1
    return found


def section(text, anchor):
    """What stands below a heading, up to the next one."""
    listed = list(headings(text))
    for (_, last, _, words), after in zip(listed, [*listed[1:], (len(text),)]):
        if slug(words) == anchor:
            return text[last:after[0]].strip() + "\n"
    raise KeyError(anchor)


def under_one_title(text):
    """A page has one heading of the first level; where there are more, all but the first go down by a level."""
    listed = list(headings(text))
    if sum(level == 1 for *_, level, _ in listed) < 2:
        return text
    for first, *_ in reversed(listed[1:]):
        text = text[:first] + "#" + text[first:]
    return text
