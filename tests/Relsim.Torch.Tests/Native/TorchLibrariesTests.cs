using Relsim.Torch.Native;

namespace Relsim.Torch.Tests.Native;

public sealed class TorchLibrariesTests
{
    [Fact]
    public void MakeCompatible_ShippedLibrary_DiffersInSevenBytesAtMost()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The compatibility step exists on Linux only.");
        byte[] shipped = File.ReadAllBytes(TorchLibraries.Find("libLibTorchSharp.so"));

        byte[] compatible = TorchLibraries.MakeCompatible(shipped);

        Assert.Equal(shipped.Length, compatible.Length);
        Assert.InRange(shipped.Zip(compatible).Count(pair => pair.First != pair.Second), 1, 7); // st_name 4, versym 2, vna_flags 1
    }

    [Fact]
    public void MakeCompatible_AnotherLibrary_IsATypedError() =>
        Assert.Throws<ElfFormatException>(() => TorchLibraries.MakeCompatible(SyntheticElf.Create()));

    [Fact]
    public void Store_ManyAtOnce_LeavesOneWholeFile()
    {
        using var folder = new TemporaryFolder();
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
        string[] paths = new string[16];

        Parallel.For(0, paths.Length, i => paths[i] = TorchLibraries.Store(folder.FullName, content));

        Assert.Equal([paths[0]], Directory.GetFiles(folder.FullName));
        Assert.Single(paths.Distinct());
        Assert.Equal(content, File.ReadAllBytes(paths[0]));
    }

    [Fact]
    public void Store_DamagedFileInTheCache_IsReplaced()
    {
        using var folder = new TemporaryFolder();
        byte[] content = [1, 2, 3];
        string path = TorchLibraries.Store(folder.FullName, content);
        File.WriteAllBytes(path, [1]);

        Assert.Equal(path, TorchLibraries.Store(folder.FullName, content));
        Assert.Equal(content, File.ReadAllBytes(path));
    }

    [Fact]
    public void Find_UnknownLibrary_NamesTheFoldersSearched()
    {
        TorchLoadException e = Assert.Throws<TorchLoadException>(() => TorchLibraries.Find("libabsent.so"));

        Assert.Contains(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), e.Message, StringComparison.Ordinal);
    }
}
