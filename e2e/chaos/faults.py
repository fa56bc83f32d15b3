"""Carrying a plan out: each track in a thread of its own, one fault after the other."""

import threading
import time
from collections.abc import Callable

from e2e.chaos import plan
from e2e.chaos.plan import Fault
from e2e.chaos.world import World


def killed(world: World, fault: Fault) -> None:
    world.deployment.kill(fault.which)
    world.over.wait(fault.lasts)
    world.deployment.start(fault.which)


def told_to_stop(world: World, fault: Fault) -> None:
    code = world.deployment.stop(fault.which)
    assert code == 0, f"process {fault.which} exited with {code} after SIGTERM"
    world.deployment.start(fault.which)


def redis_killed(world: World, fault: Fault) -> None:
    world.redis.kill()
    world.over.wait(fault.lasts)
    world.redis.start()


def redis_stopped(world: World, fault: Fault) -> None:
    world.redis.pause()
    world.over.wait(fault.lasts)
    world.redis.go_on()


def reset(world: World, fault: Fault) -> None:
    world.proxies[fault.which].drop()


def frozen_then_thawed(world: World, fault: Fault) -> None:
    world.proxies[fault.which].freeze()
    world.over.wait(fault.lasts)
    world.proxies[fault.which].thaw()


def frozen_then_reset(world: World, fault: Fault) -> None:
    """Nothing comes through for a while, and then the connections turn out to be dead: what was under way is lost."""
    world.proxies[fault.which].freeze()
    world.over.wait(fault.lasts)
    world.proxies[fault.which].drop()
    world.proxies[fault.which].thaw()


def blackholed(world: World, fault: Fault) -> None:
    world.proxies[fault.which].blackhole()
    world.over.wait(fault.lasts)
    world.proxies[fault.which].heal()


def slow(world: World, fault: Fault) -> None:
    world.proxies[fault.which].delay(0.4)
    world.over.wait(fault.lasts)
    world.proxies[fault.which].delay(0)


CARRY_OUT: dict[str, Callable[[World, Fault], None]] = {
    plan.KILLED: killed,
    plan.TOLD_TO_STOP: told_to_stop,
    plan.REDIS_KILLED: redis_killed,
    plan.REDIS_STOPPED: redis_stopped,
    plan.RESET: reset,
    plan.THAWED: frozen_then_thawed,
    plan.FROZEN_AND_RESET: frozen_then_reset,
    plan.BLACKHOLED: blackholed,
    plan.SLOW: slow,
}


def break_things(world: World, tracks: dict[str, list[Fault]], seconds: float) -> list[str]:
    """Carry out the plan within these seconds, and count its faults in `world.faults`. Returns complaints."""
    began, complaints = time.monotonic(), list[str]()

    def follow(faults: list[Fault]) -> None:
        for fault in faults:
            world.over.wait(max(0.0, began + fault.at - time.monotonic()))
            if time.monotonic() + fault.lasts > began + seconds + 1:
                return  # the track is late, and its time is up
            try:
                CARRY_OUT[fault.kind](world, fault)
            except (AssertionError, OSError) as error:
                complaints.append(f"{fault}: {error}")
                return
            world.faults[fault.kind] += 1

    threads = [threading.Thread(target=follow, args=[faults]) for faults in tracks.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return complaints
