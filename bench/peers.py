"""The same work with NumPy and scikit-learn. Prints medians in milliseconds as JSON."""
import json
import sys
import time

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score


def median(run, runs=5):
    run()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)[runs // 2]



def ece(p, y, bins=15):
    """Right-closed bins as usually written; scores that lie on an edge may fall on either side."""
    index = np.clip(np.ceil(p * bins).astype(np.int64) - 1, 0, bins - 1)
    count = np.bincount(index, minlength=bins)
    gap = np.bincount(index, p, bins) / count - np.bincount(index, y, bins) / count
    return (np.abs(gap) * count).sum() / len(p)


def aurc(confidence, correct):
    order = np.argsort(-confidence, kind="stable")
    return np.mean(np.cumsum(1 - correct[order]) / np.arange(1, len(correct) + 1))


def metrics():
    rng = np.random.default_rng(1)
    p = rng.random(10_000_000)
    y = (rng.random(10_000_000) < p**1.3).astype(np.float64)
    q, z = p[:1_000_000], y[:1_000_000]
    return {
        "ece 1e7": median(lambda: ece(p, y)),
        "auroc 1e6": median(lambda: roc_auc_score(z, q)),
        "aurc 1e6": median(lambda: aurc(q, z)),
        "brier 1e6": median(lambda: brier_score_loss(z, q)),
        "log loss 1e6": median(lambda: log_loss(z, q)),
        "isotonic decomposition 1e6": median(
            lambda: np.mean((IsotonicRegression(out_of_bounds="clip").fit_transform(q, z) - z) ** 2)
        ),
        "average precision 1e6": median(lambda: average_precision_score(z, q)),
    }


def calibrate_binary():
    from sklearn.calibration import _sigmoid_calibration

    rng = np.random.default_rng(1)
    p = rng.random(1_000_000)
    y = (rng.random(1_000_000) < p**1.3).astype(np.float64)
    many = rng.random(10_000_000)
    knots = ((np.arange(10_000) + 0.5) / 10_000) ** 2

    def logistic():
        q = np.clip(many, 1e-6, 1 - 1e-6)
        return 1 / (1 + np.exp(-(0.1 + 0.9 * (np.log(q) - np.log1p(-q)))))

    return {
        "platt on score, smoothed 1e6": median(lambda: _sigmoid_calibration(p, y)),
        "platt on logit, smoothed 1e6": median(lambda: _sigmoid_calibration(np.log(p) - np.log1p(-p), y)),
        "apply logistic 1e7": median(logistic, 3),
        "apply interpolated, 1e4 knots 1e7": median(lambda: np.interp(many, knots, knots), 3),
        "apply step, 1e4 knots 1e7": median(lambda: knots[np.searchsorted(knots[1:], many)], 3),
    }


def log_softmax(z):
    z = z - z.max(1, keepdims=True)
    return z - np.log(np.exp(z).sum(1, keepdims=True))


def labelled_logits(n, k, dtype):
    rng = np.random.default_rng(3)
    z = (2 * rng.standard_normal((n, k), dtype=np.float32)).astype(dtype)
    return z, (z + 1.5 * rng.gumbel(size=(n, k)).astype(np.float32)).argmax(1)


def fit_temperature(z, y):
    """Bounded search over T, as widely done: float32 throughout, no derivative, a tolerance of 1e-5."""
    rows = np.arange(len(y))
    nll = lambda t: -log_softmax(z / z.dtype.type(t))[rows, y].mean()
    return minimize_scalar(nll, bounds=(0.05, 20), method="bounded").x


def fit_structured_matrix(z, y):
    """The objective of structured matrix scaling by L-BFGS with its gradient, to 1e-8."""
    n, k = z.shape
    rows = np.arange(n)
    beta = 1 / fit_temperature(z, y)
    g = np.log((1 - 1 / (n + 1)) * np.exp(log_softmax(beta * z)) + 1 / ((n + 1) * k))
    penalty = np.full((k, k), k * (k - 1) / n)
    np.fill_diagonal(penalty, k / n)

    def objective(x):
        w, b = x[: k * k].reshape(k, k), x[k * k :]
        log_p = log_softmax(g + g @ w.T + b)
        value = -log_p[rows, y].mean() + (penalty * w * w).sum() + k / n * (b * b).sum()
        residual = np.exp(log_p)
        residual[rows, y] -= 1
        residual /= n
        by_w = residual.T @ g + 2 * penalty * w
        return value, np.concatenate([by_w.ravel(), residual.sum(0) + 2 * k / n * b])

    options = {"gtol": 1e-8, "ftol": 0, "maxiter": 10_000, "maxfun": 20_000}
    return minimize(objective, np.zeros(k * k + k), jac=True, method="L-BFGS-B", options=options)


def calibrate_multiclass():
    large = labelled_logits(50_000, 1000, np.float32)
    times = {"temperature 5e4 x 1000 float32": median(lambda: fit_temperature(*large), 1)}
    small = labelled_logits(5000, 100, np.float64)
    times["structured matrix 5000 x 100"] = median(lambda: fit_structured_matrix(*small), 3)
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((5000, 100)), rng.standard_normal((100, 100))
    times["a*b^T 5000 x 100 x 100"] = median(lambda: a @ b.T, 15)
    return times


SUITES = {"metrics": metrics, "calibrate_binary": calibrate_binary, "calibrate_multiclass": calibrate_multiclass}
print(json.dumps(SUITES[sys.argv[1]]()))
