"""A right answer to each question, written another way than the solution."""

import numpy as np


def perceptron_rule(w, b, x, target):
    total = sum(float(a) * float(c) for a, c in zip(w, x, strict=True)) + b
    if target == 1 and total < 0:
        return [np.add(w, x), b + 1]
    if target == 0 and total >= 0:
        return [np.subtract(w, x), b - 1]
    return [w, b]


def sigmoid(x):
    t = np.tanh(np.asarray(x) / 2)
    return (1 + t) / 2, (1 - t**2) / 4


def leaky_relu(x, slope):
    factor = np.full(x.shape, slope)
    factor[x > 0] = 1
    return factor * x, factor


def elu(x, alpha):
    value = [t if t > 0 else alpha * (np.exp(t) - 1) for t in np.ravel(x)]
    value = np.reshape(value, x.shape)
    return value, (value + alpha) * (x < 0) + (x >= 0)


def maxout(x, w, b):
    n, (pieces, _, units) = len(x), w.shape
    h = np.full((n, units), -np.inf, "float32")
    for i in range(n):
        for k in range(pieces):
            for u in range(units):
                h[i, u] = max(h[i, u], np.dot(x[i], w[k, :, u]) + b[k, u])
    return h


def gradient_left():
    return np.float32(2**-12)


def convolve(x, kernel, stride):
    k, _, c, f = kernel.shape
    height = len(range(0, x.shape[0] - k + 1, stride))
    width = len(range(0, x.shape[1] - k + 1, stride))
    y = np.zeros((height, width, f))
    for a in range(k):
        for b in range(k):
            shifted = x[a::stride, b::stride][:height, :width]
            y += shifted.reshape(-1, c).dot(kernel[a, b]).reshape(y.shape)
    return y


def im2col(x, size):
    height, width = x.shape[0] - size + 1, x.shape[1] - size + 1
    parts = [
        x[a : a + height, b : b + width].reshape(height * width, -1)
        for a in range(size)
        for b in range(size)
    ]
    return np.concatenate(parts, axis=1)


def receptive_field(kernels, strides):
    field = 1
    for k, s in zip(kernels[::-1], strides[::-1], strict=True):
        field = (field - 1) * s + k
    return field


def max_pool(x, size):
    parts = [x[a::size, b::size] for a in range(size) for b in range(size)]
    return np.max(parts, axis=0)


def agrees(output, right):
    return np.max(np.abs(output - right)) < 1e-6


def softmax_cross_entropy(target, logits):
    right = logits[np.arange(len(logits)), target.argmax(axis=1)]
    return np.logaddexp.reduce(logits, axis=1) - right


def softmax_gradient(target, logits):
    gradient = np.zeros(logits.shape)
    for i, row in enumerate(logits):
        for c in range(len(row)):
            gradient[i, c] = 1 / np.exp(row - row[c]).sum()
        gradient[i, target[i].argmax()] -= 1
    return gradient / len(logits)


def backward(x, target, w1, b1, w2, b2):
    gradients = [np.zeros(w.shape) for w in (w1, b1, w2, b2)]
    for example, t in zip(x, target, strict=True):
        h = 1 / (1 + np.exp(-example @ w1 - b1))
        dy = 2 * (h @ w2 + b2 - t)
        dz = (w2 @ dy) * (h - h**2)
        parts = np.outer(example, dz), dz, np.outer(h, dy), dy
        for gradient, part in zip(gradients, parts, strict=True):
            gradient += part / target.size
    return gradients


def sgd_epoch(w, x, y, order, batch_size, rate):
    w = list(w)
    for batch in np.split(order, range(batch_size, len(order), batch_size)):
        error = x[batch].dot(w) - y[batch]
        w = [a - rate * np.mean(2 * error * x[batch, i]) for i, a in enumerate(w)]
    return w


def momentum_step(w, v, gradient, rate, beta):
    after = w + beta * v - rate * gradient
    return after, after - w


