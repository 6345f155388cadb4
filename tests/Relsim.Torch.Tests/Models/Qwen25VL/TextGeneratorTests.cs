using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

public sealed class TextGeneratorTests
{
    private const double Tolerance = 2e-5;

    private static readonly GenerationOptions Greedy = new() { MaxNewTokens = 6 };
    private static readonly GenerationOptions Drawn = new() { MaxNewTokens = 6, Sample = true, TopK = 0, Samples = 3, Seed = 4, Temperature = 2 };

    [Fact]
    public void Generate_WithCache_LogitsAreThoseOfTheWholeTextComputedAnew()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        List<Tensor> cached = [];

        IReadOnlyList<GeneratedText> texts = Generate(model, Greedy, observe: (step, logits) => cached.Add(logits.clone().DetachFromDisposeScope()));

        for (int step = 0; step < cached.Count; step++)
        {
            int[][] soFar = [.. TinyLanguage.Prompts.Select((prompt, i) => (int[])[.. prompt, .. texts[i].Tokens.Take(step)])];
            var batch = TokenBatch.Of(soFar, TinyLanguage.PaddingId);
            var plan = new ForwardPlan { LastPositionOnly = true };
            using Tensor actual = cached[step];
            using var layout = SequenceLayout.Create(model.Config, batch, RopeIndex.Create(model.Config, batch, TinyLanguage.Grids), plan);
            Tensor expected = model.Logits(model.HiddenStates(layout, TinyLanguage.Images(4), plan));
            Assert.InRange(VisionReference.LargestDifference(actual, expected), 0, Tolerance);
        }

        Assert.Equal(Greedy.MaxNewTokens, cached.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Generate_PromptsTogether_AreThoseOfEachAlone(bool sample)
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        GenerationOptions options = sample ? Drawn : Greedy;
        string[] together = Tokens(Generate(model, options));

        List<string> alone = [];
        int image = 0;
        foreach (int[] prompt in TinyLanguage.Prompts)
        {
            int count = prompt.Count(id => id == TinyLanguage.Config.VisionStartTokenId);
            alone.AddRange(Tokens(new TextGenerator(model).Generate(
                TokenBatch.Of([prompt], TinyLanguage.PaddingId),
                TinyLanguage.Grids[..count],
                TinyLanguage.Images(4).narrow(0, image * 6, count * 6),
                options,
                cancellationToken: TestContext.Current.CancellationToken)));
            image += count;
        }

        Assert.Equal(alone, together);
    }

    [Fact]
    public void Generate_PaddingOnEitherSide_IsTheSame()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        GenerationOptions options = Greedy with { RepetitionPenalty = 1.3 };

        Assert.Equal(Tokens(Generate(model, options, side: PaddingSide.Left)), Tokens(Generate(model, options, side: PaddingSide.Right)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Generate_KnownPrefix_TokensAreTheSame(int samples)
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        using var prefix = ConstantPrefix.Create(model.Language, model.Config, TinyLanguage.Prompts[0][..4]);
        GenerationOptions options = Drawn with { Samples = samples };

        Assert.Equal(Tokens(Generate(model, options)), Tokens(Generate(model, options, prefix: prefix)));
    }

    [Fact]
    public void Generate_Seed_DecidesWhatIsDrawn()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();

        string[] first = Tokens(Generate(model, Drawn)), again = Tokens(Generate(model, Drawn)), other = Tokens(Generate(model, Drawn with { Seed = 5 }));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.All(first.Chunk(Drawn.Samples), samples => Assert.Equal(samples.Length, samples.Distinct().Count()));
    }

    [Fact]
    public void Generate_StopToken_EndsItsTextAndTheOthersGoOn()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        IReadOnlyList<GeneratedText> free = Generate(model, Greedy);
        int stop = free[0].Tokens[2];
        List<int> rows = [];

        IReadOnlyList<GeneratedText> stopped = Generate(
            model, Greedy with { StopTokens = [stop] }, observe: (step, logits) => rows.Add((int)logits.shape[0]));

