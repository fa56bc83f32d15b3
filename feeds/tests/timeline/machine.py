"""Histories that hypothesis thinks out. The shortest one that fails is printed as a test."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from feeds.tests.timeline.crowd import Crowd
from feeds.tests.timeline.steps import Step, steps_of

Begin = Callable[[str], AbstractContextManager[Crowd]]
"""Opens the history of an event that begins like this, and takes everything back in the end."""
BEGINNINGS = ("full", "full", "imported", "empty")
STEPS = steps_of(Crowd)
CHANGES = [step for step in STEPS.values() for _ in range(step.often) if step.verbs]
READING = [step for step in STEPS.values() for _ in range(step.often) if not step.verbs]
TRIES = 8
"""Steps that are tried until there is something to do one with."""
REPLAYS = 400
"""Shorter histories that are tried after a failure."""


Done = tuple[str, dict[str, Any]]
"""A step, and what it is done with."""


def done(step: Step) -> st.SearchStrategy[Done]:
    """This step with any of its values."""
    values = st.tuples(*[st.sampled_from(of) for of in step.arguments.values()])
    return values.map(lambda chosen: (step.name, dict(zip(step.arguments, chosen, strict=True))))


def tries(steps: list[Step]) -> st.SearchStrategy[tuple[Done, ...]]:
    """Several of these steps. All are drawn, even if the first one works: draws must not depend on the clock."""
    every = [done(step) for step in steps]
    return st.tuples(*TRIES * [st.integers(0, len(every) - 1).flatmap(lambda number: every[number])])


@dataclass
class Told:
    """A history as it can be told again: its beginning, and each step with what it was done with."""

    beginning: str
    steps: list[Done] = field(default_factory=list)

    def as_test(self) -> str:
        """This history as the source of a test."""
        lines = ["def test_a_history_that_was_found(begin):", f"    with begin({self.beginning!r}) as history:"]
        for name, arguments in self.steps:
            lines.append(f"        history.{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})")
        return "\n".join(lines)

    def failure(self, begin: Begin) -> Exception | None:
        """Tell it again. Returns what it raises."""
        try:
            with begin(self.beginning) as history:
                for name, arguments in self.steps:
                    getattr(history, name)(**arguments)
        except Exception as error:
            return error
        return None


class Machine(RuleBasedStateMachine):
    """Plays a history. `run` sets `begin`, and finds in `failure` the first that failed, with what it raised."""

    begin: Begin
    failure: tuple[Told, Exception] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.open: AbstractContextManager[Crowd] | None = None
        self.failed = False

    @initialize(beginning=st.sampled_from(BEGINNINGS), pages=st.lists(done(STEPS["opens"]), min_size=1, max_size=7))
    def begins(self, beginning: str, pages: list[Done]) -> None:
        self.told = Told(beginning)
        self.open = type(self).begin(beginning)
        self.history = self.open.__enter__()
        for name, arguments in pages:
            self.do(name, **arguments)

    @rule(tries=tries(CHANGES))
    def something_changes(self, tries: tuple[Done, ...]) -> None:
        self.do_one_of(tries)

    @rule(tries=tries(CHANGES))
    def something_changes_and_pages_are_told(self, tries: tuple[Done, ...]) -> None:
        self.do_one_of(tries)
        self.do("is_told", late=None)

    @rule(tries=tries(READING))
    def somebody_reads(self, tries: tuple[Done, ...]) -> None:
        self.do_one_of(tries)

    def do_one_of(self, tries: tuple[Done, ...]) -> None:
        """Take the first of these steps that there is something to do with."""
        any(self.do(name, **arguments) for name, arguments in tries)

    def do(self, name: str, **arguments: Any) -> bool:
        """Take a step, and note it where anything happens."""
        self.told.steps.append((name, arguments))
        try:
            happened = bool(getattr(self.history, name)(**arguments))
        except Exception as error:
            self.failed = True
            # The first failure counts: where the clock has a part in it, hypothesis may not see it again.
            type(self).failure = type(self).failure or (self.told, error)
            raise
        if not happened:
            self.told.steps.pop()
        return happened

    def teardown(self) -> None:
        if self.open:
            try:
                if not self.failed:
                    self.do("compares", asleep=True)
            finally:
                self.open.__exit__(None, None, None)


def run(begin: Begin, *, histories: int, steps: int, derandomize: bool) -> None:
    """Play this number of histories of this many steps at most. Raises what the shortest one that fails raises."""
    played: type[Machine] = type("Played", (Machine,), {"begin": staticmethod(begin)})
    options = settings(
        max_examples=histories,
        stateful_step_count=steps,
        derandomize=derandomize,
        deadline=None,
        database=None,
        verbosity=Verbosity.quiet,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    # Hypothesis would also draw numbers from our sources, so that histories changed with each module that is imported.
    without_ours = mock.patch.object(HypothesisProvider, "_maybe_draw_constant", return_value=None)
    try:
        with without_ours:
            run_state_machine_as_test(played, settings=options)
    except Exception:
        if not played.failure:
            raise
        told, shorter = shortest(begin, *played.failure)
        shorter.add_note(f"The shortest history that fails like this, as a test:\n\n{told.as_test()}")
        raise shorter from None


def shortest(begin: Begin, told: Told, error: Exception) -> tuple[Told, Exception]:
    """Leave out what a history fails without. Returns it with what it raises then.

    Hypothesis would shorten what was drawn, most of which came to nothing. Here only steps are told again.
    """
    size, replays = len(told.steps), 0
    while size and replays < REPLAYS:
        at = 0
        while at < len(told.steps) and replays < REPLAYS:
            replays += 1
            shorter = replace(told, steps=[*told.steps[:at], *told.steps[at + size :]])
            found = shorter.failure(begin)
            if found and type(found) is type(error):
                told, error = shorter, found
            else:
                at += size
        size = min(size, len(told.steps)) // 2
    return told, error
