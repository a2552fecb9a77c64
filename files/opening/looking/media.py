"""Sound and film: how long, how large, and a still."""

from pathlib import Path

import av

from files.opening.looking.output import CannotLook, Output
from files.opening.looking.pictures import MOST_PIXELS, add_both

_FORMATS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
}
#: What claims to be longer is damaged or a joke.
_LONGEST_MS = 7 * 24 * 60 * 60 * 1000
_MOST_TRIES = 200


def look(path: Path, content_type: str, output: Output) -> None:
    """Its length; of a film, its size, and a still from a little after the beginning."""
    try:
        with av.open(
            str(path),
            format=_FORMATS[content_type],
            options={"protocol_whitelist": "file", "enable_drefs": "0"},
            metadata_errors="replace",
        ) as container:
            output.duration_ms = _duration(container)
            films = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
            if films:
                _still(container, films[0], output)
            elif container.streams.audio:
                _hear(container)
            else:
                raise CannotLook("it has neither film nor sound")
            if output.duration_ms is None:
                output.duration_ms = _measured(container)
    except av.FFmpegError as fault:
        raise CannotLook(f"it does not open: {type(fault).__name__}") from None


def _duration(container: av.container.InputContainer) -> int | None:
    """As the container says it, in milliseconds."""
    return _believable((container.duration or 0) // 1000)


def _believable(duration_ms: int) -> int | None:
    return duration_ms if 0 < duration_ms <= _LONGEST_MS else None


def _measured(container: av.container.InputContainer) -> int | None:
    """By going through it: a browser that records does not write the length down."""
    container.seek(0)
    last = 0.0
    for packet in container.demux():
        if packet.pts is not None and packet.time_base:
            last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return _believable(int(last * 1000))


def _hear(container: av.container.InputContainer) -> None:
    """Decode a little: a header alone is no recording."""
    stream = container.streams.audio[0]
    stream.codec_context.thread_count = 1
    for _try, packet in zip(range(_MOST_TRIES), container.demux(stream), strict=False):
        if packet.decode():
            return
    raise CannotLook("no sound can be decoded")


def _still(container: av.container.InputContainer, stream: av.VideoStream, output: Output) -> None:
    if stream.width * stream.height > MOST_PIXELS:
        raise CannotLook("it has too many pixels")
    stream.codec_context.thread_count = 1
    if output.duration_ms:
        # A recording often begins black.
        container.seek(min(output.duration_ms // 10, 3_000) * 1000)
    frame = _first(container, stream)
    if frame is None:
        container.seek(0)
        frame = _first(container, stream)
    if frame is None:
        raise CannotLook("no picture can be decoded")
    picture = frame.to_image()
    # The frame says by how many degrees it is to be turned against the clock.
    if frame.rotation:
        picture = picture.rotate(frame.rotation, expand=True)
    output.width, output.height = picture.size
    add_both(picture, "poster", output)


def _first(container: av.container.InputContainer, stream: av.VideoStream) -> "av.VideoFrame | None":
    for _try, packet in zip(range(_MOST_TRIES), container.demux(stream), strict=False):
        for frame in packet.decode():
            return frame
    return None
