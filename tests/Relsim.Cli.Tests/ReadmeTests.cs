using System.Diagnostics;
using System.Text.RegularExpressions;
using Relsim.Torch.Encoders;

namespace Relsim.Cli.Tests;

/// <summary>Its snippet names files without folders, so this class changes the working folder and runs alone.</summary>
[Collection(nameof(ReadmeTests))]
public sealed partial class ReadmeTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Readme_CSharpBlocks_AreTheCompiledSnippets()
    {
        string[] blocks = [.. CSharpBlock().Matches(Read("README.md")).Select(match => Lines(match.Groups["code"].Value))];
        string source = Read("tests/Relsim.Cli.Tests/ReadmeSnippets.cs");
        string[] regions = [.. Region().Matches(source).Select(match => Lines(match.Groups["code"].Value))];

        Assert.NotEmpty(blocks);
        Assert.Equal(regions, blocks);
        Assert.All(Using().Matches(Read("README.md")), directive => Assert.Contains(directive.Value.Trim(), source, StringComparison.Ordinal));
    }

    // The web SDK's default would look for them in the project's folder.
    [Fact]
    public async Task Readme_DotnetRun_FindsFilesFromTheCallersFolder()
    {
        using TemporaryFolder folder = new();
        folder.Write("pair.csv", "method_a,method_b,wins_a,ties,wins_b\nrelsim,other,3,1,2\n");
        var start = new ProcessStartInfo("dotnet", ["run", "-c", "Release", "--no-build", "--project", Path.Combine(Root, "src", "Relsim.Cli"), "--", "evaluate", "study", "pair.csv"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process program = Process.Start(start)!;
        Task<string> error = program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((ExitCodes.Ok, ""), (program.ExitCode, await error));
        Assert.Contains("50.0 %", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Readme_LibrarySnippet_Runs()
    {
        if (!File.Exists(Path.Combine(MiniEncoder.DefaultFolder, "model.safetensors")))
        {
            Assert.Skip("models/mini/model.safetensors is missing: put the trained model there ('relsim train mini') and build again.");
        }

        using TemporaryFolder folder = new();
        Pictures.WriteFolder(folder, "pictures", 12);
        folder.Write("a.jpg", Pictures.Jpeg(1));
        folder.Write("b.jpg", Pictures.Jpeg(2));
        folder.Write("query.jpg", Pictures.Jpeg(3));
        string before = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(folder.Path);
            ReadmeSnippets.Library();
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>The statements without indentation, blank lines and using directives.</summary>
    private static string Lines(string code) => string.Join('\n', Using().Replace(code, "").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Relsim.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests must run below the repository's root.");
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"#region [^\n]*\n(?<code>.*?)#endregion", RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex(@"^using [A-Z][\w.]*;\n", RegexOptions.Multiline)]
    private static partial Regex Using();
}

/// <summary>Runs while no other test does.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "A collection in the sense of xunit.")]
public sealed class ReadmeCollection;
