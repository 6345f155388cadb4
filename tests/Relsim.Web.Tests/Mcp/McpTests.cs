using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Relsim.Web.Pictures;

namespace Relsim.Web.Tests.Mcp;

/// <summary>A real client of MCP talks to the server, over HTTP and over standard input and output.</summary>
public sealed class McpTests(SharedServer shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tools_OverHttp_SearchScoreExplain()
    {
        await using McpClient client = await OverHttpAsync(shared.Server);

        await AssertToolsAsync(client);
    }

    [Fact]
    public async Task Tools_OverStandardInputAndOutput_SearchScoreExplain()
    {
        using var folder = new TemporaryFolder();
        var transport = new StdioClientTransport(new StdioClientTransportOptions
        {
            Name = "relsim",
            Command = "dotnet",
            Arguments = [Path.Combine(AppContext.BaseDirectory, "Relsim.Cli.dll"), "mcp", shared.Gallery.CopyLibrary(folder)],
        });
        await using McpClient client = await McpClient.CreateAsync(transport, cancellationToken: Token);

        await UntilLoadedAsync(client);
        await AssertToolsAsync(client);
    }

    [Fact]
    public async Task Search_NothingToSearchFor_IsAnErrorThatSaysSo()
    {
        await using McpClient client = await OverHttpAsync(shared.Server);

        CallToolResult result = await client.CallToolAsync("search", new Dictionary<string, object?>(), cancellationToken: Token);

        Assert.True(result.IsError);
        Assert.Contains("picture or a text", Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_BrokenPicture_IsAnErrorThatSaysSo()
    {
        await using McpClient client = await OverHttpAsync(shared.Server);

        CallToolResult result = await client.CallToolAsync(
            "score", new Dictionary<string, object?> { ["first"] = "data:image/png;base64,AAAA", ["second"] = PictureId.OfPath(shared.Gallery.Files[0]) }, cancellationToken: Token);

        Assert.True(result.IsError);
        Assert.Contains("image 0", Text(result), StringComparison.Ordinal);
    }

    internal static Task<McpClient> OverHttpAsync(RunningServer server, string? key = null) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(server.Address, "/mcp"),
            AdditionalHeaders = key is null ? [] : new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        }),
        cancellationToken: Token);

    /// <summary>The program answers before its model is loaded: tools then say that they are not ready.</summary>
    private static async Task UntilLoadedAsync(McpClient client)
    {
        var words = new Dictionary<string, object?> { ["texts"] = new[] { "words" } };
        while (await client.CallToolAsync("search", words, cancellationToken: Token) is { IsError: true } waiting)
        {
            Assert.Contains("being loaded", Text(waiting), StringComparison.Ordinal);
            await Task.Yield();
        }
    }

    private async Task AssertToolsAsync(McpClient client)
    {
        IList<McpClientTool> tools = await client.ListToolsAsync(cancellationToken: Token);
        Assert.Equal(["explain", "score", "search"], tools.Select(tool => tool.Name).Order(StringComparer.Ordinal));
        string uri = Gallery.DataUri(File.ReadAllBytes(shared.Gallery.Files[0]));

        JsonElement search = await CallAsync(client, "search", new() { ["images"] = new[] { uri }, ["limit"] = 3 });
        JsonElement[] hits = [.. search.GetProperty("hits").EnumerateArray()];
        Assert.Equal(3, hits.Length);
        Assert.All(hits, hit => Assert.Contains(hit.GetProperty("path").GetString(), shared.Gallery.Files));
        Assert.False(string.IsNullOrEmpty(hits[0].GetProperty("shared_caption").GetProperty("caption").GetString()));

        string id = hits[0].GetProperty("id").GetString()!;
        JsonElement score = await CallAsync(client, "score", new() { ["first"] = uri, ["second"] = id });
        Assert.Equal(hits[0].GetProperty("relational_score").GetSingle(), score.GetProperty("relational_score").GetSingle(), 1e-4f);

        JsonElement explain = await CallAsync(client, "explain", new() { ["first"] = uri, ["second"] = id, ["captions"] = 2 });
        Assert.Equal(2, explain.GetProperty("captions").GetArrayLength());
    }

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, Dictionary<string, object?> arguments)
    {
        CallToolResult result = await client.CallToolAsync(tool, arguments, cancellationToken: Token);
        Assert.True(result.IsError is not true, Text(result));
        return JsonSerializer.SerializeToElement(result.StructuredContent);
    }

    private static string Text(CallToolResult result) => string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
