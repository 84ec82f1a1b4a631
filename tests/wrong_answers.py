"""Wrong answers to each question, beside those whose mistake is named."""

import numpy as np
import right_answers as right

WRONG = {}


def wrong(question):
    """Register a function, or several from a tuple, as wrong answers to a question."""

    def register(answer):
        WRONG.setdefault(question, []).append(answer)
        return answer

    return register


def changed(right, question, change):
    """Right results, changed: ``change`` takes and gives a tuple of arrays.

    ``right`` is the module that holds the right answer.
    """

    def mistaken(*given):
        return change(*map(np.asarray, getattr(right, question)(*given)))

    wrong(question)(mistaken)


def reworded(right, question, change):
    """The right function, of arguments that ``change`` has changed."""
    wrong(question)(lambda *given: getattr(right, question)(*change(*given)))


def numbers(question, *values):
    """Wrong predictions."""
    for value in values:
        wrong(question)(lambda value=value: value)


numbers("gradient_left", 0.25**7, 4**6, 0.0, 0.000243, 0.00025, 1, 0.9998)
numbers("steps_in_training", 3909, 3911, 391, 3906.25, 390_625)
numbers("different_crops", 25 + 1, 49, 2 * 4 * 5, 2 * 28**2, 51)
numbers("batches_needed", 461, 0.01)
numbers("parameters_read", 9265, 9267)


@wrong("perceptron_rule")
def without_bias_in_the_sum(w, b, x, target):
    error = target - int(w @ x >= 0)
    return w + error * x, b + error


@wrong("perceptron_rule")
def one_class_alone(w, b, x, target):
    error = max(target - int(w @ x + b >= 0), 0)
    return w + error * x, b + error


@wrong("perceptron_rule")
def signs_for_targets(w, b, x, target):
    error = target - np.sign(w @ x + b)
    return w + error * x, b + error


@wrong("perceptron_rule")
def moves_by_the_sum(w, b, x, target):
    error = target - (w @ x + b)
    return w + error * x, b + error


@wrong("perceptron_rule")
def bias_by_the_sum_of_x(w, b, x, target):
    error = target - int(w @ x + b >= 0)
    return w + error * x, b + error * x.sum()


@wrong("perceptron_rule")
def unit_steps(w, b, x, target):
    error = target - int(w @ x + b >= 0)
    return w + error * np.sign(x), b + error


wrong("sigmoid")(lambda x: (right.sigmoid(x)[0], np.ones(x.shape) / 4))
wrong("sigmoid")(lambda x: (right.sigmoid(x)[0], right.sigmoid(x)[0] ** 2))
wrong("sigmoid")(lambda x: (np.tanh(x), 1 - np.tanh(x) ** 2))
wrong("sigmoid")(lambda x: (np.clip(x / 4 + 0.5, 0, 1), right.sigmoid(x)[1]))
wrong("sigmoid")(lambda x: tuple(np.round(m, 4) for m in right.sigmoid(x)))
wrong("sigmoid")(lambda x: right.sigmoid(np.clip(x, -5, 5)))
wrong("sigmoid")(lambda x: right.sigmoid(2 * x))

wrong("leaky_relu")(lambda x, slope: right.leaky_relu(x, slope)[::-1])
wrong("leaky_relu")(lambda x, slope: (np.maximum(slope * x, 0), x > 0))
wrong("leaky_relu")(lambda x, slope: (right.leaky_relu(x, slope)[0], x > 0))
wrong("leaky_relu")(lambda x, slope: right.leaky_relu(x, -slope))
wrong("leaky_relu")(lambda x, slope: (np.maximum(x, -slope), np.where(x > 0, 1, slope)))
wrong("leaky_relu")(lambda x, slope: right.leaky_relu(np.maximum(x, -1), slope))

wrong("elu")(lambda x, alpha: right.elu(x, 1))
wrong("elu")(lambda x, alpha: (right.elu(x, alpha)[0], right.elu(x, alpha)[0] + 1))
wrong("elu")(lambda x, alpha: (right.elu(x, alpha)[0], np.where(x > 0, 1, alpha)))
wrong("elu")(lambda x, alpha: (np.where(x > 0, x, alpha * np.exp(x)), 1.0 * (x > 0)))
wrong("elu")(lambda x, alpha: right.elu(x, -alpha))
wrong("elu")(lambda x, alpha: right.elu(x / alpha, alpha))

wrong("maxout")(lambda x, w, b: (x @ w + b[:, None]).sum(axis=0))
wrong("maxout")(lambda x, w, b: (x @ w + b[:, None]).min(axis=0))
wrong("maxout")(lambda x, w, b: np.maximum(right.maxout(x, w, b), 0))
wrong("maxout")(lambda x, w, b: (x @ w + b[:, None])[0])
wrong("maxout")(lambda x, w, b: np.abs(x @ w + b[:, None]).max(axis=0))
wrong("maxout")(lambda x, w, b: (x @ w + b[:, None]).argmax(axis=0))


@wrong("maxout")
def adds_equal_pieces(x, w, b):
    pieces = x @ w + b[:, None]
    return (pieces * (pieces == pieces.max(axis=0))).sum(axis=0)


wrong("softmax_cross_entropy")(
    lambda t, s: right.softmax_cross_entropy(t, s) / np.log(2)
)
wrong("softmax_cross_entropy")(lambda t, s: right.softmax_cross_entropy(t, s)[:, None])
wrong("softmax_cross_entropy")(
    lambda t, s: right.softmax_cross_entropy(t, np.clip(s, -50, 50))
)
wrong("softmax_cross_entropy")(
    lambda t, s: right.softmax_cross_entropy(t, s) / s.shape[1]
)

wrong("softmax_gradient")(
    lambda t, s: right.softmax_gradient(t, s) * len(s) / s.shape[1]
)
wrong("softmax_gradient")(lambda t, s: (t + right.softmax_gradient(t, s)) / len(s))
wrong("softmax_gradient")(
    lambda t, s: (
        right.softmax_gradient(np.zeros(t.shape) + t, s.T).T
        if s.shape[0] == s.shape[1]
        else 2 * right.softmax_gradient(t, s)
    )
)
wrong("softmax_gradient")(lambda t, s: right.softmax_gradient(t, s) * t)


