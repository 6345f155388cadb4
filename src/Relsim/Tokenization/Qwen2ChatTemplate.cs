using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Relsim.Tokenization;

/// <summary>
/// The chat template that Qwen2-VL and Qwen2.5-VL are published with, rendered in code: no template language runs. Thread-safe.
/// </summary>
public static class Qwen2ChatTemplate
{
    private const string DefaultSystem = "You are a helpful assistant.";

    /// <summary>SHA-256 of the template's text without a line feed at its end: that of Qwen/Qwen2.5-VL-7B-Instruct, chat_template.json.</summary>
    private const string KnownHash = "a0bc6f6fc7a29a80017a433e8f03a1cc1236e838a944a2d034295a60c4f2fddb";

    /// <summary>
    /// A conversation as the text that the model was trained on. Where the first turn is not the system's, the default one is put before it.
    /// </summary>
    /// <param name="turns">The turns in order.</param>
    /// <param name="addGenerationPrompt">Whether the beginning of the assistant's answer ends the text.</param>
    /// <param name="addVisionId">Whether "Picture 1: " and so on stand before the images, and "Video 1: " before the videos.</param>
    /// <returns>Text with one image_pad or video_pad an image or a video.</returns>
    public static string Render(IReadOnlyList<ChatTurn> turns, bool addGenerationPrompt = false, bool addVisionId = false)
    {
        ArgumentNullException.ThrowIfNull(turns);
        var text = new StringBuilder();
        if (turns.Count > 0 && turns[0].Role != "system")
        {
            Open(text, "system").Append(DefaultSystem).Append(SpecialTokens.ImEnd).Append('\n');
        }

        int images = 0;
        int videos = 0;
        foreach (ChatTurn turn in turns)
        {
            Open(text, turn.Role);
            foreach (ChatPart part in turn.Content)
            {
                switch (part.Kind)
                {
                    case ChatPartKind.Image:
                        Vision(text, addVisionId ? "Picture" : null, ++images, SpecialTokens.ImagePad);
                        break;
                    case ChatPartKind.Video:
                        Vision(text, addVisionId ? "Video" : null, ++videos, SpecialTokens.VideoPad);
                        break;
                    default:
                        text.Append(part.Text);
                        break;
                }
            }

            text.Append(SpecialTokens.ImEnd).Append('\n');
        }

        return (addGenerationPrompt ? Open(text, "assistant") : text).ToString();
    }

    /// <summary>
    /// Checks that a model's folder holds this template: chat_template.jinja, else chat_template.json, else the one in tokenizer_config.json, as
    /// transformers looks for them. A folder without any is as good.
    /// </summary>
    /// <exception cref="InvalidDataException">It holds another, or the file is damaged.</exception>
    public static void Verify(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string jinja = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(jinja))
        {
            Verify(jinja, File.ReadAllText(jinja));
            return;
        }

        foreach (string name in new[] { "chat_template.json", "tokenizer_config.json" })
        {
            string path = Path.Combine(folder, name);
            string? template = File.Exists(path) ? TokenizerFiles.ReadJson(path, TemplateOf) : null;
            if (template is not null)
            {
                Verify(path, template);
                return;
            }
        }
    }

    private static string? TemplateOf(JsonElement root) => root.TryGetProperty("chat_template", out JsonElement template) ? template.GetString() : null;

    private static void Verify(string path, string template)
    {
        // The template language itself drops one line feed at the end of a template.
        string text = template.ReplaceLineEndings("\n");
        text = text.EndsWith('\n') ? text[..^1] : text;
        if (Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) != KnownHash)
        {
            throw new InvalidDataException(
                $"{path} holds a chat template other than Qwen2.5-VL's; prompts would not be what this model was trained on. Use a checkpoint with the published template.");
        }
    }

    private static StringBuilder Open(StringBuilder text, string role) => text.Append(SpecialTokens.ImStart).Append(role).Append('\n');

    private static void Vision(StringBuilder text, string? name, int number, string pad)
    {
        if (name is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} {number}: ");
        }

        text.Append(SpecialTokens.VisionStart).Append(pad).Append(SpecialTokens.VisionEnd);
    }
}
