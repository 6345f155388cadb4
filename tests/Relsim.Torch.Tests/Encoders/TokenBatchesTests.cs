using CsCheck;
using Relsim.Torch.Encoders;

namespace Relsim.Torch.Tests.Encoders;

public sealed class TokenBatchesTests
{
    [Fact]
    public void Group_AnyImages_HoldsEachOnceWithinTheBudget() => Gen.Select(Gen.Int[1, 60].Array[0, 80], Gen.Int[1, 120]).Sample((tokens, budget) =>
    {
        IReadOnlyList<int[]> batches = TokenBatches.Group(tokens, budget);

        Assert.Equal(Enumerable.Range(0, tokens.Length), batches.SelectMany(batch => batch).Order());
        Assert.All(batches, batch => Assert.True(batch.Length == 1 || batch.Length * batch.Max(i => tokens[i]) <= budget, "A batch is beyond the budget."));
    });

    [Fact]
    public void Group_AnyImages_PutsLikeSizesTogetherAndFillsEachBatch() => Gen.Select(Gen.Int[1, 60].Array[1, 80], Gen.Int[1, 120]).Sample((tokens, budget) =>
    {
        IReadOnlyList<int[]> batches = TokenBatches.Group(tokens, budget);

        int[] sizes = [.. batches.SelectMany(batch => batch).Select(i => tokens[i])];
        Assert.Equal(sizes.OrderDescending(), sizes);
        Assert.All(batches.SkipLast(1), batch => Assert.True((batch.Length + 1) * tokens[batch[0]] > budget, "One more image had fitted in."));
    });

    [Fact]
    public void Group_EqualImages_KeepsTheirOrder() => Assert.Equal(
        [[0, 1, 2], [3, 4, 5], [6]], TokenBatches.Group([1, 1, 1, 1, 1, 1, 1], 3));

    [Fact]
    public void Group_NoImagesOrBudget_GivesNoneOrThrows()
    {
        Assert.Empty(TokenBatches.Group([], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenBatches.Group([1], 0));
    }
}
