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

    /// <summary>Questions that are best asked at once.</summary>
    public int BatchSize => _client.GetService<ISampledChatClient>()?.BatchSize ?? 1;

    /// <summary>The captions of each question, which is asked about one image or several.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<AnonymousCaption>>> SampleAsync(
        IReadOnlyList<IReadOnlyList<EncodedImage>> questions, CancellationToken cancellationToken)
    {
        ChatMessage[][] messages = [.. questions.Select(Question)];
        IReadOnlyList<IReadOnlyList<string>> answers = _client.GetService<ISampledChatClient>() is { } local
            ? await local.SampleAsync(messages, Options(0), _options.Samples, cancellationToken).ConfigureAwait(false)
            : await AskEachAsync(messages, cancellationToken).ConfigureAwait(false);
        return [.. answers.Select(texts => (IReadOnlyList<AnonymousCaption>)[.. texts.Select(Unquote).Select(text => new AnonymousCaption(text, _check.Inspect(text)))])];
    }

    private ChatMessage[] Question(IReadOnlyList<EncodedImage> images) =>
        [new ChatMessage(ChatRole.User, [.. images.Select(Content), new TextContent(_prompt)])];

    private async Task<IReadOnlyList<IReadOnlyList<string>>> AskEachAsync(ChatMessage[][] questions, CancellationToken cancellationToken)
    {
        var answers = new List<IReadOnlyList<string>>(questions.Length);
        foreach (ChatMessage[] question in questions)
        {
            var texts = new List<string>(_options.Samples);
            for (int sample = 0; sample < _options.Samples; sample++)
            {
                ChatResponse response = await _client.GetResponseAsync(question, Options(sample), cancellationToken).ConfigureAwait(false);
                texts.Add(response.Text);
            }

            answers.Add(texts);
        }

        return answers;
    }

    private ChatOptions Options(int sample) => new()
    {
        MaxOutputTokens = _options.MaxTokens,
        Temperature = _options.Temperature,
        TopP = _options.TopP,
        Seed = _options.Seed + sample,
    };

    private static DataContent Content(EncodedImage image)
    {
        string type = ImageFormats.MediaType(image.Bytes.Span)
            ?? throw new ImageDecodeException(image.Name, ImageFault.NotAnImage, "the first bytes are of no known image format");
        return new DataContent(image.Bytes, type) { Name = image.Name };
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
