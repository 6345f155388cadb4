namespace Relsim.Torch.Tests;

/// <summary>A folder of one test, deleted at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("relsim-tests-");

    public string FullName => folder.FullName;

    public string File(string name) => Path.Combine(FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
