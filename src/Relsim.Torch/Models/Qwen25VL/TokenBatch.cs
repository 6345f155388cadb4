namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>Where the shorter rows of a batch are filled up.</summary>
internal enum PaddingSide
{
    /// <summary>Before the first token.</summary>
    Left,

    /// <summary>After the last token.</summary>
    Right,
}

/// <summary>Token ids of several prompts as a rectangle of B rows and L columns, padded on either side. Immutable.</summary>
internal sealed record TokenBatch
{
    private readonly long[] ids;
    private readonly bool[] mask;

    /// <summary>A padded batch as it comes from Python: `input_ids` and `attention_mask`, row-major.</summary>
    /// <param name="inputIds">B * L ids.</param>
    /// <param name="attentionMask">B * L numbers, 0 at padding; null where there is none.</param>
    /// <param name="rows">B.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or a row has no token.</exception>
    public TokenBatch(IReadOnlyList<long> inputIds, IReadOnlyList<long>? attentionMask, int rows)
    {
        if (rows < 1 || inputIds.Count == 0 || inputIds.Count % rows != 0 || (attentionMask is not null && attentionMask.Count != inputIds.Count))
        {
            throw new ArgumentException($"{inputIds.Count} ids and {attentionMask?.Count ?? inputIds.Count} mask values are no batch of {rows} rows.", nameof(inputIds));
        }

        Rows = rows;
        Length = inputIds.Count / rows;
        ids = [.. inputIds];
        mask = attentionMask is null ? [.. ids.Select(id => true)] : [.. attentionMask.Select(value => value != 0)];
        for (int row = 0; row < rows; row++)
        {
            if (!mask.AsSpan(row * Length, Length).Contains(true))
            {
                throw new ArgumentException($"Row {row} of the batch has no token.", nameof(attentionMask));
            }
        }
    }

    /// <summary>B, prompts.</summary>
    public int Rows { get; }

    /// <summary>L, tokens of the longest prompt.</summary>
    public int Length { get; }

    /// <summary>Prompts of any lengths, filled up with <paramref name="paddingId"/>.</summary>
    /// <exception cref="ArgumentException">There is no prompt, or one has no token.</exception>
    public static TokenBatch Of(IReadOnlyList<IReadOnlyList<int>> prompts, int paddingId, PaddingSide side = PaddingSide.Right)
    {
        int length = prompts.Count == 0 ? 0 : prompts.Max(prompt => prompt.Count);
        long[] inputIds = new long[prompts.Count * length];
        long[] attentionMask = new long[inputIds.Length];
        Array.Fill(inputIds, paddingId);
        for (int row = 0; row < prompts.Count; row++)
        {
            int start = (row * length) + (side == PaddingSide.Left ? length - prompts[row].Count : 0);
            for (int i = 0; i < prompts[row].Count; i++)
            {
                inputIds[start + i] = prompts[row][i];
                attentionMask[start + i] = 1;
            }
        }

        return new TokenBatch(inputIds, attentionMask, prompts.Count);
    }

    /// <summary>The id at a place, padding included.</summary>
    public long Id(int row, int column) => ids[(row * Length) + column];

    /// <summary>Whether a place holds a token rather than padding.</summary>
    public bool IsToken(int row, int column) => mask[(row * Length) + column];

    /// <summary>The columns of a row that hold tokens.</summary>
    public IEnumerable<int> Columns(int row) => Enumerable.Range(0, Length).Where(column => IsToken(row, column));

    /// <summary>The tokens of a row without its padding.</summary>
    public IReadOnlyList<int> Tokens(int row) => [.. Columns(row).Select(column => checked((int)Id(row, column)))];

    /// <summary>All ids of a row, padding included.</summary>
    public IReadOnlyList<int> Padded(int row) => [.. Enumerable.Range(0, Length).Select(column => checked((int)Id(row, column)))];
}
