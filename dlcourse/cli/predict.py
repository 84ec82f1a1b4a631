"""What ``dlcourse predict`` does: pictures in, names and probabilities out."""

import csv
import dataclasses
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlcourse import datasets
from dlcourse.cli import ready


@dataclass(frozen=True)
class Answer:
    """The most probable classes of a picture, or why it could not be read."""

    picture: Path
    classes: tuple = ()
    probabilities: tuple = ()
    problem: str = ""
    explanation: Path | None = None  # a picture of where the evidence is


def predict(path, pictures, top=5, explain=False):
    """Yield the `Answer` for each picture, one after the other.

    Args:
        path: of a model's file, or of the folder that ``dlcourse train`` wrote; or the
            name of a network of which there are weights for ImageNet.
        pictures: files, or folders of which all files are taken.
        top: how many classes, the most probable first.
        explain: also write a Grad-CAM picture into the current folder.

    ValueError for a model that cannot be opened, or where there are no pictures.
    """
    files = list_files(pictures)
    model, about = ready.load(path)
    from dlcourse.analysis.prediction import predict_batch  # loads a backend

    channels = model.input_shape[-1]
    for file in files:
        try:
            image = datasets.read_image(file, channels)
        except ValueError as error:
            yield Answer(file, problem=str(error))
            continue
        crops = datasets.evaluation_crops(image, about.preprocessing)
        mean = predict_batch(model, crops).mean(axis=0)
        order = np.argsort(-mean, kind="stable")[:top]
        names = tuple(about.classes[index] for index in order)
        drawn = explain and write_explanation(model, about, file, image, order[0])
        yield Answer(file, names, tuple(map(float, mean[order])), "", drawn or None)


def list_files(pictures):
    """The files, and those in the folders; ValueError where there are none."""
    files = []
    for path in map(Path, pictures):
        if path.is_dir():
            inside = sorted(path.rglob("*"))
            files += [p for p in inside if p.is_file() and p.name[0] != "."]
        elif path.is_file():
            files.append(path)
        else:
            raise ValueError(f"There is no picture {path}.")
    if not files:
        listed = ", ".join(map(str, pictures))
        raise ValueError(f"There are no pictures in {listed}.")
    return files


def as_text(answer):
    """An `Answer` in a line for each class."""
    if answer.problem:
        return f"{answer.picture}: {answer.problem}"
    pairs = zip(answer.classes, answer.probabilities, strict=True)
    lines = [str(answer.picture), *(f"  {p:6.1%}  {name}" for name, p in pairs)]
    if answer.explanation:
        lines.append(f"  where the evidence is: {answer.explanation}")
    return "\n".join(lines)


def as_csv(answer):
    """Rows picture, rank, class, probability; none for a picture with a problem."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for rank, name in enumerate(answer.classes):
        probability = f"{answer.probabilities[rank]:.6f}"
        rows.writerow([answer.picture, rank + 1, name, probability])
    return text.getvalue().removesuffix("\n")


def write_explanation(model, about, file, image, label):
    """Draw where the evidence for a class is, by Grad-CAM; the file's path."""
    import matplotlib.pyplot as plt

    from dlcourse.analysis import class_activation
    from dlcourse.lecture import STYLE

    middle = dataclasses.replace(about.preprocessing, crops=1)
    (shown,) = datasets.evaluation_crops(image, middle)
    (evidence,) = class_activation(model, shown[None], int(label))
    with plt.style.context(STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(8, 4.4))
        for ax in axes:
            ax.imshow(np.squeeze(shown), cmap="gray", vmin=0, vmax=1)
            ax.set_axis_off()
        axes[0].set_title("What the network sees", fontsize=13)
        axes[1].set_title(f"Evidence for {about.classes[label]}", fontsize=13)
        # Grad-CAM removes what speaks against the class (Selvaraju et al., section 3).
        axes[1].imshow(np.maximum(evidence, 0), cmap="inferno", alpha=0.6)
        path = free_path(f"{file.stem}-{about.classes[label]}", ".png")
        figure.savefig(path)
        plt.close(figure)
    return path


def free_path(name, suffix):
    """A path in the current folder at which there is no file yet."""
    name = "".join(c if c.isalnum() or c in "-_" else "_" for c in name)
    path, number = Path(f"{name}{suffix}"), 1
    while path.exists():
        number += 1
        path = Path(f"{name}-{number}{suffix}")
    return path
