using Relsim.Datasets;
using Relsim.Evaluation.Reports;

namespace Relsim.Evaluation.Tests.Reports;

public sealed class ProvenanceTests
{
    private static readonly RunDescription Retrieval = new() { Command = "relsim evaluate retrieval", Arguments = ["--seed", "7"], Seed = 7 };

    [Fact]
    public void StartOrResume_OfTheSameRun_KeepsTheFirstStartAndTheBytes()
    {
        using var run = new TemporaryRun();
        Provenance first = Provenance.StartOrResume(run.Folder, Retrieval, new FixedTime(2026));
        byte[] written = File.ReadAllBytes(run[Provenance.FileName]);
        Provenance second = Provenance.StartOrResume(run.Folder, Retrieval, new FixedTime(2027));
        Assert.Equal(2026, second.Started.Year);
        Assert.Equal(first.Machine, second.Machine);
        Assert.Equal(written, File.ReadAllBytes(run[Provenance.FileName]));
    }

    [Fact]
    public void StartOrResume_OfOtherArguments_StartsAnew()
    {
        using var run = new TemporaryRun();
        Provenance.StartOrResume(run.Folder, Retrieval, new FixedTime(2026));
        Provenance second = Provenance.StartOrResume(run.Folder, Retrieval with { Arguments = ["--seed", "8"], Seed = 8 }, new FixedTime(2027));
        Assert.Equal(2027, second.Started.Year);
        Assert.Equal(8, Assert.Single(Provenance.Read(run.Folder)).Seed);
    }

    [Fact]
    public void StartOrResume_OfAnotherCommand_KeepsBoth()
    {
        using var run = new TemporaryRun();
        Provenance.StartOrResume(run.Folder, Retrieval);
        Provenance.StartOrResume(run.Folder, Retrieval with { Command = "relsim evaluate judge" });
        Assert.Equal(["relsim evaluate retrieval", "relsim evaluate judge"], Provenance.Read(run.Folder).Select(entry => entry.Command));
    }

    [Fact]
    public void StartOrResume_OfAChangedInput_StartsAnewWithItsHash()
    {
        using var run = new TemporaryRun();
        File.WriteAllText(run["pool.jsonl"], "abc");
        RunDescription withPool = Retrieval with { Inputs = [run["pool.jsonl"]] };
        Provenance first = Provenance.StartOrResume(run.Folder, withPool, new FixedTime(2026));
        File.WriteAllText(run["pool.jsonl"], "abcd");
        Provenance second = Provenance.StartOrResume(run.Folder, withPool, new FixedTime(2027));
        Assert.Equal(("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3), (first.Inputs[0].Sha256, first.Inputs[0].Bytes)); // FIPS 180's example
        Assert.Equal(2027, second.Started.Year);
    }

    [Fact]
    public void StartOrResume_OfAnyRun_DescribesMachineAndVersions()
    {
        using var run = new TemporaryRun();
        Provenance plain = Provenance.StartOrResume(run.Folder, Retrieval);
        Assert.Null(plain.Versions.Libtorch);
        Assert.StartsWith(".NET", plain.Versions.Runtime, StringComparison.Ordinal);
        Assert.NotEmpty(plain.Machine.Processor);
        Assert.True(plain.Machine.Cores > 0 && plain.Machine.MemoryMiB > 0);
        Provenance withModel = Provenance.StartOrResume(run.Folder, Retrieval with { UsesModels = true });
        Assert.NotNull(withModel.Versions.Libtorch);
    }

    [Theory]
    [InlineData("--api-key=abc", "--api-key=(secret, not kept)")]
    [InlineData("--token abc", "--token (secret, not kept)")]
    [InlineData("--base-url https://me:abc@host/v1?api-key=abc&v=2", "--base-url https://host/v1?api-key=&v=2")]
    [InlineData("--model sk-abcdefghijklmnopqrstuvwxyz", "--model (secret, not kept)")]
    [InlineData("--max-tokens 300 --top-k 10", "--max-tokens 300 --top-k 10")]
    [InlineData("--base-url http://localhost:8000/v1", "--base-url http://localhost:8000/v1")]
    [InlineData("--key --seed 7", "--key --seed 7")]
    public void StartOrResume_OfSecretArguments_KeepsNone(string given, string kept)
    {
        using var run = new TemporaryRun();
        Provenance provenance = Provenance.StartOrResume(run.Folder, Retrieval with { Arguments = given.Split(' ') });
        Assert.Equal(kept, string.Join(' ', provenance.Arguments));
    }

    [Fact]
    public void CommandLine_OfOddArguments_IsOneThatAShellTakes()
    {
        using var run = new TemporaryRun();
        Provenance provenance = Provenance.StartOrResume(run.Folder, Retrieval with { Arguments = ["--pool", "my 'pool'.jsonl", ""] });
        Assert.Equal("relsim evaluate retrieval --pool 'my '\\''pool'\\''.jsonl' ''", provenance.CommandLine);
    }

    [Fact]
    public void Read_OfABrokenFile_NamesFileAndLine()
    {
        using var run = new TemporaryRun();
        File.WriteAllText(run[Provenance.FileName], "[\n{]");
        DatasetFormatException fault = Assert.Throws<DatasetFormatException>(() => Provenance.Read(run.Folder));
        Assert.Equal((run[Provenance.FileName], 2), (fault.FilePath, fault.Line));
        Assert.Empty(Provenance.Read(run["none"]));
    }
}
