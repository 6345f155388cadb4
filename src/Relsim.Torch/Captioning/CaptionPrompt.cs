using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Relsim.Torch.Captioning;

/// <summary>What a captioner is asked.</summary>
public static class CaptionPrompt
{
    private const long MaxBytes = 1 << 20;

    /// <summary>For one picture. The published wording is the model's own; ours asks the same (relsim, `anonymous_caption/config.yaml`).</summary>
    public static string SingleImage { get; } =
        "Describe the underlying logic of this image in one short, reusable caption. Do not name the things that are shown: put a general "
        + "placeholder in curly braces wherever a concrete noun would stand, such as {Subject}, {Object}, {Animal} or {Time}. The caption must "
        + "fit any other image that follows the same logic, whatever it looks like. Answer with the caption alone.";

    /// <summary>For several pictures that share a logic.</summary>
    public static string ImageGroup { get; } =
        "These images share one underlying logic, though they may look unlike. Describe that logic in one short caption that fits each of them. "
        + "Do not name the things that are shown: put a general placeholder in curly braces wherever a concrete noun would stand, such as "
        + "{Subject}, {Object}, {Animal} or {Time}. Answer with the caption alone.";

    /// <summary>
    /// Reads a prompt: the whole of a text file, or of a <c>.yaml</c>/<c>.yml</c> file the text at <c>prompt: anonymous_captioning:</c>, where
    /// the published configuration keeps it.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is empty, too long, not YAML, or lacks the key.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
        {
            throw new InvalidDataException($"{path}: a prompt of more than {MaxBytes:N0} bytes is not a prompt.");
        }

        string text = File.ReadAllText(path);
        string prompt = Path.GetExtension(path).ToUpperInvariant() is ".YAML" or ".YML" ? FromYaml(path, text) : text;
        return string.IsNullOrWhiteSpace(prompt)
            ? throw new InvalidDataException($"{path}: the prompt is empty.")
            : prompt.Trim();
    }

    private static string FromYaml(string path, string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count > 0 && Child(Child(stream.Documents[0].RootNode, "prompt"), "anonymous_captioning") is YamlScalarNode { Value: { } value }
                ? value
                : throw new InvalidDataException($"{path}: there is no text at 'prompt: anonymous_captioning:'. A plain prompt goes into a .txt file.");
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"{path} is not valid YAML (line {e.Start.Line}): {e.Message}", e);
        }
    }

    private static YamlNode? Child(YamlNode? node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) ? child : null;
}
