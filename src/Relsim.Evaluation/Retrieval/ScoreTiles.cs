using System.Numerics;

namespace Relsim.Evaluation.Retrieval;

/// <summary>
/// Dot products of a few queries with a whole pool. Rows are visited in tiles that stay in the cache while all queries pass over them.
/// A score has one order of additions, whatever else is in the block, so that equal rows get equal scores.
/// </summary>
internal static class ScoreTiles
{
    /// <summary>Queries that one register block holds.</summary>
    public const int QueryStep = 4;

    private const int TileBytes = 128 << 10;

    /// <summary>Fills <paramref name="scores"/> [Q, N] from <paramref name="queries"/> [Q, D] and the pool's [N, D]; Q is a multiple of four.</summary>
    public static unsafe void Compute(ReadOnlySpan<float> queries, int queryCount, UnitVectors pool, Span<float> scores)
    {
        int dimensions = pool.Dimensions;
        int count = pool.Count;
        int tile = Math.Max(2, TileBytes / (sizeof(float) * dimensions));
        fixed (float* q = queries, rows = pool.Values.Span, s = scores)
        {
            for (int start = 0; start < count; start += tile)
            {
                int end = Math.Min(count, start + tile);
                for (int query = 0; query < queryCount; query += QueryStep)
                {
                    for (int row = start; row < end; row += 2)
                    {
                        // The last row of an odd tile is paired with itself.
                        int next = Math.Min(row + 1, end - 1);
                        float* target = s + ((nint)query * count);
                        FourByTwo(q + ((nint)query * dimensions), rows + ((nint)row * dimensions), rows + ((nint)next * dimensions),
                            dimensions, target + row, target + next, count);
                    }
                }
            }
        }
    }

    private static unsafe void FourByTwo(float* q, float* left, float* right, int dimensions, float* leftScores, float* rightScores, int stride)
    {
        float* q1 = q + dimensions, q2 = q1 + dimensions, q3 = q2 + dimensions;
        Vector<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        int d = 0;
        for (; d <= dimensions - Vector<float>.Count; d += Vector<float>.Count)
        {
            Vector<float> l = Vector.Load(left + d), r = Vector.Load(right + d), v = Vector.Load(q + d);
            a0 = Vector.FusedMultiplyAdd(v, l, a0);
            b0 = Vector.FusedMultiplyAdd(v, r, b0);
            v = Vector.Load(q1 + d);
            a1 = Vector.FusedMultiplyAdd(v, l, a1);
            b1 = Vector.FusedMultiplyAdd(v, r, b1);
            v = Vector.Load(q2 + d);
            a2 = Vector.FusedMultiplyAdd(v, l, a2);
            b2 = Vector.FusedMultiplyAdd(v, r, b2);
            v = Vector.Load(q3 + d);
            a3 = Vector.FusedMultiplyAdd(v, l, a3);
            b3 = Vector.FusedMultiplyAdd(v, r, b3);
        }

        nint step = stride;
        leftScores[0] = Vector.Sum(a0) + Tail(q, left, d, dimensions);
        leftScores[step] = Vector.Sum(a1) + Tail(q1, left, d, dimensions);
        leftScores[2 * step] = Vector.Sum(a2) + Tail(q2, left, d, dimensions);
        leftScores[3 * step] = Vector.Sum(a3) + Tail(q3, left, d, dimensions);
        rightScores[0] = Vector.Sum(b0) + Tail(q, right, d, dimensions);
        rightScores[step] = Vector.Sum(b1) + Tail(q1, right, d, dimensions);
        rightScores[2 * step] = Vector.Sum(b2) + Tail(q2, right, d, dimensions);
        rightScores[3 * step] = Vector.Sum(b3) + Tail(q3, right, d, dimensions);
    }

    private static unsafe float Tail(float* left, float* right, int from, int dimensions)
    {
        float sum = 0;
        for (int d = from; d < dimensions; d++)
        {
            sum += left[d] * right[d];
        }

        return sum;
    }
}
