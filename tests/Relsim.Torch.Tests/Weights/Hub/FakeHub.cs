using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Relsim.Torch.Tests.Weights.Hub;

/// <summary>A request as it came over the wire.</summary>
internal sealed record FakeRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The range asked for, both ends inclusive, or null.</summary>
    public (long From, long To)? Range => Headers.TryGetValue("Range", out string? text) && text.Split(['=', '-']) is [_, var from, var to]
        ? (long.Parse(from, CultureInfo.InvariantCulture), long.Parse(to, CultureInfo.InvariantCulture))
        : null;
}

/// <summary>
/// An answer. The body may be shorter than its Content-Length (a cut), may be endless, or may wait for a signal after <see cref="CutAfter"/> bytes.
/// </summary>
internal sealed record FakeAnswer(int Status, byte[]? Body = null)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    public long? CutAfter { get; init; }

    public bool Endless { get; init; }

    /// <summary>Awaited where the body is cut, before the connection is closed.</summary>
    public Task? HoldBeforeCut { get; init; }

    /// <summary>Called when <see cref="CutAfter"/> bytes are out.</summary>
    public Action? AtCut { get; init; }
}

/// <summary>
/// An HTTP/1.1 server on a socket, one request a connection. It counts what it sends, and lies as told: the answers are made by a function of the test.
/// </summary>
internal sealed class FakeServer : IDisposable
{
    private readonly LoopbackServer _server;
    private readonly Func<FakeRequest, FakeAnswer> _answer;
    private long _bytesSent;

    public FakeServer(Func<FakeRequest, FakeAnswer> answer)
    {
        _answer = answer;
        _server = new LoopbackServer(ServeAsync);
    }

    public Uri Address => _server.Address;

    /// <summary>All requests so far.</summary>
    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    /// <summary>Bytes of bodies sent so far.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public void Dispose() => _server.Dispose();

    private async Task ServeAsync(NetworkStream stream, CancellationToken stop)
    {
        if (await ReadAsync(stream, stop) is { } request)
        {
            Requests.Enqueue(request);
            await WriteAsync(stream, request, _answer(request), stop);
            await LoopbackServer.FinishAsync(stream, stop);
        }
    }

    private static async Task<FakeRequest?> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        var head = new List<byte>();
        byte[] one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, stop) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        string[] lines = Encoding.ASCII.GetString([.. head]).Split("\r\n");
        string[] first = lines[0].Split(' ');
        var headers = lines.Skip(1).Where(line => line.Contains(':', StringComparison.Ordinal)).Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return new FakeRequest(first[0], first[1], headers);
    }

    private async Task WriteAsync(NetworkStream stream, FakeRequest request, FakeAnswer answer, CancellationToken stop)
    {
        byte[] body = answer.Body ?? [];
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} x\r\nConnection: close\r\n");
        foreach ((string name, string value) in answer.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (!answer.Headers.ContainsKey("Content-Length") && !answer.Endless)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), stop);
        if (request.Method == "HEAD")
        {
            return;
        }

        int length = (int)Math.Min(answer.CutAfter ?? body.Length, body.Length);
        do
        {
            Interlocked.Add(ref _bytesSent, length);
            await stream.WriteAsync(body.AsMemory(0, length), stop);
        }
        while (answer.Endless);
        if (answer.CutAfter is not null)
        {
            answer.AtCut?.Invoke();
            await (answer.HoldBeforeCut ?? Task.CompletedTask).WaitAsync(stop);
        }
    }
}

/// <summary>
/// A hub with one model and, at another port, the file server that large files are redirected to. Each step of the protocol can be replaced.
/// </summary>
internal sealed class FakeHub : IDisposable
{
    public const string Token = "hf_secretSecretSecret";

    public FakeHub()
    {
        Hub = new FakeServer(AnswerHub);
        Files = new FakeServer(AnswerFiles);
    }

    public FakeServer Hub { get; }

    public FakeServer Files { get; }

    public string Repository { get; init; } = "someone/some-model";

    public string Commit { get; set; } = new('c', 40);

    /// <summary>The files by name; those in <see cref="Large"/> are kept by the file server.</summary>
    public Dictionary<string, byte[]> Contents { get; } = [];

    public HashSet<string> Large { get; } = [];

    /// <summary>Answers instead of the hub where it returns something.</summary>
    public Func<FakeRequest, FakeAnswer?> OnHub { get; set; } = _ => null;

    /// <summary>Answers instead of the file server where it returns something.</summary>
    public Func<FakeRequest, FakeAnswer?> OnFiles { get; set; } = _ => null;

    /// <summary>Changes the list of files before it is sent.</summary>
    public Func<string, string> OnListing { get; set; } = json => json;

    public long BytesSent => Hub.BytesSent + Files.BytesSent;

