using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Relsim.Web.Api;
using Relsim.Web.Fetching;

namespace Relsim.Web.Tests.Fetching;

/// <summary>
/// The fetcher with a resolver of the test's own, so that names can be said to be anywhere. What it connects to is written down, and a real server on this machine answers in its place.
/// </summary>
public sealed class PictureFetcherTests : IAsyncDisposable
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<IPEndPoint> _connected = new();
    private readonly ConcurrentQueue<string> _resolved = new();
    private readonly Dictionary<string, Queue<IPAddress[]>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);
    private readonly Task _serving;

    public PictureFetcherTests()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Forbidden =>
    [
        "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.01/",
        "http://0/", "http://0.0.0.0/", "http://[::]/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/", "http://[fe80::1]/", "http://[fe80::1%25lo]/", "http://[fd00:ec2::254]/", "http://169.254.169.254/latest/meta-data/", "http://2852039166/",
        "http://0xa9fea9fe/", "http://025177524776/", "http://10.0.0.1/", "http://192.168.0.1/", "http://172.16.5.4/", "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/",
        "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://user@93.184.215.14/", "http://93.184.215.14@127.0.0.1/", "http://public.example:8080/", "http://public.example:22/",
        "https://public.example:5177/", "http://localhost/", "http://private.example/", "http://mixed.example/", "http://nowhere.example/",
    ];

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task Fetch_AnythingButAPublicHost_ConnectsNowhere(string address)
    {
        Name("public.example", [Public]);
        Name("localhost", [IPAddress.Loopback]);
        Name("private.example", [IPAddress.Parse("10.1.2.3")]);
        Name("mixed.example", [Public, IPAddress.Parse("192.168.0.10")]);
        Name("nowhere.example", []);
        using PictureFetcher fetcher = Create();

        // What is no address at all comes no further than a parse.
        if (Uri.TryCreate(address, UriKind.Absolute, out Uri? uri))
        {
            await Assert.ThrowsAsync<ProblemException>(() => fetcher.FetchAsync(uri, Token));
        }

        Assert.Empty(_connected);
    }

    [Theory]
    [InlineData("ftp://public.example/a.jpg")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://public.example/")]
    public async Task Fetch_OtherScheme_IsRefused(string address)
    {
        using PictureFetcher fetcher = Create();

        Assert.Equal(400, (await Assert.ThrowsAsync<ProblemException>(() => fetcher.FetchAsync(new Uri(address), Token))).Status);
    }

    [Fact]
    public async Task Fetch_NotAllowed_NeverEvenResolves()
    {
        Name("public.example", [Public]);
        using PictureFetcher fetcher = Create(allow: false);

        Assert.Contains("--allow-fetch", (await Assert.ThrowsAsync<ProblemException>(() => fetcher.FetchAsync(new Uri("http://public.example/a"), Token))).Message, StringComparison.Ordinal);
        Assert.Empty(_resolved);
    }

    [Fact]
    public async Task Fetch_PublicHost_ConnectsToTheAddressThatWasResolved()
    {
        Name("public.example", [Public]);
        _answers["/a.jpg"] = Ok("the picture");
        using PictureFetcher fetcher = Create();

        ReadOnlyMemory<byte> bytes = await fetcher.FetchAsync(new Uri("http://public.example/a.jpg"), Token);

        Assert.Equal("the picture", Encoding.ASCII.GetString(bytes.Span));
        Assert.Equal([new IPEndPoint(Public, 80)], _connected);
        Assert.Equal(["public.example"], _resolved);
    }

    [Fact]
    public async Task Fetch_NameThatChangesItsAddress_IsCheckedAtEachConnection()
    {
        Name("rebind.example", [Public], [IPAddress.Loopback]);
        _answers["/a"] = Redirect("http://rebind.example/b");
        _answers["/b"] = Ok("of this machine");
        using PictureFetcher fetcher = Create();

        await Assert.ThrowsAsync<ProblemException>(() => fetcher.FetchAsync(new Uri("http://rebind.example/a"), Token));

        Assert.Equal([new IPEndPoint(Public, 80)], _connected);
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://private.example/")]
    [InlineData("http://public.example:5177/")]
    [InlineData("http://user:password@public.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://public.example/")]
    [InlineData("//10.0.0.1/")]
    public async Task Fetch_RedirectElsewhere_IsNotFollowed(string target)
    {
        Name("public.example", [Public], [Public]);
        Name("private.example", [IPAddress.Parse("10.1.2.3")]);
        _answers["/a"] = Redirect(target);
        using PictureFetcher fetcher = Create();

        await Assert.ThrowsAsync<ProblemException>(() => fetcher.FetchAsync(new Uri("http://public.example/a"), Token));

        Assert.Single(_connected);
    }

    [Fact]
    public async Task Fetch_RedirectsWithoutEnd_EndsAtTheLimit()
    {
        Name("public.example", [.. Enumerable.Repeat<IPAddress[]>([Public], 20)]);
        _answers["/a"] = Redirect("/a");
        using PictureFetcher fetcher = Create();

        Assert.Contains("leads on", (await Assert.ThrowsAsync<ProblemException>(() => fetcher.FetchAsync(new Uri("http://public.example/a"), Token))).Message, StringComparison.Ordinal);
        Assert.InRange(_connected.Count, 2, 6);
    }

    [Fact]
    public async Task Fetch_MoreBytesThanAllowed_EndsAtTheLimit()
    {
        Name("public.example", [Public]);
        _answers["/a"] = Ok(new string('x', 5000));
        using PictureFetcher fetcher = Create(maxBytes: 1000);

        Assert.Contains("bytes", (await Assert.ThrowsAsync<ProblemException>(() => fetcher.FetchAsync(new Uri("http://public.example/a"), Token))).Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Dispose();
    }

    private static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private static string Redirect(string target) => $"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    /// <summary>What a name resolves to, first time and after.</summary>
    private void Name(string host, params IPAddress[][] answers) => _names[host] = new Queue<IPAddress[]>(answers);

    private PictureFetcher Create(bool allow = true, long maxBytes = 1 << 20) => new(
        new ServeOptions { Library = "l.db", LoadModel = () => throw new NotSupportedException(), AllowFetch = allow, Limits = new() { MaxBytes = maxBytes } },
        (host, _) =>
        {
            _resolved.Enqueue(host);
            return _names.TryGetValue(host, out Queue<IPAddress[]>? answers) && answers.TryDequeue(out IPAddress[]? answer)
                ? Task.FromResult(answer)
                : throw new SocketException((int)SocketError.HostNotFound);
        },
        async (address, token) =>
        {
            _connected.Enqueue(address);
            var client = new TcpClient();
            await client.ConnectAsync((IPEndPoint)_listener.LocalEndpoint, token);
            return client.GetStream();
        });

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The test has ended.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            string path = (await reader.ReadLineAsync())!.Split(' ')[1];
            while (await reader.ReadLineAsync() is { Length: > 0 })
            {
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(_answers[path]));
        }
        catch (IOException)
        {
            // The fetcher has hung up.
        }
    }
}
