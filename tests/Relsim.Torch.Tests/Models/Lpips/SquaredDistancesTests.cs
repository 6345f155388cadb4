using Relsim.Torch.Models.Lpips;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Lpips;

public sealed class SquaredDistancesTests
{
    // Less than a block, a whole one, and blocks with a rest.
    [Theory]
    [InlineData(7, false)]
    [InlineData(16384, true)]
    [InlineData(40000, false)]
    [InlineData(40000, true)]
    public void Of_RandomAndNearVectors_IsTheSumOfSquaredDifferences(int dimension, bool hasSigns)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(11);
        Tensor queries = rand(3, dimension, generator: generator);
        Tensor near = queries + (rand(3, dimension, generator: generator) * 1e-4);
        Tensor images = cat([rand(2, dimension, generator: generator), near, queries], 0);   // [8, D]
        Tensor? signs = hasSigns ? where(arange(dimension).fmod(4).eq(0), -1f, 1f) : null;
        using var references = LongVectors.Of(queries.clone(), signs?.clone());

        float[][] distances = SquaredDistances.Of(images, references);

        Tensor squares = (images.to_type(ScalarType.Float64).unsqueeze(1) - queries.to_type(ScalarType.Float64).unsqueeze(0)).pow(2); // [8, 3, D]
        double[] expected = (signs is null ? squares : squares * signs).sum(2).clamp_min(0).flatten().data<double>().ToArray();
        double[] scale = squares.sum(2).flatten().data<double>().ToArray();
        float[] actual = [.. distances.SelectMany(row => row)];
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Math.Abs(actual[i] - expected[i]), 0, 1e-5 * scale[i]);
        }

        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(0, distances[5 + i][i]));
    }
}
