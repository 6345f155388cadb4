using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Relsim.Torch.Tests.Weights.Hub;

namespace Relsim.Evaluation.Tests.Services;

/// <summary>A request as it came over the wire.</summary>
/// <param name="Number">Which request it is, from 0.</param>
/// <param name="Path">Its path.</param>
/// <param name="Key">What stands in its Authorization header.</param>
/// <param name="Body">Its JSON.</param>
internal sealed record ChatCall(int Number, string Path, string? Key, JsonElement Body)
{
    /// <summary>SHA-256 of the pictures in it, in order.</summary>
    public IReadOnlyList<string> Pictures { get; } = [.. Parts(Body, "image_url")
        .Select(part => part.GetProperty("image_url").GetProperty("url").GetString()!)
        .Select(uri => Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(uri[(uri.IndexOf(',', StringComparison.Ordinal) + 1)..]))))];

    public string Question => string.Join('|', Pictures);

    public bool IsStructured => Body.TryGetProperty("response_format", out JsonElement format) && format.GetProperty("type").GetString() == "json_schema";

    public static IEnumerable<JsonElement> Parts(JsonElement body, string type) => body.TryGetProperty("messages", out JsonElement messages)
        ? messages.EnumerateArray()
            .Where(message => message.GetProperty("content").ValueKind == JsonValueKind.Array)
            .SelectMany(message => message.GetProperty("content").EnumerateArray())
            .Where(part => part.GetProperty("type").GetString() == type)
        : [];
}

/// <summary>An answer: text and its price, or an error, or none.</summary>
internal sealed record ChatAnswer(string? Text, int InputTokens = 0, int OutputTokens = 0)
{
    public int Status { get; init; } = 200;

    public string? Refusal { get; init; }

    public string FinishReason { get; init; } = "stop";

    public string? RetryAfter { get; init; }

    public string? Code { get; init; }

    /// <summary>Bytes of the body after which the connection is cut; 0 cuts before the head.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the request is held until the client gives up.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The body as it is, instead of one made of the above.</summary>
    public string? Body { get; init; }

    public bool CountsTokens { get; init; } = true;

    /// <summary>Whether the client gets it whole, as an answer that costs.</summary>
    public bool IsPaid => Status == 200 && CutAfter is null && !IsHeld;

    public static ChatAnswer Error(int status, string message = "no", string? code = null, string? retryAfter = null) =>
        new(message) { Status = status, Code = code, RetryAfter = retryAfter };
}

/// <summary>
/// A server of OpenAI's API on a loopback port, one request a connection. The answers are made by a function of the test; the log says what was asked and what it cost.
/// </summary>
internal sealed class FakeChatServer : IDisposable
{
    public const string Model = "fake-model-1";

    private readonly LoopbackServer _server;
    private readonly Func<ChatCall, ChatAnswer> _answer;
    private readonly Lock _lock = new();
    private readonly List<(ChatCall Call, ChatAnswer Answer)> _log = [];
    private readonly List<(Func<FakeChatServer, bool> Condition, TaskCompletionSource Signal)> _waiting = [];
    private int _calls;

    public FakeChatServer(Func<ChatCall, ChatAnswer> answer)
    {
        _answer = answer;
        _server = new LoopbackServer(ServeAsync);
        Address = $"{_server.Address}v1";
    }

    /// <summary>The base URL of the API.</summary>
    public string Address { get; }

    /// <summary>Requests that are being answered.</summary>
    public int InFlight { get; private set; }

    /// <summary>The most that there ever were.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>Requests that wait for the client to give up.</summary>
    public int Held { get; private set; }

    /// <summary>All requests with their answers, in the order in which they were answered.</summary>
    public IReadOnlyList<(ChatCall Call, ChatAnswer Answer)> Log
    {
        get
        {
            lock (_lock)
            {
                return [.. _log];
            }
        }
    }

    /// <summary>Those that cost.</summary>
    public IReadOnlyList<(ChatCall Call, ChatAnswer Answer)> Paid => [.. Log.Where(entry => entry.Answer.IsPaid)];

    public long PaidTokens => Paid.Sum(entry => (long)entry.Answer.InputTokens + entry.Answer.OutputTokens);

