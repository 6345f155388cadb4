using System.Diagnostics;
using System.Globalization;
using CsCheck;
using Relsim.Datasets;
using Relsim.Tests.Search;

namespace Relsim.Tests.Datasets;

public sealed class NpzFileTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WhatWasWritten_ComesBack() => Gen.Select(Gen.Int[0, 20], Gen.Int[1, 9], Gen.String[Gen.Char["aé漢\ud83d\ude00 \n{}"], 0, 6].Array[20]).Sample(
        (count, dimension, texts) =>
        {
            string path = _folder[$"{Guid.NewGuid():N}.npz"];
            string[] captions = [.. texts.Take(count).Select(text => text.Replace("\ud83d", "", StringComparison.Ordinal).Replace("\ude00", "😀", StringComparison.Ordinal))];
            EmbeddingTable table = new(dimension, [.. Enumerable.Range(0, count * dimension).Select(i => i * 0.1f)], [.. Enumerable.Range(0, count).Select(i => $"id{i}")], captions);

            NpzFile.Write(path, table);
            EmbeddingTable read = NpzFile.Read(path);

            Assert.Equal(table.Dimension, read.Dimension);
            Assert.Equal(table.Embeddings, read.Embeddings);
            Assert.Equal(table.ImageIds, read.ImageIds);
            Assert.Equal(captions, read.Captions);
        },
        iter: 50,
        threads: 1);

    [Fact]
    public void Write_Twice_GivesTheSameBytesAndLeavesNothingElse()
    {
        EmbeddingTable table = new(2, [1, 2, 3, 4], ["a", "b"], ["one", "two"]);
        NpzFile.Write(_folder["a.npz"], table);
        NpzFile.Write(_folder["b.npz"], table);

        Assert.Equal(File.ReadAllBytes(_folder["a.npz"]), File.ReadAllBytes(_folder["b.npz"]));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void Dispose_NotCompleted_LeavesTheOldFile()
    {
        NpzFile.Write(_folder["a.npz"], new EmbeddingTable(1, [7], ["old"]));
        using (NpzWriter writer = new(_folder["a.npz"], 1))
        {
            writer.Append("new", null, [8f]);
        }

        Assert.Equal(["old"], NpzFile.Read(_folder["a.npz"]).ImageIds);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Append_OtherDimension_Throws()
    {
        using NpzWriter writer = new(_folder["a.npz"], 3);
        Assert.Throws<ArgumentException>(() => writer.Append("x", null, [1f, 2f]));
    }

    [Fact]
    public void Write_ReadByNumpy_WithoutPickle()
    {
        RequireNumpy();
        NpzFile.Write(_folder["a.npz"], new EmbeddingTable(3, [1, 2, 3, 4, 5, 6.5f], ["a", "bb"], ["", "a 漢 😀 {thing}"]));

        string output = RunPython($"""
            import numpy
            z = numpy.load(r'{_folder["a.npz"]}', allow_pickle=False)
            print(sorted(z.files), z['embeddings'].dtype, z['embeddings'].tolist(), z['image_ids'].tolist(), ascii(z['captions'].tolist()))
            """);

        Assert.Equal("['captions', 'embeddings', 'image_ids'] float32 [[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]] ['a', 'bb'] ['', 'a \\u6f22 \\U0001f600 {thing}']", output);
    }

    [Theory]
    [InlineData("savez", "float32", "['x','yy']", "['a 漢','😀']", "x,yy", "a 漢,😀")]
    [InlineData("savez_compressed", "float16", "numpy.array([7,-8])", "['','']", "7,-8", ",")]
    [InlineData("savez", "float64", "numpy.array([b'x',b'yy'])", "['a','b']", "x,yy", "a,b")]
    public void Read_WrittenByNumpy_GivesItsValues(string save, string type, string ids, string captions, string expectedIds, string expectedCaptions)
    {
        RequireNumpy();
        RunPython($"""
            import numpy
            numpy.{save}(r'{_folder["n.npz"]}', embeddings=numpy.array([[1,2.5],[3,-4]],dtype='{type}'), image_ids={ids}, captions={captions})
            """);

        EmbeddingTable table = NpzFile.Read(_folder["n.npz"]);

        Assert.Equal([1, 2.5f, 3, -4], table.Embeddings);
        Assert.Equal(expectedIds.Split(','), table.ImageIds);
        Assert.Equal(expectedCaptions.Split(','), table.Captions);
    }

    [Fact]
    public void Read_PickledObjects_AreRefused()
    {
        RequireNumpy();
        RunPython($"""
            import numpy
            numpy.savez(r'{_folder["o.npz"]}', embeddings=numpy.zeros((1,2),dtype='f4'), image_ids=numpy.array(['a'],dtype=object))
            """);

        Assert.Contains("pickled", Assert.Throws<DatasetFormatException>(() => NpzFile.Read(_folder["o.npz"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MutatedFile_IsATypedErrorOrATable()
    {
        NpzFile.Write(_folder["a.npz"], new EmbeddingTable(4, new float[40], [.. Enumerable.Range(0, 10).Select(i => $"id{i}")]));
        byte[] good = File.ReadAllBytes(_folder["a.npz"]);
        Random random = new(4);
        int refused = 0;
        for (int i = 0; i < 500; i++)
        {
            byte[] bad = i % 2 == 0 ? good[..random.Next(good.Length)] : [.. good];
            for (int change = random.Next(1, 8); change > 0 && bad.Length > 0; change--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(_folder["bad.npz"], bad);
            try
            {
                NpzFile.Read(_folder["bad.npz"]);
            }
            catch (DatasetFormatException e)
            {
                Assert.StartsWith(_folder["bad.npz"], e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 250, 500);
    }

    private static void RequireNumpy()
    {
        if (!File.Exists(Python) || Run("import numpy").ExitCode != 0)
        {
            Assert.Skip("numpy is missing; install it with: apt-get install python3-numpy");
        }
    }

    private static string RunPython(string code)
    {
        (int exitCode, string output) = Run(code);
        Assert.True(exitCode == 0, string.Create(CultureInfo.InvariantCulture, $"python3 ended with {exitCode}"));
        return output.Trim();
    }

    private static (int ExitCode, string Output) Run(string code)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, ["-X", "utf8", "-c", code]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
