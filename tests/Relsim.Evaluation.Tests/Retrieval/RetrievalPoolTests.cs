using Relsim.Datasets;
using Relsim.Evaluation.Retrieval;
using Relsim.Torch.Tests.Encoders;

namespace Relsim.Evaluation.Tests.Retrieval;

public sealed class RetrievalPoolTests
{
    [Fact]
    public void Read_PicturesOfEqualBytes_AreTwinsWhateverTheirNames()
    {
        using var folder = new PoolFolder();
        folder.Add("a", Pngs.Write(1, 8, 8));
        folder.Add("b", Pngs.Write(2, 8, 8));
        folder.Add("c", Pngs.Write(1, 8, 8));

        RetrievalPool pool = folder.Read();

        Assert.Equal(1, pool.DuplicateImages);
        Assert.True(pool.AreTwins(0, 2));
        Assert.False(pool.AreTwins(0, 1));
        Assert.Equal(pool.Images[0].Sha256, pool.Images[2].Sha256);
        Assert.Equal(2, pool.Find("c"));
        Assert.Null(pool.Find("d"));
    }

    [Fact]
    public void Read_PicturesThatCannotBeRead_AreErrorsAndNotInThePool()
    {
        using var folder = new PoolFolder();
        folder.Add("good", Pngs.Write(1, 8, 8));
        folder.Add("missing", null);
        folder.Add("text", "no picture"u8.ToArray());
        folder.Add("half", Pngs.Write(2, 40, 40)[..60]);
        folder.Add("last", Pngs.Write(3, 8, 8));

        RetrievalPool pool = folder.Read();

        Assert.Equal(["good", "last"], pool.Images.Select(image => image.Id));
        Assert.Equal(["missing", "text", "half"], pool.Errors.Select(error => error.Id));
        Assert.All(pool.Errors, error => Assert.False(string.IsNullOrWhiteSpace(error.Reason)));
        Assert.All(pool.Errors, error => Assert.Null(error.Method));
    }

    [Fact]
    public void Read_OneIdTwice_NamesIt()
    {
        using var folder = new PoolFolder();
        folder.Add("a", Pngs.Write(1, 8, 8));
        folder.Add("a", Pngs.Write(2, 8, 8));
        Assert.Contains("\"a\" comes 2 times", Assert.Throws<DatasetFormatException>(folder.Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AgainAfterAChange_HashesWhatChanged()
    {
        using PoolFolder folder = PoolFolder.Create(4);
        RetrievalPool first = folder.Read();
        Assert.Equal(first.Digest, folder.Read().Digest);

        File.WriteAllBytes(first.Images[1].Path, Pngs.Write(99, 30, 30));
        RetrievalPool second = folder.Read();

        Assert.NotEqual(first.Images[1].Sha256, second.Images[1].Sha256);
        Assert.Equal(first.Images[2].Sha256, second.Images[2].Sha256);
        Assert.NotEqual(first.Digest, second.Digest);
    }

    [Fact]
    public void Read_AFolder_NamesPicturesByTheirPlaceInIt()
    {
        using PoolFolder folder = PoolFolder.Create(3);
        folder.Read();
        RetrievalPool pool = RetrievalPool.Read(Path.GetDirectoryName(folder.Manifest)!, null, folder.Cache, null, TestContext.Current.CancellationToken);
        Assert.Equal(["000.png", "001.png", "002.png"], pool.Images.Select(image => image.Id));
        Assert.Null(pool.Images[0].Column("family"));
    }
}