    /// <summary>Ends when the server is in a state.</summary>
    public Task When(Func<FakeChatServer, bool> condition)
    {
        lock (_lock)
        {
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((condition, signal));
            Tell();
            return signal.Task.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => _server.Dispose();

    private async Task ServeAsync(NetworkStream stream, CancellationToken stop)
    {
        if (await ReadAsync(stream) is not var (path, key, body))
        {
            return;
        }

        Change(() => MostInFlight = Math.Max(MostInFlight, ++InFlight));
        ChatAnswer answer;
        try
        {
            var call = new ChatCall(Interlocked.Increment(ref _calls) - 1, path, key, body);
            answer = _answer(call);
            Change(() => _log.Add((call, answer)));
            await HoldAsync(answer, stop);
        }
        finally
        {
            // Before the client can know that it has its answer, and ask the next.
            Change(() => InFlight--);
        }

        await stream.WriteAsync(Response(answer), stop);
        await LoopbackServer.FinishAsync(stream, stop);
    }

    private static async Task<(string Path, string? Key, JsonElement Body)?> ReadAsync(NetworkStream stream)
    {
        var reader = PipeReader.Create(stream);
        string[]? head = await ReadHeadAsync(reader);
        if (head is null)
        {
            return null;
        }

        Dictionary<string, string> headers = head.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        using var body = new MemoryStream();
        if (headers.TryGetValue("Content-Length", out string? length))
        {
            await CopyAsync(reader, int.Parse(length, CultureInfo.InvariantCulture), body);
        }
        else
        {
            while (int.Parse((await ReadLineAsync(reader))!, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var chunk)
            {
                await CopyAsync(reader, chunk, body);
                await ReadLineAsync(reader);
            }

            await ReadLineAsync(reader);
        }

        using JsonDocument document = JsonDocument.Parse(body.ToArray());
        return (head[0].Split(' ')[1], headers.GetValueOrDefault("Authorization"), document.RootElement.Clone());
    }

    private static async Task<string[]?> ReadHeadAsync(PipeReader reader)
    {
        var lines = new List<string>();
        while (await ReadLineAsync(reader) is { } line)
        {
            if (line.Length == 0)
            {
                return [.. lines];
            }

            lines.Add(line);
        }

        return null;
    }

    /// <summary>A line without its end; null where the client went away.</summary>
    private static async Task<string?> ReadLineAsync(PipeReader reader)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync();
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                string line = Encoding.ASCII.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private static async Task CopyAsync(PipeReader reader, int count, MemoryStream to)
    {
        ReadResult read = await reader.ReadAtLeastAsync(count);
        to.Write(read.Buffer.Slice(0, count).ToArray());
        reader.AdvanceTo(read.Buffer.GetPosition(count));
    }

    private async Task HoldAsync(ChatAnswer answer, CancellationToken stop)
    {
        if (answer.IsHeld)
        {
            Change(() => Held++);
            await Task.Delay(Timeout.Infinite, stop);
        }
    }

    private static byte[] Response(ChatAnswer answer)
    {
        if (answer.CutAfter == 0)
        {
            return [];
        }

        byte[] body = Encoding.UTF8.GetBytes(answer.Body ?? (answer.Status == 200 ? Completion(answer) : Failure(answer)));
        string wait = answer.RetryAfter is null ? "" : $"Retry-After: {answer.RetryAfter}\r\n";
        string head = string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{wait}\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body.AsSpan(0, answer.CutAfter ?? body.Length)];
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            Tell();
        }
    }

    private void Tell()
    {
        foreach ((Func<FakeChatServer, bool> condition, TaskCompletionSource signal) in _waiting.ToArray())
        {
            if (condition(this))
            {
                signal.TrySetResult();
                _waiting.Remove((condition, signal));
            }
        }
    }

    private static string Completion(ChatAnswer answer) => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["id"] = "chatcmpl-1",
        ["object"] = "chat.completion",
        ["created"] = 1_700_000_000,
        ["model"] = Model,
        ["choices"] = new[]
        {
            new
            {
                index = 0,
                finish_reason = answer.FinishReason,
                message = new { role = "assistant", content = answer.Text, refusal = answer.Refusal },
            },
        },
        ["usage"] = answer.CountsTokens
            ? new { prompt_tokens = answer.InputTokens, completion_tokens = answer.OutputTokens, total_tokens = answer.InputTokens + answer.OutputTokens }
            : null,
    });

    private static string Failure(ChatAnswer answer) =>
        JsonSerializer.Serialize(new { error = new { message = answer.Text, type = "error", code = answer.Code, param = (string?)null } });
}