def warm_cosine(t, total, warm, peak):
    rising = [peak * (i + 1) / warm for i in range(warm)]
    angle = np.linspace(0, np.pi / 2, total - warm + 1)
    return np.array([*rising, *(peak * np.cos(angle) ** 2)])[t]


def steps_in_training():
    return sum(1 for _ in range(10) for _ in range(0, 50_000, 128))


def batch_norm(x, gamma, beta, epsilon):
    y = np.empty(x.shape)
    for j, feature in enumerate(x.T):
        mean = sum(feature) / len(feature)
        variance = sum((feature - mean) ** 2) / len(feature)
        y[:, j] = (feature - mean) * gamma[j] * (variance + epsilon) ** -0.5 + beta[j]
    return y


def batch_norm_backward(dy, x, gamma, epsilon):
    n, mean = len(x), np.mean(x, axis=0)
    variance = np.mean((x - mean) ** 2, axis=0)
    dz = dy * gamma
    dvariance = -np.sum(dz * (x - mean), axis=0) / 2 * (variance + epsilon) ** -1.5
    dmean = -np.sum(dz, axis=0) / np.sqrt(variance + epsilon)
    dx = dz / np.sqrt(variance + epsilon) + dmean / n + dvariance * 2 * (x - mean) / n
    return [
        dx,
        np.sum(dy * batch_norm(x, 1 + 0 * gamma, 0 * gamma, epsilon), 0),
        sum(dy),
    ]


def running_statistics(batches, momentum):
    steps = len(batches)
    share = (1 - momentum) * momentum ** np.arange(steps)[::-1]
    variance = share @ np.var(batches, axis=1) + momentum**steps
    return share @ np.mean(batches, axis=1), variance


def batch_norm_test(x, gamma, beta, mean, variance, epsilon):
    scale = gamma / (variance + epsilon) ** 0.5
    return scale * x + (beta - scale * mean)


def group_norm(x, gamma, beta, groups, epsilon):
    parts = []
    for part in np.split(x, groups, axis=3):
        flat = part.reshape(len(x), -1)
        z = (flat.T - flat.mean(axis=1)) / np.sqrt(flat.var(axis=1) + epsilon)
        parts.append(z.T.reshape(part.shape))
    return np.concatenate(parts, axis=3) * gamma + beta


def ridge(x, y, beta):
    features = x - np.mean(x, 0)
    dual = np.linalg.solve(
        features @ features.T + beta * np.eye(len(x)), y - np.mean(y)
    )
    w = dual @ features
    return [w, np.mean(y - x @ w)]


def early_stop(losses, patience):
    for epoch in range(len(losses)):
        best = int(np.nanargmin(losses[: epoch + 1]))
        if epoch >= best + patience:
            return np.array([best, epoch])
    return best, len(losses) - 1


def dropout(x, dy, uniform, keep):
    y, dx = np.zeros(x.shape), np.zeros(x.shape)
    kept = uniform < keep
    y[kept], dx[kept] = x[kept] / keep, dy[kept] / keep
    return y, dx


def decay_step(w, gradient, rate, beta):
    both = np.add(gradient, np.multiply(beta, w))
    return np.subtract(w, np.multiply(rate, both))


def subsample(x, factor, bias):
    total = x[::2, ::2] + x[1::2, ::2] + x[::2, 1::2] + x[1::2, 1::2]
    return np.stack([f * t for f, t in zip(factor, total.T, strict=True)]).T + bias


def sparse_convolve(x, kernel, bias, table):
    maps = []
    for j, offset in enumerate(bias):
        seen = np.flatnonzero(table[:, j])
        maps.append(convolve(x[..., seen], kernel[:, :, seen, j : j + 1], 1) + offset)
    return np.concatenate(maps, axis=2)


