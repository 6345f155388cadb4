using System.Text.Json;
using System.Text.RegularExpressions;
using Relsim.Tokenization;
using Relsim.Torch.Weights;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Tokenization;

/// <summary>The prompts of the reference checkpoints, rendered and tokenised, against the ids in their case files.</summary>
[Trait("Kind", "Parity")]
public sealed partial class PromptParityTests
{
    [Fact]
    public void Encode_RenderedPromptsOfEveryCase_GiveItsInputIds() => Cases((tokenizer, meta, file) =>
    {
        long[][] ids = Rows(file, "input_ids");
        long[][] masks = Rows(file, "attention_mask");
        string[] rendered = Strings(meta.GetProperty("rendered"));
        Assert.Equal(ids.Length, rendered.Length);
        for (int row = 0; row < ids.Length; row++)
        {
            long[] mask = masks[row];
            Assert.Equal(ids[row].Where((_, i) => mask[i] == 1), tokenizer.Encode(rendered[row]).Select(id => (long)id));
        }
    });

    [Fact]
    public void Render_ConversationsOfEveryCase_GiveItsPrompts() => Cases((_, meta, _) =>
    {
        JsonElement[] conversations = [.. meta.GetProperty("messages").EnumerateArray()];
        string[] rendered = Strings(meta.GetProperty("rendered"));
        bool prompt = meta.GetProperty("add_generation_prompt").GetBoolean();
        for (int row = 0; row < conversations.Length; row++)
        {
            ChatTurn[] turns = [.. conversations[row].EnumerateArray().Select(Turn)];
            Assert.Equal(Pads().Replace(rendered[row], SpecialTokens.ImagePad), Qwen2ChatTemplate.Render(turns, prompt));
        }
    });

    [Fact]
    public void Decode_GreedyTokensOfEveryCase_GiveItsText()
    {
        int texts = 0;
        Cases((tokenizer, meta, file) =>
        {
            if (meta.TryGetProperty("greedy_text", out JsonElement expected))
            {
                long[][] tokens = Rows(file, "greedy_new_tokens");
                Assert.Equal(Strings(expected), tokens.Select(row => tokenizer.Decode(row.Select(id => (int)id))));
                texts += tokens.Length;
            }
        });
        Assert.NotEqual(0, texts);
    }

