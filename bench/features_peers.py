"""The work on features with NumPy and scikit-learn: python3 bench/features_peers.py FOLDER NAME.

Reads the arrays the benchmark wrote to FOLDER, does the work once and prints its milliseconds and a check as JSON.
"""
import json
import pathlib
import sys
import time

import numpy as np

folder = pathlib.Path(sys.argv[1])
shapes = json.loads((folder / "shapes.json").read_text())


def array(name):
    return np.fromfile(folder / name).reshape(shapes[name])


def timed(run):
    processor = time.process_time()
    start = time.perf_counter()
    result = run()
    return ((time.perf_counter() - start) * 1000, (time.process_time() - processor) * 1000), result


def nearest(q, b, k):
    """Blocks of queries, so that the distances fit into memory; squares expanded, so that BLAS does the work."""
    index = np.empty((len(q), k), np.int64)
    squares = (b * b).sum(1)
    for start in range(0, len(q), 500):
        block = q[start : start + 500]
        distances = squares - 2 * (block @ b.T)
        near = np.argpartition(distances, k - 1, axis=1)[:, :k]
        order = np.argsort(np.take_along_axis(distances, near, 1), axis=1)
        index[start : start + 500] = np.take_along_axis(near, order, 1)
    return index


def numpy_nearest():
    q, b = array("queries"), array("bank")
    ms, index = timed(lambda: nearest(q, b, shapes["k"]))
    return ms, int(index[:, -1].sum())


def sklearn_nearest():
    from sklearn.neighbors import NearestNeighbors

    q, b = array("queries"), array("bank")
    fitted = NearestNeighbors(n_neighbors=shapes["k"], algorithm="brute").fit(b)
    ms, index = timed(lambda: fitted.kneighbors(q, return_distance=False))
    return ms, int(index[:, -1].sum())


def mahalanobis():
    x, means, factor = array("rows"), array("means"), array("factor")
    whiten = np.linalg.inv(factor).T

    def run():
        out = np.empty((len(x), len(means)))
        for c, mean in enumerate(means):
            white = (x - mean) @ whiten
            out[:, c] = np.einsum("ij,ij->i", white, white)
        return out

    ms, out = timed(run)
    return ms, float(out.sum())


def covariance():
    from sklearn.covariance import LedoitWolf

    x, means = array("rows"), array("means")
    ms, fit = timed(lambda: LedoitWolf(assume_centered=True).fit(x - means[0]))
    return ms, float(np.trace(fit.covariance_))


def eigen():
    a = array("symmetric")
    ms, found = timed(lambda: np.linalg.eigh(a))
    return ms, float(found[0][-1])


WORK = {
    "numpy nearest": numpy_nearest,
    "scikit-learn nearest": sklearn_nearest,
    "mahalanobis": mahalanobis,
    "covariance": covariance,
    "eigen": eigen,
}
work = WORK[sys.argv[2]]
ms, check = work()
print(json.dumps({"ms": ms[0], "processorMs": ms[1], "check": check}))
