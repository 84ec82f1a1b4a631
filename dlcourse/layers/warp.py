"""Moving the pixels of a picture by a 3 x 3 matrix.

Richard Hartley, Andrew Zisserman: Multiple View Geometry in Computer Vision. Second
edition, Cambridge University Press 2004, sections 2.4 and 4.1.
"""

import numpy as np
from keras import ops


def warp(images, matrix, fill=0.0):
    """Move pictures (n, H, W, C) by a matrix (3, 3): each new pixel looks back.

    The matrix takes an old place (x, y, 1) to (u, v, w), and (u / w, v / w) is the new
    one: in pixels from the middle of the picture, x to the right, y down. A last row of
    0 0 1 makes the map affine. ``fill`` stands where a pixel looks past the edge.
    """
    height, width = images.shape[1:3]
    middle = (width - 1) / 2, (height - 1) / 2
    x, y = np.meshgrid(np.arange(width) - middle[0], np.arange(height) - middle[1])
    back = np.linalg.inv(matrix)
    u, v, w = np.einsum("ij,jhw->ihw", back, np.stack([x, y, np.ones_like(x)]))
    return bilinear(images, u / w + middle[0], v / w + middle[1], fill)


def bilinear(images, x, y, fill=0.0):
    """Pictures (n, H, W, C) read at the places x, y (h, w), between four pixels each.

    The nearer a pixel, the more it counts: (1 - |dx|) (1 - |dy|).
    """
    height, width, channels = images.shape[1:]
    flat = ops.reshape(
        ops.convert_to_tensor(images, "float32"), (-1, height * width, channels)
    )
    result = 0.0
    for column in (np.floor(x), np.floor(x) + 1):
        for row in (np.floor(y), np.floor(y) + 1):
            share = (1 - abs(x - column)) * (1 - abs(y - row))
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            at = np.where(inside, row * width + column, 0).astype("int32")
            pixel = ops.where(inside[..., None], ops.take(flat, at, axis=1), fill)
            result = result + share[..., None].astype("float32") * pixel
    return result


def homography(old, new):
    """The matrix (3, 3) that takes four points (4, 2) to four others.

    Its last entry is 1; the other eight solve two equations for each point. No three of
    the points may lie on a line.
    """
    rows, right = [], []
    for (x, y), (u, v) in zip(old, new, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.append(np.linalg.solve(rows, right), 1).reshape(3, 3)
