using System.Text.Json;
using Microsoft.Extensions.AI;
using Relsim.Datasets;
using Relsim.Torch.Captioning;

namespace Relsim.Torch.Tests.Captioning;

public sealed class CaptionExportTests
{
    // The smallest bytes that are told as a picture: the captioner's client decodes, not the export.
    private static readonly byte[] Gif = [.. "GIF89a"u8];

    [Fact]
    public async Task WriteAsync_SeveralSamples_WritesALineEachThatThePublishedReaderReads()
    {
        using var folder = new TemporaryFolder();
        ImageInput[] inputs = Pictures(folder, 2);
        string[] answers = ["{Subject} growing.", "\"A banana ripening.\"", "{Objects} in a row", "{Subject} turned"];
        using var client = new ScriptedChatClient(i => answers[i]);
        var captioner = new AnonymousCaptioner(client, new CaptionOptions { Samples = 2, Seed = 7 });

        CaptionReport report = await new CaptionExport(captioner, "run").WriteAsync(folder.File("c.jsonl"), inputs, null, TestContext.Current.CancellationToken);

        Assert.Equal((2, 4, 1), (report.Images, report.Captions, report.NotAnonymous));
        CaptionRecord[] records = [.. CaptionRecord.ReadAll(folder.File("c.jsonl"))];
        Assert.Equal(["{Subject} growing.", "A banana ripening.", "{Objects} in a row", "{Subject} turned"], records.Select(record => record.Caption));
        Assert.Equal(records[0].ImageHash, records[1].ImageHash);
        Assert.Equal(CaptionRecord.HashOf(File.ReadAllBytes(inputs[1].Path)), records[2].ImageHash);
        Assert.Equal([7L, 8, 7, 8], client.Asked.Select(asked => asked.Options!.Seed));
        Assert.All(client.Asked, asked => Assert.Equal("image/gif", Assert.Single(asked.Messages[0].Contents.OfType<DataContent>()).MediaType));
        Assert.False(File.Exists(folder.File("c.jsonl.partial")));
    }

    [Fact]
    public async Task WriteAsync_AfterAStop_AsksOnlyForWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        ImageInput[] inputs = Pictures(folder, 4);
        string output = folder.File("c.jsonl");
        using var stop = new CancellationTokenSource();
        using var first = new ScriptedChatClient(i =>
        {
            if (i == 1)
            {
                stop.Cancel();
            }

            return $"{{First}} {i}";
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Export(first).WriteAsync(output, inputs, null, stop.Token));
        Assert.False(File.Exists(output));
        await File.AppendAllTextAsync(output + ".partial", "{\"id\":\"cut sho", TestContext.Current.CancellationToken);

        using var second = new ScriptedChatClient(i => $"{{Second}} {i}");
        await Export(second).WriteAsync(output, inputs, null, TestContext.Current.CancellationToken);

        Assert.Equal(
            ["{First} 0", "{First} 1", "{Second} 0", "{Second} 1"], CaptionRecord.ReadAll(output).Select(record => record.Caption));
        Assert.Equal(2, second.Asked.Count);
    }

    [Fact]
    public async Task WriteAsync_UnfinishedFileOfAnotherRun_IsRefusedAndKept()
    {
        using var folder = new TemporaryFolder();
        string output = folder.File("c.jsonl");
        await File.WriteAllTextAsync(output + ".partial", "{\"run\":\"other\"}\n", TestContext.Current.CancellationToken);
        using var client = new ScriptedChatClient(_ => "{X}");

        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(
            () => Export(client).WriteAsync(output, Pictures(folder, 1), null, TestContext.Current.CancellationToken));

        Assert.Contains("other", e.Message, StringComparison.Ordinal);
        Assert.Equal("{\"run\":\"other\"}\n", await File.ReadAllTextAsync(output + ".partial", TestContext.Current.CancellationToken));
        Assert.Empty(client.Asked);
    }

    [Fact]
    public async Task WriteAsync_BrokenPicture_IsListedAndTheOthersAreCaptioned()
    {
        using var folder = new TemporaryFolder();
        ImageInput[] inputs = [.. Pictures(folder, 1), new ImageInput("gone", folder.File("gone.png")), new ImageInput("text", folder.File("text.png"))];
        await File.WriteAllTextAsync(inputs[2].Path, "no picture", TestContext.Current.CancellationToken);
        using var client = new ScriptedChatClient(_ => "{X}");

        CaptionReport report = await Export(client).WriteAsync(folder.File("c.jsonl"), inputs, null, TestContext.Current.CancellationToken);

        Assert.Equal(1, report.Images);
        Assert.Equal(["gone", "text"], report.Errors.Select(error => error.Id));
        string[] lines = await File.ReadAllLinesAsync(report.ErrorFile!, TestContext.Current.CancellationToken);
        Assert.Equal(["gone", "text"], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task GroupCaptioner_OnePicture_IsRefused()
    {
        using var client = new ScriptedChatClient(_ => "{X}");
        await Assert.ThrowsAsync<ArgumentException>(() => new GroupCaptioner(client).CaptionAsync([new EncodedImage(Gif, "a")], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task GroupCaptioner_SeveralPictures_AsksOnceForAll()
    {
        using var client = new ScriptedChatClient(_ => "“{X} in a dog”");

        IReadOnlyList<AnonymousCaption> captions = await new GroupCaptioner(client).CaptionAsync([new EncodedImage(Gif, "a"), new EncodedImage(Gif, "b")], TestContext.Current.CancellationToken);

        AnonymousCaption caption = Assert.Single(captions);
        Assert.Equal("{X} in a dog", caption.Text);
        Assert.False(caption.IsAnonymous);
        Assert.Equal(2, Assert.Single(client.Asked).Messages[0].Contents.OfType<DataContent>().Count());
    }

    private static CaptionExport Export(IChatClient client) => new(new AnonymousCaptioner(client), "run");

    private static ImageInput[] Pictures(TemporaryFolder folder, int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        string path = folder.File($"{i}.gif");
        File.WriteAllBytes(path, [.. Gif, (byte)i]);
        return new ImageInput($"{i}", path);
    })];
}
