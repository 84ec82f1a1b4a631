"""A second right answer to each question, written in a third way."""

from fractions import Fraction

import numpy as np


def perceptron_rule(w, b, x, target):
    w = np.append(w, b).astype("float64")
    x = np.append(x, 1.0)
    w += (target - np.heaviside(np.sum(w * x), 1)) * x
    return w[:-1], w[-1]


def sigmoid(x):
    value = np.exp(-np.logaddexp(0, -np.asarray(x, "float64")))
    return value, value - np.square(value)


def leaky_relu(x, slope):
    positive = np.asarray(x) > 0
    return x * positive + slope * x * ~positive, positive + slope * ~positive


def elu(x, alpha):
    x = np.array(x, "float64")
    low = x <= 0
    value, derivative = x.copy(), np.ones_like(x)
    value[low] = alpha * np.exp(x[low]) - alpha
    derivative[low] = alpha * np.exp(x[low])
    return [value, derivative]


def maxout(x, w, b):
    pieces = np.einsum("nf,kfu->nuk", x, w) + b.T
    return np.sort(pieces, axis=2)[:, :, -1].tolist()


def gradient_left():
    left = Fraction(1)
    for _ in range(6):
        left *= Fraction(1, 2) * (1 - Fraction(1, 2))
    return left


def softmax_cross_entropy(target, logits):
    losses = []
    for t, s in zip(target, logits, strict=True):
        gaps = s - s[list(t).index(1)]
        top = max(gaps)
        losses.append(top + np.log(sum(np.exp(g - top) for g in gaps)))
    return losses


def softmax_gradient(target, logits):
    exponentials = np.exp(logits.astype("float64")).T
    p = (exponentials / exponentials.sum(axis=0)).T
    return np.divide(np.subtract(p, target), target.shape[0])


def backward(x, target, w1, b1, w2, b2):
    h = 0.5 * (1 + np.tanh(0.5 * (x.dot(w1) + b1)))
    error = (h.dot(w2) + b2 - target) * (2.0 / np.prod(target.shape))
    inner = np.einsum("no,ho,nh->nh", error, w2, h * (1 - h))
    ones = np.ones(len(x))
    return (
        np.einsum("ni,nh->ih", x, inner),
        ones @ inner,
        np.einsum("nh,no->ho", h, error),
        ones @ error,
    )


def numerical_gradient(w, x, target, h):
    moved = np.stack([w + h * np.eye(len(w)), w - h * np.eye(len(w))])
    losses = ((np.tanh(moved @ x.T) - target) ** 2).mean(axis=2)
    return (losses[0] - losses[1]) / h / 2


def train(x, target, w1, b1, w2, b2, rate, steps):
    weights, losses = [w1, b1, w2, b2], np.zeros(steps + 1)
    for i in range(steps + 1):
        h = 1 / (1 + np.exp(-(x @ weights[0] + weights[1])))
        losses[i] = np.square(h @ weights[2] + weights[3] - target).mean()
        gradients = backward(x, target, *weights)
        weights = [
            np.subtract(w, rate * g) for w, g in zip(weights, gradients, strict=True)
        ]
    return losses


def sgd_epoch(w, x, y, order, batch_size, rate):
    w, left = np.array(w, "float64"), list(order)
    while left:
        batch, left = left[:batch_size], left[batch_size:]
        gradient = sum(2 * (x[i] @ w - y[i]) * x[i] for i in batch) / len(batch)
        w -= rate * gradient
    return w


def momentum_step(w, v, gradient, rate, beta):
    new = np.multiply(v, beta)
    new -= np.multiply(gradient, rate)
    return [np.add(w, new), new]


def warm_cosine(t, total, warm, peak):
    if t + 1 <= warm:
        return (t + 1) / warm * peak
    return peak * (0.5 + 0.5 * np.cos((t - warm) * np.pi / (total - warm)))


def steps_in_training():
    full, rest = divmod(50_000, 128)
    return 10 * (full + bool(rest))


