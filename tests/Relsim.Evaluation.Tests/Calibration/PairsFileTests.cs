using Relsim.Datasets;
using Relsim.Evaluation.Calibration;

namespace Relsim.Evaluation.Tests.Calibration;

public sealed class PairsFileTests : IDisposable
{
    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Read_Images_AreFoundFromTheFileOn()
    {
        PairsFile file = Read("image_a,image_b,related\nimg/1.png,/p/2.png,1\n../3.png,4.png,0.25\n");

        string folder = Path.GetDirectoryName(_files["pairs.csv"])!;
        Assert.Equal([(Path.Combine(folder, "img/1.png"), "/p/2.png"), (Path.Combine(Path.GetDirectoryName(folder)!, "3.png"), Path.Combine(folder, "4.png"))], file.Images);
        Assert.Equal([1, 0.25], file.Labels);
        Assert.Empty(file.Scores);
        Assert.Equal([new LabelledScore(0.5, 1), new LabelledScore(0.1, 0.25)], file.WithScores([0.5, 0.1]));
        Assert.Throws<ArgumentException>(() => file.WithScores([0.5]));
    }

    [Fact]
    public void Read_ScoresAndVotes_AreShares()
    {
        PairsFile file = Read("score,total,related\n0.5,4,3\n-1e-1,1,0\n");

        Assert.Equal([0.5, -0.1], file.Scores);
        Assert.Equal([0.75, 0], file.Labels);
        Assert.Empty(file.Images);
    }

    [Theory]
    [InlineData("line 2: related is '2'; it must be a number from 0 to 1", "score,related\n0.5,2")]
    [InlineData("line 2: related is 'yes'", "score,related\n0.5,yes")]
    [InlineData("line 2: related is '5'; it must be a number from 0 to 4", "score,related,total\n0.5,5,4")]
    [InlineData("line 2: total is '0'", "score,related,total\n0.5,0,0")]
    [InlineData("line 3: score is '1.5'; it must be a number from -1 to 1", "score,related\n1,0\n1.5,0")]
    [InlineData("line 2: score is 'NaN'", "score,related\nNaN,0")]
    [InlineData("line 2: the column 'image_b' is empty", "image_a,image_b,related\na,,1")]
    [InlineData("line 1: the columns must be", "image_a,related\na,1")]
    [InlineData("line 1: the columns must be", "image_a,image_b\na,b")]
    [InlineData("line 1: the columns must be", "image_a,image_b,score,related\na,b,0.5,1")]
    public void Read_BadFile_NamesFileLineAndReason(string expected, string text)
    {
        string message = Assert.Throws<DatasetFormatException>(() => Read(text)).Message;

        Assert.StartsWith(_files["pairs.csv"], message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    private PairsFile Read(string text) => PairsFile.Read(_files.Write("pairs.csv", text));
}
