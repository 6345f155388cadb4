using System.Text;
using Relsim.Datasets;
using Relsim.Evaluation.Reports;
using Relsim.Evaluation.Reports.Plots;
using Relsim.Evaluation.Study;

namespace Relsim.Evaluation.Tests.Reports;

public sealed class PublishedFiguresTests
{
    [Fact]
    public void Read_OfTheShippedFile_HasThePapersScores()
    {
        IReadOnlyList<PublishedScore> scores = PublishedFigures.Read(Path.Combine(Data(), PublishedFigures.ScoresFile));
        Assert.Equal(9, scores.Count);
        Assert.Equal(new PublishedScore("relsim", 6.77, ""), scores[^1]);
        Assert.Contains("5.14", scores.Single(score => score.Method == "DINO").Note, StringComparison.Ordinal);
    }

    [Fact]
    public void ScoreChart_OfTheShippedFile_ShowsEveryNameAndNumber()
    {
        string svg = Encoding.UTF8.GetString(PublishedFigures.ScoreChart(PublishedFigures.Read(Path.Combine(Data(), PublishedFigures.ScoresFile))).Render(PlotFormat.Svg));
        string[] shown = ["LPIPS", "4.56", "4.68", "Qwen-T", "4.86", "CLIP-T", "5.33", "tuned DINO", "5.62", "DreamSim", "5.76", "CLIP-I", "5.91", "tuned CLIP", "6.02", "relsim", "6.77"];
        Assert.All(shown, text => Assert.Contains($">{text}</text>", svg, StringComparison.Ordinal));
        Assert.Contains(">DINO\u00b9</text>", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void PreferenceChart_OfTheShippedFile_ShowsThePapersPercentages()
    {
        StudyReport report = StudyAnalysis.Run(VotesFile.Read(Path.Combine(Data(), PublishedFigures.PreferenceFile)));
        string svg = Encoding.UTF8.GetString(PublishedFigures.PreferenceChart(report).Render(PlotFormat.Svg));
        Assert.All(["48.5 %", "17.0 %", "34.4 %", "54.2 %", "21.5 %", "24.3 %", "42.5 %", "25.6 %", "31.9 %", "against Qwen-T"], text => Assert.Contains($">{text}</text>", svg, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("method,score\na,1\n", 1, "note")]
    [InlineData("method,score,note\na,x,\n", 2, "'x'")]
    [InlineData("method,score,note\na,1,\nb,10.1,\n", 3, "10.1")]
    [InlineData("method,score,note\na,1,\nb,-1,\n", 3, "-1")]
    [InlineData("method,score,note\na,1,\na,2,\n", 3, "twice")]
    [InlineData("method,score,note\na,1\n", 2, "fields")]
    [InlineData("method,score,note\n,1,\n", 2, "method")]
    public void Read_OfAFaultyFile_NamesTheLine(string text, int line, string reason)
    {
        using var run = new TemporaryRun();
        File.WriteAllText(run["scores.csv"], text);
        DatasetFormatException fault = Assert.Throws<DatasetFormatException>(() => PublishedFigures.Read(run["scores.csv"]));
        Assert.Equal((run["scores.csv"], line), (fault.FilePath, fault.Line));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_OfTheShippedData_WritesEachChartTwiceAndRefusesAnEmptyFolder()
    {
        using var run = new TemporaryRun();
        IReadOnlyList<string> files = PublishedFigures.Draw(Data(), run["charts"]);
        Assert.Equal(["published-scores.png", "published-scores.svg", "published-preferences.png", "published-preferences.svg"], files.Select(Path.GetFileName));
        Assert.All(files, file => Assert.True(new FileInfo(file).Length > 10_000));
        Assert.Contains(PublishedFigures.ScoresFile, Assert.Throws<DatasetFormatException>(() => PublishedFigures.Draw(run["charts"], run["none"])).Message, StringComparison.Ordinal);
    }

    private static string Data()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Relsim.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "docs", "results", "published");
    }
}
