"""The HTML report as a reader sees it: its tables, its paragraphs, its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "input", "link", "col"}
BLOCKS = {"h1", "h2", "p", "li", "td", "th", "dt", "dd", "caption", "figcaption", "a", "text", "desc", "strong"}


@dataclass
class Element:
    """One element: its name, attributes, children and text."""

    name: str
    attributes: dict[str, str | None]
    parent: Element | None = None
    parts: list[Element | str] = field(default_factory=list)

    def all(self, *names: str) -> list[Element]:
        """The elements of these names inside, in order."""
        found: list[Element] = []
        for part in self.parts:
            if isinstance(part, Element):
                found += [part] if part.name in names else []
                found += part.all(*names)
        return found

    @property
    def text(self) -> str:
        """All text inside."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def get(self, name: str) -> str | None:
        """An attribute."""
        return self.attributes.get(name)


class Page(HTMLParser):
    """The tree of a page; AssertionError where elements are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._at = self.root
        self.feed(text)
        self.close()
        assert self._at is self.root, f"not closed: {self._at.name}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice in {tag}"
        element = Element(tag, dict(attrs), self._at)
        self._at.parts.append(element)
        if tag not in VOID:
            self._at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at.parts.append(Element(tag, dict(attrs), self._at))

    def handle_endtag(self, tag: str) -> None:
        assert self._at.name == tag, f"</{tag}> closes <{self._at.name}>"
        assert self._at.parent is not None
        self._at = self._at.parent

    def handle_data(self, data: str) -> None:
        self._at.parts.append(data)

    def by_id(self, name: str) -> Element:
        """The one element of this id."""
        (found,) = [each for each in self.root.all(*{e.name for e in self.elements}) if each.get("id") == name]
        return found

    @property
    def elements(self) -> list[Element]:
        """Every element, in order."""

        def walk(element: Element) -> list[Element]:
            return [each for part in element.parts if isinstance(part, Element) for each in (part, *walk(part))]

        return walk(self.root)
