"""Small changes of tokens and rules that pictures must show."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """A change of one style sheet, and a template on which it is seen."""

    sheet: str
    before: str
    after: str
    template: str


TOKENS, ENTRY, PAGE = "tokens.css", "partials/entry/entry.html", "event/event.html"
HOME, QUEUE = "home/home.html", "partials/desk/queue.html"
PINNED, DECIDE = "partials/entry/pinned.html", "partials/desk/decide.html"
MUTATIONS = [
    # Colours: steps of 8 to 38 shades.
    Mutation(TOKENS, "--paper: light-dark(#fbfaf7", "--paper: light-dark(#f3f2ef", HOME),
    Mutation(TOKENS, "#fbfaf7, #14181a)", "#fbfaf7, #1c2022)", PAGE),
    Mutation(TOKENS, "--card: light-dark(#ffffff", "--card: light-dark(#f7f7f7", HOME),
    Mutation(TOKENS, "--ink: light-dark(#1b2023", "--ink: light-dark(#333a3d", ENTRY),
    Mutation(TOKENS, "--quiet: light-dark(#59646b", "--quiet: light-dark(#6d787f", ENTRY),
    Mutation(TOKENS, "--line: light-dark(#dedad1", "--line: light-dark(#cecac1", ENTRY),
    Mutation(TOKENS, "--accent: light-dark(#0b6157", "--accent: light-dark(#13695f", PAGE),
    Mutation(TOKENS, "--accent-soft: light-dark(#e2f0ed", "--accent-soft: light-dark(#dae8e5", PINNED),
    Mutation(TOKENS, "--raised: light-dark(#f2f1ef, #1d2122)", "--raised: light-dark(#f2f1ef, #25292a)", ENTRY),
    Mutation(TOKENS, "--danger: light-dark(#a3211a", "--danger: light-dark(#7d211a", "partials/entry/entry_form.html"),
    # Sizes.
    Mutation(TOKENS, "--radius: 10px", "--radius: 6px", "partials/comment/comments.html"),
    Mutation(TOKENS, "--m: 0.75rem", "--m: 0.8rem", QUEUE),
    # Rules.
    Mutation("base.css", "text-underline-offset: 0.15em", "text-underline-offset: 0.3em", HOME),
    Mutation("components/entry.css", "border-top: 1px solid var(--line)", "border-top: 2px solid var(--line)", ENTRY),
    Mutation("components/reaction.css", "min-height: 1.6rem", "min-height: 1.7rem", "partials/reaction/reactions.html"),
    Mutation("components/badge.css", "font-weight: 700", "font-weight: 400", "partials/event/head.html"),
    Mutation(
        "components/button.css",
        "border: 1px solid transparent",
        "border: 2px solid transparent",
        DECIDE,
    ),
    Mutation("components/form.css", "font-weight: 600", "font-weight: 400", "event/event_form.html"),
    Mutation(
        "components/queue.css",
        "border-block-start: 1px solid",
        "border-block-start: 1px dashed",
        QUEUE,
    ),
    Mutation("wall.css", "font-size: 1.7em", "font-size: 1.8em", "event/wall.html"),
]
