"""Writes numpy-files.json: small NPY and NPZ files as NumPy itself writes them, with the values they hold.

python numpy-files.py > numpy-files.json
"""

import base64
import io
import json

import numpy as np


def npy(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    return base64.b64encode(out.getvalue()).decode()


def npz(save, **arrays):
    out = io.BytesIO()
    save(out, **arrays)
    return base64.b64encode(out.getvalue()).decode()


arrays = []
for dtype in ["<f2", "<f4", "<f8", ">f2", ">f4", ">f8"]:
    values = np.array([0, 1, 0.1, 6e-8, 65504, -2.5], dtype)
    arrays.append({"dtype": dtype, "values": values.astype("f8").tolist(), "file": npy(values)})
for dtype in ["|i1", "<i2", "<i4", "<i8", ">i2", ">i4", ">i8", "|u1", "<u2", "<u4", "<u8", ">u4", ">u8"]:
    values = np.array([0, 1, 127] + ([-1, -128] if "i" in dtype else [200, 255]), dtype)
    arrays.append({"dtype": dtype, "values": values.tolist(), "file": npy(values)})
large = np.array([2**53, -(2**53), 2**40 + 1, -(2**40) - 1], "<i8")
arrays.append({"dtype": "<i8", "values": [float(v) for v in large], "file": npy(large)})
arrays.append({"dtype": "|b1", "values": [1, 0, 1], "file": npy(np.array([True, False, True]))})
for version in [(1, 0), (2, 0), (3, 0)]:
    arrays.append({"dtype": "<f8", "values": [0.5, 0.25], "file": npy(np.array([0.5, 0.25]), version)})

matrix = np.array([[0.5, 0.25, 0.25], [0.125, 0.5, 0.375], [0, 0, 1], [1, 0, 0]])
labels = np.array([0, 1, 2, 0])
table = {
    "arrays": arrays,
    "texts": {
        "unicode": npy(np.array(["cat", "größe", "", "𝛼b"])),
        "bytes": npy(np.array([b"cat", b"dogs", b"", b"x"])),
        "values": {"unicode": ["cat", "größe", "", "𝛼b"], "bytes": ["cat", "dogs", "", "x"]},
    },
    "dates": {
        unit: npy(np.array(["2024-03-01T12:30:15", "NaT", "1969-12-31T23:59:59"], f"datetime64[{unit}]"))
        for unit in ["s", "ms", "us", "ns"]
    },
    "matrix": {
        "values": matrix.ravel().tolist(),
        "c": npy(matrix),
        "fortran": npy(np.asfortranarray(matrix)),
        "bigEndianFortran": npy(np.asfortranarray(matrix.astype(">f4"))),
    },
    "npz": {
        "stored": npz(np.savez, probs=matrix, labels=labels),
        "compressed": npz(np.savez_compressed, probs=matrix, labels=labels),
        "otherNames": npz(np.savez_compressed, arr_0=matrix, arr_1=labels),
        "binary": npz(np.savez, score=np.array([0.25, 0.75]), y=np.array([[0], [1]])),
    },
    "refused": {
        "objects": npy(np.array([1, "a", None], dtype=object)),
        "structured": npy(np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])),
        "complex": npy(np.array([1j, 2])),
        "scalar": npy(np.array(0.5)),
        "cube": npy(np.zeros((2, 2, 2))),
    },
}
print(json.dumps(table, ensure_ascii=False, indent=1))
