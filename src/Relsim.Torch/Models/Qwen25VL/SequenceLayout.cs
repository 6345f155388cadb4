using Relsim.Torch.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// The tokens that one call of the language model computes, all rows one after the other and none of the padding, with their rotary tables. Made
/// once a call, never changed; holds tensors, so it is disposed after the call.
/// </summary>
/// <remarks>
/// Letters in shapes: N tokens of the call, R rows, I image tokens, d width of a head. Rows without padding need no mask beyond the causal one, give
/// the same numbers whatever the padding was, and cost no time where there is none to spend it on. Rotary tables: `Qwen2_5_VLRotaryEmbedding` and
/// `apply_multimodal_rotary_pos_emb` (huggingface/transformers 4.50, modeling_qwen2_5_vl).
/// </remarks>
internal sealed record SequenceLayout : IDisposable
{
    private SequenceLayout(Qwen25VLConfig config, IReadOnlyList<SequenceRow> rows, long[] ids, long[] images, long[] positions, Device device)
    {
        Rows = rows;
        using DisposeScope scope = NewDisposeScope();
        Ids = tensor(ids, device: device).DetachFromDisposeScope();
        Last = tensor(rows.Select(row => (long)(row.Start + row.Length - 1)).ToArray(), device: device).DetachFromDisposeScope();
        Images = images.Length == 0 ? null : tensor(images, device: device).DetachFromDisposeScope();
        Tensor angles = Angles(config, tensor(positions, device: device).view(RopeIndex.Axes, -1)); // [N, d/2]
        Rotary = RotaryTables.Create(angles);
        LastRotary = RotaryTables.Create(angles.index_select(0, Last));
    }

    /// <summary>Where each row's tokens lie.</summary>
    public IReadOnlyList<SequenceRow> Rows { get; }

    /// <summary>Token ids, int64 [N].</summary>
    public Tensor Ids { get; }

    /// <summary>The places of the image tokens, int64 [I]; null where there is none.</summary>
    public Tensor? Images { get; }

    /// <summary>The place of each row's last token, int64 [R].</summary>
    public Tensor Last { get; }

    /// <summary>Rotary tables of all tokens.</summary>
    public RotaryTables Rotary { get; }

    /// <summary>Those of each row's last token.</summary>
    public RotaryTables LastRotary { get; }

    /// <summary>Lays out prompts, less what <paramref name="plan"/> leaves out.</summary>
    /// <exception cref="ArgumentException">A row has the plan's last token not exactly once, or does not begin with its prefix and go on after it.</exception>
    public static SequenceLayout Create(Qwen25VLConfig config, TokenBatch batch, RopeIndex rope, ForwardPlan plan, Device? device = null)
    {
        List<SequenceRow> rows = [];
        List<(int Row, int Column)> places = [];
        int past = plan.Prefix?.Length ?? 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            int[] columns = Wanted(batch, row, plan.StopAfter);
            if (columns.Length <= past || !columns.Take(past).Select(column => batch.Id(row, column)).SequenceEqual(plan.Prefix?.Ids.Select(id => (long)id) ?? []))
            {
                throw new ArgumentException($"Prompt {row} does not begin with the {past} tokens of the prefix and go on after them.", nameof(batch));
            }

            rows.Add(new SequenceRow(row, places.Count, columns.Length - past, past));
            places.AddRange(columns.Skip(past).Select(column => (row, column)));
        }

        long[] positions = [.. Enumerable.Range(0, RopeIndex.Axes).SelectMany(axis => places.Select(place => rope.Position(axis, place.Row, place.Column)))];
        long[] ids = [.. places.Select(place => batch.Id(place.Row, place.Column))];
        long[] images = [.. ids.Index().Where(token => token.Item == config.ImageTokenId).Select(token => (long)token.Index)];
        return new SequenceLayout(config, rows, ids, images, positions, device ?? CPU);
    }

    /// <summary>Lays out one more token for each of several rows of a cache. None stands for an image, whatever its id.</summary>
    /// <param name="config">Sizes.</param>
    /// <param name="steps">The row of the cache, the tokens that it holds, the new token and its position.</param>
    /// <param name="device">Where the tensors are made; the processor by default.</param>
    public static SequenceLayout Step(Qwen25VLConfig config, IReadOnlyList<(int Row, int Past, long Id, long Position)> steps, Device? device = null) => new(
        config,
        [.. steps.Select((step, i) => new SequenceRow(step.Row, i, 1, step.Past))],
        [.. steps.Select(step => step.Id)],
        [],
        [.. Enumerable.Range(0, RopeIndex.Axes).SelectMany(axis => steps.Select(step => step.Position))],
        device ?? CPU);

    /// <inheritdoc/>
    public void Dispose()
    {
        Ids.Dispose();
        Images?.Dispose();
        Last.Dispose();
        Rotary.Dispose();
        LastRotary.Dispose();
    }

    private static int[] Wanted(TokenBatch batch, int row, int? stopAfter)
    {
        int[] columns = [.. batch.Columns(row)];
        if (stopAfter is null)
        {
            return columns;
        }

        int[] stops = [.. Enumerable.Range(0, columns.Length).Where(i => batch.Id(row, columns[i]) == stopAfter)];
        return stops.Length == 1
            ? columns[..(stops[0] + 1)]
            : throw new ArgumentException($"Prompt {row} has token {stopAfter} {stops.Length} times, not once.", nameof(batch));
    }

    /// <summary>The angle by which each pair of a head's numbers turns, float32 [N, d/2]: a section of the frequencies for each axis.</summary>
    private static Tensor Angles(Qwen25VLConfig config, Tensor positions)
    {
        Tensor frequencies = RotaryTables.Frequencies(config.HeadSize, config.RopeTheta, positions.device); // [d/2]
        long[] axes = [.. config.RopeScaling.MropeSection.SelectMany((length, section) => Enumerable.Repeat((long)(section % RopeIndex.Axes), length))];
        Tensor places = positions.to_type(ScalarType.Float32).index_select(0, tensor(axes, device: positions.device)); // [d/2, N]
        return places.transpose(0, 1) * frequencies;                                 // [N, d/2]
    }
}

/// <summary>The tokens of one row in a call.</summary>
/// <param name="Row">The row of the batch or of the cache.</param>
/// <param name="Start">Place of the first among all tokens of the call.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Past">Tokens before them whose keys and values are known.</param>
internal sealed record SequenceRow(int Row, int Start, int Length, int Past);
