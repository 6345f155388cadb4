using System.CommandLine;
using System.Text.Json;
using Relsim.Cli.Commands;
using Relsim.Search;

namespace Relsim.Cli.Tests.Commands;

/// <summary>What the commands print of a model without looks, interest and captions: null in JSON, no column in text.</summary>
public sealed class BareModelOutputTests : IDisposable
{
    private static readonly ImageComparison Comparison = new(0.5f, null, null, null, [], [], []);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Score_ModelWithRelationAlone_PrintsRelationAlone()
    {
        JsonElement json = Json(output => ScoreCommand.Print(output, "a.png", "b.png", Comparison));
        string text = Text(output => ScoreCommand.Print(output, "a.png", "b.png", Comparison));

        Assert.Equal(0.5f, json.GetProperty("relational").GetSingle());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("attribute").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("interest").ValueKind);
        Assert.Contains("relational", text, StringComparison.Ordinal);
        Assert.DoesNotContain("attribute", text, StringComparison.Ordinal);
        Assert.DoesNotContain("a relation in", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_ModelWithRelationAlone_LeavesTheRestOut()
    {
        JsonElement one = Json(output => ExplainCommand.Print(output, "a.png", null, []));
        JsonElement two = Json(output => ExplainCommand.Print(output, "a.png", "b.png", Comparison));
        string text = Text(output => ExplainCommand.Print(output, "a.png", null, [])) + Text(output => ExplainCommand.Print(output, "a.png", "b.png", Comparison));

        Assert.Equal(JsonValueKind.Null, one.GetProperty("interest").ValueKind);
        Assert.Equal(JsonValueKind.Null, two.GetProperty("attribute").ValueKind);
        Assert.Equal(JsonValueKind.Null, two.GetProperty("interest").ValueKind);
        Assert.Contains("Relational score 0.500.", text, StringComparison.Ordinal);
        Assert.Contains("embeds no texts", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Probability", text, StringComparison.Ordinal);
        Assert.DoesNotContain("attribute", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Search_ModelWithRelationAlone_HasNoColumnOfLooks()
    {
        using EmbeddingStore store = EmbeddingStore.Open(_folder["l.db"], new StoreIdentity("bare-1", "profile", 4, 0));
        var result = new LibrarySearchResult([new SearchHit("/p/a.png", 0.5f, 0.5f, null, null, null)], null);

        JsonElement hit = Json(output => SearchCommand.Print(output, store, result)).GetProperty("hits")[0];
        string text = Text(output => SearchCommand.Print(output, store, result));

        Assert.Equal(0.5f, hit.GetProperty("relational").GetSingle());
        Assert.All(["attribute", "interest", "shared_caption"], name => Assert.Equal(JsonValueKind.Null, hit.GetProperty(name).ValueKind));
        Assert.Contains("/p/a.png", text, StringComparison.Ordinal);
        Assert.DoesNotContain("attribute", text, StringComparison.Ordinal);
    }

    private static JsonElement Json(Action<Output> print) => JsonSerializer.Deserialize<JsonElement>(Printed(print, "--json"));

    private static string Text(Action<Output> print) => Printed(print);

    private static string Printed(Action<Output> print, params string[] options)
    {
        using var text = new StringWriter();
        ParseResult parse = Program.CreateRoot().Parse(["doctor", .. options]);
        parse.InvocationConfiguration.Output = text;
        print(Output.Of(parse));
        return text.ToString();
    }
}
