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


def conformal():
    rng = np.random.default_rng(1)
    scores = rng.random(1_000_000)
    rank = int(np.ceil(0.9 * (len(scores) + 1))) - 1
    n, k = 10_000, 1000
    z = 2 * rng.standard_normal((n, k))
    y = rng.integers(0, k, n)
    z[np.arange(n), y] += 6
    p = np.exp(log_softmax(z))
    u = rng.random(n)

    def raps():
        """Scores as usually written, all classes sorted, and their quantile."""
        order = np.argsort(-p, axis=1)
        ordered = np.take_along_axis(p, order, axis=1)
        place = np.nonzero(order == y[:, None])[1]
        rows = np.arange(n)
        own = ordered[rows, place]
        score = ordered.cumsum(axis=1)[rows, place] - u * own + 0.01 * np.maximum(0, place + 1 - 5)
        return np.quantile(score, np.ceil(0.9 * (n + 1)) / n, method="inverted_cdf")

    times = {
        "conformal quantile 1e6": median(lambda: np.partition(scores, rank)[rank]),
        "RAPS scores and quantile 1e4 x 1000": median(raps, 3),
    }
    try:
        from mapie.classification import SplitConformalClassifier
        from mapie.conformity_scores import RAPSConformityScore
    except ImportError:
        return times

    class Fitted:
        """A classifier whose inputs are its probabilities."""

        classes_ = np.arange(k)

        def fit(self, X, y):
            return self

        def predict_proba(self, X):
            return X

        def predict(self, X):
            return X.argmax(1)

        def __sklearn_is_fitted__(self):
            return True

    score = lambda: RAPSConformityScore(size_raps=0.2)
    conformal = lambda: SplitConformalClassifier(Fitted(), 0.9, conformity_score=score(), prefit=True, random_state=0)
    times["RAPS penalty chosen 1e4 x 1000"] = median(lambda: conformal().conformalize(p, y), 1)
    return times


def decide():
    from scipy.special import ndtr
    from scipy.stats import beta

    rng = np.random.default_rng(1)
    n = 1_000_000
    confidence = 0.5 + rng.random(n) / 2
    correct = (rng.random(n) < confidence).astype(np.float64)

    def bisection(target):
        """Selective guaranteed risk (Geifman and El-Yaniv 2017): some twenty bounds, the failure shared among them."""
        order = np.argsort(-confidence, kind="stable")
        errors = np.cumsum(1 - correct[order])
        steps = int(np.ceil(np.log2(n)))
        low, high = 0, n
        for _ in range(steps):
            m = (low + high) // 2
            if m > 0 and beta.ppf(1 - 0.05 / steps, errors[m - 1] + 1, m - errors[m - 1]) <= target:
                low = m
            else:
                high = m
        return low

    point, sigma = 10 * rng.standard_normal(n), 0.3 + 0.6 * rng.random(n)
    outcome = point - 0.2 + sigma / 0.6 * rng.standard_normal(n)
    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    quantiles = point[:, None] + sigma[:, None] * np.array([-1.645, -0.674, 0, 0.674, 1.645])

    def crps():
        z = (outcome - point) / sigma
        density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
        return (sigma * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi))).mean()

    def pinball():
        gap = outcome[:, None] - quantiles
        return np.maximum(levels * gap, (levels - 1) * gap).mean()

    return {
        "certificate 1e6, given": median(lambda: bisection(0.1)),
        "certificate 1e6, refused": median(lambda: bisection(0.0001)),
        "normal CRPS 1e6": median(crps),
        "pinball loss of 5 quantiles 1e6": median(pinball),
    }


SUITES = {
    "metrics": metrics,
    "calibrate_binary": calibrate_binary,
    "calibrate_multiclass": calibrate_multiclass,
    "conformal": conformal,
    "decide": decide,
}
print(json.dumps(SUITES[sys.argv[1]]()))
