"""Templates that others name: those that do not exist, and those of a theme that nothing names."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.template import Template, TemplateDoesNotExist
from django.template.loader_tags import ExtendsNode, IncludeNode

from feeds.gallery.contract.parts import nodes
from feeds.gallery.contract.sources import Sources
from feeds.gallery.contract.wording import at, did_you_mean, nearest
from feeds.gallery.states import templates
from feeds.gallery.tried_templates import files


def named_by(template: Template) -> Iterator[tuple[str, int]]:
    """Names of the templates that one includes or extends, each with its line."""
    for node, line in nodes(template.nodelist, (IncludeNode, ExtendsNode)):
        name = (node.template if isinstance(node, IncludeNode) else node.parent_name).var
        if isinstance(name, str):
            yield name, line


def own_files(template: Template, sources: Sources) -> dict[str, Template]:
    """A template and those it is made of that have no states of their own, by their paths."""
    found, waiting = {str(template.origin.name): template}, [template]
    while waiting:
        for name, _ in named_by(waiting.pop()):
            path = sources.path(name)
            if path and path not in found and name not in templates():
                found[path] = sources.get_template(name)
                waiting.append(found[path])
    return found


def missing(own: dict[str, Template], sources: Sources) -> Iterator[str]:
    """Includes of templates that do not exist, as sentences."""
    for path, template in own.items():
        for name, line in named_by(template):
            if not sources.path(name) and not _is_elsewhere(name, sources):
                like = did_you_mean(name, names(sources)) or " Remove the tag, or add the template."
                yield at(path, line, f"template {name} does not exist.{like}")


def _is_elsewhere(name: str, sources: Sources) -> bool:
    try:
        sources.find_template(name)
    except TemplateDoesNotExist:
        return False
    return True


def names(sources: Sources) -> set[str]:
    """Names of all templates."""
    return {name for folder in sources.dirs for name in _names_in(folder, sources)}


def strays(sources: Sources) -> Iterator[str]:
    """Templates of a theme that replace none of ours and that no template names, as sentences."""
    ours = Path(settings.ROOT, "templates")
    shipped = _names_in(ours, sources)
    texts = [sources.text(path) or "" for folder in sources.dirs for path in _paths_in(folder, sources)]
    for folder in sources.dirs:
        for name in sorted(_names_in(folder, sources) - shipped if Path(folder) != ours else ()):
            if not any(f'"{name}"' in text or f"'{name}'" in text for text in texts):
                path = str(Path(folder).absolute() / name)
                yield at(path, 0, f"it replaces no template, and none includes it.{_like(name, shipped)}")


def _like(name: str, shipped: set[str]) -> str:
    short = {PurePosixPath(each).stem: each for each in sorted(shipped, reverse=True)}
    near = short.get(nearest(PurePosixPath(name).stem, short)) or nearest(name, shipped)
    return f" Did you mean {near}?" if near else " Include it, or give it the name of one in templates/."


def _paths_in(folder: str | Path, sources: Sources) -> list[str]:
    inside = str(Path(folder).absolute()) + "/"
    return [path for path in sources.kept if path.startswith(inside)] if sources.kept else list(files(folder))


def _names_in(folder: str | Path, sources: Sources) -> set[str]:
    root = Path(folder).absolute()
    return {Path(path).relative_to(root).as_posix() for path in _paths_in(folder, sources)}
