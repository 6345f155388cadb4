using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

/// <summary>The inputs of a reference case, laid out for one call.</summary>
internal sealed record ReferenceCall(TokenBatch Batch, RopeIndex Rope, SequenceLayout Layout, Tensor? Pixels, Tensor? Images) : IDisposable
{
    /// <summary>A case; its images are embedded where a model is given.</summary>
    public static ReferenceCall Create(Qwen25VLReference reference, string name, SafetensorsFile file, Qwen25VLModel? model)
    {
        TokenBatch batch = Qwen25VLReference.Batch(file);
        var rope = RopeIndex.Create(reference.Config, batch, Qwen25VLReference.Images(file));
        Tensor? pixels = reference.Pixels(name);
        Tensor? images = pixels is null ? null : model?.EmbedImages(pixels, Qwen25VLReference.Images(file));
        return new ReferenceCall(batch, rope, SequenceLayout.Create(reference.Config, batch, rope, ForwardPlan.Full), pixels, images);
    }

    /// <summary>The rows of a padded result [B, C, ...], whose first column is <paramref name="first"/>, that belong to tokens: [N, ...].</summary>
    public Tensor Packed(Tensor padded, int first = 0)
    {
        using DisposeScope scope = NewDisposeScope();
        IEnumerable<long> rows = Tokens().Where(token => token.Column >= first).Select(token => (token.Row * padded.shape[1]) + token.Column - first);
        return padded.flatten(0, 1).index_select(0, tensor(rows.ToArray())).MoveToOuterDisposeScope();
    }

    /// <summary>The places in the packed order of the tokens from a column on.</summary>
    public long[] Places(int first) => [.. Tokens().Select((token, i) => (token, i)).Where(pair => pair.token.Column >= first).Select(pair => (long)pair.i)];

    public void Dispose()
    {
        Layout.Dispose();
        Pixels?.Dispose();
        Images?.Dispose();
    }

    private IEnumerable<(int Row, int Column)> Tokens() =>
        Enumerable.Range(0, Batch.Rows).SelectMany(row => Batch.Columns(row).Select(column => (row, column)));
}
