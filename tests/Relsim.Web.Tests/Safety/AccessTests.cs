using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Relsim.Web.Tests.Api;
using Relsim.Web.Tests.Mcp;

namespace Relsim.Web.Tests.Safety;

/// <summary>A server with a key: who is let in, and that the key is nowhere to be read.</summary>
public sealed partial class AccessTests(SharedServer shared)
{
    private const string Key = "correct-horse-battery-staple-42";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Validate_BeyondLoopbackWithoutKey_IsRefused()
    {
        var options = new ServeOptions { Library = "l.db", LoadModel = () => throw new NotSupportedException(), Address = IPAddress.Any };

        Assert.Contains("RELSIM_API_KEY", Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>((options with { ApiKey = "short" }).Validate);
        (options with { ApiKey = Key }).Validate();
    }

    [Fact]
    public async Task Requests_KeyMissingWrongOrRight_AreToldApart()
    {
        await using RunningServer server = await StartAsync();
        string[] paths = ["/v1/models", "/openapi/v1.json", "/metrics", "/img/00000000000000000000000000000000", "/nothing", "/mcp", "/"];
        foreach (string path in paths)
        {
            await ProblemTests.AssertProblemAsync(await GetAsync(server, path, null), 401);
            await ProblemTests.AssertProblemAsync(await GetAsync(server, path, $"Bearer {Key[..^1]}"), 401);
            await ProblemTests.AssertProblemAsync(await GetAsync(server, path, $"Bearer {Key}x"), 401);
            await ProblemTests.AssertProblemAsync(await GetAsync(server, path, $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Key))}"), 401);
        }

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/v1/models", $"Bearer {Key}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/healthz", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/readyz", null)).StatusCode);
        Assert.DoesNotContain(server.Log.Lines, line => line.Line.Contains(Key[..^1], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mcp_RightKey_IsLetIn()
    {
        await using RunningServer server = await StartAsync();
        await using var client = await McpTests.OverHttpAsync(server, Key);

        Assert.Equal(3, (await client.ListToolsAsync(cancellationToken: Token)).Count);
    }

    [Fact]
    public async Task Login_RightKey_LetsTheBrowserIn()
    {
        await using RunningServer server = await StartAsync();
        using HttpClient browser = Browser(server, out CookieContainer cookies);
        using HttpResponseMessage first = await PageAsync(browser, "/?text=words");
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        string login = first.Headers.Location!.PathAndQuery;
        Assert.StartsWith("/login?returnTo=", login, StringComparison.Ordinal);

        using HttpResponseMessage wrong = await SubmitAsync(browser, login, Key + "x");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using HttpResponseMessage right = await SubmitAsync(browser, login, Key);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal("/?text=words", right.Headers.Location!.OriginalString);
        string set = Assert.Single(right.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("relsim=", StringComparison.Ordinal));
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", set, StringComparison.OrdinalIgnoreCase);

        Assert.Equal(HttpStatusCode.OK, (await PageAsync(browser, "/v1/models")).StatusCode);
        Assert.DoesNotContain(Key, cookies.GetCookieHeader(server.Address), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Log.Lines, line => line.Line.Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Login_WithoutAntiforgeryToken_IsRefused()
    {
        await using RunningServer server = await StartAsync();
        using HttpClient browser = Browser(server, out _);

        using HttpResponseMessage response = await browser.PostAsync("/login", new FormUrlEncodedContent([new("key", Key)]), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.False(response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies) && cookies.Any(cookie => cookie.StartsWith("relsim=", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task Login_ReturnToElsewhere_StaysHere(string target)
    {
        await using RunningServer server = await StartAsync();
        using HttpClient browser = Browser(server, out _);

        using HttpResponseMessage response = await SubmitAsync(browser, $"/login?returnTo={Uri.EscapeDataString(target)}", Key);

        Assert.Equal("/", response.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("169.254.169.254")]
    public async Task Get_OtherHost_IsRefused(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
        request.Headers.Host = host;

        using HttpResponseMessage response = await shared.Server.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Post_FromAnotherSitesPage_IsRefused(string header, string value)
    {
        foreach (string path in new[] { "/upload", "/v1/score", "/mcp", "/_blazor/negotiate" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Gallery.NewJpeg(1)) };
            request.Headers.Add(header, value);

            await ProblemTests.AssertProblemAsync(await shared.Server.Client.SendAsync(request, Token), 403);
        }
    }

    [Fact]
    public async Task Post_FromOwnPage_IsAnswered()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload") { Content = new ByteArrayContent(Gallery.NewJpeg(1)) };
        request.Headers.Add("Origin", shared.Server.Address.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        using HttpResponseMessage response = await shared.Server.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Socket_FromAnotherSitesPage_IsRefused()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, shared.Server.Address.Port, Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET /_blazor HTTP/1.1\r\nHost: {shared.Server.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://evil.example\r\n\r\n"),
            Token);
        using var reader = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 403", await reader.ReadLineAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/healthz")]
    [InlineData("/img/x")]
    [InlineData("/login")]
    [InlineData("/nothing/at/all")]
    public async Task Get_Anything_ComesWithTheSecurityHeaders(string path)
    {
        using HttpResponseMessage response = await shared.Server.Client.GetAsync(path, Token);

        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.True(response.Headers.Contains("Permissions-Policy"));
        Assert.False(response.Headers.Contains("Server"));
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(shared.Gallery, options => options with { ApiKey = Key });

    private static HttpClient Browser(RunningServer server, out CookieContainer cookies)
    {
        cookies = new CookieContainer();
        return new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = server.Address };
    }

    private static async Task<HttpResponseMessage> GetAsync(RunningServer server, string path, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        return await server.Client.SendAsync(request, Token);
    }

    private static async Task<HttpResponseMessage> PageAsync(HttpClient browser, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml");
        return await browser.SendAsync(request, Token);
    }

    private static async Task<HttpResponseMessage> SubmitAsync(HttpClient browser, string login, string key)
    {
        string page = await browser.GetStringAsync(login, Token);
        Match token = HiddenField().Match(page);
        Assert.True(token.Success, page);
        return await browser.PostAsync(login, new FormUrlEncodedContent([new("key", key), new(token.Groups[1].Value, token.Groups[2].Value)]), Token);
    }

    [GeneratedRegex("""type="hidden" name="([^"]+)" value="([^"]+)">""")]
    private static partial Regex HiddenField();
}