    [Fact]
    public void Encode_PromptsOfEveryAdapter_GiveTheReferenceInputIds()
    {
        foreach (string folder in Adapters())
        {
            using var meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "..", "meta.json")));
            string name = Path.GetFileName(folder);
            string golden = Path.Combine(folder, "..", $"golden_{name}.safetensors");
            if (!File.Exists(golden))
            {
                continue; // An adapter that says the same in other key names has the goldens of its twin.
            }

            using SafetensorsFile file = SafetensorsFile.Open(golden);
            Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder);
            JsonElement[] images = [.. meta.RootElement.GetProperty("inference").GetProperty(name).GetProperty("images").EnumerateArray()];
            Assert.NotEmpty(images);
            for (int i = 0; i < images.Length; i++)
            {
                string rendered = Qwen2ChatTemplate.Render([new ChatTurn("user", [ChatPart.Image, ChatPart.OfText(SpecialTokens.Query)])], addGenerationPrompt: true);
                Assert.Equal(images[i].GetProperty("rendered_text").GetString(), rendered);
                Assert.Equal(Rows(file, $"{i}.input_ids")[0], Expanded(tokenizer, folder, rendered, Rows(file, $"{i}.image_grid_thw")[0]));
            }
        }
    }

    [Fact]
    public void Encode_TrainingPromptOfTheAdapters_GivesTheReferenceInputIds()
    {
        string prompt = Qwen2ChatTemplate.Render([new ChatTurn("user", [ChatPart.Image, ChatPart.OfText(SpecialTokens.Query)])]);
        foreach (string golden in ReferenceFolder.Files("golden_train*.safetensors"))
        {
            using SafetensorsFile file = SafetensorsFile.Open(golden);
            foreach (string folder in Adapters().Where(folder => Path.GetDirectoryName(folder) == Path.GetDirectoryName(golden)))
            {
                Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder);
                long[][] ids = Rows(file, "input_ids");
                long[][] grids = Rows(file, "image_grid_thw");
                Assert.All(ids.Zip(grids), row => Assert.Equal(row.First, Expanded(tokenizer, folder, prompt, row.Second)));
            }
        }
    }

    [Fact]
    public void Load_EveryAdapter_HasTheTokensThatItsBaseGetsByAdding()
    {
        foreach (string folder in Adapters())
        {
            using var meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "..", "meta.json")));
            Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(folder);
            var bare = Qwen2Tokenizer.Load(Path.Combine(folder, "..", "..", meta.RootElement.GetProperty("base_model_dir").GetString()!));
            Assert.Equal(meta.RootElement.GetProperty("len_tokenizer_before").GetInt32(), bare.Count);
            Assert.Equal(meta.RootElement.GetProperty("len_tokenizer_after").GetInt32(), tokenizer.Count);
            Assert.Equal(meta.RootElement.GetProperty("query_token_id").GetInt32(), tokenizer.FindToken(SpecialTokens.Query));
            Assert.Equal(tokenizer.Count, bare.WithToken(SpecialTokens.Query).Count);
            Assert.Equal(tokenizer.Encode("a<|query|>b"), bare.WithToken(SpecialTokens.Query).Encode("a<|query|>b"));
        }
    }

    private static void Cases(Action<Qwen2Tokenizer, JsonElement, SafetensorsFile> check)
    {
        foreach (string path in ReferenceFolder.Files("case_*.safetensors"))
        {
            string folder = Path.GetDirectoryName(path)!;
            using var meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "meta.json")));
            using SafetensorsFile file = SafetensorsFile.Open(path);
            string name = Path.GetFileNameWithoutExtension(path)["case_".Length..];
            check(Qwen2Tokenizer.Load(Path.Combine(folder, "model")), meta.RootElement.GetProperty("cases").GetProperty(name), file);
        }
    }

    private static IEnumerable<string> Adapters() =>
        ReferenceFolder.Files("projection_and_config.pt").Select(path => Path.GetDirectoryName(path)!).Order(StringComparer.Ordinal);

    // One image_pad a token of the image: its patches, merged in squares.
    private static IEnumerable<long> Expanded(Qwen2Tokenizer tokenizer, string folder, string rendered, long[] grid)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "preprocessor_config.json")));
        int merge = config.RootElement.GetProperty("merge_size").GetInt32();
        int pad = tokenizer.FindToken(SpecialTokens.ImagePad)!.Value;
        int tokens = (int)(grid[0] * grid[1] * grid[2]) / (merge * merge);
        return tokenizer.Encode(rendered).SelectMany(id => Enumerable.Repeat((long)id, id == pad ? tokens : 1));
    }

    private static ChatTurn Turn(JsonElement message)
    {
        string role = message.GetProperty("role").GetString()!;
        JsonElement content = message.GetProperty("content");
        return content.ValueKind == JsonValueKind.String
            ? new ChatTurn(role, content.GetString()!)
            : new ChatTurn(role, [.. content.EnumerateArray().Select(part => part.TryGetProperty("text", out JsonElement text) ? ChatPart.OfText(text.GetString()!) : ChatPart.Image)]);
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(text => text.GetString()!)];

    private static long[][] Rows(SafetensorsFile file, string name)
    {
        using Tensor tensor = file.Read(name);
        return [.. tensor.data<long>().ToArray().Chunk((int)tensor.shape[^1])];
    }

    [GeneratedRegex(@"(<\|image_pad\|>)+")]
    private static partial Regex Pads();
}
