using System.Numerics;
using System.Runtime.Intrinsics;

namespace Relsim.Search;

/// <summary>
/// One pass over the rows of an index for up to 64 queries. Threads take blocks of rows in turn; each keeps its own candidates a query
/// and shares only the thresholds, which can rule rows out but never decide a result, so the outcome does not depend on timing.
/// </summary>
internal sealed unsafe class IndexScan
{
    /// <summary>Rows multiplied at a time: one word of the filter, and their codes stay in the first-level cache for all queries.</summary>
    private const int TileRows = 64;

    private readonly ExactIndex _index;
    private readonly List<RowBlock> _blocks;
    private readonly float[] _queries;
    private readonly int _queryCount;
    private readonly int _codeStride;
    private readonly int _length;
    private readonly int _k;
    private readonly SearchOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly short[] _codes;
    private readonly nint _codesAddress;
    private readonly float[] _steps;
    private readonly float[] _errorWeights;
    private readonly float[] _sharedThresholds;
    private int _nextBlock = -1;

    public IndexScan(
        ExactIndex index, List<RowBlock> blocks, float[] queries, int queryCount, int codeStride, int k, SearchOptions options, CancellationToken cancellationToken)
    {
        (_index, _blocks, _queries, _queryCount, _codeStride) = (index, blocks, queries, queryCount, codeStride);
        (_k, _options, _cancellationToken) = (k, options, cancellationToken);
        _codes = RowBlock.AllocateAligned<short>(queryCount * codeStride, out _codesAddress);
        _steps = new float[queryCount];
        _errorWeights = new float[queryCount];
        _sharedThresholds = new float[queryCount];
        Array.Fill(_sharedThresholds, float.NegativeInfinity);
        int used = 0;
        for (int q = 0; q < queryCount; q++)
        {
            Span<short> codes = new((short*)_codesAddress + ((nint)q * codeStride), codeStride);
            (_steps[q], _errorWeights[q]) = Quantization.QuantizeQuery(Query(q), codes[..index.Dimension]);
            used = Math.Max(used, codes.LastIndexOfAnyExcept((short)0) + 1);
        }

        // A query may be about the first numbers alone (a joint index asked for relations only): the rest need not be read.
        _length = (used + ScanKernel.Lanes - 1) / ScanKernel.Lanes * ScanKernel.Lanes;
    }

    public (Neighbor[] Neighbors, long Rescored)[] Run()
    {
        int threads = Math.Min(_options.Threads, _blocks.Count);
        CandidateSelection[][] found = new CandidateSelection[threads][];
        if (threads == 1)
        {
            found[0] = ScanBlocks();
        }
        else
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread => found[thread] = ScanBlocks());
        }

        _cancellationToken.ThrowIfCancellationRequested();
        (Neighbor[], long)[] results = new (Neighbor[], long)[_queryCount];
        for (int q = 0; q < _queryCount; q++)
        {
            results[q] = Finish(q, found);
        }

        return results;
    }

    /// <summary>Drains the threads' last candidates one after another, each with the threshold proved by those before.</summary>
    private (Neighbor[] Neighbors, long Rescored) Finish(int q, CandidateSelection[][] found)
    {
        NearestHeap best = new(_k);
        long rescored = 0;
        foreach (CandidateSelection selection in found.Select(thread => thread[q]))
        {
            selection.Raise(Math.Max(best.Threshold, _sharedThresholds[q]));
            selection.Drain(_index, Query(q));
            best.Merge(selection.Best);
            rescored += selection.Rescored;
        }

        return (best.ToSorted(), rescored);
    }

    private CandidateSelection[] ScanBlocks()
    {
        CandidateSelection[] selections = new CandidateSelection[_queryCount];
        for (int q = 0; q < _queryCount; q++)
        {
            selections[q] = new CandidateSelection(_k, _options.MinimumScore);
        }

        int[] dots = RowBlock.AllocateAligned<int>(_queryCount * TileRows, out nint dotsAddress);
        for (int block = Interlocked.Increment(ref _nextBlock); block < _blocks.Count; block = Interlocked.Increment(ref _nextBlock))
        {
            if (_cancellationToken.IsCancellationRequested)
            {
                break;
            }

            for (int q = 0; q < _queryCount; q++)
            {
                selections[q].Raise(Volatile.Read(ref _sharedThresholds[q]));
            }

            ScanBlock(block, selections, (int*)dotsAddress);
        }

        GC.KeepAlive(dots);
        GC.KeepAlive(_codes);
        return selections;
    }

    private void ScanBlock(int blockIndex, CandidateSelection[] selections, int* dots)
    {
        RowBlock block = _blocks[blockIndex];
        int firstRow = blockIndex * RowBlock.Capacity;
        for (int row = 0; row < block.Count; row += TileRows)
        {
            int rows = Math.Min(TileRows, block.Count - row);
            ulong allowed = rows == TileRows ? ulong.MaxValue : (1UL << rows) - 1;
            if (_options.Filter is { } filter)
            {
                allowed &= filter.Word((firstRow + row) / TileRows);
            }

            if (allowed == 0)
            {
                continue;
            }

            int padded = (rows + ScanKernel.RowStep - 1) / ScanKernel.RowStep * ScanKernel.RowStep;
            ScanKernel.Multiply(
                _index.Instructions, block.Codes + ((nint)row * _codeStride), _codeStride, padded,
                (short*)_codesAddress, _codeStride, _queryCount, _length, dots, TileRows);
            for (int q = 0; q < _queryCount; q++)
            {
                Collect(q, selections[q], block, row, firstRow, allowed, dots + ((nint)q * TileRows));
            }
        }
    }

    /// <summary>Compares the bounds of a tile with the threshold and keeps the rows that reach it.</summary>
    private void Collect(int q, CandidateSelection selection, RowBlock block, int row, int firstRow, ulong allowed, int* dots)
    {
        float* bounds = stackalloc float[TileRows];
        Vector256<float> step = Vector256.Create(_steps[q]);
        Vector256<float> errorWeight = Vector256.Create(_errorWeights[q]);
        Vector256<float> slack = Vector256.Create(Quantization.UnderflowSlack);
        Vector256<float> threshold = Vector256.Create(selection.Threshold);
        ulong reached = 0;
        for (int i = 0; i < TileRows; i += Vector256<float>.Count)
        {
            Vector256<float> product = Vector256.ConvertToSingle(Vector256.Load(dots + i)) * Vector256.Load(block.Steps + row + i) * step;
            Vector256<float> bound = product + (errorWeight * Vector256.Load(block.Errors + row + i)) + slack;
            bound.Store(bounds + i);
            reached |= (ulong)Vector256.GreaterThanOrEqual(bound, threshold).ExtractMostSignificantBits() << i;
        }

        for (reached &= allowed; reached != 0; reached &= reached - 1)
        {
            int at = BitOperations.TrailingZeroCount(reached);
            if (bounds[at] < selection.Threshold)
            {
                continue;
            }

            selection.Add(firstRow + row + at, bounds[at]);
            if (selection.IsFull)
            {
                selection.Drain(_index, Query(q));
                Share(q, selection.Best.Threshold);
            }
        }
    }

    private void Share(int q, float threshold)
    {
        ref float shared = ref _sharedThresholds[q];
        float seen = Volatile.Read(ref shared);
        while (threshold > seen)
        {
            float before = Interlocked.CompareExchange(ref shared, threshold, seen);
            if (before.Equals(seen))
            {
                return;
            }

            seen = before;
        }
    }

    private ReadOnlySpan<float> Query(int q) => _queries.AsSpan(q * _index.Dimension, _index.Dimension);
}
