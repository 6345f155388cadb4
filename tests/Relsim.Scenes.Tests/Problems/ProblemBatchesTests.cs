using Relsim.Datasets;
using Relsim.Scenes.Problems;

namespace Relsim.Scenes.Tests.Problems;

public class ProblemBatchesTests
{
    private const int Side = 32;

    private readonly ProblemBatch _batch = new ProblemBatches(Split.Train, Side, seed: 3, problems: 2).At(5);

    [Fact]
    public void At_SameStep_GivesTheSameBatchAndAnotherStepAnother()
    {
        Assert.Equal(_batch.Pixels, new ProblemBatches(Split.Train, Side, seed: 3, problems: 2).At(5).Pixels);
        Assert.NotEqual(_batch.Pixels, new ProblemBatches(Split.Train, Side, seed: 3, problems: 2).At(6).Pixels);
        Assert.NotEqual(_batch.Pixels, new ProblemBatches(Split.Train, Side, seed: 4, problems: 2).At(5).Pixels);
    }

    [Fact]
    public void At_AnyStep_HoldsTwoSidesOfEqualSizeForEveryProblem()
    {
        Assert.True(_batch.PicturesOfASide >= 2);
        Assert.Equal(2 * 2 * _batch.PicturesOfASide, _batch.Count);
    }

    [Fact]
    public void At_ManySteps_NeverLeavesAPictureTwiceInABatch()
    {
        var batches = new ProblemBatches(Split.Train, Side, seed: 7, problems: 4);
        for (int step = 0; step < 10; step++)
        {
            ProblemBatch batch = batches.At(step);
            Assert.Equal(batch.Count, batch.Pixels.Chunk(Side * Side * 3).Select(Convert.ToHexString).Distinct().Count());
        }
    }
}
