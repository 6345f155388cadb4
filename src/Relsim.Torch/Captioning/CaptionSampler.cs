using Microsoft.Extensions.AI;
using Relsim.Datasets;
using Relsim.Imaging;

namespace Relsim.Torch.Captioning;

/// <summary>One question about pictures, asked as often as captions are wanted.</summary>
internal sealed class CaptionSampler
{
    private static readonly (char Open, char Close)[] Quotes = [('"', '"'), ('“', '”'), ('\'', '\'')];

    private readonly IChatClient _client;
    private readonly CaptionOptions _options;
    private readonly string _prompt;
    private readonly AnonymityCheck _check;

    public CaptionSampler(IChatClient client, CaptionOptions? options, string defaultPrompt, AnonymityCheck? check)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? new CaptionOptions();
        _options.Validate();
        _prompt = _options.Prompt ?? defaultPrompt;
        _check = check ?? AnonymityCheck.Default;
    }

    public async Task<IReadOnlyList<AnonymousCaption>> SampleAsync(
        IReadOnlyList<(ReadOnlyMemory<byte> Image, string Name)> images, CancellationToken cancellationToken)
    {
        List<AIContent> contents = [.. images.Select(image => Content(image.Image, image.Name)), new TextContent(_prompt)];
        ChatMessage[] question = [new ChatMessage(ChatRole.User, contents)];
        IReadOnlyList<string> texts = _client.GetService<ISampledChatClient>() is { } local
            ? await local.SampleAsync(question, Options(0), _options.Samples, cancellationToken).ConfigureAwait(false)
            : await AskEachAsync(question, cancellationToken).ConfigureAwait(false);
        return [.. texts.Select(Unquote).Select(text => new AnonymousCaption(text, _check.Inspect(text)))];
    }

    private async Task<IReadOnlyList<string>> AskEachAsync(ChatMessage[] question, CancellationToken cancellationToken)
    {
        var texts = new List<string>(_options.Samples);
        for (int sample = 0; sample < _options.Samples; sample++)
        {
            ChatResponse response = await _client.GetResponseAsync(question, Options(sample), cancellationToken).ConfigureAwait(false);
            texts.Add(response.Text);
        }

        return texts;
    }

    private ChatOptions Options(int sample) => new()
    {
        MaxOutputTokens = _options.MaxTokens,
        Temperature = _options.Temperature,
        TopP = _options.TopP,
        Seed = _options.Seed + sample,
    };

    private static DataContent Content(ReadOnlyMemory<byte> image, string name)
    {
        string type = ImageFormats.MediaType(image.Span)
            ?? throw new ImageDecodeException(name, ImageFault.NotAnImage, "the first bytes are of no known image format");
        return new DataContent(image, type) { Name = name };
    }

    private static string Unquote(string text)
    {
        string trimmed = text.Trim();
        foreach ((char open, char close) in Quotes)
        {
            if (trimmed.Length > 1 && trimmed[0] == open && trimmed[^1] == close)
            {
                return trimmed[1..^1].Trim();
            }
        }

        return trimmed;
    }
}
