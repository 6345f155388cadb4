namespace Relsim.Evaluation.Statistics;

/// <summary>
/// Which categories raters gave to items: one row an item, one count a category. Who gave what is not in it: neither measure of agreement here asks. Items of fewer
/// than two ratings say nothing of agreement and are left out. Immutable and thread-safe.
/// </summary>
public sealed class RatingTable
{
    private readonly int[][] _counts; // [items][categories]

    /// <summary>Takes the counts of each item, all over the same categories.</summary>
    /// <exception cref="ArgumentException">An item has another number of categories, or a count is below 0.</exception>
    public RatingTable(IEnumerable<int[]> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int[][] all = [.. counts.Select(item => (int[])item.Clone())];
        Categories = all.Length > 0 ? all[0].Length : 0;
        if (all.Any(item => item.Length != Categories || item.Any(count => count < 0)))
        {
            throw new ArgumentException("Every item has one count, at least 0, for each of the same categories.", nameof(counts));
        }

        _counts = [.. all.Where(item => item.Sum() >= 2)];
    }

    /// <summary>Items of at least two ratings.</summary>
    public int Items => _counts.Length;

    /// <summary>Categories (C).</summary>
    public int Categories { get; }

    /// <summary>Ratings of one item by category [C].</summary>
    public ReadOnlySpan<int> this[int item] => _counts[item];
}
