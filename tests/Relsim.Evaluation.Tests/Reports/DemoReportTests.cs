using System.Text.RegularExpressions;
using Relsim.Evaluation.Reports;

namespace Relsim.Evaluation.Tests.Reports;

public sealed partial class DemoReportTests
{
    private static readonly string Page = DemoReport.Render(ReportSamples.Content());

    [Fact]
    public void Render_OfHostileCaptions_EscapesThem()
    {
        Assert.DoesNotContain("<script", Page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img src=\"http", Page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(&#39;", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAnyReport_LoadsNothingFromElsewhere()
    {
        string[] loaded = [.. Loads().Matches(Page).Select(match => match.Groups["address"].Value)];
        Assert.Equal(2 + 20 + 2 + 1, loaded.Length); // queries, hits, two maps, the icon
        Assert.All(loaded, address => Assert.StartsWith("data:", address, StringComparison.Ordinal));
        Assert.DoesNotContain("@import", Page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAnyReport_GivesEveryPictureAnAlternative()
    {
        string[] images = [.. Images().Matches(Page).Select(match => match.Value)];
        Assert.Equal(2 + 20 + 1, images.Length);
        Assert.All(images, image => Assert.Matches("alt=\"[^\"]+\"", image));
    }

    [Fact]
    public void Render_WithoutGroundTruth_ClaimsNone()
    {
        DemoReportContent content = ReportSamples.Content();
        DemoHit[] unknown = [.. content.Queries[0].Relational.Select(hit => hit with { SameRelation = null, SameLook = null })];
        string page = DemoReport.Render(content with { Queries = [content.Queries[0] with { Relational = unknown, Attribute = unknown }] });
        Assert.DoesNotContain("Does the truth agree", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"chip", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAPictureThatIsNone_Throws()
    {
        DemoReportContent content = ReportSamples.Content();
        Assert.Throws<ArgumentException>(() => DemoReport.Render(content with { Maps = [new DemoMap([1, 2, 3], "broken")] }));
    }

    [Fact]
    public void Agreement_OfQueries_CountsTheHits()
    {
        IReadOnlyList<DemoAgreement> lines = DemoAgreement.Of(ReportSamples.Content().Queries);
        Assert.Equal(new DemoAgreement("Same logic", 0.8, 0, 10), lines[0]);
        Assert.Equal(new DemoAgreement("Same look", 0, 1, 10), lines[1]);
        Assert.Contains("<span class=\"number\">80 %</span>", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OverAnOldReport_ReplacesIt()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("relsim-report-");
        try
        {
            string path = Path.Combine(folder.FullName, "deep", "report.html");
            DemoReport.Write(path, ReportSamples.Content() with { Title = "First" });
            DemoReport.Write(path, ReportSamples.Content());
            Assert.Equal(Page, File.ReadAllText(path));
            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Whatever makes a browser load something; a plain link does not.
    [GeneratedRegex("""(?:<(?:img|source|script|iframe|link|video|audio|object|embed)\b[^>]*?\s(?:src|srcset|href|data)=")(?<address>[^"]*)""")]
    private static partial Regex Loads();

    [GeneratedRegex("<img [^>]*>")]
    private static partial Regex Images();
}
