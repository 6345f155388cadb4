using Relsim.Torch.Tests.Weights.Hub;

namespace Relsim.Cli.Tests;

/// <summary>
/// A fake hub and an empty cache as the environment's, for this process and its children. Tests that use it share a collection, since the
/// environment is one.
/// </summary>
internal sealed class HubEnvironment : IDisposable
{
    private readonly TemporaryFolder _cache = new();
    private readonly Dictionary<string, string?> _before = [];

    public HubEnvironment(FakeHub hub)
    {
        Hub = hub;
        Set("HF_ENDPOINT", hub.Hub.Address.ToString());
        Set("HF_HUB_CACHE", _cache.Path);
        Set("HF_TOKEN", FakeHub.Token);
        Set("HF_HUB_OFFLINE", null);
    }

    public FakeHub Hub { get; }

    public string Cache => _cache.Path;

    public string Blob(string name) => Path.Combine(Cache, $"models--{Hub.Repository.Replace("/", "--", StringComparison.Ordinal)}", "blobs", Hub.HashOf(name));

    public void Set(string name, string? value)
    {
        _before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    public void Dispose()
    {
        foreach ((string name, string? value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        Hub.Dispose();
        _cache.Dispose();
    }
}
