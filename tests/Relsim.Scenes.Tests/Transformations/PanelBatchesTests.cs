using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Scenes.Transformations;

namespace Relsim.Scenes.Tests.Transformations;

public class PanelBatchesTests
{
    private readonly RelationalBatch _batch = new PanelBatches(Split.Train, 64, seed: 3).At(5);

    [Fact]
    public void At_SameStep_GivesTheSameBatchAndAnotherStepAnother()
    {
        RelationalBatch again = new PanelBatches(Split.Train, 64, seed: 3).At(5);
        Assert.Equal(_batch.Pixels, again.Pixels);
        Assert.Equal(_batch.Bank, again.Bank);
        Assert.NotEqual(_batch.Pixels, new PanelBatches(Split.Train, 64, seed: 3).At(6).Pixels);
    }

    [Fact]
    public void At_ManySteps_HoldsEveryChangeInThreeLooksAndEveryLookUnderTwoKinds()
    {
        for (int step = 0; step < 8; step++)
        {
            RelationalBatch batch = new PanelBatches(Split.Train, 32, seed: 1).At(step);
            int[] rows = [.. Enumerable.Range(0, batch.Count)];
            Assert.All(rows.GroupBy(i => batch.Relation[i]), change => Assert.Equal(3, change.Select(i => batch.Look[i]).Distinct().Count()));
            Assert.All(rows.GroupBy(i => batch.Look[i]), look => Assert.Equal(2, look.Select(i => batch.Family[i]).Distinct().Count()));
            Assert.All(rows, i => Assert.Equal(batch.BankFamily[batch.Relation[i]], batch.Family[i]));
        }
    }

    [Fact]
    public void Paint_AnyChange_PadsAboveAndBelowWithOneColour()
    {
        const int Size = 64;
        foreach (Transformation change in TransformationCatalog.All)
        {
            RgbImage image = PanelBatches.Paint(change, Look.Create(Split.Train, (ulong)change.Index), 1, Size);
            byte[] pixels = image.Pixels.ToArray();
            (byte, byte, byte)[] padding = [.. Enumerable.Range(0, Size * Size).Where(i => i / Size < Size / 4 || i / Size >= Size * 3 / 4).Select(i => (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]))];
            Assert.Single(padding.Distinct());
        }
    }

    [Theory]
    [InlineData("recoloured/red", 0)]
    [InlineData("recoloured/green", 1)]
    [InlineData("recoloured/blue", 2)]
    public void Paint_Recoloured_BringsTheColourToTheRightPanelOnly(string id, int channel)
    {
        const int Size = 64;
        Transformation change = TransformationCatalog.All.Single(c => c.Id == id);
        byte[] pixels = PanelBatches.Paint(change, Look.Create(Split.Train, 5), 1, Size).Pixels.ToArray();

        Assert.True(Coloured(Size / 2, Size) > 20, "few pixels of the right panel have the colour");
        Assert.True(Coloured(Size / 2, Size) > 4 * Coloured(0, Size / 2), "the left panel has the colour, too");

        int Coloured(int from, int to) => Enumerable.Range(0, Size * Size).Count(i => i % Size >= from && i % Size < to
            && Enumerable.Range(0, 3).Where(c => c != channel).All(c => pixels[(3 * i) + channel] > pixels[(3 * i) + c] + 60));
    }
}
