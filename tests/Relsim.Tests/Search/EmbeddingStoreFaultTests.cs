using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Relsim.Search;

namespace Relsim.Tests.Search;

/// <summary>A child process writes batches without end and is killed at random points; the store must hold whole batches and go on.</summary>
[Trait("Kind", "Fault")]
public sealed class EmbeddingStoreFaultTests : IDisposable
{
    private const string ChildVariable = "RELSIM_TEST_STORE_WRITER";
    private const int Kills = 50;
    private const int BatchSize = 8;

    private static readonly StoreIdentity Identity = new("fault", "profile", 384, 128);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Upsert_KilledAtRandomPoints_KeepsCommittedBatchesWholeAndResumes()
    {
        string path = _folder["l.relsim"];
        Random random = new(9);
        int stored = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            int reported = WriteUntilKilled(path, random);
            if (!File.Exists(path))
            {
                continue;
            }

            using EmbeddingStore store = EmbeddingStore.Open(path, Identity);
            Assert.Equal("ok", store.CheckIntegrity());
            StoredImage[] images = [.. store.All()];
            Assert.Equal(0, images.Length % BatchSize);
            Assert.True(images.Length >= Math.Max(stored, reported * BatchSize), $"kill {kill}: {images.Length} images, {reported} batches were reported as committed.");
            for (int i = stored; i < images.Length; i++)
            {
                Assert.Equivalent(StoreSamples.Image($"/{i}.png", i, Identity), images[i], strict: true);
            }

            stored = images.Length;
        }

        Assert.True(stored > Kills * BatchSize / 4, $"the child committed only {stored} images: the kills tested nothing.");
    }

    /// <summary>
    /// The child's whole program: it runs before the test framework's Main when the variable names a store, goes on where the store ends, and reports each commit.
    /// </summary>
    [ModuleInitializer]
    internal static void RunAsChild()
    {
        if (Environment.GetEnvironmentVariable(ChildVariable) is not { Length: > 0 } path)
        {
            return;
        }

        using EmbeddingStore store = EmbeddingStore.Open(path, Identity);
        for (int batch = store.Count() / BatchSize; ; batch++)
        {
            store.Upsert(Enumerable.Range(batch * BatchSize, BatchSize).Select(i => StoreSamples.Image($"/{i}.png", i, Identity)));
            Console.Out.WriteLine((batch + 1).ToString(CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }
    }

    /// <summary>Lets the child commit a few batches, waits a random moment more, and kills it. Returns the batches that it reported as committed.</summary>
    private static int WriteUntilKilled(string path, Random random)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(EmbeddingStoreFaultTests).Assembly.Location);
        }

        start.Environment[ChildVariable] = path;
        using Process child = Process.Start(start)!;
        int reported = 0;
        for (int lines = random.Next(0, 6); lines > 0; lines--)
        {
            reported = int.Parse(child.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        }

        child.WaitForExit(TimeSpan.FromMilliseconds(random.NextDouble() * 25));
        child.Kill();
        while (child.StandardOutput.ReadLine() is { } line)
        {
            // A line may be cut by the kill: only a longer or equal number of digits in sequence counts.
            reported = int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int batch) && batch == reported + 1 ? batch : reported;
        }

        child.WaitForExit();
        return reported;
    }
}
