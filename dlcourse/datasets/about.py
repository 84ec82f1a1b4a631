"""What is known about a data set before it is read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Info:
    """One data set in words and numbers; ``print(info)`` shows all of it.

    image_shape is (height, width, channels), None where it differs from image to image;
    sizes maps each split to its number of examples; features, of sets that are more
    than pictures with a class each, says in words what each array holds.
    """

    name: str
    description: str
    source: str
    licence: str
    image_shape: tuple
    classes: tuple[str, ...]
    sizes: dict[str, int]
    features: dict[str, str] | None = None

    def __str__(self):
        sizes = ", ".join(f"{split} {size:,}" for split, size in self.sizes.items())
        shape = " × ".join(
            "any" if size is None else str(size) for size in self.image_shape
        )
        shown = " ".join(self.classes[:36]) + (" …" if len(self.classes) > 36 else "")
        images = {"images": f"{shape} (height × width × channels)"}
        rows = {
            "name": self.name,
            "what": self.description,
            **(self.features or images),
            "splits": sizes or "known once it is fetched",
            "classes": f"{len(self.classes)}: {shown}" if self.classes else "none",
            "source": self.source,
            "licence": self.licence,
        }
        width = max(8, *map(len, rows))
        return "\n".join(f"{key:<{width}} {value}" for key, value in rows.items())
