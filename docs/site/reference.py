"""The reference, as the program tells it: parameters and variables, commands, what is in an output, the interface for C."""
import pathlib
import re
import subprocess
import tempfile



class Program:
    def __init__(self, entente, project):
        self.entente, self.project = entente, project

    def says(self, *arguments):
        return subprocess.run([self.entente, *arguments], check=True, capture_output=True, text=True, cwd=self.project).stdout


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


# -- parameters and variables ------------------------------------------------------------------------------------------------

def table_of(text, name):
    """The head and the rows of a table that `entente describe --format markdown` prints."""
    inside = text.split(f"<!-- generated: {name} -->\n")[1].split("<!-- end generated -->")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in inside.strip().splitlines()]
    return lines[0], lines[2:]


def rows_of(text, name, mechanism):
    """A mechanism's own rows, without the column that names it."""
    head, rows = table_of(text, name)
    return head[1:], [row[1:] for row in rows if row[0].startswith(f"[{mechanism}]")]


def sentences(program, mechanism):
    """What a mechanism does, and what the world is like without it."""
    head = program.says("describe", mechanism).split("\n\n")[0].replace("\n", " ")
    found = re.fullmatch(rf"mechanism {mechanism}: (.*?) ?Switched off \((mechanisms\.\w+=off)\): (.*)", head)
    return f"{found[1]}\n\nSwitched off with `{found[2]}`: {found[3]}\n"


def mechanisms(program):
    """A section a mechanism."""
    tables, parts = program.says("describe", "--format", "markdown"), []
    names = re.findall(r"^mechanism (\w+):", program.says("describe"), re.MULTILINE)
    for name in names:
        parts.append(f"## {name}\n\n{sentences(program, name)}")
        for kind in ("parameters", "variables"):
            head, rows = rows_of(tables, kind, name)
            if rows:
                parts.append(table(head, rows))
    return "\n".join(parts)


# -- commands ----------------------------------------------------------------------------------------------------------------

def plain(words):
    """Words of the terminal in Markdown: options are code, an asterisk is one."""
    parts = re.split(r"(`[^`]*`)", words)
    parts[::2] = [re.sub(r"(?<![\w-])(--[a-z][a-z-]*)", r"`\1`", part.replace("*", r"\*")) for part in parts[::2]]
    return "".join(parts)


def as_entries(lines, left="`{0}`"):
    """Options or commands: what is at the left, and what stands beside it and on the lines below."""
    entries = []
    for line in lines:
        found = re.match(r"^ {2,6}(-\S.*?|[a-z]\w*)(?: {2,}(.*))?$", line)
        if found and len(line) - len(line.lstrip()) <= 6:
            entries.append([found[1], found[2] or ""])
        elif entries:
            entries[-1][1] += " " + line.strip()
    return "\n".join(f"{left.format(name)}\n: {plain(right.strip())}\n" for name, right in entries)


def as_markdown(help_text):
    """The text of `entente help COMMAND` as Markdown: paragraphs, the options as a list, the examples as code."""
    parts = []
    for block in help_text.split("\n\n")[1:]:
        lines = block.splitlines()
        if lines[0].startswith("Usage: "):
            parts.append(f"```none\n{lines[0][len('Usage: '):]}\n```\n")
        elif lines[0] == "Options:":
            parts.append(as_entries(lines[1:]))
        elif lines[0] == "Commands:":
            parts.append(as_entries([line for line in lines[1:] if not line.startswith("  help ")], "[`{0}`](#{0})"))
        elif lines[0].endswith(":") and lines[1:] and all(line.startswith("  ") for line in lines[1:]):
            parts.append(f"{lines[0]}\n\n```none\n" + "\n".join(line[2:] for line in lines[1:]) + "\n```\n")
        else:
            parts.append(plain(" ".join(lines)) + "\n")
    return "\n".join(parts)


def commands(program):
    text = program.says("help")
    names = re.findall(r"^  (\w+) {2,}", text.split("Commands:\n")[1].split("\n\n")[0], re.MULTILINE)
    parts = [as_markdown(text)]
    for name in names:
        told = program.says("help", name)
        if name != "help":
            parts.append(f"## {name}\n\n{told.splitlines()[0].split(' - ')[1].capitalize()}.\n\n{as_markdown(told)}")
    return "\n".join(parts)