    /// <summary>A model that counts as complete: configuration, a tokenizer in a folder, weights at the file server.</summary>
    public static FakeHub WithModel(int weightBytes = 1000, int seed = 1)
    {
        var hub = new FakeHub();
        hub.Add("config.json", Encoding.UTF8.GetBytes($$"""{"seed": {{seed}}}"""));
        hub.Add("1_Pooling/config.json", "{}"u8.ToArray());
        hub.Add("pytorch_model.bin", new byte[7]);
        hub.Add("onnx/config.json", "{}"u8.ToArray());
        byte[] weights = new byte[weightBytes];
        new Random(seed).NextBytes(weights);
        hub.Add("model.safetensors", weights, large: true);
        return hub;
    }

    public static string HashOf(byte[] content, bool large)
    {
        using var hash = IncrementalHash.CreateHash(large ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        hash.AppendData(large ? [] : Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Add(string name, byte[] content, bool large = false)
    {
        Contents[name] = content;
        if (large)
        {
            Large.Add(name);
        }
    }

    public string HashOf(string name) => HashOf(Contents[name], Large.Contains(name));

    /// <summary>Cuts the answer to a request for a file's content short.</summary>
    public FakeAnswer Cut(FakeRequest request, string name, long after) => Content(request, name) with { CutAfter = after };

    /// <summary>A file's content, or the range of it that is asked for.</summary>
    public FakeAnswer Content(FakeRequest request, string name)
    {
        byte[] content = Contents[name];
        // The file server's etag is its own, as a real one's is.
        string etag = Large.Contains(name) ? "\"multipart-7\"" : $"\"{HashOf(name)}\"";
        bool unchanged = !request.Headers.TryGetValue("If-Range", out string? known) || known == etag;
        if (request.Range is not { } range || !unchanged)
        {
            return new FakeAnswer(200, content) { Headers = { ["ETag"] = etag } };
        }

        return range.From >= content.Length
            ? new FakeAnswer(416)
            : new FakeAnswer(206, content[(int)range.From..(int)Math.Min(range.To + 1, content.Length)])
            {
                Headers = { ["ETag"] = etag, ["Content-Range"] = $"bytes {range.From}-{Math.Min(range.To, content.Length - 1)}/{content.Length}" },
            };
    }

    /// <summary>The file that a request is about, or null.</summary>
    public string? FileOf(FakeRequest request) => Contents.Keys.FirstOrDefault(name => request.Path.EndsWith($"/{name}", StringComparison.Ordinal));

    public void Dispose()
    {
        Hub.Dispose();
        Files.Dispose();
    }

    private FakeAnswer AnswerHub(FakeRequest request)
    {
        if (OnHub(request) is { } special)
        {
            return special;
        }

        if (request.Path.StartsWith($"/api/models/{Repository}/revision/", StringComparison.Ordinal))
        {
            return new FakeAnswer(200, Encoding.UTF8.GetBytes(OnListing(Listing()))) { Headers = { ["Content-Type"] = "application/json" } };
        }

        string prefix = $"/{Repository}/resolve/{Commit}/";
        if (!request.Path.StartsWith(prefix, StringComparison.Ordinal) || !Contents.ContainsKey(request.Path[prefix.Length..]))
        {
            return new FakeAnswer(404) { Headers = { ["X-Error-Code"] = "EntryNotFound" } };
        }

        string name = request.Path[prefix.Length..];
        FakeAnswer answer = Large.Contains(name)
            ? new FakeAnswer(302, "Found"u8.ToArray()) { Headers = { ["Location"] = $"{Files.Address}signed/{name}?signature=private", ["X-Linked-Etag"] = $"\"{HashOf(name)}\"", ["X-Linked-Size"] = Contents[name].Length.ToString(CultureInfo.InvariantCulture) } }
            : Content(request, name);
        answer.Headers["X-Repo-Commit"] = Commit;
        return answer;
    }

    private FakeAnswer AnswerFiles(FakeRequest request)
    {
        string name = request.Path.Split('?')[0]["/signed/".Length..];
        return OnFiles(request) ?? (Contents.ContainsKey(name) ? Content(request, name) : new FakeAnswer(403));
    }

    private string Listing() => JsonSerializer.Serialize(new
    {
        id = Repository,
        sha = Commit,
        siblings = Contents.Keys.Select(name => Large.Contains(name)
            ? (object)new { rfilename = name, size = Contents[name].Length, blobId = new string('0', 40), lfs = new { sha256 = HashOf(name), size = Contents[name].Length, pointerSize = 130 } }
            : new { rfilename = name, size = Contents[name].Length, blobId = HashOf(name) }),
    });
}

/// <summary>A clock whose timers fire at once; it notes what they were set to.</summary>
internal sealed class HurriedClock : TimeProvider
{
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= TimeSpan.Zero)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        Waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