def ridge(x, y, beta):
    n, f = x.shape
    design = np.column_stack([x, np.ones(n)]).astype("float64")
    penalty = np.diag([beta] * f + [0.0])
    solution = np.linalg.solve(design.T @ design + penalty, design.T @ y)
    return solution[:f], solution[f]


def early_stop(losses, patience):
    best, waited, least = 0, 0, losses[0]
    for epoch in range(1, len(losses)):
        waited += 1
        if losses[epoch] < least:
            best, waited, least = epoch, 0, losses[epoch]
        if waited == patience:
            return best, epoch
    return best, len(losses) - 1


def choose_network(validation, test):
    network = sorted(range(len(validation)), key=lambda i: sum(validation[i]))[0]
    chosen = np.asarray(test, "float64")[network]
    return network, np.average(chosen), np.sqrt(np.var(chosen, ddof=1) / chosen.size)


def dropout(x, dy, uniform, keep):
    return [np.where(np.less(uniform, keep), a / keep, 0) for a in (x, dy)]


def decay_step(w, gradient, rate, beta):
    return w * (1 - rate * beta) - gradient * rate


def batch_norm(x, gamma, beta, epsilon):
    mean = np.ones(len(x)) @ x / len(x)
    variance = (np.square(x - mean)).sum(0) / len(x)
    return (x - mean) * (gamma / np.sqrt(epsilon + variance)) + beta


def batch_norm_backward(dy, x, gamma, epsilon):
    n = len(x)
    jacobian_mean = np.eye(n) - np.ones((n, n)) / n
    centred = jacobian_mean @ x
    deviation = np.sqrt((centred**2).mean(0) + epsilon)
    z = centred / deviation
    dx = np.empty(x.shape)
    for j in range(x.shape[1]):
        jacobian = (jacobian_mean - np.outer(z[:, j], z[:, j]) / n) / deviation[j]
        dx[:, j] = jacobian @ dy[:, j] * gamma[j]
    return dx, np.einsum("nc,nc->c", dy, z), np.einsum("nc->c", dy)


def running_statistics(batches, momentum):
    statistics = np.array([np.zeros(batches.shape[2]), np.ones(batches.shape[2])])
    for x in batches:
        new = np.array([np.mean(x, 0), np.mean((x - np.mean(x, 0)) ** 2, 0)])
        statistics += (1 - momentum) * (new - statistics)
    return tuple(statistics)


def batch_norm_test(x, gamma, beta, mean, variance, epsilon):
    rows = [(row - mean) / np.sqrt(np.add(variance, epsilon)) for row in x]
    return [gamma * row + beta for row in rows]


def group_norm(x, gamma, beta, groups, epsilon):
    y, size = np.zeros(x.shape), x.shape[3] // groups
    for i in range(len(x)):
        for g in range(groups):
            block = x[i, :, :, g * size : (g + 1) * size]
            spread = (block.var() + epsilon) ** 0.5
            y[i, :, :, g * size : (g + 1) * size] = (block - block.mean()) / spread
    return y * gamma + beta


def batches_needed():
    return next(n for n in range(10_000) if 0.99**n < 0.01)


def convolve(x, kernel, stride):
    k, _, _, filters = kernel.shape
    rows, columns = (x.shape[0] - k) // stride + 1, (x.shape[1] - k) // stride + 1
    y = [
        [
            [
                np.sum(x[i * stride :, j * stride :][:k, :k] * kernel[..., f])
                for f in range(filters)
            ]
            for j in range(columns)
        ]
        for i in range(rows)
    ]
    return np.array(y)


def im2col(x, size):
    h, w, c = x.shape
    corners = [(i, j) for i in range(h - size + 1) for j in range(w - size + 1)]
    rows = np.empty((len(corners), size, size, c))
    for row, (i, j) in zip(rows, corners, strict=True):
        row[...] = x[i : i + size, j : j + size]
    return rows.reshape(len(corners), -1)


