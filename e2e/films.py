"""Videos of a story, made of the pictures in its traces: no program has to be installed for that."""

import io
import json
import zipfile
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from PIL import Image

LONGEST, LAST = 2.0, 1.0
"""Seconds for which a picture stands at most, however long nothing moved; and for which the last one does."""
Frame = tuple[float, bytes]


def pictures(trace: Path) -> list[list[Frame]]:
    """The pictures in a trace, with their times in seconds, for each tab."""
    found: dict[str, list[Frame]] = defaultdict(list)
    with zipfile.ZipFile(trace) as archive:
        names = set(archive.namelist())
        for name in sorted(name for name in names if name.endswith(".trace")):
            for line in archive.read(name).splitlines():
                event = json.loads(line)
                picture = event.get("file") or f"resources/{event.get('sha1')}"
                if event["type"] == "screencast-frame" and picture in names:
                    found[event["pageId"]].append((event["timestamp"] / 1000, archive.read(picture)))
    return list(found.values())


def film(path: Path, frames: list[Frame]) -> None:
    """An animated picture, which every browser shows."""
    images = [Image.open(io.BytesIO(picture)).convert("RGB") for _, picture in frames]
    size = (max(image.width for image in images), max(image.height for image in images))
    images = [image if image.size == size else _on_ground(image, size) for image in images]
    times = [time for time, _ in frames]
    lasts = [min(after - time, LONGEST) for time, after in pairwise(times)] + [LAST]
    durations = [max(20, int(1000 * each)) for each in lasts]
    images[0].save(path, save_all=True, append_images=images[1:], duration=durations, quality=60, method=0)


def _on_ground(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    ground = Image.new("RGB", size)
    ground.paste(image)
    return ground
