namespace Relsim.Torch.Tests.Models;

/// <summary>What a reader of config.json says of a file that is not what it should be.</summary>
internal static class DamagedConfig
{
    /// <summary>Asserts that a valid configuration with one part replaced is refused by an error that names the file and the fault.</summary>
    public static void AssertNamed<T>(string valid, string old, string replacement, string fault, Func<string, T> read)
    {
        Assert.Contains(old, valid, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        string path = folder.File("config.json");
        File.WriteAllText(path, valid);
        _ = read(path);
        File.WriteAllText(path, valid.Replace(old, replacement, StringComparison.Ordinal));
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => { _ = read(path); });
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
    }
}
