using Relsim.Imaging;
using Relsim.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// Continues prompts token by token. Prompts of any lengths go together; those that are finished cost nothing more, and several samples of a prompt share
/// its prefill. Safe for concurrent calls: all that a call changes is its own.
/// </summary>
/// <remarks>Letters in shapes: A texts not yet finished, V rows of the vocabulary, I image tokens, D width.</remarks>
internal sealed class TextGenerator(Qwen25VLModel model)
{
    private const int RoomAhead = 256;

    /// <summary>Continues every prompt of a batch; results are in the order of the prompts, and of the samples of each.</summary>
    /// <param name="prompts">The prompts, padded on either side, which makes no difference.</param>
    /// <param name="grids">Grids of all images, in the order of their tokens.</param>
    /// <param name="images">Their embeddings [I, D]; null where there is none.</param>
    /// <param name="options">How tokens are chosen.</param>
    /// <param name="prefix">What all prompts begin with, computed earlier; null for nothing.</param>
    /// <param name="onToken">Is told every token as soon as it is chosen; not called for padding.</param>
    /// <param name="observe">Is shown the logits [A, V] of every step, before any of the options, and must not keep them.</param>
    /// <param name="cancellationToken">Is looked at before every step.</param>
    /// <exception cref="ArgumentException">The options are out of range, or images and prompts do not fit.</exception>
    public IReadOnlyList<GeneratedText> Generate(
        TokenBatch prompts,
        IReadOnlyList<GridThw> grids,
        Tensor? images,
        GenerationOptions options,
        ConstantPrefix? prefix = null,
        Action<GeneratedToken>? onToken = null,
        Action<int, Tensor>? observe = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        var rope = RopeIndex.Create(model.Config, prompts, grids);
        List<Text> texts = [.. Enumerable.Range(0, prompts.Rows).SelectMany(row => Enumerable.Range(0, options.Samples)
            .Select(sample => new Text(row, sample, prompts, rope.Next[row], options)))];
        var plan = new ForwardPlan { LastPositionOnly = true, Prefix = prefix };
        (KeyValueCache first, Tensor logits) = Prefill(prompts, rope, images, plan, options);
        using KeyValueCache cache = options.Samples == 1 ? first : Shared(first, options.Samples);
        for (int step = 0; ; step++)
        {
            observe?.Invoke(step, logits);
            Choose(texts, logits, options, onToken);
            if (step + 1 == options.MaxNewTokens || texts.TrueForAll(text => text.Stopped))
            {
                return [.. texts.Select(text => new GeneratedText(text.Prompt, text.Sample, text.Tokens, text.Stopped))];
            }

            cancellationToken.ThrowIfCancellationRequested();
            Tensor before = logits;
            logits = Step(texts, cache);                                             // [A, V]
            before.Dispose();
        }
    }

    private (KeyValueCache Cache, Tensor Logits) Prefill(TokenBatch prompts, RopeIndex rope, Tensor? images, ForwardPlan plan, GenerationOptions options)
    {
        var cache = new KeyValueCache(model.Config, prompts.Rows, prompts.Length + Math.Min(options.MaxNewTokens, RoomAhead));
        try
        {
            if (plan.Prefix is not null)
            {
                cache.Begin(plan.Prefix);
            }

            using DisposeScope scope = NewDisposeScope();
            using var layout = SequenceLayout.Create(model.Config, prompts, rope, plan, model.Device);
            Tensor logits = model.Logits(model.HiddenStates(layout, images, plan, cache)); // [B, V]
            return (cache, (options.Samples == 1 ? logits : logits.repeat_interleave(options.Samples, 0)).MoveToOuterDisposeScope()); // [A, V]
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

    private static KeyValueCache Shared(KeyValueCache prefilled, int samples)
    {
        using KeyValueCache one = prefilled;
        return one.Repeat(samples);
    }

    /// <summary>Chooses a token for each text that goes on, from its row of the logits.</summary>
    private static void Choose(List<Text> texts, Tensor logits, GenerationOptions options, Action<GeneratedToken>? onToken)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] scores = TensorMemory.ToArray<float>(logits.to_type(ScalarType.Float32));
        int width = (int)logits.shape[1];
        int row = 0;
        foreach (Text text in texts.Where(text => !text.Stopped).ToArray())
        {
            int token = text.Sampler.Next(scores.AsSpan(row++ * width, width));
            text.Tokens.Add(token);
            text.Stopped = options.StopTokens.Contains(token);
            onToken?.Invoke(new GeneratedToken(text.Prompt, text.Sample, token, text.Stopped));
        }
    }

    private Tensor Step(List<Text> texts, KeyValueCache cache)
    {
        using DisposeScope scope = NewDisposeScope();
        using var layout = SequenceLayout.Step(
            model.Config,
            [.. texts.Index().Where(text => !text.Item.Stopped).Select(text => (text.Index, text.Item.Past, (long)text.Item.Tokens[^1], text.Item.Position))],
            model.Device);
        return model.Logits(model.HiddenStates(layout, null, ForwardPlan.Full, cache)).MoveToOuterDisposeScope(); // [A, V]
    }

    /// <summary>A text as far as it is.</summary>
    private sealed class Text(int prompt, int sample, TokenBatch prompts, long next, GenerationOptions options)
    {
        private readonly int length = prompts.Columns(prompt).Count();

        public int Prompt { get; } = prompt;

        public int Sample { get; } = sample;

        public List<int> Tokens { get; } = [];

        public bool Stopped { get; set; }

        public TokenSampler Sampler { get; } =
            new(options, options.PenalizePadding ? prompts.Padded(prompt) : prompts.Tokens(prompt), sample);

        /// <summary>Tokens before the last one, whose keys and values the cache has.</summary>
        public int Past => length + Tokens.Count - 1;

        /// <summary>Position of the last token on every axis.</summary>
        public long Position => next + Tokens.Count - 1;
    }
}

/// <summary>What was generated after a prompt.</summary>
/// <param name="Prompt">The prompt's number in its batch.</param>
/// <param name="Sample">The result's number among those of its prompt.</param>
/// <param name="Tokens">The tokens, the stop token included where one came.</param>
/// <param name="Stopped">Whether a stop token came, rather than the limit.</param>
internal sealed record GeneratedText(int Prompt, int Sample, IReadOnlyList<int> Tokens, bool Stopped)
{
    /// <summary>Rows of one length, as transformers returns them: what ended before the longest is filled up.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Padded(IReadOnlyList<GeneratedText> texts, int paddingId)
    {
        int length = texts.Count == 0 ? 0 : texts.Max(text => text.Tokens.Count);
        return [.. texts.Select(text => (IReadOnlyList<int>)[.. text.Tokens, .. Enumerable.Repeat(paddingId, length - text.Tokens.Count)])];
    }
}

/// <summary>One token of a generation that is under way.</summary>
/// <param name="Prompt">The prompt's number in its batch.</param>
/// <param name="Sample">The result's number among those of its prompt.</param>
/// <param name="Token">The token.</param>
/// <param name="Stops">Whether its text ends here.</param>
internal readonly record struct GeneratedToken(int Prompt, int Sample, int Token, bool Stops);
