"""The plan of `make chaos` follows from the seed and the length of the run alone, and has enough faults."""

from collections import Counter
from itertools import pairwise

import pytest

from e2e.chaos import plan as kinds
from e2e.chaos.__main__ import main
from e2e.chaos.faults import CARRY_OUT
from e2e.chaos.plan import NETWORKS, PROCESSES, SILENCE, TRACKS, Fault, plan

SEEDS = range(50)


def printed(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["--plan", *options]) == 0
    return capsys.readouterr().out


def everything(seed: int, seconds: float) -> list[Fault]:
    return [fault for faults in plan(seed, seconds).values() for fault in faults]


def test_the_same_seed_plans_the_same_and_another_one_something_else(capsys: pytest.CaptureFixture[str]) -> None:
    first = printed(capsys, "--seed", "7", "--seconds", "60")
    assert kinds.KILLED in first
    assert printed(capsys, "--seed", "7", "--seconds", "60") == first
    assert printed(capsys, "--seed", "8", "--seconds", "60") != first
    plans = {tuple(everything(seed, 60)) for seed in SEEDS}
    assert len(plans) == len(SEEDS)


@pytest.mark.parametrize("seconds", [5, 20, 60, 120, 600])
def test_faults_of_a_track_follow_each_other_and_all_are_mended_in_time(seconds: int) -> None:
    for seed in SEEDS:
        tracks = plan(seed, seconds)
        assert list(tracks) == list(TRACKS)
        for name, faults in tracks.items():
            assert all(one.at + one.lasts <= other.at for one, other in pairwise(faults))
            assert all(fault.at >= 0 and fault.at + fault.lasts <= seconds + 0.01 for fault in faults)
            assert {fault.which for fault in faults} <= set(range(TRACKS[name].targets))
    assert TRACKS["processes"].targets == PROCESSES
    assert TRACKS["networks"].targets == NETWORKS


def test_two_minutes_have_ten_of_each_kill_with_some_to_spare() -> None:
    for seed in SEEDS:
        planned = Counter(fault.kind for fault in everything(seed, 120))
        assert planned[kinds.KILLED] >= 15
        assert planned[kinds.REDIS_KILLED] >= 20


def test_every_kind_can_be_carried_out_and_comes_in_a_minute() -> None:
    for seed in SEEDS:
        assert {fault.kind for fault in everything(seed, 60)} == set(CARRY_OUT)


def test_who_is_forgotten_by_the_network_has_time_to_notice() -> None:
    for seed in SEEDS:
        forgotten = [fault for fault in everything(seed, 120) if fault.kind == kinds.BLACKHOLED]
        assert len(forgotten) >= 3
        assert max(fault.at for fault in forgotten) + SILENCE <= 120
        assert [fault.kind for fault in everything(seed, 20)].count(kinds.BLACKHOLED) == 1