# -- output ------------------------------------------------------------------------------------------------------------------

ASKED_FOR = ("record.trajectories=all", "record.statistics=[cohesion]", "record.final=[cohesion]")


def dimensions_of(variable):
    return ", ".join(variable.dimensions)


def output(program):
    """What is in a file, from a file: two replicates of history, with everything recorded."""
    import netCDF4

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "history.h5"
        settings = [word for setting in ASKED_FOR for word in ("--set", setting)]
        program.says("run", "configs/scenarios/history.yaml", "-n", "2", "-y", "2001:2005", "-q", "-o", str(path), *settings)
        with netCDF4.Dataset(path) as data:
            return told_of_output(data)


def told_of_output(data):
    attributes = [[f"`{name}`", shown(data.getncattr(name))] for name in data.ncattrs()]
    along = [(name, v) for name, v in data.variables.items() if "units" not in v.ncattrs()]
    recorded = [(name, v) for name, v in data.variables.items() if "units" in v.ncattrs()]
    return "\n".join([
        "## Coordinates, and what is known of the runs\n",
        table(["name", "dimensions", "type", "meaning"],
              [[f"`{name}`", dimensions_of(v), type_of(v), meaning(v)] for name, v in along]),
        "## Variables\n",
        table(["name", "dimensions", "unit", "meaning"],
              [[f"`{name}`", dimensions_of(v), v.units, meaning(v)] for name, v in recorded]),
        "## Attributes of the file\n",
        table(["name", "for example"], attributes)])


def shown(value):
    """An attribute on one line, cut where it is long; the folders of whoever built this are nobody's business."""
    text = " ".join(re.sub(r"(?<![\w.])/\S*/", "", str(value)).split())
    return "`" + (text if len(text) <= 80 else text[:79] + "…") + "`"


def type_of(variable):
    return "text" if variable.dtype is str else str(variable.dtype)


def meaning(variable):
    words = variable.getncattr("long_name")
    if "flag_meanings" in variable.ncattrs():
        flags = zip(variable.flag_values, variable.flag_meanings.split())
        words += ": " + ", ".join(f"{value} {word}" for value, word in flags)
    return words


# -- the interface for C -----------------------------------------------------------------------------------------------------

def c_interface(program):
    """The public header, declaration by declaration: the comment above is the description."""
    text = (program.project / "src/entente.h").read_text()
    parts = [paragraphs(re.search(r"/\*(.*?)\*/", text, re.DOTALL)[1])]
    body = text.split('extern "C" {\n#endif', 1)[1].rsplit("#ifdef __cplusplus", 1)[0]
    for block in re.split(r"\n{2,}", body.strip()):
        comment = re.match(r"/\*(.*?)\*/\n?", block, re.DOTALL)
        declared = block[comment.end():].strip() if comment else block
        parts.append(heading_of(declared))
        parts += [paragraphs(comment[1])] if comment else []
        parts += [f"```c\n{declared}\n```\n"] if declared else []
    return "\n".join(parts)


def heading_of(declared):
    """The functions that are declared, or the structure or the enumeration; all of them are places to link to."""
    names = re.findall(r"^[a-z].*?(entente_\w+)\(", declared, re.MULTILINE) \
        or re.findall(r"^(?:struct|enum) (entente_\w+)", declared, re.MULTILINE)
    places = "".join(f"({name.replace('_', '-')})=\n" for name in names if len(names) > 1)
    return f"{places}## {', '.join(names)}\n" if names else ""


def paragraphs(comment):
    """The text of a comment; what is indented in it stays code."""
    lines = [re.sub(r"^ \* ?", "", line.rstrip()) for line in comment.strip("\n").splitlines()]
    return "\n".join(line if line.startswith("    ") else plain(line) for line in lines).strip() + "\n"


MAKERS = {"mechanisms": mechanisms, "commands": commands, "output": output, "c": c_interface}
