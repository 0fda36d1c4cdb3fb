"""Runs inside a container: what OpenCV computes with LAPACK and BLAS, against numpy."""

import cv2
import numpy as np

MATRIX = np.array([[4, 1, 2], [1, 3, 0], [2, 0, 5]], "f8")
RIGHT = np.array([[1], [2], [3]], "f8")
for how in (cv2.DECOMP_LU, cv2.DECOMP_CHOLESKY, cv2.DECOMP_SVD, cv2.DECOMP_QR, cv2.DECOMP_EIG):
    solved, found = cv2.solve(MATRIX, RIGHT, flags=how)
    assert solved
    assert np.allclose(found, np.linalg.solve(MATRIX, RIGHT))
singular = np.sort(cv2.SVDecomp(MATRIX)[0][:, 0])[::-1]
assert np.allclose(singular, np.linalg.svd(MATRIX)[1])
large = np.random.default_rng(0).random((300, 300))
assert np.allclose(cv2.gemm(large, large, 1, None, 0), large @ large)
source = np.array([[0, 0], [9, 1], [2, 8], [7, 7]], "f4")
turned = (source @ np.array([[0, 2], [-2, 0]]) + 3).astype("f4")
transform, _ = cv2.estimateAffinePartial2D(source, turned)
assert np.allclose(transform, [[0, -2, 3], [2, 0, 3]], atol=1e-4)
print("as numpy")
