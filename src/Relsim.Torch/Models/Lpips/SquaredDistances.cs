using Relsim.Torch.Native;
using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;

namespace Relsim.Torch.Models.Lpips;

/// <summary>
/// Squared distances of long vectors by a product of matrices, |x|^2 + |q|^2 - 2 x q. What cancels is given back: the sums of blocks are added in float64,
/// and pairs so close that the product lost digits are computed again from their differences. Letters: N images, Q queries, D numbers, d of a block.
/// </summary>
internal static class SquaredDistances
{
    private const long Block = 16384; // a block of 64 images, 4 MB, stays in the cache between its product and its length
    private const double Close = 1.0 / 64; // of the lengths: below, more than 6 bits cancel

    /// <summary>The distances of images [N, D] to queries [Q, D], each at least 0.</summary>
    public static float[][] Of(Tensor images, LongVectors queries)
    {
        int width = (int)queries.Values.shape[0];
        if (width == 0)
        {
            return [.. Enumerable.Range(0, (int)images.shape[0]).Select(_ => Array.Empty<float>())];
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor lengths = Lengths(images, queries.Signs).unsqueeze(1);                 // [N, 1]
        Tensor sizes = queries.Signs is null ? lengths : Lengths(images, null).unsqueeze(1);
        Tensor distances = lengths.add(queries.Lengths, One) - Products(images, queries).mul_(Two); // [N, Q]
        double[] values = TensorMemory.ToArray<double>(distances);
        double[] scales = TensorMemory.ToArray<double>(sizes.add(queries.Sizes, One));
        for (int i = 0; i < values.Length; i++)
        {
            if (Math.Abs(values[i]) < Close * scales[i])
            {
                values[i] = Direct(images[i / width], queries.Values[i % width], queries.Signs);
            }
        }

        return [.. values.Select(value => (float)Math.Max(0, value)).Chunk(width)];
    }

    /// <summary>Squared lengths of vectors [N, D], float64 [N]; with <paramref name="signs"/> [D], a number's square counts with its sign.</summary>
    public static Tensor Lengths(Tensor vectors, Tensor? signs)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = zeros([vectors.shape[0]], ScalarType.Float64, vectors.device);
        ForBlocks(vectors, signs, (x, sign) => sum.add_((sign is null ? x.pow(Two) : x.pow(Two).mul_(sign)).sum(1), One));
        return sum.MoveToOuterDisposeScope();                                        // [N]
    }

    private static Tensor Products(Tensor images, LongVectors queries)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = zeros([images.shape[0], queries.Values.shape[0]], ScalarType.Float64, images.device);
        long start = 0;
        ForBlocks(images, queries.Signs, (x, sign) =>
        {
            Tensor q = queries.Values.narrow(1, start, x.shape[1]);                  // [Q, d]
            sum.add_((sign is null ? x : x * sign).matmul(q.t()), One);
            start += x.shape[1];
        });
        return sum.MoveToOuterDisposeScope();                                        // [N, Q]
    }

    private static void ForBlocks(Tensor vectors, Tensor? signs, Action<Tensor, Tensor?> visit)
    {
        for (long start = 0; start < vectors.shape[1]; start += Block)
        {
            using DisposeScope scope = NewDisposeScope();
            long count = Math.Min(Block, vectors.shape[1] - start);
            visit(vectors.narrow(1, start, count), signs?.narrow(0, start, count));
        }
    }

    private static double Direct(Tensor x, Tensor q, Tensor? signs)
    {
        using DisposeScope scope = NewDisposeScope();
        using Tensor ours = x, theirs = q;
        Tensor squares = (ours - theirs).pow_(Two);                                   // [D]
        return (signs is null ? squares : squares.mul_(signs)).sum(ScalarType.Float64).item<double>();
    }
}
