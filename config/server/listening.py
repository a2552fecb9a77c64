"""What all connections of one process share: the listening socket, the caps, and the clock that ends what is slow."""

import time
from collections.abc import Callable
from typing import Any

from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from config.server.channels import Channel
from config.server.crowd import Queue, retry_after_seconds
from config.server.limits import LIMITS

#: Asked before a large body is taken: how many bytes may the sender of this request send?
AllowedBytes = Callable[[dict[str, Any]], int]


class Server(TcpWSGIServer):
    """A listening socket with its connections."""

    channel_class = Channel

    def __init__(
        self,
        *args: Any,
        light: Queue,
        heavy: ThreadedTaskDispatcher,
        aside: ThreadedTaskDispatcher,
        allowed_bytes: AllowedBytes,
        trusted_proxy_count: int,
        idle_seconds: float,
        **kwargs: Any,
    ) -> None:
        self.light = light
        self.heavy = heavy
        self.aside = aside
        self.allowed_bytes = allowed_bytes
        self.trusted_proxy_count = trusted_proxy_count
        self.idle_seconds = idle_seconds
        self.is_stopping = False
        super().__init__(*args, dispatcher=light, **kwargs)

    def add_task(self, channel: Channel) -> None:
        """Have the first request that waits on a connection answered, or its sender told to come again."""
        request = channel.requests[0]
        request.queued_at = time.monotonic()
        if (
            request.is_light
            and not request.is_health
            and (wait_seconds := self.light.wait_seconds) > request.patience_seconds
        ):
            request.retry_after_seconds = retry_after_seconds(wait_seconds)
        if request.is_heavy:
            self.heavy.add_task(channel)
        elif request.is_light and not request.is_health and not request.retry_after_seconds:
            self.light.add_task(channel)
        else:
            self.aside.add_task(channel)

    def handle_accept(self) -> None:
        """Let somebody in. Where all places are taken, who does least with theirs leaves."""
        if len(self.active_channels) >= self.adj.connection_limit:
            self._make_room()
        super().handle_accept()

    def readable(self) -> bool:
        # waitress would stop listening at its limit; `handle_accept` makes room instead.
        super().readable()
        return bool(self.accepting)

    def make_room_beside(self, newcomer: Channel) -> None:
        """Where too many requests of one address are on their way, give up on the slowest of them."""
        if not newcomer.is_incomplete or not (address := newcomer.address):
            return
        beside = [
            channel
            for channel in self.active_channels.values()
            if channel is not newcomer and channel.is_incomplete and channel.address == address
        ]
        if len(beside) >= LIMITS.incomplete_per_address:
            self._slowest(beside).give_up("429 Too Many Requests")

    def _make_room(self) -> None:
        """Close the connection that has been idle longest, or else the slowest that sends."""
        channels = list(self.active_channels.values())
        if idle := [channel for channel in channels if channel.is_idle and channel.has_been_served]:
            min(idle, key=lambda channel: channel.heard_at).handle_close()
        elif sending := [channel for channel in channels if channel.is_incomplete]:
            self._slowest(sending).handle_close()

    def _slowest(self, channels: list[Channel]) -> Channel:
        now = time.monotonic()
        return min(channels, key=lambda channel: (channel.pace(now), channel.began_at))

    def maintenance(self, now: float) -> None:
        """Once a second: end what has had its time."""
        super().maintenance(now)  # readers who take nothing
        moment = time.monotonic()
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(moment):
                channel.give_up("408 Request Timeout" if channel.is_incomplete else "")

    def stop_listening(self) -> None:
        """Take nobody in any more, and let go of whoever asks nothing."""
        self.is_stopping = True
        self.accepting = False
        self.idle_seconds = LIMITS.idle_seconds_when_stopping

    @property
    def has_work(self) -> bool:
        """Whether a request is on its way in, under way, or its answer on its way out."""
        return any(not channel.is_idle for channel in self.active_channels.values())