        Assert.All(free.Zip(stopped), pair =>
        {
            int end = pair.First.Tokens.ToList().IndexOf(stop);
            Assert.Equal(pair.First.Tokens.Take(end < 0 ? Greedy.MaxNewTokens : end + 1), pair.Second.Tokens);
            Assert.Equal(end >= 0, pair.Second.Stopped);
        });
        Assert.Equal([.. Enumerable.Range(0, rows.Count).Select(step => stopped.Count(text => text.Tokens.Count > step))], rows);
        Assert.True(rows[^1] < rows[0], "No text ended before the others: another seed for the model is needed.");
        int longest = stopped.Max(text => text.Tokens.Count);
        Assert.All(GeneratedText.Padded(stopped, 42).Zip(stopped), pair =>
            Assert.Equal([.. pair.Second.Tokens, .. Enumerable.Repeat(42, longest - pair.Second.Tokens.Count)], pair.First));
    }

    [Fact]
    public void Generate_AllStopped_EndsBeforeTheLimit()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        int[] everything = [.. Enumerable.Range(0, TinyLanguage.Config.VocabSize)];
        int steps = 0;

        IReadOnlyList<GeneratedText> texts = Generate(model, Greedy with { StopTokens = everything }, observe: (step, logits) => steps++);

        Assert.Equal(1, steps);
        Assert.All(texts, text => Assert.Single(text.Tokens));
    }

    [Fact]
    public void Generate_Tokens_AreToldOneByOne()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        List<GeneratedToken> told = [];

        IReadOnlyList<GeneratedText> texts = Generate(model, Drawn, onToken: told.Add);

        Assert.All(texts, text => Assert.Equal(
            text.Tokens, told.Where(token => token.Prompt == text.Prompt && token.Sample == text.Sample).Select(token => token.Token)));
    }

    [Fact]
    public void Generate_CancelledOnTheWay_StopsAfterThatToken()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        using var source = new CancellationTokenSource();
        int steps = 0;

        Assert.Throws<OperationCanceledException>(() => Generate(
            model,
            Greedy,
            observe: (step, logits) =>
            {
                steps++;
                source.Cancel();
            },
            cancelled: source));

        Assert.Equal(1, steps);
    }

    [Fact]
    public void Generate_ManyCalls_LeaveNoTensorBehind()
    {
        using Qwen25VLModel model = TinyLanguage.Model();
        Leave();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (int i = 0; i < 3; i++)
        {
            Leave();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Leave()
        {
            using Tensor images = TinyLanguage.Images(4);
            Generate(model, Drawn, images: images);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Extend_RoomRunsOut_KeepsWhatWasThere(int capacity)
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache(TinyLanguage.Config, 2, capacity);
        Tensor all = randn(20, 2, 10);
        foreach ((int start, int length) in new[] { (0, 5), (5, 1), (6, 14) })
        {
            Tensor part = all.narrow(0, start, length);
            (Tensor keys, Tensor values) = cache.Extend(1, new SequenceRow(1, 0, length, start), part, part * 2);

            Tensor expected = all.narrow(0, 0, start + length).transpose(0, 1);
            Assert.Equal(0, VisionReference.LargestDifference(keys, expected));
            Assert.Equal(0, VisionReference.LargestDifference(values, expected * 2));
        }
    }

    [Fact]
    public void Extend_RowOfAnotherLength_SaysBoth()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache(TinyLanguage.Config, 2, 4);
        Tensor part = randn(3, 2, 10);
        cache.Extend(0, new SequenceRow(1, 0, 3, 0), part, part);
        using KeyValueCache twice = cache.Repeat(2);

        Assert.All(new[] { (cache, 1, 2), (cache, 0, 3), (twice, 3, 4), (twice, 1, 3) }, wrong => Assert.Contains(
            $"of row {wrong.Item2} where the call follows {wrong.Item3}",
            Assert.Throws<InvalidOperationException>(() => wrong.Item1.Extend(0, new SequenceRow(wrong.Item2, 0, 3, wrong.Item3), part, part)).Message,
            StringComparison.Ordinal));
        Assert.Equal(6, twice.Extend(0, new SequenceRow(3, 0, 3, 3), part, part).Keys.shape[1]);
    }

    private static IReadOnlyList<GeneratedText> Generate(
        Qwen25VLModel model,
        GenerationOptions options,
        PaddingSide side = PaddingSide.Right,
        ConstantPrefix? prefix = null,
        Tensor? images = null,
        Action<GeneratedToken>? onToken = null,
        Action<int, Tensor>? observe = null,
        CancellationTokenSource? cancelled = null) => new TextGenerator(model).Generate(
            TokenBatch.Of(TinyLanguage.Prompts, TinyLanguage.PaddingId, side),
            TinyLanguage.Grids,
            images ?? TinyLanguage.Images(TinyLanguage.Grids.Length),
            options,
            prefix,
            onToken,
            observe,
            cancelled?.Token ?? TestContext.Current.CancellationToken);

    private static string[] Tokens(IReadOnlyList<GeneratedText> texts) => [.. texts.Select(text => string.Join(" ", text.Tokens))];
}
