using Relsim.Datasets;
using Relsim.Scenes.Captions;
using Relsim.Scenes.Relations;

namespace Relsim.Scenes.Tests;

public class SceneBatchesTests
{
    private readonly RelationalBatch _batch = new SceneBatches(Split.Train, 32, seed: 3).At(5);

    [Fact]
    public void At_SameStep_GivesTheSameBatchAndAnotherStepAnother()
    {
        RelationalBatch again = new SceneBatches(Split.Train, 32, seed: 3).At(5);
        Assert.Equal(_batch.Pixels, again.Pixels);
        Assert.Equal(_batch.Bank, again.Bank);
        Assert.NotEqual(_batch.Pixels, new SceneBatches(Split.Train, 32, seed: 3).At(6).Pixels);
        Assert.NotEqual(_batch.Pixels, new SceneBatches(Split.Train, 32, seed: 4).At(5).Pixels);
    }

    [Fact]
    public void At_AnyStep_HoldsEveryLookUnderDifferentRelations()
    {
        Assert.All(Enumerable.Range(0, _batch.Count).GroupBy(i => _batch.Look[i]), look =>
        {
            int[] relations = [.. look.Select(i => _batch.Relation[i]).Where(relation => relation >= 0)];
            Assert.Equal(relations.Length, relations.Distinct().Count());
            Assert.Single(look.Select(i => _batch.Style[i]).Distinct());
        });
    }

    [Fact]
    public void At_AnyStep_HoldsEveryRelationInSeveralLooks()
    {
        Assert.All(
            Enumerable.Range(0, _batch.Count).Where(i => _batch.Relation[i] >= 0).GroupBy(i => _batch.Relation[i]),
            relation => Assert.True(relation.Select(i => _batch.Look[i]).Distinct().Count() >= 4));
        Assert.Contains(-1, _batch.Relation);
    }

    [Fact]
    public void At_AnyStep_HasHardNegativesOfOneFamilyInOneLook()
    {
        int looks = Enumerable.Range(0, _batch.Count).Where(i => _batch.Relation[i] >= 0).GroupBy(i => _batch.Look[i])
            .Count(look => look.GroupBy(i => _batch.Family[i]).Any(family => family.Count() == 2));
        Assert.True(looks >= 20, $"{looks} looks show two variants of a family");
    }

    [Fact]
    public void At_AnyStep_BankNamesTrainedRelationsOnlyAndAgreesWithTheLabels()
    {
        Assert.Equal(RelationCatalog.Trained.Count, _batch.Bank.Length);
        Assert.All(_batch.Bank, caption => Assert.False(string.IsNullOrWhiteSpace(caption)));
        Assert.All(Enumerable.Range(0, _batch.Count).Where(i => _batch.Relation[i] >= 0), i =>
        {
            Assert.Equal(RelationCatalog.Trained[_batch.Relation[i]].FamilyIndex, _batch.Family[i]);
            Assert.Equal(_batch.BankFamily[_batch.Relation[i]], _batch.Family[i]);
        });
    }

    [Fact]
    public void At_ValidationSplit_UsesItsOwnWordings()
    {
        RelationalBatch held = new SceneBatches(Split.Validation, 32, seed: 1).At(0);
        Assert.All(held.Bank.Zip(RelationCatalog.Trained), pair => Assert.Contains(pair.First, CaptionCatalog.For(pair.Second.Id, Split.Validation)));
    }
}
