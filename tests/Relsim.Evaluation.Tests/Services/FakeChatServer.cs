using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

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
/// A server of OpenAI's API on a loopback port. The answers are made by a function of the test; the log says what was asked and what it cost.
/// </summary>
internal sealed class FakeChatServer : IDisposable
{
    public const string Model = "fake-model-1";

    private readonly HttpListener _listener = new();
    private readonly Func<ChatCall, ChatAnswer> _answer;
    private readonly Lock _lock = new();
    private readonly List<(ChatCall Call, ChatAnswer Answer)> _log = [];
    private readonly List<(Func<FakeChatServer, bool> Condition, TaskCompletionSource Signal)> _waiting = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _calls;

    public FakeChatServer(Func<ChatCall, ChatAnswer> answer)
    {
        _answer = answer;
        Address = Listen();
        _loop = Task.Run(AcceptAsync);
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

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Close();
        _loop.Wait();
        _stop.Dispose();
    }

    // The listener wants to be told its port; one that is taken is tried again.
    private string Listen()
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            string address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
            probe.Stop();
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add(address);
            try
            {
                _listener.Start();
                return address + "v1";
            }
            catch (HttpListenerException)
            {
                // Somebody else was faster.
            }
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                _ = Task.Run(() => ServeAsync(context));
            }
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener was closed under the wait.
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        Change(() => MostInFlight = Math.Max(MostInFlight, ++InFlight));
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(context.Request.InputStream);
            var call = new ChatCall(Interlocked.Increment(ref _calls) - 1, context.Request.Url!.PathAndQuery, context.Request.Headers["Authorization"], body.RootElement.Clone());
            ChatAnswer answer = _answer(call);
            Change(() => _log.Add((call, answer)));
            await AnswerAsync(context.Response, answer);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException or JsonException or InvalidOperationException)
        {
            // The client went away.
        }
        finally
        {
            Change(() => InFlight--);
        }
    }

    private async Task AnswerAsync(HttpListenerResponse response, ChatAnswer answer)
    {
        if (answer.IsHeld)
        {
            Change(() => Held++);
            await Task.Delay(Timeout.Infinite, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            response.Abort();
            return;
        }

        byte[] body = Encoding.UTF8.GetBytes(answer.Body ?? (answer.Status == 200 ? Completion(answer) : Failure(answer)));
        if (answer.CutAfter == 0)
        {
            response.Abort();
            return;
        }

        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        response.ContentLength64 = body.Length;
        if (answer.RetryAfter is { } wait)
        {
            response.Headers["Retry-After"] = wait;
        }

        await response.OutputStream.WriteAsync(body.AsMemory(0, answer.CutAfter ?? body.Length));
        if (answer.CutAfter is not null)
        {
            response.Abort();
            return;
        }

        response.Close();
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
