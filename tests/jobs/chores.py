"""Jobs for trying the queue: each writes a line when it begins and one when it is done."""

import time
from pathlib import Path

from jobs.queue import Attempt, job


@job("A chore")
def chore(path: str, number: int) -> None:
    with Path(path).open("a") as file:
        file.write(f"{number}\n")


@job("A chore that hangs the first time")
def slow_once(path: str) -> None:
    is_first = not Path(path).exists()
    with Path(path).open("a") as file:
        file.write("begun\n")
    if is_first:
        time.sleep(60)
    with Path(path).open("a") as file:
        file.write("done\n")


@job("A chore that fails")
def failing(context: Attempt) -> None:
    raise ValueError(f"try {context.attempt}")