def layer_table(side, channels, layers):
    kernel, stride, maps = np.transpose(layers)
    table = np.zeros((len(layers), 4))
    for i in range(len(layers)):
        side = len(range(0, side - kernel[i] + 1, stride[i]))
        depth = channels if maps[i] else 1
        channels = maps[i] if maps[i] else channels
        window = kernel[i] * kernel[i] * depth
        parameters = channels * window + channels if maps[i] else channels + channels
        table[i] = side, channels, parameters, side * side * channels * (1 + window)
    return table.tolist()


def flip(x, points):
    mirrored = np.array(points)
    mirrored[:, 0] *= -1
    mirrored[:, 0] += x.shape[1] - 1
    return np.fliplr(x), mirrored


def shift(x, down, right):
    y = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if 0 <= i - down < x.shape[0] and 0 <= j - right < x.shape[1]:
                y[i, j] = x[i - down, j - right]
    return y


def rotation_about(angle, x, y):
    c, s = np.cos(angle), np.sin(angle)
    return [[c, -s, x - c * x + s * y], [s, c, y - s * x - c * y], [0, 0, 1]]


def mixup(x, labels, order, share):
    pairs = list(zip(order, share, strict=True))
    mixed = [s * x[i] + (1 - s) * x[j] for i, (j, s) in enumerate(pairs)]
    both = [s * labels[i] + (1 - s) * labels[j] for i, (j, s) in enumerate(pairs)]
    return mixed, both


def different_crops():
    starts = [i for i in range(32) if i + 28 <= 32]
    return len([(i, j, side) for i in starts for j in starts for side in "ab"])


def numerical_gradient(w, x, target, h):
    def loss(weights):
        error = np.tanh(x.dot(weights)) - target
        return error.dot(error) / len(error)

    gradient = []
    for i in range(len(w)):
        above, below = w.astype(float), w.astype(float)
        above[i], below[i] = w[i] + h, w[i] - h
        gradient.append((loss(above) - loss(below)) / (2 * h))
    return gradient


def train(x, target, w1, b1, w2, b2, rate, steps):
    losses = []
    for step in range(steps + 1):
        hidden = 1 / (1 + np.exp(-x @ w1 - b1))
        losses.append(((hidden @ w2 + b2 - target) ** 2).mean())
        if step < steps:
            dw1, db1, dw2, db2 = backward(x, target, w1, b1, w2, b2)
            w1, b1 = w1 - rate * dw1, b1 - rate * db1
            w2, b2 = w2 - rate * dw2, b2 - rate * db2
    return losses


def choose_network(validation, test):
    means = [sum(row) / len(row) for row in validation.tolist()]
    network = means.index(min(means))
    errors = test[network]
    n = len(errors)
    mean = sum(errors) / n
    return network, mean, (sum((errors - mean) ** 2) / (n - 1) / n) ** 0.5


def batches_needed():
    share, n = 1.0, 0
    while share >= 0.01:
        share, n = share * 0.99, n + 1
    return n


def convolve_gradient(x, kernel, dy):
    dx, dkernel = np.zeros(x.shape), np.zeros(kernel.shape)
    k = len(kernel)
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            for f in range(dy.shape[2]):
                dx[i : i + k, j : j + k] += dy[i, j, f] * kernel[..., f]
                dkernel[..., f] += dy[i, j, f] * x[i : i + k, j : j + k]
    return dx, dkernel


def same_padding(n, k, s):
    padding = 0
    while len(range(0, n + padding - k + 1, s)) < len(range(0, n, s)):
        padding += 1
    return padding


