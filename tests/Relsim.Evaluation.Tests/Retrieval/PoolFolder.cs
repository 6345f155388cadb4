using System.Text.Json;
using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Retrieval;
using Relsim.Torch.Tests;
using Relsim.Torch.Tests.Encoders;

namespace Relsim.Evaluation.Tests.Retrieval;

/// <summary>A pool of small pictures in a folder of a test's own, with a manifest and a cache.</summary>
internal sealed class PoolFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _lines = [];
    private RowCache? _cache;

    public string Manifest => _folder.File("pool.jsonl");

    public RowCache Cache => _cache ??= RowCache.Open(_folder.File("cache.db"));

    /// <summary>A pool of noise; picture i is of family i mod <paramref name="families"/>.</summary>
    public static PoolFolder Create(int count, int families = 3)
    {
        var pool = new PoolFolder();
        for (int i = 0; i < count; i++)
        {
            pool.Add($"p{i}", Pngs.Write(i, 24, 20), ("family", $"f{i % families}"), ("caption", $"a {(i % 2 == 0 ? "ring" : "row")} of {{things}} number {i}"));
        }

        return pool;
    }

    public string File(string name) => _folder.File(name);

    public void Add(string id, byte[]? bytes, params (string Name, object? Value)[] columns)
    {
        string name = $"{_lines.Count:D3}.png";
        if (bytes is not null)
        {
            System.IO.File.WriteAllBytes(File(name), bytes);
        }

        var line = new Dictionary<string, object?> { ["id"] = id, ["path"] = name };
        foreach ((string column, object? value) in columns)
        {
            line[column] = value;
        }

        _lines.Add(JsonSerializer.Serialize(line));
    }

    public RetrievalPool Read()
    {
        System.IO.File.WriteAllLines(Manifest, _lines);
        return RetrievalPool.Read(Manifest, null, Cache, null, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _cache?.Dispose();
        _folder.Dispose();
    }
}
