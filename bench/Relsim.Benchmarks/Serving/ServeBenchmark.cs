using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Relsim.Benchmarks.EndToEnd;
using Relsim.Torch.Encoders;

namespace Relsim.Benchmarks.Serving;

/// <summary>
/// Many clients at once against <c>relsim serve</c> in a process of its own, on loopback, each sending one-megapixel JPEG files as data URIs one after the other: images a second
/// beside what the model does with the same files offline, right before and right after, times of answers, what was answered, and memory.
/// </summary>
public static class ServeBenchmark
{
    private const int Files = 64;
    private const int WarmUpSeconds = 5;
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>Arguments: [seconds, 60] [clients, 64] [program, Relsim.Cli.dll].</summary>
    public static async Task RunAsync(string[] args)
    {
        int seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60;
        int clients = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 64;
        string program = args.Length > 2 ? args[2] : Path.Combine(AppContext.BaseDirectory, "..", "..", "Relsim.Cli", "release", "Relsim.Cli.dll");
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("relsim-bench-");
        try
        {
            Report.Begin($"{clients} clients of the server", $"serve {string.Join(' ', args)}".TrimEnd());
            string[] files = JpegFiles.Write(Path.Combine(temporary.FullName, "images"), Files);
            double before = await MeasureOfflineAsync(files, seconds / 6);
            Outcome outcome = await MeasureServerAsync(program, Path.Combine(temporary.FullName, "l.db"), files, seconds, clients);
            double after = await MeasureOfflineAsync(files, seconds / 6);
            Print(outcome, before, after, clients);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static void Print(Outcome outcome, double before, double after, int clients)
    {
        double offline = (before + after) / 2;
        double[] times = [.. outcome.Milliseconds.Order()];
        double At(double share) => times[(int)(share * (times.Length - 1))];
        Report.Table(
            ["", "value"],
            [
                ["offline, files to embeddings, images a second (before / after)", $"{Report.Number(before, "F1")} / {Report.Number(after, "F1")}"],
                [$"server, {clients} clients, images a second", Report.Number(outcome.Rate, "F1")],
                ["share of offline", Report.Number(outcome.Rate / offline)],
                ["answer, median, ms", Report.Number(At(0.5), "F0")],
                ["answer, p95, ms", Report.Number(At(0.95), "F0")],
                ["answer, p99, ms", Report.Number(At(0.99), "F0")],
                ["answers by status", string.Join(", ", outcome.Statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"))],
                ["server's memory after warming up / at a half / at the end, MiB", string.Join(" / ", outcome.Memory.Select(value => Report.Number(value, "F0")))],
            ]);
        Report.Line("The clients run on the same cores as the server: encoding and sending of requests are in its share.");
    }

    private static async Task<double> MeasureOfflineAsync(string[] files, int seconds)
    {
        using MiniEncoder encoder = MiniEncoder.LoadDefault();
        var pipeline = new EmbeddingPipeline(encoder);
        await EmbedAsync();
        long start = Stopwatch.GetTimestamp();
        int rounds = 0;
        for (; rounds == 0 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; rounds++)
        {
            await EmbedAsync();
        }

        return rounds * files.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;

        async Task EmbedAsync()
        {
            await foreach (EmbeddedImage image in pipeline.EmbedAsync(files))
            {
                if (!image.Succeeded)
                {
                    throw new InvalidOperationException($"{image.Path}: {image.Error}");
                }
            }
        }
    }

    private static async Task<Outcome> MeasureServerAsync(string program, string library, string[] files, int seconds, int clients)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true };
        foreach (string arg in new[] { program, "serve", library, "--port", "0" })
        {
            start.ArgumentList.Add(arg);
        }

        using Process server = Process.Start(start)!;
        try
        {
            string line = await server.StandardError.ReadLineAsync() ?? throw new InvalidOperationException("The server ended before it said its address.");
            _ = server.StandardError.BaseStream.CopyToAsync(Stream.Null);
            using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = clients };
            using var client = new HttpClient(handler) { BaseAddress = new Uri(line[line.IndexOf("http://", StringComparison.Ordinal)..].Split(' ')[0]), Timeout = TimeSpan.FromMinutes(2) };
            while (!(await client.GetAsync("/readyz")).IsSuccessStatusCode)
            {
                await Task.Delay(100);
            }

            byte[][] bodies = [.. files.Select(file => Encoding.ASCII.GetBytes($$"""{"input":"data:image/jpeg;base64,{{Convert.ToBase64String(File.ReadAllBytes(file))}}","encoding_format":"base64"}"""))];
            await RunClientsAsync(client, bodies, clients, WarmUpSeconds, new Outcome());
            var outcome = new Outcome();
            outcome.Memory.Add(Resident(server.Id));
            double elapsed = await RunClientsAsync(client, bodies, clients, seconds / 2, outcome);
            outcome.Memory.Add(Resident(server.Id));
            elapsed += await RunClientsAsync(client, bodies, clients, seconds - (seconds / 2), outcome);
            outcome.Memory.Add(Resident(server.Id));
            outcome.Rate = outcome.Statuses.GetValueOrDefault((int)HttpStatusCode.OK) / elapsed;
            return outcome;
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    /// <summary>Returns the seconds until the last answer.</summary>
    private static async Task<double> RunClientsAsync(HttpClient client, byte[][] bodies, int clients, int seconds, Outcome outcome)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async number =>
        {
            for (int i = number; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; i++)
            {
                long sent = Stopwatch.GetTimestamp();
                using var content = new ByteArrayContent(bodies[i % bodies.Length]);
                content.Headers.ContentType = Json;
                using HttpResponseMessage response = await client.PostAsync("/v1/embeddings", content);
                await response.Content.ReadAsByteArrayAsync();
                lock (outcome)
                {
                    outcome.Statuses[(int)response.StatusCode] = outcome.Statuses.GetValueOrDefault((int)response.StatusCode) + 1;
                    outcome.Milliseconds.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                }
            }
        }));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Resident(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private sealed class Outcome
    {
        public double Rate { get; set; }

        public List<double> Milliseconds { get; } = [];

        public Dictionary<int, int> Statuses { get; } = [];

        public List<double> Memory { get; } = [];
    }
}
