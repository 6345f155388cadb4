using Relsim.Datasets;
using Relsim.Search;

namespace Relsim.Tests.Search;

public sealed class CaptionBankTests
{
    private static readonly CaptionBank Bank = new(["x", "both", "y"], [9, 0, 1, 1, 0, 2], 2);

    [Fact]
    public void SharedCaption_OneFitsBoth_BeatsOnesThatFitOne()
    {
        CaptionMatch? shared = Bank.SharedCaption([1f, 0f], [0f, 1f]);

        Assert.Equal("both", shared!.Value.Caption);
        Assert.Equal(MathF.Sqrt(0.5f), shared.Value.Score, 1e-6f);
        Assert.Equal(["both", "x", "y"], Bank.SharedCaptions([1f, 0f], [0f, 1f], 10).Select(match => match.Caption));
    }

    [Fact]
    public void BestCaptions_OnePicture_RanksByCosine() =>
        Assert.Equal(["x", "both"], Bank.BestCaptions([3f, 0.1f], 2).Select(match => match.Caption));

    [Fact]
    public void DistinctCaptions_TwoPictures_PrefersWhatFitsTheFirst()
    {
        Assert.Equal(new CaptionContrast("x", 1, 0), Bank.DistinctCaptions([1f, 0f], [0f, 1f], 1)[0]);
        Assert.Equal(new CaptionContrast("y", 1, 0), Bank.DistinctCaptions([0f, 1f], [1f, 0f], 1)[0]);

        // "y" lies furthest apart of the two (0 and -1), but says nothing of the first.
        Assert.Equal(["x", "both", "y"], Bank.DistinctCaptions([1f, 0f], [0f, -1f], 3).Select(contrast => contrast.Caption));
    }

    [Fact]
    public void SharedCaption_EmptyBankOrOtherDimension_IsNullOrThrows()
    {
        Assert.Null(new CaptionBank([], [], 2).SharedCaption([1f, 0f], [0f, 1f]));
        Assert.Throws<ArgumentException>(() => Bank.SharedCaption([1f], [1f]));
        Assert.Throws<ArgumentException>(() => new CaptionBank(["a"], [1, float.NaN], 2));
    }

    [Fact]
    public void Load_Npz_ReadsCaptionsAndEmbeddings()
    {
        using TemporaryFolder folder = new();
        NpzFile.Write(folder["bank.npz"], new EmbeddingTable(2, [0, 2, 5, 0], ["0", "1"], ["up", "right"]));

        Assert.Equal("right", CaptionBank.Load(folder["bank.npz"]).BestCaptions([1f, 0f], 1)[0].Caption);
    }
}
