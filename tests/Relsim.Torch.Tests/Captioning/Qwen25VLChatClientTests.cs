using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Relsim.Imaging;
using Relsim.Tokenization;
using Relsim.Torch.Captioning;
using Relsim.Torch.Encoders;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Captioning;

public sealed class Qwen25VLChatClientTests
{
    private static readonly EncoderOptions Exact = new() { DType = WeightType.F32, Profile = PreprocessingProfiles.RelsimNative.Name };

    /// <summary>From the picture's file to text: greedy, with the repetition penalty of the checkpoint's own generation_config.json.</summary>
    [Fact]
    public async Task GetResponseAsync_ReferenceConversations_GiveTheReferencesText()
    {
        int compared = 0;
        foreach (Conversation conversation in Conversation.All())
        {
            using Qwen25VLChatClient client = Qwen25VLChatClient.Load(conversation.Model, Exact);
            ChatResponse response = await client.GetResponseAsync(conversation.Messages(), conversation.Options, TestContext.Current.CancellationToken);
            Assert.Equal(conversation.Expected, response.Text);
            var streamed = new StringBuilder();
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(conversation.Messages(), conversation.Options, TestContext.Current.CancellationToken))
            {
                streamed.Append(update.Text);
            }

            Assert.Equal(response.Text, streamed.ToString());
            compared++;
        }

        Assert.SkipWhen(compared == 0, "The reference folder has no conversation with the checkpoint's own repetition penalty.");
    }

    [Fact]
    public async Task CaptionAsync_SeveralSamplesAndPictures_RepeatAndDoNotDependOnEachOther()
    {
        Conversation conversation = Conversation.All().First();
        using Qwen25VLChatClient client = Qwen25VLChatClient.Load(conversation.Model, Exact with { Profile = null });
        EncodedImage[] images = [.. conversation.AllImages.Take(3).Select(path => new EncodedImage(File.ReadAllBytes(path), path))];
        var captioner = new AnonymousCaptioner(client, new CaptionOptions { Samples = 2, MaxTokens = 6, Seed = 5 });

        IReadOnlyList<IReadOnlyList<AnonymousCaption>> together = await captioner.CaptionAsync(images, TestContext.Current.CancellationToken);
        IReadOnlyList<AnonymousCaption> alone = await captioner.CaptionAsync(images[^1], TestContext.Current.CancellationToken);

        Assert.Equal(images.Length, together.Count);
        Assert.Equal(together[^1].Select(caption => caption.Text), alone.Select(caption => caption.Text));
        Assert.NotEqual(alone[0].Text, alone[1].Text);
        Assert.True(captioner.BatchSize > 1);
    }

    [Fact]
    public async Task GroupCaptioner_SeveralPictures_GivesOneCaptionForAll()
    {
        Conversation conversation = Conversation.All().First();
        using Qwen25VLChatClient client = Qwen25VLChatClient.Load(conversation.Model, Exact with { Profile = null });
        EncodedImage[] images = [.. conversation.AllImages.Take(3).Select(path => new EncodedImage(File.ReadAllBytes(path), path))];

        IReadOnlyList<AnonymousCaption> captions = await new GroupCaptioner(client, new CaptionOptions { MaxTokens = 4 }).CaptionAsync(images, TestContext.Current.CancellationToken);

        Assert.NotEmpty(Assert.Single(captions).Text);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_ListenerLeaves_StopsAndLeavesTheClientUsable()
    {
        Conversation conversation = Conversation.All().First();
        using Qwen25VLChatClient client = Qwen25VLChatClient.Load(conversation.Model, Exact);
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 100_000 };
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(conversation.Messages(), options, TestContext.Current.CancellationToken))
        {
            break;
        }

        ChatResponse response = await client.GetResponseAsync(conversation.Messages(), conversation.Options, TestContext.Current.CancellationToken);
        Assert.NotEmpty(response.Text);
    }

    [Fact]
    public async Task GetResponseAsync_WhatTheModelCannotDo_IsAClearError()
    {
        Conversation conversation = Conversation.All().First();
        using Qwen25VLChatClient client = Qwen25VLChatClient.Load(conversation.Model, Exact);
        ChatMessage address = new(ChatRole.User, [new UriContent("https://example.org/a.png", "image/png")]);
        ChatMessage broken = new(ChatRole.User, [new DataContent(new byte[] { 1, 2, 3 }, "image/png") { Name = "broken.png" }]);
        ChatMessage hidden = new(ChatRole.User, $"{SpecialTokens.ImagePad} what is this?");

        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync([address], null, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync([hidden], null, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync(
            conversation.Messages(), new ChatOptions { StopSequences = ["x"] }, TestContext.Current.CancellationToken));
        ImageDecodeException e = await Assert.ThrowsAsync<ImageDecodeException>(() => client.GetResponseAsync([broken], null, TestContext.Current.CancellationToken));
        Assert.Equal("broken.png", e.Name);
    }

    /// <summary>A conversation of the reference folder whose greedy answer is known under the checkpoint's own repetition penalty.</summary>
    private sealed record Conversation(string Model, string Images, JsonArray Turns, IReadOnlyList<int> Answer)
    {
        public ChatOptions Options => new() { Temperature = 0, MaxOutputTokens = Answer.Count };

        public string Expected
        {
            get
            {
                Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(Model);
                HashSet<int> stops = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Model, "generation_config.json")))!["eos_token_id"]!.AsArray().Select(id => (int)id!)];
                return tokenizer.Decode(Answer.TakeWhile(id => !stops.Contains(id)), skipSpecialTokens: true);
            }
        }

        public IEnumerable<string> AllImages => Directory.EnumerateFiles(Images, "*.png").Order(StringComparer.Ordinal);

        public static IEnumerable<Conversation> All()
        {
            foreach (string folder in ReferenceFolder.Files("vision_internals.safetensors").Select(path => Path.GetDirectoryName(path)!).Order())
            {
                string model = Path.Combine(folder, "model");
                JsonNode meta = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "meta.json")))!;
                string penalty = (string)JsonNode.Parse(File.ReadAllText(Path.Combine(model, "generation_config.json")))!["repetition_penalty"]!.ToJsonString();
                foreach ((string name, JsonNode? about) in meta["cases"]!.AsObject())
                {
                    using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, $"case_{name}.safetensors"));
                    string key = $"greedy_rp{penalty}_new_tokens";
                    if (!file.Tensors.ContainsKey(key) || about!["messages"] is not JsonArray { Count: 1 } conversations)
                    {
                        continue;
                    }

                    using Tensor tokens = file.Read(key);
                    int[] answer = [.. tokens.flatten().data<long>().ToArray().Select(id => (int)id)];
                    yield return new Conversation(model, Path.Combine(folder, "..", "images"), conversations[0]!.AsArray(), answer);
                }
            }
        }

        public IReadOnlyList<ChatMessage> Messages() => [.. Turns.Select(turn => new ChatMessage(
            new ChatRole((string)turn!["role"]!),
            turn["content"] is JsonArray parts ? [.. parts.Select(part => Content(part!))] : [new TextContent((string)turn["content"]!)]))];

        private AIContent Content(JsonNode part) => (string)part["type"]! == "text"
            ? new TextContent((string)part["text"]!)
            : new DataContent(File.ReadAllBytes(Path.Combine(Images, (string)part["image"]!)), "image/png") { Name = (string)part["image"]! };
    }
}
