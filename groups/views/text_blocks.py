"""A text in the small part of Markdown that our agreements use, as blocks for a template."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """kind: heading, paragraph, note or list; `lines` are the points of a list, else one text."""

    kind: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)


def blocks_of(body: str) -> tuple[str, list[Block]]:
    """The title (the line with one #) and the rest. Blocks are divided by empty lines."""
    title = ""
    blocks = []
    for piece in body.strip().split("\n\n"):
        lines = [line.strip() for line in piece.strip().splitlines() if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("# "):
            title = lines[0][2:]
        elif lines[0].startswith("## "):
            blocks.append(Block("heading", (lines[0][3:],)))
        elif all(line.startswith("- ") for line in lines):
            blocks.append(Block("list", tuple(line[2:] for line in lines)))
        elif lines[0].startswith("> "):
            blocks.append(Block("note", tuple(line.removeprefix(">").strip() for line in lines)))
        else:
            blocks.append(Block("paragraph", tuple(lines)))
    return title, blocks
