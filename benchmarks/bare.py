"""What one writes without the engine: the score matrix as input of the solver, and one call."""

import numpy as np
from scipy.sparse import csr_array


def bare_matrix(scores: np.ndarray, allowed: np.ndarray) -> csr_array:
    """What a bare scipy call needs: most placed, then score; one private dummy column per row; costs > 0."""
    n_rows, n_columns = scores.shape
    rows, columns = np.nonzero(allowed)
    weights = scores[rows, columns].astype(np.int64)
    weights += min(scores.shape) * int(scores.max()) + 1
    most = int(weights.max()) + 1
    data = np.concatenate([most - weights, np.full(n_rows, most)]).astype(np.float64)
    own = np.arange(n_rows)
    shape = (n_rows, n_columns + n_rows)
    return csr_array(
        (data, (np.concatenate([rows, own]), np.concatenate([columns, n_columns + own]))), shape=shape
    )
