"""The peer of SearchBenchmarks: faiss IndexFlatIP over the same vectors, asked query by query.

Prints a line about the library. Then answers each line "FIRST COUNT" of the input with the seconds that the search for those queries took
and the ids found.
"""
import os
import sys
import time

import faiss
import numpy

path, rows, dimension, queries, top_k = sys.argv[1], *map(int, sys.argv[2:6])
vectors = numpy.fromfile(path, dtype=numpy.float32).reshape(rows + queries, dimension)
index = faiss.IndexFlatIP(dimension)
index.add(vectors[:rows])
queries = numpy.ascontiguousarray(vectors[rows:])
del vectors

# A batch is a matrix product: which BLAS Debian's alternatives chose decides its speed (apt-get install libopenblas0).
with open("/proc/self/maps") as maps:
    blas = sorted({os.path.realpath(line.split()[-1]) for line in maps if "blas" in line.split()[-1]})
print("faiss", faiss.__version__, "numpy", numpy.__version__, "threads", faiss.omp_get_max_threads(), "blas", *blas, flush=True)

for line in sys.stdin:
    first, count = map(int, line.split())
    start = time.perf_counter()
    ids = index.search(queries[first:first + count], top_k)[1]
    print(time.perf_counter() - start, *ids.ravel(), flush=True)
