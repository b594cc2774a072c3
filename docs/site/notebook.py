"""A notebook as Markdown: its words, its code, and the output that it was committed with."""
import base64
import json


def text_of(lines):
    return lines if isinstance(lines, str) else "".join(lines)


def fenced(text, language="none"):
    fence = "`" * 9
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"


def output_as_markdown(output, picture, folder):
    """What a cell printed, drew or returned; a picture goes into a file of that name."""
    data = output.get("data", {})
    if "image/png" in data:
        (folder / picture).write_bytes(base64.b64decode(text_of(data["image/png"])))
        return f"![{picture}]({picture})\n"
    text = text_of(output.get("text", data.get("text/plain", "")))
    return fenced(text) if text.strip() else ""


def as_markdown(path, folder, turn):
    """The notebook at `path`; its pictures go into `folder`, and its words through `turn`."""
    book = json.loads(path.read_text())
    language = book["metadata"].get("kernelspec", {}).get("language", "python").lower()
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for n, cell in enumerate(book["cells"]):
        source = text_of(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(turn(source) + "\n")
        elif source.strip():
            parts.append(fenced(source, language))
            parts += [output_as_markdown(output, f"{path.stem}_{n}_{m}.png", folder)
                      for m, output in enumerate(cell.get("outputs", []))]
    return "\n".join(parts)
