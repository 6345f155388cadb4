namespace Relsim.Torch.Tests;

/// <summary>The folder of published reference outputs that parity tests compare with.</summary>
internal static class ReferenceFolder
{
    /// <summary>Every file below the folder that matches; skips the test where there are none.</summary>
    public static IReadOnlyList<string> Files(string pattern)
    {
        string folder = Environment.GetEnvironmentVariable("RELSIM_REFERENCE")
            ?? Path.Combine(RepositoryRoot(), "..", "shared", "reference");
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, pattern, SearchOption.AllDirectories) : [];
        Assert.SkipWhen(
            files.Length == 0, $"No {pattern} below {folder}; set RELSIM_REFERENCE to the folder of reference outputs.");
        return files;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Relsim.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
