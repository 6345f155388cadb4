using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Models.Lpips;

/// <summary>
/// Squared distances of long vectors by a product of matrices, |x|^2 + |q|^2 - 2 x q. What cancels is given back: the sums of blocks are added in float64,
/// and pairs so close that the product lost digits are computed again from their differences. Letters: N images, Q queries, D numbers of each.
/// </summary>
internal static class SquaredDistances
{
    private const long Block = 16384;
    private const double Close = 1.0 / 64; // of the lengths: below, more than 6 bits cancel

    /// <summary>The distances of images [N, D] to queries [Q, D], each at least 0; with <paramref name="signs"/> [D], a number's square counts with its sign.</summary>
    public static float[][] Of(Tensor images, Tensor queries, Tensor? signs)
    {
        if (queries.shape[0] == 0)
        {
            return [.. Enumerable.Range(0, (int)images.shape[0]).Select(_ => Array.Empty<float>())];
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor products = zeros([images.shape[0], queries.shape[0]], ScalarType.Float64, images.device); // [N, Q]
        Tensor ours = zeros([images.shape[0], 1], ScalarType.Float64, images.device);                    // [N, 1]
        Tensor theirs = zeros([1, queries.shape[0]], ScalarType.Float64, images.device);                 // [1, Q]
        Tensor lengths = zeros_like(products);                                                           // [N, Q], without signs
        for (long start = 0; start < images.shape[1]; start += Block)
        {
            using DisposeScope inner = NewDisposeScope();
            long count = Math.Min(Block, images.shape[1] - start);
            Tensor x = images.narrow(1, start, count), q = queries.narrow(1, start, count);              // [N, d], [Q, d]
            Tensor? sign = signs?.narrow(0, start, count);
            Tensor xs = sign is null ? x : x * sign;                                                     // [N, d]
            products.add_(xs.matmul(q.t()));
            ours.add_((xs * x).sum(1, keepdim: true));
            theirs.add_((sign is null ? q.square() : q.square().mul_(sign)).sum(1).unsqueeze(0));
            if (sign is not null)
            {
                lengths.add_(x.square().sum(1, keepdim: true)).add_(q.square().sum(1).unsqueeze(0));
            }
        }

        Tensor distances = ours + theirs - (products * 2);                                               // [N, Q]
        Tensor scale = signs is null ? ours + theirs : lengths;                                          // [N, Q]
        double[] values = distances.cpu().data<double>().ToArray();
        double[] scales = scale.cpu().data<double>().ToArray();
        int width = (int)queries.shape[0];
        for (int i = 0; i < values.Length; i++)
        {
            if (Math.Abs(values[i]) < Close * scales[i])
            {
                values[i] = Direct(images[i / width], queries[i % width], signs);
            }
        }

        return [.. Enumerable.Range(0, (int)images.shape[0]).Select(row => values[(row * width)..((row + 1) * width)].Select(value => (float)Math.Max(0, value)).ToArray())];
    }

    private static double Direct(Tensor x, Tensor q, Tensor? signs)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor squares = (x - q).pow_(2);                                                              // [D]
        return (signs is null ? squares : squares.mul_(signs)).sum(ScalarType.Float64).item<double>();
    }
}
