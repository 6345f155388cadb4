"""The peer of SearchBenchmarks: faiss IndexFlatIP over the same vectors.

Prints a line about the library, then the median seconds of a single query and the seconds of one batch; writes the ids (int64) of both.
"""
import os
import statistics
import sys
import time

import faiss
import numpy

path, rows, dimension, singles, batch, top_k, ids_path = sys.argv[1], *map(int, sys.argv[2:7]), sys.argv[7]
vectors = numpy.fromfile(path, dtype=numpy.float32).reshape(rows + batch, dimension)
index = faiss.IndexFlatIP(dimension)
index.add(vectors[:rows])
queries = numpy.ascontiguousarray(vectors[rows:])


def median_seconds(calls):
    seconds, results = [], []
    for call in calls:
        start = time.perf_counter()
        results.append(call())
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), results


index.search(queries[:1], top_k)
single, single_results = median_seconds([lambda i=i: index.search(queries[i:i + 1], top_k)[1] for i in range(singles)])
many, batch_results = median_seconds([lambda: index.search(queries, top_k)[1] for _ in range(1)])
numpy.concatenate([*single_results, batch_results[-1]]).astype(numpy.int64).tofile(ids_path)
# The batch is a matrix product: which BLAS Debian's alternatives chose decides its speed (apt-get install libopenblas0).
with open("/proc/self/maps") as maps:
    blas = sorted({os.path.realpath(line.split()[-1]) for line in maps if "blas" in line.split()[-1]})
print("faiss", faiss.__version__, "numpy", numpy.__version__, "threads", faiss.omp_get_max_threads(), "blas", *blas)
print(single, many)