@wrong("backward")
def first_layer_by_h(x, target, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = right.backward(x, target, w1, b1, w2, b2)
    return dw1, db1, dw2, db2 / target.shape[1]


@wrong("backward")
def divided_by_examples(*arguments):
    return [g * arguments[1].shape[1] for g in right.backward(*arguments)]


@wrong("backward")
def without_hidden_bias(x, target, w1, b1, w2, b2):
    return right.backward(x, target, w1, 0 * b1, w2, b2)


@wrong("backward")
def layers_exchanged(*arguments):
    dw1, db1, dw2, db2 = right.backward(*arguments)
    return dw2, db2, dw1, db1


@wrong("numerical_gradient")
def all_at_once(w, x, target, h):
    return np.full(len(w), np.sum(right.numerical_gradient(w, x, target, h)))


@wrong("numerical_gradient")
def a_finer_step(w, x, target, h):
    return right.numerical_gradient(w, x, target, h / 100)


@wrong("numerical_gradient")
def whole_weights(w, x, target, h):
    moved = np.array([w] * len(w))
    moved += (h * np.eye(len(w))).astype(moved.dtype)
    loss = [np.mean((np.tanh(x @ one) - target) ** 2) for one in (*moved, w)]
    return (np.array(loss[:-1]) - loss[-1]) / h


wrong("train")(lambda *a: np.sqrt(right.train(*a)))
wrong("train")(lambda *a: right.train(*a[:6], a[6] / 2, a[7]))
wrong("train")(lambda *a: [2 * loss for loss in right.train(*a)])
wrong("train")(lambda *a: right.train(*a[:7], a[7] + 1)[1:])

wrong("sgd_epoch")(
    lambda w, x, y, order, size, rate: right.sgd_epoch(w, x, y, order[::-1], size, rate)
)
wrong("sgd_epoch")(
    lambda w, x, y, order, size, rate: right.sgd_epoch(
        w, x[order], y, np.arange(len(y)), size, rate
    )
)


@wrong("momentum_step")
def other_order_of_results(w, v, gradient, rate, beta):
    return right.momentum_step(w, v, gradient, rate, beta)[::-1]


@wrong("momentum_step")
def nesterov(w, v, gradient, rate, beta):
    w, v = right.momentum_step(w, v, gradient, rate, beta)
    return w + beta * v - rate * gradient, v


@wrong("momentum_step")
def rate_in_the_weights(w, v, gradient, rate, beta):
    v = beta * v - gradient
    return w + rate * v, v


@wrong("momentum_step")
class Remembers:
    """Keeps its own velocity, whatever is given."""

    kept = None

    def __call__(self, w, v, gradient, rate, beta):
        if self.kept is None or self.kept.shape != v.shape:
            self.kept = v
        w, self.kept = right.momentum_step(w, self.kept, gradient, rate, beta)
        return w, self.kept


@wrong("warm_cosine")
def warm_by_one_more(t, total, warm, peak):
    if t < warm:
        return peak * (t + 1) / (warm + 1)
    return right.warm_cosine(t, total, warm, peak)


@wrong("warm_cosine")
def whole_turn(t, total, warm, peak):
    if t < warm:
        return peak * (t + 1) / warm
    return peak / 2 * (1 + np.cos(2 * np.pi * (t - warm) / (total - warm)))


@wrong("warm_cosine")
def ends_one_early(t, total, warm, peak):
    if t < warm:
        return peak * (t + 1) / warm
    return peak / 2 * (1 + np.cos(np.pi * (t - warm) / (total - warm - 1)))


@wrong("warm_cosine")
def quarter_of_a_cosine(t, total, warm, peak):
    if t < warm:
        return peak * (t + 1) / warm
    return peak * np.cos(np.pi / 2 * (t - warm) / (total - warm))


@wrong("ridge")
def by_thirty_steps(x, y, beta):
    w, b = np.zeros(x.shape[1]), 0.0
    rate = 1 / (np.linalg.norm(x, 2) ** 2 + len(x) + beta)
    for _ in range(30):
        error = x @ w + b - y
        w, b = w - rate * (x.T @ error + beta * w), b - rate * error.sum()
    return w, b


@wrong("ridge")
def by_the_inverse_of_x(x, y, beta):
    return np.linalg.pinv(x) @ y, y.mean()


@wrong("ridge")
def scaled_features(x, y, beta):
    spread = x.std(axis=0) + 1e-12
    w, b = right.ridge((x - x.mean(axis=0)) / spread, y, beta)
    return w / spread, b - x.mean(axis=0) @ (w / spread)


@wrong("early_stop")
def a_tie_is_new(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch


@wrong("early_stop")
def nan_is_a_minimum(losses, patience):
    for epoch in range(len(losses)):
        best = int(np.argmin(losses[: epoch + 1]))
        if epoch >= best + patience:
            break
    return best, epoch


@wrong("early_stop")
def zero_is_no_loss(losses, patience):
    best = None
    for epoch, loss in enumerate(losses):
        if not best or loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch


@wrong("early_stop")
def last_of_the_best(losses, patience):
    best, _ = right.early_stop(losses, patience)
    return best, best + patience


@wrong("choose_network")
def pooled_spread(validation, test):
    network, error, _ = right.choose_network(validation, test)
    return network, error, test.std(ddof=1) / np.sqrt(test.shape[1])


@wrong("choose_network")
def last_of_equal(validation, test):
    means = validation.mean(axis=1)
    network = int(len(means) - 1 - np.argmin(means[::-1]))
    row = test[network]
    return network, row.mean(), row.std(ddof=1) / len(row) ** 0.5


@wrong("choose_network")
def median_of_seeds(validation, test):
    network = int(np.argmin(np.median(validation, axis=1)))
    row = test[network]
    return network, np.median(row), row.std(ddof=1) / len(row) ** 0.5


@wrong("dropout")
def mask_by_the_output(x, dy, uniform, keep):
    y = x * (uniform < keep) / keep
    return y, dy * (y != 0) / keep


@wrong("dropout")
def at_most(x, dy, uniform, keep):
    factor = (uniform <= keep) / keep
    return x * factor, dy * factor


@wrong("dropout")
def as_in_testing(x, dy, uniform, keep):
    return 1.0 * x, 1.0 * dy


@wrong("dropout")
def like_x(x, dy, uniform, keep):
    y, dx = np.zeros_like(x), np.zeros_like(x)
    kept = uniform < keep
    y[kept], dx[kept] = x[kept] / keep, dy[kept] / keep
    return y, dx


@wrong("dropout")
def divided_by_the_share(x, dy, uniform, keep):
    factor = (uniform < keep) / max((uniform < keep).mean(), 1e-9)
    return x * factor, dy * factor


wrong("decay_step")(lambda w, g, rate, beta: w - rate * g - rate * beta * np.sign(w))
wrong("decay_step")(lambda w, g, rate, beta: w - rate * g + beta * w)
wrong("decay_step")(
    lambda w, g, rate, beta: w - rate * (1 - beta) * g - rate * beta * w
)
wrong("decay_step")(lambda w, g, rate, beta: w - rate * (g + 2 * beta * w))


@wrong("batch_norm")
def without_epsilon(x, gamma, beta, epsilon):
    return gamma * (x - x.mean(0)) / (x.std(0) + 1e-300) + beta


@wrong("batch_norm")
def only_scaled(x, gamma, beta, epsilon):
    return gamma * x / np.sqrt(x.var(0) + epsilon) + beta


@wrong("batch_norm")
def epsilon_squared(x, gamma, beta, epsilon):
    return right.batch_norm(x, gamma, beta, epsilon**2)


@wrong("batch_norm")
def into_an_array_like_x(x, gamma, beta, epsilon):
    y = np.empty_like(x)
    y[...] = right.batch_norm(x, gamma, beta, epsilon)
    return y


@wrong("batch_norm_backward")
def gamma_forgotten(dy, x, gamma, epsilon):
    return right.batch_norm_backward(dy, x, np.ones(len(gamma)), epsilon)


@wrong("batch_norm_backward")
def gamma_in_dgamma(dy, x, gamma, epsilon):
    dx, dgamma, dbeta = right.batch_norm_backward(dy, x, gamma, epsilon)
    return dx, gamma * dgamma, dbeta


@wrong("batch_norm_backward")
def hundredth_for_epsilon(dy, x, gamma, epsilon):
    return right.batch_norm_backward(dy, x, gamma, 0.01)


@wrong("batch_norm_backward")
def sums_for_means(dy, x, gamma, epsilon):
    d = np.sqrt(x.var(0) + epsilon)
    z, dz = (x - x.mean(0)) / d, dy * gamma
    dx = (dz - dz.sum(0) - z * (dz * z).sum(0)) / d
    return dx, *right.batch_norm_backward(dy, x, gamma, epsilon)[1:]


@wrong("running_statistics")
def sample_variance(batches, momentum):
    n = batches.shape[1]
    mean, variance = right.running_statistics(batches, momentum)
    rest = momentum ** len(batches)
    return mean, (variance - rest) * n / (n - 1) + rest


@wrong("running_statistics")
def mean_from_the_first(batches, momentum):
    mean, variance = right.running_statistics(batches, momentum)
    return mean + (momentum ** len(batches) * batches[:1].mean(axis=(0, 1))), variance


@wrong("running_statistics")
def last_batch(batches, momentum):
    if not len(batches):
        return right.running_statistics(batches, momentum)
    return batches[-1].mean(axis=0), batches[-1].var(axis=0)


@wrong("running_statistics")
def deviations(batches, momentum):
    mean, variance = right.running_statistics(batches, momentum)
    return mean, np.sqrt(variance)


@wrong("running_statistics")
def backwards_in_time(batches, momentum):
    return right.running_statistics(batches[::-1], momentum)


@wrong("batch_norm_test")
def epsilon_outside(x, gamma, beta, mean, variance, epsilon):
    return gamma * (x - mean) / (np.sqrt(variance) + epsilon) + beta


@wrong("batch_norm_test")
def variance_for_mean(x, gamma, beta, mean, variance, epsilon):
    return right.batch_norm_test(x, gamma, beta, variance, np.abs(mean), epsilon)


@wrong("batch_norm_test")
def beta_scaled(x, gamma, beta, mean, variance, epsilon):
    return gamma * ((x - mean) / np.sqrt(variance + epsilon) + beta)


@wrong("batch_norm_test")
def epsilon_forgotten(x, gamma, beta, mean, variance, epsilon):
    return gamma * (x - mean) / np.sqrt(variance) + beta


@wrong("group_norm")
def sizes_for_groups(x, gamma, beta, groups, epsilon):
    return right.group_norm(x, gamma, beta, x.shape[3] // groups, epsilon)


@wrong("group_norm")
def scale_forgotten(x, gamma, beta, groups, epsilon):
    return right.group_norm(x, 0 * gamma + 1, beta, groups, epsilon)


@wrong("group_norm")
def without_small_number(x, gamma, beta, groups, epsilon):
    return right.group_norm(x, gamma, beta, groups, 1e-12)


@wrong("group_norm")
def two_groups(x, gamma, beta, groups, epsilon):
    return right.group_norm(x, gamma, beta, min(2, x.shape[3]), epsilon)


@wrong("convolve")
def like_the_image(x, kernel, stride):
    y = np.zeros(right.convolve(x, kernel, stride).shape, x.dtype)
    y[...] = right.convolve(x, kernel, stride)
    return y


@wrong("convolve")
def channels_reversed(x, kernel, stride):
    return right.convolve(x, kernel[:, :, ::-1, ::-1], stride)


@wrong("convolve")
def stride_in_rows(x, kernel, stride):
    return right.convolve(x, kernel, 1)[::stride]


@wrong("convolve")
def largest_product(x, kernel, stride):
    return np.maximum(right.convolve(x, kernel, stride), 0)


wrong("im2col")(lambda x, size: right.im2col(x[::-1], size))
wrong("im2col")(lambda x, size: right.im2col(x, size)[:-1])
wrong("im2col")(lambda x, size: right.im2col(x.swapaxes(0, 1), size))
wrong("im2col")(lambda x, size: right.im2col(x, size)[:, ::-1])
wrong("im2col")(
    lambda x, size: right.im2col(x[..., ::-1] if x.shape[2] > 1 else -x, size)
)


@wrong("convolve_gradient")
def by_the_slice(x, kernel, dy):
    dx, dkernel = right.convolve_gradient(x, kernel, dy)
    return dx, dkernel.swapaxes(0, 1)


@wrong("convolve_gradient")
def one_filter(x, kernel, dy):
    return right.convolve_gradient(x, kernel[..., :1], dy[..., :1])


@wrong("convolve_gradient")
def like_its_arguments(x, kernel, dy):
    dx, dkernel = right.convolve_gradient(x, kernel, dy)
    return dx.astype(x.dtype), dkernel.astype(kernel.dtype)


@wrong("convolve_gradient")
def signs(x, kernel, dy):
    dx, dkernel = right.convolve_gradient(x, kernel, dy)
    return -dx, dkernel


wrong("same_padding")(lambda n, k, s: right.same_padding(n, k, 1))
wrong("same_padding")(lambda n, k, s: right.same_padding(n, k, s) // 2 * 2)
wrong("same_padding")(lambda n, k, s: max(k - s, 0))
wrong("same_padding")(lambda n, k, s: (k - 1) // s)

wrong("receptive_field")(
    lambda kernels, strides: right.receptive_field(kernels, strides[::-1])
)
wrong("receptive_field")(lambda kernels, strides: int(np.prod(kernels)))
wrong("receptive_field")(
    lambda kernels, strides: right.receptive_field(kernels[::-1], strides[::-1])
)
wrong("receptive_field")(
    lambda kernels, strides: right.receptive_field(kernels, strides) ** 2
)
wrong("receptive_field")(
    lambda kernels, strides: right.receptive_field(
        kernels, [min(s, 2) for s in strides]
    )
)

wrong("max_pool")(lambda x, size: -right.max_pool(-x, size))
wrong("max_pool")(lambda x, size: right.max_pool(np.abs(x), size))
wrong("max_pool")(lambda x, size: right.max_pool(x, size).swapaxes(0, 1))
wrong("max_pool")(lambda x, size: right.max_pool(x[:, ::-1], size))
wrong("max_pool")(lambda x, size: right.max_pool(x, 2) if size > 1 else x)

wrong("max_pool_gradient")(lambda x, dy: right.max_pool_gradient(x[:, ::-1], dy))
wrong("max_pool_gradient")(lambda x, dy: right.max_pool_gradient(np.abs(x), dy))
wrong("max_pool_gradient")(lambda x, dy: right.max_pool_gradient(x, 0 * dy + 1))
wrong("max_pool_gradient")(lambda x, dy: right.max_pool_gradient(x, dy).astype(x.dtype))

wrong("agrees")(lambda output, right: bool(np.allclose(output, right)))
wrong("agrees")(lambda output, right: bool(np.allclose(output, right, atol=1e-6)))
wrong("agrees")(lambda output, right: bool(np.abs(output - right).mean() <= 1e-6))
wrong("agrees")(lambda output, right: bool((output.round(5) == right.round(5)).all()))
wrong("agrees")(lambda output, right: bool((output.round(6) == right.round(6)).all()))
wrong("agrees")(lambda output, right: not (np.abs(output - right) > 1e-6).any())
wrong("agrees")(lambda output, right: bool(np.abs((output - right).mean()) <= 1e-6))
wrong("agrees")(lambda output, right: bool(((output - right) ** 2 <= 1e-6).all()))
wrong("agrees")(lambda output, right: bool(np.median(np.abs(output - right)) <= 1e-6))
wrong("agrees")(lambda output, right: bool(np.abs(output - right).min() <= 1e-6))
wrong("agrees")(
    lambda output, right: bool((np.abs(output / (right + 1e-30) - 1) < 1e-6).all())
)
wrong("agrees")(lambda output, right: bool((np.abs(output - right) <= 1e-5).all()))
wrong("agrees")(lambda output, right: bool((np.abs(output - right) <= 1e-7).all()))
wrong("agrees")(
    lambda output, right: bool(np.allclose(np.sort(output), np.sort(right), 0, 1e-6))
)
wrong("agrees")(
    lambda output, right: bool(
        (np.abs(output.astype("float32") - right.astype("float32")) <= 1e-6).all()
    )
)


@wrong("flip")
def into_the_points(x, points):
    return x[:, ::-1], np.abs(points - [x.shape[1] - 1, 0]).round()


@wrong("flip")
def by_the_height(x, points):
    return x[:, ::-1], np.stack([len(x) - 1 - points[:, 0], points[:, 1]], axis=1)


@wrong("flip")
def both_directions(x, points):
    h, w, _ = x.shape
    return x[::-1, ::-1], np.array([w - 1, h - 1]) - points


@wrong("flip")
def negative_columns(x, points):
    return x[:, ::-1], points * [-1, 1]


wrong("shift")(lambda x, down, right_: right.shift(x, down, -right_))
wrong("shift")(
    lambda x, down, right_: (
        right.shift(x, down, right_) + 0 * x[::-1] + (down == 0 == right_)
    )
)
wrong("shift")(lambda x, down, right_: right.shift(x, abs(down), abs(right_)))
wrong("shift")(lambda x, down, right_: right.shift(x, 0, right_))


@wrong("shift")
def by_slices(x, down, right_):
    """As many write it; wrong where nothing of the picture is left."""
    h, w, _ = x.shape
    y = np.zeros_like(x)
    y[max(down, 0) : h + down, max(right_, 0) : w + right_] = x[
        max(-down, 0) : h - down, max(-right_, 0) : w - right_
    ]
    return y


def _turn(angle, x, y):
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, x], [s, c, y], [0, 0, 1]])


wrong("rotation_about")(lambda angle, x, y: _turn(angle, x, y))
wrong("rotation_about")(
    lambda angle, x, y: np.transpose(right.rotation_about(angle, x, y))
)
wrong("rotation_about")(
    lambda angle, x, y: np.array(right.rotation_about(angle, x, y))[:2]
)
wrong("rotation_about")(lambda angle, x, y: right.rotation_about(angle, y, x))
wrong("rotation_about")(lambda angle, x, y: right.rotation_about(abs(angle), x, y))


@wrong("mixup")
def like_the_pictures(x, labels, order, share):
    mixed, both = right.mixup(x, labels, order, share)
    return np.array(mixed).astype(x.dtype), both


@wrong("mixup")
def halves(x, labels, order, share):
    return right.mixup(x, labels, order, np.full(len(share), 0.5))


@wrong("mixup")
def neighbours(x, labels, order, share):
    return right.mixup(x, labels, np.roll(np.arange(len(x)), 1), share)


wrong("subsample")(lambda x, f, b: right.subsample(x[:, ::-1], f, b)[:, ::1] * 1.001)
wrong("subsample")(lambda x, f, b: right.subsample(x, b, f))
wrong("subsample")(lambda x, f, b: np.tanh(right.subsample(x, f, b)))
wrong("subsample")(
    lambda x, f, b: (
        right.subsample(x, f, b).astype(x.dtype)
        + 0 * b.sum() * 0
        + (x.dtype.kind == "f")
    )
)
wrong("subsample")(lambda x, f, b: right.subsample(x, f, b)[..., :1] + 0 * f)

wrong("sparse_convolve")(
    lambda x, k, b, table: np.maximum(right.sparse_convolve(x, k, b, table), 0)
)
wrong("sparse_convolve")(
    lambda x, k, b, table: right.sparse_convolve(x, k, b, table) + b
)
wrong("sparse_convolve")(
    lambda x, k, b, table: right.sparse_convolve(x, k.swapaxes(0, 1), b, table)
)
wrong("sparse_convolve")(
    lambda x, k, b, table: right.sparse_convolve(
        x, k / max(table.sum(0).max(), 2), b, table
    )
)
wrong("sparse_convolve")(
    lambda x, k, b, table: (
        right.sparse_convolve(x, k, b, table).astype(x.dtype) + 0.0
        if x.dtype.kind == "i"
        else right.sparse_convolve(x, k, b, table)
    )
)


def _table(change):
    def mistaken(side, channels, layers):
        return change(
            np.array(right.layer_table(side, channels, layers), float), layers
        )

    return mistaken


@wrong("layer_table")
def real_division(side, channels, layers):
    rows = []
    for kernel, stride, maps in layers:
        side = (side - kernel) / stride + 1
        window = kernel**2 * channels if maps else kernel**2
        channels = maps or channels
        parameters = channels * (window + 1 if maps else 2)
        rows.append((side, channels, parameters, side**2 * channels * (window + 1)))
    return np.array(rows)


@wrong("layer_table")
def stride_of_two(side, channels, layers):
    halved = np.array(
        [[2, 2, 0] if not maps else [k, s, maps] for k, s, maps in layers]
    )
    return right.layer_table(side, channels, halved)


@wrong("layer_table")
def grey_pictures(side, channels, layers):
    return right.layer_table(side, 1, layers)


@wrong("layer_table")
def columns_exchanged(side, channels, layers):
    return np.array(right.layer_table(side, channels, layers))[:, [1, 0, 2, 3]]


@wrong("layer_table")
def pixels_without_bias(side, channels, layers):
    table = np.array(right.layer_table(side, channels, layers))
    table[:, 3] = table[:, 2] * table[:, 0]
    return table


wrong("grouped_convolve")(
    lambda x, kernel: right.grouped_convolve(x[::-1, ::-1], kernel)[::-1, ::-1]
)
wrong("grouped_convolve")(
    lambda x, kernel: right.grouped_convolve(x, kernel.swapaxes(0, 1))
)
wrong("grouped_convolve")(
    lambda x, kernel: right.grouped_convolve(x[..., ::-1], kernel)
)
wrong("grouped_convolve")(
    lambda x, kernel: right.grouped_convolve(x, kernel).astype(x.dtype)
)
wrong("grouped_convolve")(
    lambda x, kernel: right.grouped_convolve(x, kernel) / kernel.shape[2]
)


@wrong("grouped_convolve")
def always_two_towers(x, kernel):
    half, filters = kernel.shape[2], kernel.shape[3] // 2
    first = right.convolve(x[..., :half], kernel[..., :filters], 1)
    second = right.convolve(x[..., -half:], kernel[..., filters:], 1)
    return np.concatenate([first, second], axis=2)


wrong("who_sees_whom")(
    lambda channels, groups: np.array(right.who_sees_whom(channels, groups))[::-1]
)
wrong("who_sees_whom")(
    lambda channels, groups: right.who_sees_whom(
        channels, groups[:1].repeat(len(groups))
    )
)
wrong("who_sees_whom")(
    lambda channels, groups: right.who_sees_whom(channels, groups * 0 + 1)
)
wrong("who_sees_whom")(
    lambda channels, groups: (
        right.who_sees_whom(channels[[0, -1]], [max(np.prod(groups), 1)])
        if len(groups) and channels[0] % np.prod(groups) == 0
        else right.who_sees_whom(channels, groups)
    )
)
wrong("who_sees_whom")(
    lambda channels, groups: (
        right.who_sees_whom(channels, groups)
        if len(groups)
        else np.ones((channels[0], channels[0]))
    )
)


def _normalized(scale):
    def mistaken(a, dy, n, k, alpha, beta):
        return right.response_gradient(a, dy, *scale(n, k, alpha, beta))

    return mistaken


wrong("response_gradient")(
    _normalized(lambda n, k, alpha, beta: (n, k, alpha / n, beta))
)
wrong("response_gradient")(
    _normalized(lambda n, k, alpha, beta: (n + 2, k, alpha, beta))
)
wrong("response_gradient")(_normalized(lambda n, k, alpha, beta: (5, 2, 1e-4, 0.75)))
wrong("response_gradient")(
    lambda a, dy, *scalars: right.response_gradient(dy, a, *scalars)
)
wrong("response_gradient")(
    lambda a, dy, *scalars: right.response_gradient(a, dy, *scalars).astype(a.dtype)
)


@wrong("response_gradient")
def around_in_a_circle(a, dy, n, k, alpha, beta):
    """The first and the last channel as neighbours."""

    def around(values):
        return sum(np.roll(values, i, 1) for i in range(-(n // 2), n // 2 + 1))

    s = k + alpha * around(a**2)
    return dy / s**beta - 2 * alpha * beta * a * around(dy * a / s ** (beta + 1))


@wrong("response_gradient")
def forward_pass(a, dy, n, k, alpha, beta):
    channel = np.arange(a.shape[1])
    near = np.abs(channel[:, None] - channel) <= n // 2
    return dy * a / (k + alpha * a**2 @ near) ** beta


numbers("multiply_adds_read", 845_679, 845_681, 60_965_224)


numbers("ways_counted", 14335, 512, 70, 35, 1.0)


@wrong("module_table")
def pooled_path_is_as_wide_as_the_input(modules, side, channels):
    out, parameters, work = right.module_table(modules, side, channels)
    return out + channels, parameters, work


@wrong("module_table")
def nine_weights_in_the_large_filter(modules, side, channels):
    out, parameters, work = right.module_table(modules, side, channels)
    less = 16 * modules[:, 3] * modules[:, 4]
    return out, parameters - less, work


@wrong("module_table")
def one_side_for_all(modules, side, channels):
    out, parameters, _ = right.module_table(modules, side, channels)
    return out, parameters, (parameters - modules.sum(axis=1)) * side**2


@wrong("module_table")
def sums_at_the_end(modules, side, channels):
    return tuple(row.cumsum() for row in right.module_table(modules, side, channels))


@wrong("module_table")
def row_of_zeros_is_a_module(modules, side, channels):
    return right.module_table(modules[modules.any(axis=1)], side, channels)


@wrong("module_table")
def pooling_forgets_the_channels(modules, side, channels):
    out, *others = right.module_table(modules, side, channels)
    return out * modules.any(axis=1), *others


@wrong("pool_path")
def starts_from_whole_numbers(x, weights, bias):
    lowest = np.iinfo(int).min if x.dtype.kind == "i" else -np.inf
    around = np.full((x.shape[0] + 2, x.shape[1] + 2, x.shape[2]), lowest, x.dtype)
    around[1:-1, 1:-1] = x
    view = np.lib.stride_tricks.sliding_window_view(around, (3, 3), axis=(0, 1))
    y = view.max(axis=(-2, -1)) @ weights + bias
    return np.maximum(y, 0).astype(x.dtype)


wrong("pool_path")(lambda x, w, b: np.maximum(x @ w + b, 0))
wrong("pool_path")(lambda x, w, b: right.pool_path(np.maximum(x, 0), w, b))
wrong("pool_path")(lambda x, w, b: right.pool_path(x, w, 0 * b))
wrong("pool_path")(lambda x, w, b: right.pool_path(x[::-1], w, b)[::-1, ::-1])
wrong("pool_path")(lambda x, w, b: right.pool_path(np.maximum(x, -0.5), w, b))
wrong("pool_path")(lambda x, w, b: right.pool_path(x.max((0, 1), keepdims=True), w, b))


@wrong("gradient_with_head")
def passes_back_at_zero(x, target, w1, w2, u, v, weight):
    h1, h2 = x @ w1, np.maximum(x @ w1, 0) @ w2
    end = (softmax(np.maximum(h2, 0) @ u) - target) / len(x)
    head = weight * (softmax(np.maximum(h1, 0) @ v) - target) / len(x)
    d2 = end @ u.T * (h2 >= 0)
    d1 = (d2 @ w2.T + head @ v.T) * (h1 >= 0)
    _, *others = right.gradient_with_head(x, target, w1, w2, u, v, weight)
    return x.T @ d1, *others


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@wrong("gradient_with_head")
def overflows(x, target, w1, w2, u, v, weight):
    h1 = np.maximum(x @ w1, 0)
    h2 = np.maximum(h1 @ w2, 0)
    end, head = np.exp(h2 @ u), np.exp(h1 @ v)
    end = (end / end.sum(axis=1, keepdims=True) - target) / len(x)
    head = weight * (head / head.sum(axis=1, keepdims=True) - target) / len(x)
    d2 = end @ u.T * (h2 > 0)
    return (
        x.T @ ((d2 @ w2.T + head @ v.T) * (h1 > 0)),
        h1.T @ d2,
        h2.T @ end,
        h1.T @ head,
    )


@wrong("gradient_with_head")
def one_softmax_over_both(x, target, w1, w2, u, v, weight):
    h1 = np.maximum(x @ w1, 0)
    h2 = np.maximum(h1 @ w2, 0)
    both = (softmax(h2 @ u + weight * (h1 @ v)) - target) / len(x)
    d2 = both @ u.T * (h2 > 0)
    d1 = (d2 @ w2.T + weight * both @ v.T) * (h1 > 0)
    return x.T @ d1, h1.T @ d2, h2.T @ both, weight * h1.T @ both


@wrong("gradient_with_head")
def head_replaces_the_end(x, target, w1, w2, u, v, weight):
    h1 = np.maximum(x @ w1, 0)
    head = weight * (softmax(h1 @ v) - target) / len(x)
    _, *others = right.gradient_with_head(x, target, w1, w2, u, v, weight)
    return x.T @ (head @ v.T * (h1 > 0)), *others


wrong("gradient_with_head")(lambda *a: [-g for g in right.gradient_with_head(*a)])
wrong("gradient_with_head")(lambda *a: [g.T for g in right.gradient_with_head(*a)])
wrong("gradient_with_head")(lambda *a: right.gradient_with_head(*a[:-1], 0.3))


wrong("unpool")(lambda x, signal, size, stride: right.unpool(-x, signal, size, stride))
wrong("unpool")(
    lambda x, signal, size, stride: right.unpool(np.abs(x), signal, size, stride)
)
wrong("unpool")(
    lambda x, signal, size, stride: right.unpool(x, signal, size, stride).astype(
        x.dtype
    )
)
wrong("unpool")(
    lambda x, signal, size, stride: x * right.unpool(x, signal, size, stride)
)


@wrong("unpool")
def side_by_side(x, signal, size, stride):
    """Takes the size for the stride, as far as windows fit."""
    fit = [n // size for n in x.shape[:2]]
    return right.unpool(x, signal[: fit[0], : fit[1]], size, size)


@wrong("unpool")
def one_switch_for_all_maps(x, signal, size, stride):
    total = np.repeat(x.sum(axis=2, keepdims=True), x.shape[2], axis=2)
    return right.unpool(total, signal, size, stride)


def _signals(change):
    def mistaken(*given):
        return change(*right.backward_rules(*given))

    return mistaken


wrong("backward_rules")(_signals(lambda g, d, b: (d, g, b)))
wrong("backward_rules")(_signals(lambda g, d, b: (g, d, np.minimum(g, d))))
wrong("backward_rules")(_signals(lambda g, d, b: (np.abs(g), d, b)))
wrong("backward_rules")(_signals(lambda g, d, b: (-g, -d, -b)))
wrong("backward_rules")(
    lambda x, *given: tuple(s * x for s in right.backward_rules(x, *given))
)
wrong("backward_rules")(
    lambda x, *given: tuple(s.astype(x.dtype) for s in right.backward_rules(x, *given))
)
wrong("backward_rules")(
    lambda x, w1, w2, w3, unit: right.backward_rules(x, w1, w2, w3, unit - 1)
)

wrong("probability_map")(
    lambda maps, w, b, label: right.probability_map(maps, w, 0 * b, label)
)
wrong("probability_map")(
    lambda maps, w, b, label: right.probability_map(
        maps * maps[..., 0].size, w, b, label
    )
)
wrong("probability_map")(
    lambda maps, w, b, label: right.probability_map(maps, w, b, label).astype(
        maps.dtype
    )
)
wrong("probability_map")(
    lambda maps, w, b, label: (
        right.probability_map(maps, w, b, label)
        / right.probability_map(maps, w, b, label).max()
    )
)


@wrong("probability_map")
def of_the_likeliest_class(maps, w, b, label):
    likeliest = int((maps.mean(axis=(0, 1)) @ w + b).argmax())
    return right.probability_map(maps, w, b, likeliest)


@wrong("probability_map")
def softmax_of_each_pixel(maps, w, b, label):
    z = maps @ w + b
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return (p / p.sum(axis=-1, keepdims=True))[..., label]


wrong("occlusion_map")(
    lambda image, weights, size, value: right.occlusion_map(weights, image, size, value)
)
wrong("occlusion_map")(
    lambda image, weights, size, value: right.occlusion_map(
        image, weights, size + 2, value
    )
)
wrong("occlusion_map")(
    lambda image, weights, size, value: right.occlusion_map(
        image, weights, size, image.mean()
    )
)
wrong("occlusion_map")(
    lambda image, weights, size, value: right.occlusion_map(
        image, weights, size, np.array(value).astype(image.dtype)
    )
)
wrong("occlusion_map")(
    lambda image, weights, size, value: right.occlusion_map(image, weights, 3, value)
)


@wrong("occlusion_map")
def rows_alone(image, weights, size, value):
    total, reach = (image * weights).sum(axis=1), size // 2
    found = np.zeros(image.shape)
    for i in range(len(image)):
        covered = total.astype(float)
        covered[max(i - reach, 0) : i + reach + 1] = value
        found[i] = covered.sum()
    return found


numbers("period_seen", 29, 1.0, 4 / 3)


def _one_layer(change):
    def mistaken(*given):
        return change(*map(np.asarray, right.merge(*given)))

    return mistaken


wrong("merge")(_one_layer(lambda kernel, bias: (kernel[::-1, ::-1], bias)))
wrong("merge")(_one_layer(lambda kernel, bias: (kernel.swapaxes(0, 1), bias)))
wrong("merge")(_one_layer(lambda kernel, bias: (kernel[1:-1, 1:-1], bias)))
wrong("merge")(_one_layer(lambda kernel, bias: (kernel, -bias)))
wrong("merge")(
    lambda kernel1, b1, kernel2, b2: right.merge(
        kernel1, b1, kernel2.sum(axis=(0, 1), keepdims=True), b2
    )
)


@wrong("merge")
def like_the_first_kernel(kernel1, b1, kernel2, b2):
    kernel, bias = right.merge(kernel1, b1, kernel2, b2)
    return kernel.astype(kernel1.dtype), bias


wrong("paths_to_output")(
    lambda kernels, strides: right.paths_to_output(kernels, strides[::-1])
)
wrong("paths_to_output")(
    lambda kernels, strides: right.paths_to_output(kernels, np.minimum(strides, 2))
)
wrong("paths_to_output")(
    lambda kernels, strides: right.paths_to_output(kernels, strides) ** 2
)
wrong("paths_to_output")(
    lambda kernels, strides: right.paths_to_output(kernels[1:], strides[1:])
)
wrong("paths_to_output")(
    lambda kernels, strides: right.paths_to_output(kernels * 0 + 3, strides)
)
wrong("paths_to_output")(lambda kernels, strides: np.prod(kernels))

wrong("dense_everywhere")(lambda x, w, b: right.dense_everywhere(x[::-1], w, b)[::-1])
wrong("dense_everywhere")(
    lambda x, w, b: right.dense_everywhere(x, w, b).astype(x.dtype)
)
wrong("dense_everywhere")(
    lambda x, w, b: np.maximum(right.dense_everywhere(x, w, b), 0)
)
wrong("dense_everywhere")(lambda x, w, b: right.dense_everywhere(x, w, b)[:1, :1])


@wrong("dense_everywhere")
def side_by_side_alone(x, w, b):
    side = round((len(w) / x.shape[2]) ** 0.5)
    return right.dense_everywhere(x, w, b)[::side, ::side]


def _brought(change):
    def mistaken(kernel, dense):
        return change(*map(np.asarray, right.ported(kernel, dense)))

    return mistaken


wrong("ported")(_brought(lambda kernel, dense: (kernel.swapaxes(0, 1), dense)))
wrong("ported")(_brought(lambda kernel, dense: (kernel[..., ::-1], dense)))
wrong("ported")(_brought(lambda kernel, dense: (kernel, dense[::-1])))
wrong("ported")(_brought(lambda kernel, dense: (dense, kernel)))


@wrong("ported")
def columns_before_rows(kernel, dense):
    side = round((dense.shape[1] / len(kernel)) ** 0.5)
    moved = dense.reshape(-1, len(kernel), side, side).transpose(3, 2, 1, 0)
    return right.ported(kernel, dense)[0], moved.reshape(-1, len(dense))


numbers("vgg_parameters", 147_177, 147_179, 138_357_544)


numbers("pixels_seen", 324, 326, 15, 125, 0)


wrong("smoothed_cross_entropy")(
    lambda y, z, e: right.smoothed_cross_entropy(y, np.clip(z, -500, 500), e)
)
wrong("smoothed_cross_entropy")(
    lambda y, z, e: (
        right.smoothed_cross_entropy(y, z, 0)[0],
        right.smoothed_cross_entropy(y, z, e)[1],
    )
)
wrong("smoothed_cross_entropy")(
    lambda y, z, e: [-part for part in right.smoothed_cross_entropy(y, z, e)]
)
wrong("smoothed_cross_entropy")(
    lambda y, z, e: right.smoothed_cross_entropy(y, z, e / z.shape[1])
)
wrong("smoothed_cross_entropy")(
    lambda y, z, e: right.smoothed_cross_entropy(y, (1 - e) * z, 0)
)


@wrong("smoothed_cross_entropy")
def log_of_rounded(labels, logits, epsilon):
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    q = (1 - epsilon) * np.eye(z.shape[1])[labels] + epsilon / z.shape[1]
    return -(q * np.log(p + 1e-12)).sum(axis=1).mean(), (p - q) / len(z)


wrong("best_pair")(lambda layer, m: layer)
wrong("best_pair")(lambda layer, m: right.best_pair(layer, m * layer.shape[2]))
wrong("best_pair")(lambda layer, m: right.best_pair(layer, m).swapaxes(0, 1))
wrong("best_pair")(lambda layer, m: right.best_pair(layer, m).astype(layer.dtype))
wrong("best_pair")(lambda layer, m: layer - right.best_pair(layer, m))


@wrong("best_pair")
def rows_that_read_out(layer, between):
    turned = layer.transpose(0, 3, 1, 2)  # (i, out) against (j, in)
    u, s, v = np.linalg.svd(
        turned.reshape(turned.shape[0] * turned.shape[1], -1), False
    )
    kept = ((u * s)[:, :between] @ v[:between]).reshape(turned.shape)
    return kept.transpose(0, 2, 3, 1)


wrong("mean_pool")(lambda x, size: right.mean_pool(x, 3))
wrong("mean_pool")(lambda x, size: right.mean_pool(x, size + 2))
wrong("mean_pool")(lambda x, size: 0 * x + x.mean(axis=(0, 1)))
wrong("mean_pool")(lambda x, size: right.mean_pool(x, size).swapaxes(0, 1))


@wrong("mean_pool")
def without_zeros_of_the_picture(x, size):
    seen = right.mean_pool((x != 0).astype(float), size)
    return right.mean_pool(x, size) / np.where(seen > 0, seen, 1)


@wrong("mean_pool")
def border_repeated(x, size):
    reach = size // 2
    around = np.pad(x.astype(float), ((reach,) * 2, (reach,) * 2, (0, 0)), mode="edge")
    view = np.lib.stride_tricks.sliding_window_view(around, (size, size), axis=(0, 1))
    return view.mean(axis=(-2, -1))


@wrong("mean_pool")
def one_pixel_further(x, size):
    return np.roll(right.mean_pool(x, size), 1, axis=0)


wrong("importance")(
    lambda x, labels, w, b: np.maximum(right.importance(x, labels, w, b), 0)
)
wrong("importance")(lambda x, labels, w, b: right.importance(x, labels, w, 0 * b))
wrong("importance")(lambda x, labels, w, b: np.abs(w).sum(axis=2))
wrong("importance")(
    lambda x, labels, w, b: right.importance(x[:, ::-1], labels, w[::-1], b)
)
wrong("importance")(lambda x, labels, w, b: right.importance(x, labels, w, b) / len(w))


@wrong("importance")
def last_of_equal_logits(x, labels, w, b):
    return right.importance(x, len(b) - 1 - labels, w[..., ::-1], b[::-1])


numbers("paths_lost", 6923, 6925, 0.5, 3)
numbers("trainable_read", 9689, 9691)


wrong("residual_backward")(
    lambda *a: [-gradient for gradient in right.residual_backward(*a)]
)
wrong("residual_backward")(
    lambda x, w1, w2, dy: (dy, *right.residual_backward(x, w1, w2, dy)[1:])
)


@wrong("residual_backward")
def passes_at_zero(x, w1, w2, dy):
    z = x @ w1
    h = np.maximum(z, 0)
    ds = dy * (x + h @ w2 >= 0)
    dh = ds @ w2.T * (z >= 0)
    return ds + dh @ w1.T, x.T @ dh, h.T @ ds


@wrong("residual_backward")
def gate_of_the_gradient(x, w1, w2, dy):
    return right.residual_backward(x, w1, w2, np.maximum(dy, 0))


@wrong("residual_backward")
def gate_of_the_branch(x, w1, w2, dy):
    h = np.maximum(x @ w1, 0)
    ds = dy * (h @ w2 > 0)
    dh = ds @ w2.T * (h > 0)
    return ds + dh @ w1.T, x.T @ dh, h.T @ ds


@wrong("residual_backward")
def reads_what_the_sum_gives(x, w1, w2, dy):
    dx, _, dw2 = right.residual_backward(x, w1, w2, dy)
    s = x + np.maximum(x @ w1, 0) @ w2
    h = np.maximum(x @ w1, 0)
    dh = (dy * (s > 0)) @ w2.T * (h > 0)
    return dx, s.T @ dh, dw2


wrong("option_a_backward")(
    lambda x, branch, dy, s: (right.option_a_backward(x, branch, dy, s)[0], dy)
)
wrong("option_a_backward")(
    lambda x, branch, dy, s: [
        part.astype(x.dtype) for part in right.option_a_backward(x, branch, dy, s)
    ]
)
wrong("option_a_backward")(
    lambda x, branch, dy, s: right.option_a_backward(0 * x, branch, dy, s)
)
wrong("option_a_backward")(
    lambda x, branch, dy, s: right.option_a_backward(x, 0 * branch, dy, s)
)


@wrong("option_a_backward")
def always_two(x, branch, dy, strides):
    kept = x[::2, ::2]
    if kept.shape[:2] != branch.shape[:2]:
        return right.option_a_backward(x, branch, dy, strides)
    return right.option_a_backward(x, branch, dy, 2)


@wrong("option_a_backward")
def passes_where_the_sum_is_zero(x, branch, dy, strides):
    sums = branch.astype(float)
    sums[..., : x.shape[2]] += x[::strides, ::strides]
    dx = np.zeros(x.shape)
    dx[::strides, ::strides] = (dy * (sums >= 0))[..., : x.shape[2]]
    return dx, dy * (sums >= 0)


wrong("pre_activation_blocks")(
    lambda x, first, second: right.pre_activation_blocks(
        np.maximum(x, 0), first, second
    )
)
wrong("pre_activation_blocks")(
    lambda x, first, second: right.pre_activation_blocks(x, first[:1], second[:1])
)
wrong("pre_activation_blocks")(
    lambda x, first, second: right.pre_activation_blocks(x, first, second).astype(
        x.dtype
    )
)
wrong("pre_activation_blocks")(
    lambda x, first, second: np.maximum(
        right.pre_activation_blocks(x, first, second), 0
    )
)
wrong("pre_activation_blocks")(
    lambda x, first, second: right.pre_activation_blocks(x, -first, second)
)


@wrong("pre_activation_blocks")
def into_the_callers_array(x, first, second):
    for w1, w2 in zip(first, second, strict=True):
        y = x
        y *= y > 0
        x = x + np.maximum(y @ w1, 0) @ w2
    return x


@wrong("pre_activation_blocks")
def without_the_second_relu(x, first, second):
    for w1, w2 in zip(first, second, strict=True):
        x = x + np.maximum(x, 0) @ w1 @ w2
    return x
