using Relsim.Evaluation.Retrieval;
using Relsim.Torch.Tests;

namespace Relsim.Evaluation.Tests.Retrieval;

public sealed class RunOptionsFileTests
{
    private static readonly Dictionary<string, string> Options = new() { ["--seed"] = "1", ["--methods"] = "hog" };

    [Fact]
    public void Claim_WithOtherOptions_SaysWhatDiffersAndKeepsAll()
    {
        using var folder = new TemporaryFolder();
        RunOptionsFile.Claim(folder.FullName, Options, overwrite: false);
        RunOptionsFile.Claim(folder.FullName, Options, overwrite: false);
        File.WriteAllText(folder.File(RetrievalFiles.Report), "{}");

        string message = Assert.Throws<InvalidDataException>(() => RunOptionsFile.Claim(folder.FullName, new Dictionary<string, string>(Options) { ["--seed"] = "2" }, overwrite: false)).Message;

        Assert.Contains("--seed was '1' and is '2'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("--methods", message, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File(RetrievalFiles.Report)));
    }

    [Fact]
    public void Claim_Overwriting_RemovesTheOldRunsResultsAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        RunOptionsFile.Claim(folder.FullName, Options, overwrite: false);
        Directory.CreateDirectory(folder.File(RetrievalFiles.Runs));
        string[] results = [RetrievalFiles.Report, RetrievalFiles.Qrels, Path.Combine(RetrievalFiles.Runs, "hog.run")];
        string[] others = ["cache.db", "notes.txt", Path.Combine(RetrievalFiles.Runs, "notes.txt")];
        foreach (string file in results.Concat(others))
        {
            File.WriteAllText(folder.File(file), "x");
        }

        RunOptionsFile.Claim(folder.FullName, new Dictionary<string, string>(Options) { ["--methods"] = "phash" }, overwrite: true);

        Assert.All(results, file => Assert.False(File.Exists(folder.File(file))));
        Assert.All(others, file => Assert.True(File.Exists(folder.File(file))));
    }

    [Fact]
    public void Claim_ARunThatLeftNoResult_IsReplaced()
    {
        using var folder = new TemporaryFolder();
        var changed = new List<string>();
        RunOptionsFile.Claim(folder.FullName, Options, overwrite: false, changed.AddRange);
        RunOptionsFile.Claim(folder.FullName, new Dictionary<string, string>(Options) { ["--methods"] = "phash" }, overwrite: false, changed.AddRange);
        File.WriteAllText(folder.File(RetrievalFiles.Report), "{}");

        string message = Assert.Throws<InvalidDataException>(() => RunOptionsFile.Claim(folder.FullName, Options, overwrite: false, changed.AddRange)).Message;

        Assert.Contains("--methods was 'phash' and is 'hog'", message, StringComparison.Ordinal);
        Assert.Equal(["--methods"], changed);
    }

    [Fact]
    public void Claim_AFolderWithFilesOfItsOwn_LeavesThem()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(RetrievalFiles.Errors), "mine");
        RunOptionsFile.Claim(folder.FullName, Options, overwrite: true);
        Assert.Equal("mine", File.ReadAllText(folder.File(RetrievalFiles.Errors)));
    }
}
