using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using Relsim.Imaging;
using Relsim.Tokenization;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Hub;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Captioning;

/// <summary>
/// A Qwen2.5-VL model on this machine as a chat client: conversations with any number of images to text, streamed token by token. Calls may come from any thread;
/// they are answered one after the other, which bounds the memory.
/// </summary>
/// <remarks>
/// What the options of a call leave open is taken from the checkpoint's generation_config.json. Letters in shapes: P patches, I image tokens, D width.
/// </remarks>
public sealed class Qwen25VLChatClient : IChatClient, ISampledChatClient
{
    private const string GenerationFile = "generation_config.json";

    // A question of one picture takes about 300 tokens, and its answer far less.
    private const int TokensOfQuestion = 300;

    private readonly Qwen25VLCheckpoint _checkpoint;
    private readonly GenerationOptions _defaults;
    private readonly ImagePreprocessor _preprocessor;
    private readonly SemaphoreSlim _turn = new(1);

    private Qwen25VLChatClient(Qwen25VLCheckpoint checkpoint, GenerationOptions defaults, EncoderOptions options)
    {
        _checkpoint = checkpoint;
        _defaults = defaults;
        _preprocessor = new ImagePreprocessor(PreprocessingProfiles.Get(options.Profile ?? PreprocessingProfiles.Captioner448.Name));
        BatchSize = Math.Max(1, (options.BatchTokens ?? EncoderOptions.DefaultBatchTokens) / TokensOfQuestion);
        ModelId = checkpoint.Folders.Name;
        Fingerprint = $"{ModelId}-{checkpoint.Digest}-{_preprocessor.Profile.Fingerprint}";
    }

    /// <summary>Name of the model.</summary>
    public string ModelId { get; }

    /// <summary>Model, weights, number type and preprocessing in one word: answers repeat only where this is equal.</summary>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    int ISampledChatClient.BatchSize => BatchSize;

    private int BatchSize { get; }

