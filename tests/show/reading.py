"""Reading what people read: a page's texts, tags, ids and tables, as a browser's parser sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "col", "hr", "meta", "wbr"}


@dataclass
class Element:
    """One element: its tag, attributes and children, text among them."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Element | str] = field(default_factory=list)

    def all(self, tag: str) -> list[Element]:
        """Every element of that tag below this one, in the order of the page."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag:
                    found.append(child)
                found += child.all(tag)
        return found

    def everything(self) -> list[Element]:
        """Every element below this one."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child, *child.everything()]
        return found

    @property
    def text(self) -> str:
        """All text below this one, style sheets aside."""
        return "".join(
            child if isinstance(child, str) else "" if child.tag == "style" else child.text
            for child in self.children
        )

    def by_id(self, name: str) -> Element:
        """The element of that id; ValueError unless there is exactly one."""
        (found,) = [one for one in self.everything() if one.attributes.get("id") == name]
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs))
        assert len(dict(attrs)) == len(attrs), f"<{tag}> repeats an attribute"
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID, f"<{tag}/> is not how HTML closes an element"
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    """The page as a tree. AssertionError where tags do not nest."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root], "a tag is left open"
    return reader.root


def rows(table: Element) -> list[list[str]]:
    """A table's rows as texts, head first."""
    return [[cell.text for cell in row.children if isinstance(cell, Element)] for row in table.all("tr")]
