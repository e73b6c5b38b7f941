"""What the demo says while it works: a line for everything done, and on a terminal what is being done."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from exchange.demo.airflow_api import TaskState
from exchange.model.period import Period

_ENDED = frozenset({"success", "failed", "skipped", "upstream_failed"})


class Progress:
    """Lines with the seconds since the start. On a pipe there are only the lines."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._begun = time.monotonic()

    def say(self, text: str) -> None:
        """One line; rich's markup is understood."""
        self.console.print(f"[dim]{time.monotonic() - self._begun:4.0f} s[/]  {text}", highlight=False, soft_wrap=True)

    @contextmanager
    def doing(self, text: str) -> Iterator[None]:
        """The block takes a moment: what it is while it lasts, and a line when it is done."""
        begun = time.monotonic()
        with self.console.status(f"{text} …"):
            yield
        self.say(f"{text}  [dim]{time.monotonic() - begun:.1f} s[/]")

    def month(self, period: Period, seen: Iterator[tuple[str, list[TaskState]]]) -> list[str]:
        """Follows a run to its end, with a line for each task that ends; the tasks that did not succeed."""
        told: set[str] = set()
        retried: set[tuple[str, int]] = set()
        tasks: list[TaskState] = []
        with self.console.status(f"{period} …") as status:
            for _, tasks in seen:
                ended = [task for task in tasks if task.state in _ENDED]
                for task in sorted(ended, key=lambda task: task.task_id):
                    if task.task_id not in told:
                        told.add(task.task_id)
                        self.say(f"{period}  {len(told):2}/{len(tasks)}  {_line(task)}")
                for task in tasks:
                    if task.state == "up_for_retry" and (task.task_id, task.tries) not in retried:
                        retried.add((task.task_id, task.tries))
                        self.say(f"{period}         {task.task_id:<18}[yellow]will be tried again[/]")
                running = ", ".join(sorted(task.task_id for task in tasks if task.state == "running"))
                status.update(f"{period}: {running or 'waiting for the scheduler'} …")
        return sorted(task.task_id for task in tasks if task.state != "success")


def _line(task: TaskState) -> str:
    colour = "green" if task.state == "success" else "red"
    tries = f", try {task.tries}" if task.tries > 1 else ""
    return f"{task.task_id:<18}[{colour}]{task.state}[/]  [dim]{task.seconds or 0:.1f} s{tries}[/]"