def convolve_gradient(x, kernel, dy):
    k = len(kernel)
    padded = np.pad(dy, ((k - 1, k - 1), (k - 1, k - 1), (0, 0)))
    turned = kernel[::-1, ::-1].swapaxes(2, 3)
    dx = convolve(padded, turned, 1)
    columns = im2col(x, k)
    return dx, (columns.T @ dy.reshape(len(columns), -1)).reshape(kernel.shape)


def same_padding(n, k, s):
    return max(0, k - (n % s or s))


def receptive_field(kernels, strides):
    first, last = 0, 0
    for k, s in reversed(list(zip(kernels, strides, strict=True))):
        first, last = first * s, last * s + k - 1
    return int(last - first + 1)


def max_pool(x, size):
    h, w, c = x.shape
    y = np.full((h // size, w // size, c), -np.inf)
    for i in range(h):
        for j in range(w):
            y[i // size, j // size] = np.maximum(y[i // size, j // size], x[i, j])
    return y


def max_pool_gradient(x, dy):
    size = len(x) // len(dy)
    dx = np.zeros(x.shape)
    best = np.full(dy.shape, -np.inf)
    places = {}
    for i, j, c in np.ndindex(x.shape):
        window = i // size, j // size, c
        if x[i, j, c] > best[window]:
            best[window], places[window] = x[i, j, c], (i, j, c)
    for window, place in places.items():
        dx[place] = dy[window]
    return dx


def agrees(output, right):
    for a, b in zip(np.ravel(output), np.ravel(right), strict=True):
        if not abs(float(a) - float(b)) <= 1e-6:
            return False
    return True


def flip(x, points):
    columns = np.arange(x.shape[1])[::-1]
    return np.take(x, columns, axis=1), abs(points - np.array([x.shape[1] - 1.0, 0.0]))


def shift(x, down, right):
    h, w = x.shape[:2]
    rows, columns = np.arange(h) - down, np.arange(w) - right
    seen = np.outer((rows >= 0) & (rows < h), (columns >= 0) & (columns < w))
    moved = x[np.clip(rows, 0, h - 1)][:, np.clip(columns, 0, w - 1)]
    return moved * seen[..., None]


def rotation_about(angle, x, y):
    turn = np.exp(1j * angle)
    middle = x + 1j * y
    rest = middle - turn * middle
    return np.array(
        [
            [turn.real, -turn.imag, rest.real],
            [turn.imag, turn.real, rest.imag],
            [0, 0, 1],
        ]
    )


def mixup(x, labels, order, share):
    n = len(x)
    mixing = np.zeros((n, n))
    mixing[np.arange(n), np.arange(n)] += share
    mixing[np.arange(n), order] += 1 - share
    return np.tensordot(mixing, x, 1), mixing @ labels


def different_crops():
    return sum(
        2 for top in range(32) for left in range(32) if max(top, left) + 28 <= 32
    )


def subsample(x, factor, bias):
    y = np.empty((x.shape[0] // 2, x.shape[1] // 2, x.shape[2]))
    for i, j in np.ndindex(y.shape[:2]):
        y[i, j] = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].sum((0, 1)) * factor + bias
    return y


def sparse_convolve(x, kernel, bias, table):
    k = kernel.shape[0]
    y = np.zeros((x.shape[0] - k + 1, x.shape[1] - k + 1, len(bias))) + bias
    for i, j in zip(*np.nonzero(table), strict=True):
        y[..., j] += convolve(x[..., [i]], kernel[:, :, [i]][..., [j]], 1)[..., 0]
    return y


def layer_table(side, channels, layers):
    table = []
    for kernel, stride, maps in np.asarray(layers).tolist():
        side = 1 + (side - kernel) // stride
        inputs, channels = (channels, maps) if maps else (1, channels)
        pixels, seen = side * side, inputs * kernel * kernel
        own = channels * seen + channels if maps else 2 * channels
        table += [side, channels, own, pixels * channels * (seen + 1)]
    return np.reshape(table, (-1, 4))


def parameters_read():
    shapes = [(3, 3, 3, 8), (8,), (1, 1, 8, 4), (900, 10), (10,)]
    return int(sum(np.prod(shape) for shape in shapes))


def grouped_convolve(x, kernel):
    k, _, seen, filters = kernel.shape
    groups = x.shape[2] // seen
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(0, 1))
    windows = windows.reshape(*windows.shape[:2], groups, seen, k, k)
    split = kernel.reshape(k, k, seen, groups, filters // groups)
    y = np.einsum("hwgcab,abcgf->hwgf", windows, split)
    return y.reshape(*y.shape[:2], filters)


def who_sees_whom(channels, groups):
    seen = np.eye(channels[-1], dtype=bool)
    for i in range(len(groups))[::-1]:
        parts = np.split(seen, groups[i], axis=1)
        below = channels[i] // groups[i]
        seen = np.concatenate(
            [part.any(axis=1, keepdims=True).repeat(below, axis=1) for part in parts], 1
        )
    return seen


def response_gradient(a, dy, n, k, alpha, beta):
    def around(values):
        r = n // 2
        padded = np.pad(values.astype(float), ((0, 0), (r, r)))
        return sum(padded[:, i : i + a.shape[1]] for i in range(n))

    s = k + alpha * around(np.square(a))
    b = a / s**beta
    return dy / s**beta - 2 * alpha * beta * a * around(dy * b / s)


def multiply_adds_read():
    side, work = 64, 0
    for kernel, stride, sees, filters in ((7, 4, 3, 16), (5, 1, 8, 32)):
        side = len(range(0, side - kernel + 1, stride)) if stride > 1 else side
        work += side * side * kernel * kernel * sees * filters
        side = len(range(0, side - 2, 2))
    return work + side * side * filters * 10


def module_table(modules, side, channels):
    modules = np.asarray(modules)
    pools = ~modules.any(axis=1)
    out = modules[:, [0, 2, 4, 5]].sum(axis=1)
    sides = [side]
    for i, pool in enumerate(pools):
        sides.append((sides[-1] + 1) // 2 if pool else sides[-1])
        out[i] = ([channels, *out][i]) if pool else out[i]
    into = np.append(channels, out[:-1])
    weights = into * modules[:, [0, 1, 3, 5]].sum(axis=1)
    weights += 9 * modules[:, 1] * modules[:, 2] + 25 * modules[:, 3] * modules[:, 4]
    return out, weights + modules.sum(axis=1), weights * np.array(sides[1:]) ** 2


def pool_path(x, weights, bias):
    for axis in (0, 1):
        shifted = [x]
        for to, at in ((slice(1, None), slice(-1)), (slice(-1), slice(1, None))):
            moved = x.copy()
            index = (slice(None),) * axis
            moved[(*index, to)] = x[(*index, at)]
            shifted.append(moved)
        x = np.maximum.reduce(shifted)
    return np.where(x @ weights + bias > 0, x @ weights + bias, 0)


def gradient_with_head(x, target, w1, w2, u, v, weight):
    n, units = len(x), w1.shape[1]
    h1 = np.where(x @ w1 > 0, x @ w1, 0.0)
    h2 = np.where(h1 @ w2 > 0, h1 @ w2, 0.0)

    def of_logits(z, share):
        log_p = z - z.max(axis=1, keepdims=True)
        log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
        return share / n * (np.exp(log_p) - target)

    dz = np.hstack([of_logits(h2 @ u, 1), of_logits(h1 @ v, weight)])
    dh2 = np.einsum("nc,kc->nk", dz[:, : u.shape[1]], u)
    dh2[h2 <= 0] = 0
    both = np.hstack([dh2, dz[:, u.shape[1] :]])
    dh1 = both @ np.hstack([w2, v]).T
    dh1[h1 <= 0] = 0
    below = h1.T @ both
    dw2, dv = below[:, : w2.shape[1]], below[:, w2.shape[1] :]
    assert dw2.shape[0] == units
    return x.T @ dh1, dw2, h2.T @ dz[:, : u.shape[1]], dv


def ways_counted():
    longer = np.array([1])
    for _ in range(8):
        longer = np.convolve(longer, [2, 2])
    return longer[15 - 3 - 1 - 8]


def unpool(x, signal, size, stride):
    arrived = np.zeros(x.shape)
    for i, j, c in np.ndindex(signal.shape):
        best = None
        for row in range(i * stride, i * stride + size):
            for column in range(j * stride, j * stride + size):
                if best is None or x[row, column, c] > x[(*best, c)]:
                    best = row, column
        arrived[(*best, c)] += signal[i, j, c]
    return arrived


def backward_rules(x, w1, w2, w3, unit):
    z1 = np.einsum("i,ip->p", x, w1)
    z2 = np.einsum("p,pq->q", z1 * (z1 > 0), w2)
    z3 = np.einsum("q,qu->u", z2 * (z2 > 0), w3)[unit]
    found = []
    for forward, backward in ((1, 0), (0, 1), (1, 1)):
        s = max(z3, 0) * w3[:, unit]
        for z, w in ((z2, w2), (z1, w1)):
            shut = (forward & (z <= 0)) | (backward & (s <= 0))
            s = np.einsum("ij,j->i", w, np.where(shut, 0, s))
        found.append(s)
    return np.stack(found)


def probability_map(maps, w, b, label):
    z = np.mean(maps, axis=(0, 1)) @ w + b
    p = np.exp(z - np.logaddexp.reduce(z))
    jacobian = np.diag(p) - np.outer(p, p)
    return np.tensordot(maps, w, 1) @ jacobian[label]


def occlusion_map(image, weights, size, value):
    h, w = image.shape
    rows = np.abs(np.subtract.outer(np.arange(h), np.arange(h))) * 2 < size
    columns = np.abs(np.subtract.outer(np.arange(w), np.arange(w))) * 2 < size
    square = rows[:, None, :, None] & columns[None, :, None, :]
    return np.where(square, value, image).__mul__(weights).sum(axis=(2, 3))


def period_seen():
    frequency = Fraction(1, 11)
    nearest = min((Fraction(n, 8) for n in range(9)), key=lambda f: abs(f - frequency))
    return 1 / abs(frequency - nearest)


def merge(kernel1, b1, kernel2, b2):
    size = [len(kernel1) + len(kernel2) - 1] * 2
    spectra = [np.fft.fft2(k, size, axes=(0, 1)) for k in (kernel1, kernel2)]
    kernel = np.fft.ifft2(spectra[0] @ spectra[1], axes=(0, 1)).real
    return kernel, np.einsum("d,ijdf->f", b1, kernel2) + b2


def paths_to_output(kernels, strides):
    paths = {0: 1}
    for k, s in reversed(list(zip(kernels.tolist(), strides.tolist(), strict=True))):
        below = {}
        for place, count in paths.items():
            for i in range(place * s, place * s + k):
                below[i] = below.get(i, 0) + count
        paths = below
    return [paths.get(i, 0) for i in range(max(paths) + 1)]


def dense_everywhere(x, w, b):
    side = int(np.sqrt(len(w) // x.shape[2]) + 0.5)
    windows = np.lib.stride_tricks.sliding_window_view(x, (side, side), axis=(0, 1))
    weights = w.reshape(side, side, x.shape[2], len(b))
    return np.einsum("hwcij,ijcu->hwu", windows, weights) + b


def ported(kernel, dense):
    out, inputs, k, _ = kernel.shape
    ours = np.empty((k, k, inputs, out))
    for o, i, row, column in np.ndindex(kernel.shape):
        ours[row, column, i, o] = kernel[o, i, row, column]
    order = np.arange(dense.shape[1]).reshape(out, -1).T.ravel()
    return ours, np.take(dense, order, axis=1).T


def vgg_parameters():
    total, channels, side = 0, 3, 32
    for kernels, filters in (([3], 16), ([3, 3, 1], 32)):
        for k in kernels:
            total += k * k * channels * filters + filters
            channels = filters
        side //= 2
    for inputs, units in ((side * side * channels, 64), (64, 10)):
        total += inputs * units + units
    return total


def smoothed_cross_entropy(labels, logits, epsilon):
    z = logits - logits.max(axis=1)[:, None]
    log_sum = np.log(np.exp(z).sum(axis=1))
    of_the_true = z[np.arange(len(z)), labels]
    # The smoothed labels weigh the true logit and the mean of all.
    loss = log_sum - (1 - epsilon) * of_the_true - epsilon * z.mean(axis=1)
    gradient = np.exp(z - log_sum[:, None]) - epsilon / z.shape[1]
    gradient[np.arange(len(z)), labels] -= 1 - epsilon
    return loss.mean(), gradient / len(z)


def best_pair(layer, between):
    k, _, channels, filters = layer.shape
    rest = np.einsum("ijcd->jdic", layer).reshape(k * filters, k * channels)
    found = np.zeros(rest.shape)
    u, sigma, v = np.linalg.svd(rest)
    for s, left, right_side in list(zip(sigma, u.T, v, strict=False))[:between]:
        found += s * np.outer(left, right_side)
    return np.einsum("jdic->ijcd", found.reshape(k, filters, k, channels))


def mean_pool(x, size):
    distance = [np.abs(np.subtract.outer(range(n), range(n))) for n in x.shape[:2]]
    down, across = ((d <= size // 2).astype(float) for d in distance)
    down, across = (near / near.sum(axis=1, keepdims=True) for near in (down, across))
    return np.einsum("ik,jl,klc->ijc", down, across, x)


def pixels_seen():
    rows = cols = {0}
    for _ in range(3):
        cols = {c + d for c in cols for d in range(-4, 5)}
        rows = {r + d for r in rows for d in range(-2, 3)}
    return len(rows) * len(cols)


def importance(x, labels, w, b):
    n, h, width = x.shape
    flat, weights = x.reshape(n, -1).astype("float64"), w.reshape(h * width, -1)
    copies = np.repeat(flat[np.newaxis], h * width, axis=0)
    pixels = np.arange(h * width)
    copies[pixels, :, pixels] = flat.mean(axis=0)[:, np.newaxis]
    right = [np.argmax(c @ weights + b, axis=1) == labels for c in [flat, *copies]]
    share = np.mean(right, axis=1)
    return (share[0] - share[1:]).reshape(h, width)


def residual_backward(x, w1, w2, dy):
    gate1 = np.heaviside(x @ w1, 0)
    gate2 = np.heaviside(x + (gate1 * (x @ w1)) @ w2, 0)
    # The Jacobian of each example: y_j by x_i.
    through = np.einsum("ih,nh,hj->nij", w1, gate1, w2)
    around = np.eye(x.shape[1])
    dx = np.einsum("nij,nj,nj->ni", around + through, gate2, dy)
    dw1 = np.einsum("ni,nh,hj,nj,nj->ih", x, gate1, w2, gate2, dy)
    dw2 = np.einsum("nh,nh,nj,nj->hj", x @ w1, gate1, gate2, dy)
    return dx, dw1, dw2


def option_a_backward(x, branch, dy, strides):
    h, w, c = x.shape
    wide = np.zeros((h, w, branch.shape[2]))
    wide[..., :c] = x
    passed = (wide[::strides, ::strides] + branch) > 0
    back = np.zeros(wide.shape)
    back[::strides, ::strides] = passed * dy
    return back[..., :c], passed * dy


def pre_activation_blocks(x, first, second):
    if not len(first):
        return x
    branch = np.clip(np.clip(x, 0, None) @ first[0], 0, None) @ second[0]
    return pre_activation_blocks(np.add(x, branch), first[1:], second[1:])


def paths_lost():
    every, left = ([1] + [0] * 4 for _ in range(2))
    for ways, blocks in ((every, 27), (left, 24)):
        for _ in range(blocks):
            for length in range(4, 0, -1):
                ways[length] += ways[length - 1]
    return every[4] - left[4]


def trainable_read():
    first = 3 * 3 * 8 * 8 + 2 * 8
    shapes = [first, first, 9 * 8 * 16 + 32, *[9 * 16 * 16 + 32] * 3]
    return np.sum([*shapes, (8 + 1) * 16, (16 + 1) * 10])
