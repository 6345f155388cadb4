using Relsim.Torch.Models.Mini;
using Relsim.Torch.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Mini;

[Collection(SharedGenerator.Name)]
public sealed class PairStatisticsTests
{
    [Fact]
    public void BySum_AnySquares_AddsUpWhereTheCoordinatesHaveThatSum()
    {
        using DisposeScope scope = NewDisposeScope();
        const int Side = 5;
        Tensor squares = rand(2, 3, Side, Side);

        Tensor sums = PairStatistics.BySum(squares);

        Assert.Equal([2, 3, (2 * Side) - 1], sums.shape);
        for (int sum = 0; sum < (2 * Side) - 1; sum++)
        {
            Tensor expected = zeros(2, 3);
            for (int i = Math.Max(0, sum - Side + 1); i <= Math.Min(Side - 1, sum); i++)
            {
                expected += squares[.., .., i, sum - i];
            }

            Assert.True((expected - sums[.., .., sum]).abs().max().item<float>() < 1e-5);
        }
    }

    [Fact]
    public void Forward_MapShiftedOnAnEmptyGround_KeepsItsRepeats()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(1);
        var pairs = new PairStatistics(channels: 4, side: 8, length: 6);
        Tensor thing = rand(1, 4, 3, 3);
        Tensor here = zeros(1, 4, 8, 8), there = zeros(1, 4, 8, 8);
        here[.., .., 1..4, 1..4] = thing;
        there[.., .., 4..7, 3..6] = thing;

        Tensor apart = (pairs.Sums(here) - pairs.Sums(there)).abs();

        // Sums over equal displacement hardly move with the thing (only what the mean takes from the ground does); those about a centre do.
        const int Displacements = 2 * 15 * 15;
        float repeats = apart.narrow(1, 3 * Displacements, Displacements).sum().item<float>(), turns = apart.narrow(1, 0, Displacements).sum().item<float>();
        Assert.True(repeats < 0.4 * turns, $"repeats moved by {repeats}, half turns by {turns}");
    }
}
