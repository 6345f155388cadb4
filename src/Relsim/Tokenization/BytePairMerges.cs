using System.Buffers;

namespace Relsim.Tokenization;

/// <summary>The merges of a byte-pair encoding (Sennrich et al. 2016): the pair of the lowest rank first, from the left. Thread-safe.</summary>
internal sealed class BytePairMerges
{
    private readonly Dictionary<long, Merge> _merges;

    private BytePairMerges(Dictionary<long, Merge> merges) => _merges = merges;

    /// <summary>Builds them from the pairs in the order of their ranks.</summary>
    /// <exception cref="InvalidDataException">A pair or what it makes is not in the vocabulary; the message names <paramref name="path"/>.</exception>
    public static BytePairMerges Build(IReadOnlyList<(string Left, string Right)> pairs, IReadOnlyDictionary<string, int> vocabulary, string path)
    {
        var merges = new Dictionary<long, Merge>(pairs.Count);
        for (int rank = 0; rank < pairs.Count; rank++)
        {
            (string left, string right) = pairs[rank];
            if (!vocabulary.TryGetValue(left, out int first) || !vocabulary.TryGetValue(right, out int second) || !vocabulary.TryGetValue(left + right, out int merged))
            {
                throw new InvalidDataException($"{path}: merge {rank}, '{left} {right}', joins or makes a token that the vocabulary lacks; the files belong to different tokenizers.");
            }

            merges[Key(first, second)] = new Merge(rank, merged);
        }

        return new BytePairMerges(merges);
    }

    /// <summary>Merges a word's symbols in place as far as they go; returns how many are left.</summary>
    public int Apply(Span<int> symbols)
    {
        if (symbols.Length < 2)
        {
            return symbols.Length;
        }

        // A queue rather than a scan for every merge: a word may be a megabyte of one letter.
        int[] links = ArrayPool<int>.Shared.Rent(2 * symbols.Length);
        Span<int> previous = links.AsSpan(0, symbols.Length);
        Span<int> next = links.AsSpan(symbols.Length, symbols.Length);
        var queue = new PriorityQueue<Candidate, long>(symbols.Length);
        for (int i = 0; i < symbols.Length; i++)
        {
            previous[i] = i - 1;
            next[i] = i + 1;
            Enqueue(queue, symbols, i, i + 1);
        }

        while (queue.TryDequeue(out Candidate candidate, out _))
        {
            int left = candidate.Position;
            int right = next[left];
            if (symbols[left] != candidate.Left || right >= symbols.Length || symbols[right] != candidate.Right)
            {
                continue;
            }

            symbols[left] = candidate.Merged;
            symbols[right] = -1;
            next[left] = next[right];
            if (next[left] < symbols.Length)
            {
                previous[next[left]] = left;
            }

            Enqueue(queue, symbols, previous[left], left);
            Enqueue(queue, symbols, left, next[left]);
        }

        ArrayPool<int>.Shared.Return(links);
        int count = 0;
        foreach (int symbol in symbols)
        {
            if (symbol >= 0)
            {
                symbols[count++] = symbol;
            }
        }

        return count;
    }

    private void Enqueue(PriorityQueue<Candidate, long> queue, Span<int> symbols, int left, int right)
    {
        if (left >= 0 && right < symbols.Length && _merges.TryGetValue(Key(symbols[left], symbols[right]), out Merge merge))
        {
            queue.Enqueue(new Candidate(left, symbols[left], symbols[right], merge.Id), ((long)merge.Rank << 32) | (uint)left);
        }
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    private readonly record struct Merge(int Rank, int Id);

    private readonly record struct Candidate(int Position, int Left, int Right, int Merged);
}
