using Relsim.Torch.Native;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Mini;

/// <summary>
/// The picture as separate things: <see cref="ObjectStatistics"/> by fixed arithmetic, normalised, then two ways: a perceptron whose features join the
/// trunk's, and one linear map that is a block of the embedding itself.
/// </summary>
/// <remarks>
/// Counting, closing, nesting and comparing are exact here and hard for convolutions. The block of its own keeps what they say from being drowned by the
/// trunk, which knows its training pictures too well (docs/lab-log.md, 2026-11-26). B images, S side, F features, O length of the block.
/// </remarks>
internal sealed class ObjectPath : Module
{
    private const int Hidden = 192;

    private static readonly Scalar Limit = 4f;
    private static readonly Scalar LowerLimit = -4f;

    private readonly BatchNorm1d norm;
    [ComponentName(Name = "in_proj")]
    private readonly Linear inProj;
    [ComponentName(Name = "out_proj")]
    private readonly Linear outProj;
    private readonly Linear block;

    public ObjectPath(int length, int blockLength)
        : base(nameof(ObjectPath))
    {
        norm = BatchNorm1d(ObjectStatistics.Length);
        inProj = Linear(ObjectStatistics.Length, Hidden);
        outProj = Linear(Hidden, length);
        block = Linear(ObjectStatistics.Length, blockLength);
        RegisterComponents();
    }

    /// <summary>Distances from the ground's colour [B, S, S] to features [B, F] and the embedding's block [B, O], not normalised.</summary>
    public (Tensor Features, Tensor Block) Summarise(Tensor distances)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = FoldedNorm.Apply(norm, Describe(distances)).clamp(LowerLimit, Limit); // [B, N]
        Tensor features = functional.relu(outProj.call(functional.relu(inProj.call(x))));
        return (features.MoveToOuterDisposeScope(), block.call(x).MoveToOuterDisposeScope());
    }

    // Every picture by itself, on as many threads as an operation of libtorch takes: one where pictures are embedded side by side.
    private static Tensor Describe(Tensor distances)
    {
        int count = (int)distances.shape[0], side = (int)distances.shape[2];
        float[] pixels = TensorMemory.ToArray<float>(distances);
        float[] features = new float[count * ObjectStatistics.Length];
        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = TorchRuntime.Threads },
            () => new ObjectStatistics(side),
            (i, _, statistics) =>
            {
                statistics.Describe(pixels.AsSpan(i * side * side, side * side), features.AsSpan(i * ObjectStatistics.Length, ObjectStatistics.Length));
                return statistics;
            },
            _ => { });
        return tensor(features, [count, ObjectStatistics.Length], device: distances.device);
    }
}