def max_pool_gradient(x, dy):
    (h, w, c), size = x.shape, x.shape[1] // dy.shape[1]
    parts = x.reshape(h // size, size, w // size, size, c).transpose(0, 2, 4, 1, 3)
    parts = parts.reshape(*parts.shape[:3], size * size)
    chosen = np.eye(size * size)[parts.argmax(axis=3)] * dy[..., None]
    chosen = chosen.reshape(*chosen.shape[:3], size, size)
    return chosen.transpose(0, 3, 1, 4, 2).reshape(x.shape)


def parameters_read():
    layers = 3 * 3 * 3 * 8 + 8, 8 * 4, 15 * 15 * 4 * 10 + 10
    return float(sum(layers))


def grouped_convolve(x, kernel):
    k, _, seen, filters = kernel.shape
    groups = x.shape[2] // seen
    full = np.zeros((k, k, x.shape[2], filters))
    for f in range(filters):
        start = f * groups // filters * seen
        full[:, :, start : start + seen, f] = kernel[..., f]
    return convolve(x, full, 1)


def who_sees_whom(channels, groups):
    top = []
    for unit in range(channels[-1]):
        seen = {unit}
        for i in reversed(range(len(groups))):
            above, below = channels[i + 1] // groups[i], channels[i] // groups[i]
            seen = {
                g * below + m for g in {s // above for s in seen} for m in range(below)
            }
        top.append([int(m in seen) for m in range(channels[0])])
    return top


def response_gradient(a, dy, n, k, alpha, beta):
    channels, reach = a.shape[1], n // 2
    da = np.zeros(a.shape)
    for pixel in range(len(a)):
        for j in range(channels):
            near = range(max(0, j - reach), min(channels, j + reach + 1))
            s = k + alpha * sum(float(a[pixel, i]) ** 2 for i in near)
            da[pixel, j] += dy[pixel, j] * s**-beta
            for i in near:
                slope = a[pixel, j] * -beta * s ** (-beta - 1) * 2 * alpha * a[pixel, i]
                da[pixel, i] += dy[pixel, j] * slope
    return da


def multiply_adds_read():
    return 15 * 15 * 147 * 16 + 7 * 7 * 25 * 8 * 32 + 3 * 3 * 32 * 10


def module_table(modules, side, channels):
    rows = []
    for n1, r3, n3, r5, n5, proj in modules.tolist():
        if n1 + r3 + n3 + r5 + n5 + proj == 0:
            side = -(-side // 2)
            rows.append([channels, 0, 0])
            continue
        one = channels * (n1 + r3 + r5 + proj)
        weights = one + 9 * r3 * n3 + 25 * r5 * n5
        channels = n1 + n3 + n5 + proj
        rows.append([channels, weights + channels + r3 + r5, weights * side * side])
    return np.array(rows).T


def pool_path(x, weights, bias):
    h, w, _ = x.shape
    y = np.zeros((h, w, len(bias)))
    for i, j in np.ndindex(h, w):
        window = x[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2]
        y[i, j] = window.max(axis=(0, 1)) @ weights + bias
    return y * (y > 0)


def gradient_with_head(x, target, w1, w2, u, v, weight):
    total = [np.zeros(w.shape) for w in (w1, w2, u, v)]
    for a, t in zip(x, target, strict=True):
        h1 = np.clip(a @ w1, 0, None)
        h2 = np.clip(h1 @ w2, 0, None)
        ends = []
        for z in (h2 @ u, h1 @ v):
            e = np.exp(z - z.max())
            ends.append((e / e.sum() - t) / len(x))
        d2 = (u @ ends[0]) * np.sign(h2)
        d1 = (w2 @ d2 + weight * (v @ ends[1])) * np.sign(h1)
        parts = (a, d1), (h1, d2), (h2, ends[0]), (h1, weight * ends[1])
        for gradient, pair in zip(total, parts, strict=True):
            gradient += np.outer(*pair)
    return total


def ways_counted():
    ways = {4: 1}
    for _ in range(8):
        longer = {}
        for layers, number in ways.items():
            for more in (1, 2):
                longer[layers + more] = longer.get(layers + more, 0) + 2 * number
        ways = longer
    return ways[15]


def unpool(x, signal, size, stride):
    arrived = np.zeros(x.shape)
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (0, 1))
    windows = windows[::stride, ::stride].reshape(*signal.shape, size * size)
    rows, columns = np.divmod(windows.argmax(axis=3), size)
    i, j, c = np.indices(signal.shape)
    np.add.at(arrived, (i * stride + rows, j * stride + columns, c), signal)
    return arrived


def backward_rules(x, w1, w2, w3, unit):
    a1 = np.maximum(np.dot(w1.T, x), 0)
    a2 = np.maximum(np.dot(w2.T, a1), 0)
    a3 = max(float(np.dot(w3[:, unit], a2)), 0.0)
    top = a3 * w3[:, unit]
    gradient = w1 @ ((a1 > 0) * (w2 @ ((a2 > 0) * top)))
    deconvnet = w1 @ np.maximum(w2 @ np.maximum(top, 0), 0)
    guided = np.where(a2 > 0, np.maximum(top, 0), 0)
    guided = np.where(a1 > 0, np.maximum(w2 @ guided, 0), 0)
    return gradient, deconvnet, w1 @ guided


def probability_map(maps, w, b, label):
    z = b + sum(maps[..., k].mean() * w[k] for k in range(len(w)))
    p = [
        1 / np.exp(z - z[j]).sum() if (z - z[j]).max() < 600 else 0
        for j in range(len(b))
    ]
    total = np.zeros(maps.shape[:2])
    for k in range(len(w)):
        slope = sum(
            w[k, j] * (p[label] * (1 - p[label]) if j == label else -p[label] * p[j])
            for j in range(len(b))
        )
        total += slope * maps[..., k]
    return total


def occlusion_map(image, weights, size, value):
    r = size // 2
    change = np.pad((value - image) * weights, r)
    squares = sum(
        change[i : i + image.shape[0], j : j + image.shape[1]]
        for i in range(size)
        for j in range(size)
    )
    return (image * weights).sum() + squares


def period_seen():
    samples = np.cos(2 * np.pi * np.arange(0, 8 * 1100, 8) / 11)
    return 8 * 1100 / int(np.abs(np.fft.rfft(samples)).argmax())


def merge(kernel1, b1, kernel2, b2):
    m, between = kernel2.shape[0], kernel1.shape[3]
    around = [(m - 1, m - 1)] * 2
    kernel = [
        convolve(np.pad(kernel1[:, :, c], [*around, (0, 0)]), kernel2[::-1, ::-1], 1)
        for c in range(kernel1.shape[2])
    ]
    bias = [
        b + sum(b1[d] * kernel2[:, :, d, f].sum() for d in range(between))
        for f, b in enumerate(b2)
    ]
    return np.stack(kernel, axis=2), bias


def paths_to_output(kernels, strides):
    step, polynomial = 1, np.poly1d([1])
    for k, s in zip(kernels, strides, strict=True):
        factor = np.zeros((k - 1) * step + 1)
        factor[::step] = 1
        polynomial = polynomial * np.poly1d(factor)
        step *= s
    return np.round(polynomial.coeffs).astype(int)


def dense_everywhere(x, w, b):
    c = x.shape[2]
    side = next(n for n in range(1, 99) if n * n * c == len(w))
    return convolve(x, w.reshape(side, side, c, -1), 1) + b


def ported(kernel, dense):
    maps = len(kernel)
    pixels = dense.shape[1] // maps
    rows = [dense[:, m * pixels + p] for p in range(pixels) for m in range(maps)]
    return np.einsum("oirc->rcio", kernel), rows


def vgg_parameters():
    kernels = 27 * 16 + 9 * 16 * 32 + 9 * 32**2 + 32**2 + 8 * 8 * 32 * 64 + 64 * 10
    return kernels + 16 + 3 * 32 + 64 + 10


def smoothed_cross_entropy(labels, logits, epsilon):
    n, classes = logits.shape
    loss, gradient = 0.0, []
    for label, row in zip(labels, logits, strict=True):
        log_p = row - np.logaddexp.reduce(row)
        q = [epsilon / classes + (1 - epsilon) * (k == label) for k in range(classes)]
        loss -= np.dot(q, log_p) / n
        gradient.append((np.exp(log_p) - q) / n)
    return loss, np.array(gradient)


def best_pair(layer, between):
    k, _, channels, filters = layer.shape
    matrix = np.zeros((k * channels, k * filters))
    for i, j in np.ndindex(k, k):
        rows = slice(i * channels, (i + 1) * channels)
        matrix[rows, j * filters : (j + 1) * filters] = layer[i, j]
    _, vectors = np.linalg.eigh(matrix @ matrix.T)  # the largest are the last
    kept = vectors[:, ::-1][:, :between]
    nearest = kept @ (kept.T @ matrix)
    parts = [np.hsplit(rows, k) for rows in np.vsplit(nearest, k)]
    return np.array(parts)


def mean_pool(x, size):
    y = np.zeros(x.shape)
    reach = (size - 1) // 2
    for i, j in np.ndindex(x.shape[:2]):
        up, left = max(i - reach, 0), max(j - reach, 0)
        y[i, j] = x[up : i + reach + 1, left : j + reach + 1].mean(axis=(0, 1))
    return y


def pixels_seen():
    seen = np.ones((1, 1))
    for _ in range(3):
        for kernel in ((1, 5), (5, 1), (1, 5)):
            seen = np.pad(seen, [((k - 1) // 2,) * 2 for k in kernel])
    return seen.size


def importance(x, labels, w, b):
    logits = np.einsum("nij,ijc->nc", x, w) + b
    before = (logits.argmax(axis=1) == labels).sum()
    loss = np.empty(x.shape[1:])
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            change = np.outer(x[:, i, j].mean() - x[:, i, j], w[i, j])
            after = ((logits + change).argmax(axis=1) == labels).sum()
            loss[i, j] = (before - after) / len(x)
    return loss


def residual_backward(x, w1, w2, dy):
    dx, dw1, dw2 = (np.zeros(a.shape) for a in (x, w1, w2))
    for n, (row, d) in enumerate(zip(x, dy, strict=True)):
        z = w1.T @ row
        h = z * (z > 0)
        d = np.where(row + w2.T @ h > 0, d, 0)
        dz = np.where(z > 0, w2 @ d, 0)
        dx[n] = d + w1 @ dz
        dw1 += np.outer(row, dz)
        dw2 += np.outer(h, d)
    return [dx, dw1, dw2]


def option_a_backward(x, branch, dy, strides):
    dx, dbranch = np.zeros(x.shape), np.zeros(branch.shape)
    for i, j, c in np.ndindex(branch.shape):
        inside = c < x.shape[2]
        at = i * strides, j * strides, c
        if branch[i, j, c] + (x[at] if inside else 0) > 0:
            dbranch[i, j, c] = dy[i, j, c]
            if inside:
                dx[at] = dy[i, j, c]
    return dx, dbranch


def pre_activation_blocks(x, first, second):
    for w1, w2 in zip(first, second, strict=True):
        hidden = np.where(x > 0, x, 0) @ w1
        x = x + np.where(hidden > 0, hidden, 0) @ w2
    return x


def paths_lost():
    lost = 0
    for through in (1, 2, 3):  # of the blocks that are out
        ways = {1: 3, 2: 3, 3: 1}[through]
        others, rest = 1, 4 - through
        for n in range(rest):
            others = others * (24 - n) // (n + 1)
        lost += ways * others
    return lost


def trainable_read():
    kernels = 9 * (8 * 8 + 8 * 8 + 8 * 16 + 3 * 16 * 16) + 8 * 16
    vectors = 2 * (8 + 8 + 16 + 16 + 16 + 16) + 16
    return kernels + vectors + 16 * 10 + 10
