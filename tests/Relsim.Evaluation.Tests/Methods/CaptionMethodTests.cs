using System.Text.Json;
using Microsoft.Extensions.AI;
using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Retrieval;
using Relsim.Evaluation.Tests.Retrieval;
using Relsim.Torch.Captioning;
using Relsim.Torch.Encoders;
using Relsim.Torch.Tests;
using Relsim.Torch.Tests.Captioning;

namespace Relsim.Evaluation.Tests.Methods;

/// <summary>clip-t, qwen-t and caption-minilm with a scripted captioner and the reference's small models.</summary>
public sealed class CaptionMethodTests : IDisposable
{
    private const int Pictures = 9;

    private static readonly RetrievalSettings Settings = new() { Queries = 4, TopK = 3, Resamples = 10 };

    private readonly PoolFolder _folder = PoolFolder.Create(Pictures);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CaptionMiniLm_ScoresByTheCosineOfTheCaptions()
    {
        string model = MiniLmFolder();
        var client = new ScriptedChatClient(i => $"a row of {{things}} number {i / 2}");
        RetrievalReport report = await RunAsync($"caption-minilm={model}", Options(client));

        Assert.Equal(Pictures, client.Asked.Count);
        Assert.All(client.Asked, asked => Assert.Equal(0, asked.Options!.Temperature));
        Assert.Contains(CaptionPrompt.SingleImage, client.Asked[0].Messages[0].Text, StringComparison.Ordinal);
        Assert.Contains("scripted", report.Methods[0].Fingerprint, StringComparison.Ordinal);
        using var texts = MiniLmEncoder.Load(model);
        IReadOnlyDictionary<string, string> captions = _folder.Cache.Captions(CaptionFingerprint(report));
        Check("caption-minilm", (query, hit) => Dot(texts.Embed([captions[query]])[0], texts.Embed([captions[hit]])[0]));
    }

