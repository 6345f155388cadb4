using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using Relsim.Web.Tests.Api;

namespace Relsim.Web.Tests;

/// <summary>More than the server can do, and a server that is told to stop.</summary>
public sealed partial class LoadTests(SharedServer shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Kind", "Fault")]
    public async Task Embeddings_MoreThanTheQueueHolds_AreAnsweredOrAskedToComeAgain()
    {
        const int clients = 64, rounds = 4;
        await using RunningServer server = await RunningServer.StartAsync(shared.Gallery, options => options with { QueueCapacity = 4 });
        string[] pictures = [.. Enumerable.Range(0, 8).Select(seed => Gallery.DataUri(Gallery.NewJpeg(seed)))];
        var statuses = new List<HttpStatusCode>();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(
            async () =>
            {
                for (int round = 0; round < rounds; round++)
                {
                    using HttpResponseMessage response = await server.Client.PostAsJsonAsync("/v1/embeddings", new { input = pictures[(client + round) % pictures.Length] }, Token);
                    if (response.StatusCode == HttpStatusCode.TooManyRequests)
                    {
                        await ProblemTests.AssertProblemAsync(response, 429);
                        Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
                    }

                    lock (statuses)
                    {
                        statuses.Add(response.StatusCode);
                    }
                }
            },
            Token)));

        Assert.Equal(clients * rounds, statuses.Count);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses.Distinct().Order());
        Assert.Equal(0, server.Session.Queue.Waiting);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.PostAsJsonAsync("/v1/embeddings", new { input = pictures[0] }, Token)).StatusCode);
        Assert.Empty(server.Log.Errors);
    }

    [Fact]
    [Trait("Kind", "Fault")]
    public async Task Serve_TerminatedUnderLoad_AnswersWhatItHasTakenOn()
    {
        const int requests = 24;
        using var folder = new TemporaryFolder();
        using Process child = StartProgram("serve", shared.Gallery.CopyLibrary(folder), "--port", "0");
        Uri address = await AddressAsync(child);
        Task<string> rest = child.StandardError.ReadToEndAsync(Token);
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(5) };
        using var client = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
        while (!(await client.GetAsync("/readyz", Token)).IsSuccessStatusCode)
        {
            await Task.Yield();
        }

        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { input = Enumerable.Range(0, 16).Select(seed => Gallery.DataUri(Gallery.NewJpeg(seed, 512))) });
        BegunContent[] contents = [.. Enumerable.Range(0, requests).Select(_ => new BegunContent(body))];
        Task<HttpStatusCode>[] sent = [.. contents.Select(content => SendAsync(client, content))];
        await Task.WhenAll(contents.Select(content => content.Begun)); // the server has taken on every one

        Assert.Equal(0, Kill(child.Id, 15));
        Assert.All(await Task.WhenAll(sent), status => Assert.Equal(HttpStatusCode.OK, status));
        await child.WaitForExitAsync(Token);
        Assert.Equal(0, child.ExitCode);
        Assert.DoesNotContain("fail", await rest, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, BegunContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/embeddings") { Content = content };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await client.SendAsync(request, Token);
        await response.Content.ReadAsByteArrayAsync(Token);
        return response.StatusCode;
    }

    internal static Process StartProgram(params string[] args)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Relsim.Cli.dll"));
        Array.ForEach(args, start.ArgumentList.Add);
        return Process.Start(start)!;
    }

    /// <summary>The address that the program says it serves at.</summary>
    internal static async Task<Uri> AddressAsync(Process child)
    {
        string? line = await child.StandardError.ReadLineAsync(Token);
        Assert.NotNull(line);
        Assert.Contains("http://", line, StringComparison.Ordinal);
        return new Uri(line[line.IndexOf("http://", StringComparison.Ordinal)..].Split(' ')[0]);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>A body that is sent once the server has asked for it, and says when that was.</summary>
    private sealed class BegunContent : HttpContent
    {
        private readonly byte[] _body;
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public BegunContent(byte[] body)
        {
            _body = body;
            Headers.ContentType = new("application/json");
        }

        public Task Begun => _begun.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _begun.TrySetResult();
            await stream.WriteAsync(_body, Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Length;
            return true;
        }
    }
}
