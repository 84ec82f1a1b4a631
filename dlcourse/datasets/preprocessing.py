"""How a picture becomes the input of a network, as data: what the papers chose."""

import dataclasses
from dataclasses import dataclass

CROPS = ("center", "pad", "scale", "area")
STANDARDIZE = ("none", "mean", "channels", "pixels")


@dataclass(frozen=True)
class Preprocessing:
    """What happens to a picture at random in training, and always alike in evaluation.

    Pixels are counted at the image size of the paper, ``size``; for another image size
    they are scaled in proportion.

    In training, ``crop`` is one of:

    - "center": no choice; the picture is resized to its shorter side, and its middle
      taken.
    - "pad": the picture at ``size`` is padded on all sides by ``padding`` pixels, with
      zeros or with its own reflection, and a whole-pixel window of it taken (He et al.,
      arXiv:1512.03385, section 4.2; Zagoruyko, Komodakis, arXiv:1605.07146).
    - "scale": the shorter side is resized to a number drawn from ``scale``, and a
      window taken (Simonyan, Zisserman, arXiv:1409.1556, section 3.1).
    - "area": a window of a share of the picture drawn from ``area`` and a ratio of
      width to height drawn from ``aspect``, resized (Szegedy et al., arXiv:1409.4842,
      section 6).

    Args:
        size: height and width, in pixels, to which all other pixels refer.
        flip: mirror half of the pictures, left to right.
        color: brightness, contrast and saturation each change by a factor within
            1 - color … 1 + color.
        lighting: deviation of the shares of ImageNet's principal components of colour
            that are added (Krizhevsky et al., NIPS 2012, section 4.1: 0.1).
        mixup: alpha of the Beta distribution by which two pictures and their labels are
            mixed (Zhang et al., arXiv:1710.09412); 0 for none.
        standardize: "mean" subtracts each channel's mean over the training pictures,
            "channels" also divides by its deviation, "pixels" subtracts the mean of
            each pixel; "none" leaves the values in [0, 1].
        shorter_side: in evaluation, of the resized picture whose middle is taken.
        crops: in evaluation, 1, or 10: four corners, the middle, and their mirror
            images, whose predictions are averaged.
    """

    size: int
    crop: str = "center"
    padding: int = 4
    padding_mode: str = "zeros"
    scale: tuple = (256, 256)
    area: tuple = (0.08, 1.0)
    aspect: tuple = (3 / 4, 4 / 3)
    flip: bool = False
    color: float = 0.0
    lighting: float = 0.0
    mixup: float = 0.0
    standardize: str = "none"
    shorter_side: int | None = None
    crops: int = 1

    def __post_init__(self):
        choices = {
            "crop": CROPS,
            "padding_mode": ("zeros", "reflect"),
            "standardize": STANDARDIZE,
            "crops": (1, 10),
        }
        for name, possible in choices.items():
            if (given := getattr(self, name)) not in possible:
                listed = ", ".join(map(str, possible))
                raise ValueError(f"{name}={given!r}: choose one of {listed}.")
        if self.size < 1:
            raise ValueError(f"size={self.size}: a picture has pixels.")
        smallest = {
            "shorter_side": self.shorter_side or self.size,
            "scale": self.scale[0] if self.crop == "scale" else self.size,
        }
        for name, side in smallest.items():
            if side < self.size:
                raise ValueError(
                    f"{name}={getattr(self, name)}: no window of size={self.size} "
                    "pixels lies within."
                )

    def at(self, size):
        """The same for another image size, every number of pixels in proportion."""
        factor = size / self.size
        side = self.shorter_side
        return dataclasses.replace(
            self,
            size=size,
            padding=round(factor * self.padding),
            scale=tuple(round(factor * pixels) for pixels in self.scale),
            shorter_side=side and round(factor * side),
        )