    [Fact]
    public async Task CaptionMiniLm_AskedAgain_PaysForNothing()
    {
        string model = MiniLmFolder();
        var client = new ScriptedChatClient(i => i == 0 ? "   " : $"caption {i}");
        RetrievalReport first = await RunAsync($"caption-minilm={model}", Options(client));
        string json = File.ReadAllText(_folder.File("out/retrieved_images.json"));
        RetrievalReport second = await RunAsync($"caption-minilm={model}", Options(client));

        Assert.Equal(Pictures, client.Asked.Count);
        Assert.Equal(1, first.Methods[0].UndescribedImages);
        Assert.Equal(first.ToJson(), second.ToJson());
        Assert.Equal(json, File.ReadAllText(_folder.File("out/retrieved_images.json")));
        Assert.Contains("answer is empty", File.ReadAllText(_folder.File("out/errors.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaptionMiniLm_OfThePoolsOwnCaptions_AsksNobody()
    {
        string model = MiniLmFolder();
        RetrievalPool pool = _folder.Read();
        await RunAsync($"caption-minilm={model}", new MethodOptions { PoolCaptions = true });
        using var texts = MiniLmEncoder.Load(model);
        Check("caption-minilm", (query, hit) => Dot(texts.Embed([Caption(query)])[0], texts.Embed([Caption(hit)])[0]));

        string Caption(string sha256) => pool.Images.First(image => image.Sha256 == sha256).Column("caption")!;
    }

    [Fact]
    public async Task ClipT_ScoresTheQuerysCaptionAgainstImages()
    {
        using var clip = ClipFolder();
        var client = new ScriptedChatClient(i => $"the {{object}} beside {i} others");
        RetrievalReport report = await RunAsync($"clip-t={clip.FullName},clip-i={clip.FullName}", Options(client));

        Assert.Equal(Settings.Queries, client.Asked.Count); // only queries are captioned
        using var encoder = ClipEncoder.Load(clip.FullName);
        RetrievalPool pool = _folder.Read();
        IReadOnlyDictionary<string, string> captions = _folder.Cache.Captions(CaptionFingerprint(report));
        Check("clip-t", (query, hit) => Dot(encoder.EmbedTexts([captions[query]])[0], Image(hit)));
        Check("clip-i", (query, hit) => Dot(Image(query), Image(hit)));

        float[] Image(string sha256) => encoder.Embed([encoder.Prepare(pool.Images.First(image => image.Sha256 == sha256).Path)])[0];
    }

    [Fact]
    public async Task QwenT_ComparesPlainCaptionsOfBoth()
    {
        using var clip = ClipFolder();
        var client = new ScriptedChatClient(i => $"a photograph of {i} apples on a table");
        RetrievalReport report = await RunAsync($"qwen-t={clip.FullName}", Options(client));

        Assert.Equal(Pictures, client.Asked.Count);
        Assert.Contains("30 words", client.Asked[0].Messages[0].Text, StringComparison.Ordinal);
        using var encoder = ClipEncoder.Load(clip.FullName);
        IReadOnlyDictionary<string, string> captions = _folder.Cache.Captions(CaptionFingerprint(report));
        Check("qwen-t", (query, hit) => Dot(encoder.EmbedTexts([captions[query]])[0], encoder.EmbedTexts([captions[hit]])[0]));
    }

    private static MethodOptions Options(ScriptedChatClient client) => new() { Captioner = new CaptionModel("scripted", () => ((IChatClient)client, "scripted")) };

    private static string CaptionFingerprint(RetrievalReport report) => report.Methods[0].Fingerprint.Split(" -> ")[0].Split("-of-")[1];

    private static double Dot(float[] left, float[] right) => left.Zip(right, (a, b) => (double)a * b).Sum();

    private static string MiniLmFolder() => Path.GetDirectoryName(ReferenceFolder.Files("modules.json")[0])!;

    /// <summary>A small CLIP of the reference, with the tokenizer beside which it lacks.</summary>
    private static TemporaryFolder ClipFolder()
    {
        string model = Path.GetDirectoryName(ReferenceFolder.Files("config.json").FirstOrDefault(path => File.ReadAllText(path).Contains("\"model_type\": \"clip\"", StringComparison.Ordinal)
            && File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "preprocessor_config.json")))) ?? "";
        Assert.SkipWhen(model.Length == 0, "The reference outputs have no folder of CLIP.");
        string? tokenizer = ReferenceFolder.Files("merges.txt").Select(path => Path.GetDirectoryName(path)!).FirstOrDefault(path => Path.GetFileName(path) == "clip");
        Assert.SkipWhen(tokenizer is null, "The reference outputs have no tokenizer of CLIP.");
        var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(model))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }

        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(folder.File("config.json")));
        CopyTokenizer(tokenizer!, folder, config.RootElement.GetProperty("text_config").GetProperty("vocab_size").GetInt32());
        return folder;
    }

    /// <summary>As much of the published tokenizer as a small model has rows for: the bytes, the first merges, and the two marks at the end.</summary>
    private static void CopyTokenizer(string source, TemporaryFolder folder, int tokens)
    {
        const int bytes = 512;
        Dictionary<string, int> vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(Path.Combine(source, "vocab.json")))!;
        var kept = vocabulary.Where(token => token.Value < tokens - 2).ToDictionary();
        kept["<|startoftext|>"] = tokens - 2;
        kept["<|endoftext|>"] = tokens - 1;
        File.WriteAllBytes(folder.File("vocab.json"), JsonSerializer.SerializeToUtf8Bytes(kept));
        File.WriteAllLines(folder.File("merges.txt"), File.ReadLines(Path.Combine(source, "merges.txt")).Take(1 + tokens - 2 - bytes));
    }

    private Task<RetrievalReport> RunAsync(string methods, MethodOptions options) => RetrievalEvaluation.RunAsync(
        _folder.Read(), RetrievalMethods.Parse(methods, options), [], _folder.Cache, _folder.File("out"), Settings, null, TestContext.Current.CancellationToken);

    /// <summary>Every score in the published JSON is what <paramref name="score"/> says of the two pictures' hashes, and the best come first.</summary>
    private void Check(string method, Func<string, string, double> score)
    {
        RetrievalPool pool = _folder.Read();
        foreach (RetrievedQuery query in RetrievedImages.Read(_folder.File("out/retrieved_images.json"))[method])
        {
            Assert.Equal(query.TopKScores.OrderDescending(), query.TopKScores);
            foreach ((string hit, double given) in query.TopKImageIds.Zip(query.TopKScores))
            {
                Assert.Equal(score(Hash(query.QueryImageId), Hash(hit)), given, 1e-4);
            }
        }

        string Hash(string id) => pool.Images[pool.Find(id)!.Value].Sha256;
    }
}