    /// <summary>Loads a model by its folder (a base model's or an adapter's), or one that has been pulled from the hub by its short name or id.</summary>
    /// <exception cref="ArgumentException">An option is out of range or asks for a device that is not there.</exception>
    /// <exception cref="HubException">The name is of no model, or a part has not been pulled; the message says how to.</exception>
    /// <exception cref="WeightsException">A file is missing, or a weight is missing, unexpected or mis-shaped.</exception>
    /// <exception cref="InvalidDataException">A configuration or tokenizer file cannot be read, or the files belong to different models.</exception>
    public static Qwen25VLChatClient Load(string model, EncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        options ??= new EncoderOptions();
        options.Validate();
        TorchDevice.Require(options.Device);
        using ModelStore store = ModelStore.Open();
        ModelFolders folders = ModelFolders.Resolve(model, store, options.Base);
        string? generation = new[] { folders.Main, folders.Base }.Select(folder => Path.Combine(folder, GenerationFile)).FirstOrDefault(File.Exists);
        GenerationOptions defaults = generation is null ? new GenerationOptions() : GenerationOptions.Read(generation);
        Qwen25VLCheckpoint checkpoint = Qwen25VLCheckpoint.Load(folders, options, resized: false);
        try
        {
            return new Qwen25VLChatClient(checkpoint, defaults with { StopTokens = [.. defaults.StopTokens.Append(checkpoint.Require(SpecialTokens.ImEnd)).Distinct()] }, options);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A message holds something other than text and image bytes, or an option is out of range.</exception>
    /// <exception cref="ImageDecodeException">Bytes cannot be decoded.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Question question = Read([.. messages], options);
        GeneratedText text = (await GenerateAsync([question], Translate(options), null, cancellationToken).ConfigureAwait(false))[0];
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, Decode(text)))
        {
            ModelId = ModelId,
            FinishReason = text.Stopped ? ChatFinishReason.Stop : ChatFinishReason.Length,
            Usage = new UsageDetails
            {
                InputTokenCount = question.Tokens.Count,
                OutputTokenCount = text.Tokens.Count,
                TotalTokenCount = question.Tokens.Count + text.Tokens.Count,
            },
        };
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A message holds something other than text and image bytes, or an option is out of range.</exception>
    /// <exception cref="ImageDecodeException">Bytes cannot be decoded.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Question question = Read([.. messages], options);
        TokenTextDecoder decoder = _checkpoint.Tokenizer.CreateDecoder(skipSpecialTokens: true);
        Channel<string> pieces = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<IReadOnlyList<GeneratedText>> generation = GenerateAsync(
            [question], Translate(options), token => pieces.Writer.TryWrite(decoder.Append(token.Token)), stop.Token);
        _ = generation.ContinueWith(done => pieces.Writer.TryComplete(done.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (string piece in pieces.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (piece.Length > 0)
                {
                    yield return new ChatResponseUpdate(ChatRole.Assistant, piece) { ModelId = ModelId };
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false); // whoever stops listening stops the work
            await ((Task)generation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        GeneratedText text = (await generation.ConfigureAwait(false))[0];
        yield return new ChatResponseUpdate(ChatRole.Assistant, decoder.Flush())
        {
            ModelId = ModelId,
            FinishReason = text.Stopped ? ChatFinishReason.Stop : ChatFinishReason.Length,
        };
    }

    /// <inheritdoc/>
    async Task<IReadOnlyList<IReadOnlyList<string>>> ISampledChatClient.SampleAsync(
        IReadOnlyList<IReadOnlyList<ChatMessage>> questions, ChatOptions? options, int samples, CancellationToken cancellationToken)
    {
        GenerationOptions generation = Translate(options);
        int drawn = generation.Sample ? samples : 1;
        Question[] read = [.. questions.Select(messages => Read(messages, options))];
        IReadOnlyList<GeneratedText> texts = await GenerateAsync(read, generation with { Samples = drawn }, null, cancellationToken).ConfigureAwait(false);
        // Where the likeliest token is taken each time, all samples are one.
        return [.. texts.Select(Decode).Chunk(drawn).Select(answers => drawn == samples ? answers : [.. Enumerable.Repeat(answers[0], samples)])];
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("relsim", defaultModelId: ModelId)
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _checkpoint.Dispose();
        _turn.Dispose();
    }

    private async Task<IReadOnlyList<GeneratedText>> GenerateAsync(
        IReadOnlyList<Question> questions, GenerationOptions options, Action<GeneratedToken>? onToken, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Generate(questions, options, onToken, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private IReadOnlyList<GeneratedText> Generate(
        IReadOnlyList<Question> questions, GenerationOptions options, Action<GeneratedToken>? onToken, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        RgbImage[] images = [.. questions.SelectMany(question => question.Images)];
        IReadOnlyList<GridThw> grids = [];
        Tensor? embedded = null;
        if (images.Length > 0)
        {
            (Tensor pixelValues, grids) = _checkpoint.Patches(images);               // [P, N]
            embedded = _checkpoint.Model.EmbedImages(pixelValues, grids);            // [I, D]
        }

        var batch = TokenBatch.Of([.. questions.Select(question => question.Tokens)], _checkpoint.Padding);
        return new TextGenerator(_checkpoint.Model).Generate(batch, grids, embedded, options, onToken: onToken, cancellationToken: cancellationToken);
    }

    private Question Read(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var images = new List<RgbImage>();
        List<ChatTurn> turns = options?.Instructions is { } instructions ? [new ChatTurn(ChatRole.System.Value, instructions)] : [];
        foreach (ChatMessage message in messages)
        {
            turns.Add(new ChatTurn(message.Role.Value, [.. message.Contents.Select(content => Read(content, images))]));
        }

        string text = Qwen2ChatTemplate.Render(turns, addGenerationPrompt: true);
        return new Question(_checkpoint.Tokenize(text, [.. images.Select(image => _checkpoint.CountTokens(image.Width, image.Height))]), images);
    }

    private ChatPart Read(AIContent content, List<RgbImage> images)
    {
        switch (content)
        {
            case TextContent text:
                return ChatPart.OfText(text.Text);
            case DataContent data when data.HasTopLevelMediaType("image"):
                images.Add(_preprocessor.Decode(data.Data, data.Name ?? $"image {images.Count + 1}"));
                return ChatPart.Image;
            default:
                throw new ArgumentException($"{content.GetType().Name} cannot be read by {ModelId}; give text, or the bytes of images (DataContent).", nameof(content));
        }
    }

    private GenerationOptions Translate(ChatOptions? options)
    {
        if (options?.StopSequences is { Count: > 0 } || options?.FrequencyPenalty is not (null or 0) || options?.PresencePenalty is not (null or 0))
        {
            throw new ArgumentException($"{ModelId} takes no stop sequences, frequency or presence penalty; leave them out.", nameof(options));
        }

        GenerationOptions generation = _defaults with
        {
            MaxNewTokens = options?.MaxOutputTokens ?? _defaults.MaxNewTokens,
            Sample = options?.Temperature is { } wanted ? wanted > 0 : _defaults.Sample,
            Temperature = options?.Temperature is > 0 and { } temperature ? temperature : _defaults.Temperature,
            TopP = options?.TopP ?? _defaults.TopP,
            TopK = options?.TopK ?? _defaults.TopK,
            Seed = unchecked((ulong)(options?.Seed ?? 0)),
        };
        generation.Validate();
        return generation;
    }

    private string Decode(GeneratedText text) => _checkpoint.Tokenizer.Decode(text.Tokens, skipSpecialTokens: true);

    /// <summary>A conversation as the model takes it.</summary>
    private sealed record Question(IReadOnlyList<int> Tokens, IReadOnlyList<RgbImage> Images);
}
