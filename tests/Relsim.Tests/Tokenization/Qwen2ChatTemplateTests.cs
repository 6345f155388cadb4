using System.Text.Json;
using Relsim.Tests.Imaging;
using Relsim.Tokenization;

namespace Relsim.Tests.Tokenization;

public class Qwen2ChatTemplateTests
{
    [Fact]
    public void Render_EveryReferenceConversation_GivesTheReferenceTextAndIds()
    {
        Qwen2Tokenizer tokenizer = Qwen2Tokenizer.Load(ReferenceImages.Find("tokenizers", "qwen2")).WithToken(SpecialTokens.Query);
        using var document = JsonDocument.Parse(File.ReadAllBytes(ReferenceImages.Find("tokenizers", "chat_template_cases.json")));
        JsonElement cases = document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement : document.RootElement.GetProperty("cases");
        Assert.NotEqual(0, cases.GetArrayLength());
        foreach (JsonElement c in cases.EnumerateArray())
        {
            ChatTurn[] turns = [.. c.GetProperty("messages").EnumerateArray().Select(Turn)];
            string text = Qwen2ChatTemplate.Render(turns, c.GetProperty("add_generation_prompt").GetBoolean(), c.GetProperty("add_vision_id").GetBoolean());
            Assert.Equal(c.GetProperty("rendered").GetString(), text);
            Assert.Equal(c.GetProperty("qwen2_with_query_ids").EnumerateArray().Select(id => id.GetInt32()), tokenizer.Encode(text));
        }
    }

    [Fact]
    public void Render_NoTurns_IsNothingButThePrompt()
    {
        Assert.Equal("", Qwen2ChatTemplate.Render([]));
        Assert.Equal("<|im_start|>assistant\n", Qwen2ChatTemplate.Render([], addGenerationPrompt: true));
    }

    [Theory]
    [InlineData("chat_template.jinja", "{{ messages }}")]
    [InlineData("chat_template.json", """{ "chat_template": "{{ messages }}" }""")]
    [InlineData("tokenizer_config.json", """{ "chat_template": "{{ messages }}" }""")]
    public void Verify_AnotherTemplate_IsAnErrorThatNamesTheFile(string name, string text)
    {
        using var folder = new TemporaryTokenizer();
        Qwen2ChatTemplate.Verify(folder.FullName);
        File.WriteAllText(folder.File(name), text);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Qwen2ChatTemplate.Verify(folder.FullName));
        Assert.Contains(folder.File(name), e.Message, StringComparison.Ordinal);
        Assert.Contains("chat template", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_TheTemplateWithALineFeedMore_IsTheSame()
    {
        string template = File.ReadAllText(ReferenceImages.Find("tokenizers", "qwen2", "chat_template.jinja"));
        using var folder = new TemporaryTokenizer();
        File.WriteAllText(folder.File("chat_template.jinja"), template.TrimEnd('\n').ReplaceLineEndings("\r\n") + "\r\n");
        Qwen2ChatTemplate.Verify(folder.FullName);
    }

    private static ChatTurn Turn(JsonElement message)
    {
        string role = message.GetProperty("role").GetString()!;
        JsonElement content = message.GetProperty("content");
        return content.ValueKind == JsonValueKind.String
            ? new ChatTurn(role, content.GetString()!)
            : new ChatTurn(role, [.. content.EnumerateArray().Select(Part)]);
    }

    private static ChatPart Part(JsonElement part)
    {
        string? type = part.TryGetProperty("type", out JsonElement name) ? name.GetString() : null;
        return type == "image" || part.TryGetProperty("image", out _) || part.TryGetProperty("image_url", out _) ? ChatPart.Image
            : type == "video" || part.TryGetProperty("video", out _) ? ChatPart.Video
            : ChatPart.OfText(part.GetProperty("text").GetString()!);
    }
}
