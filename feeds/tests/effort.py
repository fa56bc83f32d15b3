"""The work that something takes, as a number that is the same on every machine and however busy it is."""

import time
from collections.abc import Callable


def _piece() -> None:
    total = 0
    for number in range(20_000):
        total += len(str(number)) * number


def effort(call: Callable[[], object]) -> float:
    """CPU time of this thread for `call`, over that of a small piece of Python right before it: the least of three.

    A piece takes about 2 ms where nothing is slow. So this tells what grows with the square of its input, or worse.
    """
    return min(_spent(call) / _spent(_piece) for _ in range(3))


def _spent(call: Callable[[], object]) -> float:
    began = time.thread_time()
    call()
    return max(time.thread_time() - began, 1e-6)
