using System.Text.RegularExpressions;
using Relsim.Datasets;
using Relsim.Evaluation.Reports;

namespace Relsim.Evaluation.Tests.Reports;

public sealed partial class EvaluationReportTests
{
    private static readonly string Page = RenderFull();

    [Fact]
    public void Render_OfAFullRun_SaysWhoIsBestAndWhetherThatHolds()
    {
        string text = Text(Page);
        Assert.Contains("mini is best by nDCG@10: 0.800 [0.750, 0.850]. It leads the next, " + TemporaryRun.Hostile + ", by 0.200 [0.100, 0.300], a difference that holds after Holm's correction (p = 0.003)", text, StringComparison.Ordinal);
        Assert.Contains("1 of 2 others are significantly behind it.", text, StringComparison.Ordinal);
        Assert.Contains("mini is best by the judge's score: 6.25 [5.50, 7.00].", text, StringComparison.Ordinal);
        Assert.Contains("Not all answers are in", text, StringComparison.Ordinal);
        Assert.Contains("48.5 % against 34.4 % of 880 votes", text, StringComparison.Ordinal);
        Assert.Contains("From a score of 0.700 on, 92.0 % of pairs are related", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAFullRun_ShowsWhereItsNumbersComeFrom()
    {
        string text = Text(Page);
        Assert.Contains("relsim evaluate retrieval --pool", text, StringComparison.Ordinal);
        Assert.Contains("2026-01-01 00:00:00 UTC", text, StringComparison.Ordinal);
        Assert.Contains("mini-1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAFullRun_NamesEveryMissingPictureAndReplacesNone()
    {
        string text = Text(Page);
        Assert.Contains("<b>cut</b> short", text, StringComparison.Ordinal);
        Assert.Contains("judged.png", text, StringComparison.Ordinal);
        Assert.Contains("this page", text, StringComparison.Ordinal);
        Assert.Equal(6, Regex.Count(Page, "class=\"picture missing\"")); // two queries, three methods
        Assert.Contains("✓", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfHostileNames_EscapesThem()
    {
        Assert.DoesNotContain("<script", Page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img src=http", Page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, Regex.Count(Page, "</style>", RegexOptions.IgnoreCase) - Regex.Count(Page, "</style></svg>"));
    }

    [Fact]
    public void Render_OfAnyRun_LoadsNothingFromElsewhere()
    {
        string[] loaded = [.. Loads().Matches(Page).Select(match => match.Groups["address"].Value)];
        Assert.NotEmpty(loaded);
        Assert.All(loaded, address => Assert.StartsWith("data:", address, StringComparison.Ordinal));
        Assert.All(Urls().Matches(Page).Select(match => match.Value), url => Assert.Matches(@"^url\((data:|#)", url));
        Assert.DoesNotContain("@import", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAnyRun_ClosesEveryElementInOrder()
    {
        var open = new Stack<string>();
        foreach (Match tag in Tags().Matches(WithoutStyle(Page)))
        {
            string name = tag.Groups["name"].Value;
            if (tag.Groups["end"].Success)
            {
                Assert.Equal(open.Pop(), name);
            }
            else if (!tag.Value.EndsWith("/>", StringComparison.Ordinal) && name is not ("meta" or "link" or "img" or "source" or "br"))
            {
                open.Push(name);
            }
        }

        Assert.Empty(open);
    }

    [Fact]
    public void Render_OfAnyRun_NamesEverythingOnceAndLinksToWhatIsThere()
    {
        string[] names = [.. Names().Matches(Page).Select(match => match.Groups["name"].Value)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(References().Matches(Page).Select(match => match.Groups["name"].Value), reference => Assert.Contains(reference, names));
    }

    [Fact]
    public void Render_OfAnyRun_GivesEveryPictureAndChartAnAlternative()
    {
        Assert.All(Regex.Matches(Page, "<img [^>]*>").Select(match => match.Value), image => Assert.Matches("alt=\"[^\"]+\"", image));
        string[] charts = [.. Regex.Matches(Page, "<svg [^>]*>").Select(match => match.Value)];
        Assert.NotEmpty(charts);
        Assert.All(charts, chart => Assert.Matches("aria-label=\"[^\"]+\"", chart));
        Assert.All(Regex.Matches(Page, "<table.*?</table>", RegexOptions.Singleline).Select(match => match.Value), table => Assert.Contains("<caption>", table, StringComparison.Ordinal));
    }

    [Fact]
    public void Render_Twice_GivesTheSamePage()
    {
        using TemporaryRun run = TemporaryRun.Full();
        Assert.Equal(EvaluationReport.Render(run.Folder), EvaluationReport.Render(run.Folder));
    }

    [Theory]
    [InlineData("retrieval.json", "Retrieval")]
    [InlineData("retrieved_images.json", "What they find")]
    [InlineData("judge-report.json", "A model as judge")]
    [InlineData("study.json", "What people prefer")]
    [InlineData("calibration-report.json", "From score to probability")]
    [InlineData("joint.json", "Logic and look at a glance")]
    public void Render_WithoutAResult_LeavesItsPartOut(string file, string title)
    {
        using TemporaryRun run = TemporaryRun.Full();
        Assert.Contains($">{title}</h2>", EvaluationReport.Render(run.Folder), StringComparison.Ordinal);
        File.Delete(run[file]);
        Assert.DoesNotContain($">{title}</h2>", EvaluationReport.Render(run.Folder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("retrieval.json")]
    [InlineData("retrieved_images.json")]
    [InlineData("judge-report.json")]
    [InlineData("study.json")]
    [InlineData("calibration-report.json")]
    public void Render_OfOneResultAlone_IsAPage(string file)
    {
        using TemporaryRun full = TemporaryRun.Full(), run = new();
        File.Copy(full[file], run[file]);
        Assert.Contains("Where this comes from", EvaluationReport.Render(run.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAFolderWithoutResults_SaysWhatIsMissing()
    {
        using var run = new TemporaryRun();
        Assert.Contains("retrieval.json", Assert.Throws<DatasetFormatException>(() => EvaluationReport.Render(run.Folder)).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => EvaluationReport.Render(run["nowhere"]));
    }

    [Theory]
    [InlineData("study.json")]
    [InlineData("joint.json")]
    [InlineData("errors.jsonl")]
    [InlineData("provenance.json")]
    public void Render_OfABrokenFile_NamesIt(string file)
    {
        using TemporaryRun run = TemporaryRun.Full();
        File.WriteAllText(run[file], "{]");
        Assert.Equal(run[file], Assert.Throws<DatasetFormatException>(() => EvaluationReport.Render(run.Folder)).FilePath);
    }

    [Fact]
    public void Render_BesideAModelsCalibration_DoesNotTakeItForAReport()
    {
        using TemporaryRun run = TemporaryRun.Full();
        File.Delete(run["calibration-report.json"]);
        File.WriteAllText(run["calibration.json"], """{"fingerprint": "x", "knots": []}""");
        Assert.DoesNotContain("From score to probability", EvaluationReport.Render(run.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAnotherMethodToHighlight_PutsItFirstAmongTheHits()
    {
        using TemporaryRun run = TemporaryRun.Full();
        string page = EvaluationReport.Render(run.Folder, new EvaluationReportOptions { Highlight = TemporaryRun.Hostile, Queries = 1 });
        Assert.StartsWith("&lt;/style", Regex.Match(page, "<section class=\"method\"><h4>(?<name>[^<]*)").Groups["name"].Value, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "<article"));
    }

    [Fact]
    public void Write_IntoAFolder_GivesThePath()
    {
        using TemporaryRun run = TemporaryRun.Full();
        string path = EvaluationReport.Write(run.Folder);
        Assert.Equal(run["report.html"], path);
        Assert.Equal(Page.Length, File.ReadAllText(path).Length);
        Assert.Equal(run["deep/page.html"], EvaluationReport.Write(run.Folder, run["deep/page.html"]));
    }

    private static string RenderFull()
    {
        using TemporaryRun run = TemporaryRun.Full();
        return EvaluationReport.Render(run.Folder);
    }

    private static string WithoutStyle(string page) => Regex.Replace(page, "<style>.*?</style>", "", RegexOptions.Singleline);

    private static string Text(string page) =>
        Regex.Replace(System.Net.WebUtility.HtmlDecode(Regex.Replace(WithoutStyle(page), "<[^>]*>", "")), @"\s+", " ");

    [GeneratedRegex("""(?:<(?:img|image|source|script|iframe|link|video|audio|object|embed)\b[^>]*?\s(?:src|srcset|href|xlink:href|data)=")(?<address>[^"]*)""")]
    private static partial Regex Loads();

    [GeneratedRegex(@"url\([^)]{1,8}")]
    private static partial Regex Urls();

    [GeneratedRegex("""<(?<end>/)?(?<name>[a-zA-Z][a-zA-Z0-9]*)(?:"[^"]*"|[^">])*>""")]
    private static partial Regex Tags();

    [GeneratedRegex("""\sid="(?<name>[^"]*)""")]
    private static partial Regex Names();

    [GeneratedRegex("""(?:href="#|aria-labelledby="|url\(#)(?<name>[^")]*)""")]
    private static partial Regex References();
}
