using System.Net;
using System.Net.Sockets;
using System.Text;
using NetVips;
using Relsim.Web.Library;
using Relsim.Web.Pictures;
using Relsim.Web.Tests.Api;

namespace Relsim.Web.Tests.Pictures;

/// <summary>Pictures are served by name, and only what really lies below a root.</summary>
public sealed class PictureEndpointTests(SharedServer shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Escapes =>
    [
        "/img/../../../../etc/passwd",
        "/img/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/img/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/img/..%252f..%252f..%252fetc%252fpasswd",
        "/img/%252e%252e%252fetc%252fpasswd",
        "/img//etc/passwd",
        "/img/%2fetc%2fpasswd",
        "/img/..\\..\\..\\etc\\passwd",
        "/img/..%5c..%5c..%5cetc%5cpasswd",
        "/img/C:%5cwindows%5cwin.ini",
        "/img/file:%2f%2f%2fetc%2fpasswd",
        "/img/%00",
        "/img/etc%00.jpg",
        "/img/00000000000000000000000000000000%00",
        "/img/0000000000000000000000000000000g",
        "/img/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
        "/img/....//....//etc/passwd",
        "/img/~root/.bashrc",
        "/img/.relsim.db",
        "/thumb/..%2f..%2fetc%2fpasswd?w=256",
        "/thumb/%2fetc%2fpasswd?w=256",
        "/../library.db",
        "/..%2flibrary.db",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/_framework/..%2f..%2f..%2fetc/passwd",
        "/models/mini/../../../etc/passwd",
    ];

    [Theory]
    [MemberData(nameof(Escapes))]
    public async Task Get_PathOutOfTheRoots_GivesNothing(string path)
    {
        // By hand: a client's Uri would tidy the path up before it is sent.
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, shared.Server.Address.Port, Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), Token);
        using var reader = new StreamReader(client.GetStream());
        string answer = await reader.ReadToEndAsync(Token);

        Assert.Matches("^HTTP/1.1 (400|404)", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Picture_IsTheFile()
    {
        string file = shared.Gallery.Files[0];
        using HttpResponseMessage response = await shared.Server.Client.GetAsync($"/img/{PictureId.OfPath(file)}", Token);

        Assert.Equal("image/png", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(File.ReadAllBytes(file), await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public async Task Get_Thumbnail_HasItsSizeAndMayBeKept(int side)
    {
        LibraryPicture picture = shared.Server.Session.Snapshot.Pictures[0];
        using HttpResponseMessage response = await shared.Server.Client.GetAsync(PictureEndpoints.ThumbnailUrl(picture, side), Token);
        using Image thumbnail = Image.NewFromBuffer(await response.Content.ReadAsByteArrayAsync(Token));

        Assert.Equal("image/jpeg", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(side, Math.Max(thumbnail.Width, thumbnail.Height));
        Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, PictureEndpoints.ThumbnailUrl(picture, side));
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await shared.Server.Client.SendAsync(again, Token)).StatusCode);
    }

    [Theory]
    [InlineData("w=5000")]
    [InlineData("w=-1")]
    [InlineData("w=257")]
    public async Task Get_ThumbnailOfAnotherSize_IsRefused(string size)
    {
        using HttpResponseMessage response = await shared.Server.Client.GetAsync($"/thumb/{PictureId.OfPath(shared.Gallery.Files[0])}?{size}", Token);

        await ProblemTests.AssertProblemAsync(response, 400);
    }

    [Fact]
    public async Task Get_PictureDeletedOrReplacedByALink_GivesNothing()
    {
        using var folder = new TemporaryFolder();
        string pictures = Directory.CreateDirectory(folder["pictures"]).FullName;
        string[] files = [.. shared.Gallery.Files.Take(4).Select((file, i) => Copy(file, Path.Combine(pictures, $"{i}.png")))];
        string secret = Copy(shared.Gallery.Files[5], folder["secret.png"]);
        await using RunningServer server = await RunningServer.StartAsync(shared.Gallery, options => options with { Library = pictures, Roots = [] });
        await server.UntilAsync(() => server.Session.Jobs is [{ IsOver: true }]);
        Assert.Equal(4, server.Session.Count);

        File.Delete(files[0]);
        File.Delete(files[1]);
        File.CreateSymbolicLink(files[1], secret);
        File.Delete(files[2]);
        File.CreateSymbolicLink(files[2], Path.Combine("..", "secret.png"));
        File.Delete(files[3]);
        Directory.CreateDirectory(files[3]);

        foreach (string file in files)
        {
            await ProblemTests.AssertProblemAsync(await server.Client.GetAsync($"/img/{PictureId.OfPath(file)}", Token), 404);
            await ProblemTests.AssertProblemAsync(await server.Client.GetAsync($"/thumb/{PictureId.OfPath(file)}?w=128", Token), 404);
        }

        Assert.Empty(server.Log.Errors);
    }

    [Fact]
    public async Task Get_ThumbnailOfChangedFile_ShowsTheChange()
    {
        using var folder = new TemporaryFolder();
        string file = Copy(shared.Gallery.Files[0], folder["a.png"]);
        await using RunningServer server = await RunningServer.StartAsync(shared.Gallery, options => options with { Library = folder.Path, Roots = [] });
        await server.UntilAsync(() => server.Session.Jobs is [{ IsOver: true }]);
        string url = $"/thumb/{PictureId.OfPath(file)}?w=128";
        byte[] before = await server.Client.GetByteArrayAsync(url, Token);

        File.WriteAllBytes(file, File.ReadAllBytes(shared.Gallery.Files[7]));

        Assert.NotEqual(before, await server.Client.GetByteArrayAsync(url, Token));
        File.WriteAllText(file, "no picture any more");
        await ProblemTests.AssertProblemAsync(await server.Client.GetAsync(url, Token), 415);
    }

    [Fact]
    public async Task Get_ThumbnailsCannotBeKept_AreServedAndSaidOnce()
    {
        await using RunningServer server = await RunningServer.StartAsync(shared.Gallery, options =>
        {
            File.WriteAllText(options.CacheFolder!, "a file where the folder should be");
            return options;
        });

        for (int round = 0; round < 2; round++)
        {
            foreach (LibraryPicture picture in server.Session.Snapshot.Pictures.Take(3))
            {
                Assert.NotEmpty(await server.Client.GetByteArrayAsync(PictureEndpoints.ThumbnailUrl(picture, 64), Token));
            }
        }

        Assert.Single(server.Log.Lines, line => line.Line.Contains("Thumbnails cannot be kept", StringComparison.Ordinal));
        Assert.Empty(server.Log.Errors);
    }

    private static string Copy(string from, string to)
    {
        File.Copy(from, to);
        return to;
    }
}
