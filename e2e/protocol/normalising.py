"""Elements as text, without the parts that differ between two viewers or two moments."""

from collections.abc import Iterator

from e2e.protocol.tree import Node

# Parts that differ between two viewers, or two moments, of the same page. Links are left out, too: they lead to style
# sheets that reveal the actions of one viewer.
_PASSING_IDS = {"cursor", "socket", "heartbeat", "announcer", "done", "reading", "places", "moving", "asks", "fragment"}
_PASSING_CLASSES = {"typing", "line", "read-to", "seen", "posted"}  # one reader's place, and one's own posts
_PASSING_FIELDS = {"csrfmiddlewaretoken", "key", "sender"}
_PASSING_ATTRIBUTES = {"autofocus", "open", "data-from"}


def normalised(node: Node, floor: int = 0, depth: int = 0) -> Iterator[str]:
    """An element as indented lines, one for each tag and each text in it.

    Elements before the position `floor` are left out; see `Page.normalised`.
    """
    attributes = {name: value for name, value in node.attributes.items() if name not in _PASSING_ATTRIBUTES}
    if node.id in _PASSING_IDS or attributes.get("class") in _PASSING_CLASSES or node.tag == "link":
        return
    if attributes.get("name") in _PASSING_FIELDS:
        return
    above = "earlier" in attributes.get("class", "").split()  # the header above comments, wherever they begin
    if (float(attributes.get("data-position", floor)) < floor and not above) or (floor and node.id == "older"):
        return  # earlier than the part that is compared, or the link to it
    if node.tag == "input" and attributes.get("name") == "name":
        attributes.pop("value", None)
    if "class" in attributes:
        kept = [each for each in attributes["class"].split() if not each.startswith("htmx-")]
        attributes["class"] = " ".join(kept)
    written = "".join(f' {name}="{value}"' for name, value in sorted(attributes.items()) if value or name != "class")
    yield f"{' ' * depth}<{node.tag}{written}>"
    if {"change", "reply"} & set(node.attributes.get("class", "").split()):
        return  # the form in which this viewer edits or comments
    for child in node.children:
        if isinstance(child, Node):
            yield from normalised(child, floor, depth + 1)
        elif words := " ".join(child.split()):
            yield " " * (depth + 1) + words
