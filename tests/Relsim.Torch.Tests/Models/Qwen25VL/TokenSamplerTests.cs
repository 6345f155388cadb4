using Relsim.Torch.Models.Qwen25VL;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

public sealed class TokenSamplerTests
{
    private const int Draws = 20000;
    private const double Spread = 0.02; // more than five standard errors of a share of that many draws

    private static readonly float[] Logits = [1f, 0.5f, -1f, 2f, 2f, -3f, 0f];
    private static readonly GenerationOptions Sampled = new() { Sample = true, TopK = 0 };

    [Fact]
    public void Next_Greedy_TakesTheFirstOfTheLargest() => Assert.Equal(3, Sampler(new GenerationOptions()).Next([.. Logits]));

    [Theory]
    [InlineData(1.5, 3, 4)] // 2 / 1.5 < 2
    [InlineData(0.5, 0, 0)] // 1 / 0.5 = 2, the first of three
    public void Next_PositiveLogitSeen_IsDividedByThePenalty(double penalty, int seen, int expected) =>
        Assert.Equal(expected, Sampler(new GenerationOptions { RepetitionPenalty = penalty }, seen).Next([.. Logits]));

    [Fact]
    public void Next_NegativeLogitSeen_IsMultipliedByThePenalty() =>
        Assert.Equal(1, Sampler(new GenerationOptions { RepetitionPenalty = 1.2 }, 0).Next([-1f, -1.1f]));

    [Fact]
    public void Next_GeneratedToken_IsPenalizedFromThenOn()
    {
        TokenSampler sampler = Sampler(new GenerationOptions { RepetitionPenalty = 3 });

        Assert.Equal([3, 4, 0], Enumerable.Range(0, 3).Select(i => sampler.Next([.. Logits])));
    }

    [Fact]
    public void Next_SeenTokenBeyondTheVocabulary_IsIgnored() =>
        Assert.Equal(3, Sampler(new GenerationOptions { RepetitionPenalty = 1.1 }, 5000).Next([0f, 0f, 0f, 1f]));

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(3)]
    public void Next_Drawn_SharesAreTheSoftmaxOfTheTemperature(double temperature) => AssertShares(
        Sampled with { Temperature = temperature }, Softmax(temperature, token => true));

    [Theory]
    [InlineData(1, new[] { 3, 4 })] // two are the likeliest
    [InlineData(3, new[] { 0, 3, 4 })]
    [InlineData(100, new[] { 0, 1, 2, 3, 4, 5, 6 })]
    public void Next_TopK_DrawsFromTheLikeliestAlone(int k, int[] allowed) => AssertShares(
        Sampled with { TopK = k }, Softmax(1, allowed.Contains));

    [Theory]
    [InlineData(0.01, new[] { 3 })]
    [InlineData(0.6, new[] { 3, 4 })] // 0.36 + 0.36
    [InlineData(0.8, new[] { 0, 3, 4 })] // + 0.13
    public void Next_TopP_DrawsFromTheFewestThatReachIt(double p, int[] allowed) => AssertShares(
        Sampled with { TopP = p }, Softmax(1, allowed.Contains));

    [Fact]
    public void Next_HubsTinyTemperature_TakesTheLikeliest() =>
        Assert.All(Enumerable.Range(0, 50), stream => Assert.Equal(1, new TokenSampler(Sampled with { Temperature = 1e-6 }, [], stream).Next([3f, 3.01f, -200f])));

    [Fact]
    public void Next_TopPAfterTemperature_SeesTheFlatterShares() => AssertShares(
        Sampled with { TopP = 0.6, Temperature = 3 }, Softmax(3, token => token is 0 or 3 or 4));

    [Fact]
    public void Next_LogitsThatAreNoNumbers_SaysWhich() => Assert.Contains(
        "token 1", Assert.Throws<InvalidOperationException>(() => Sampler(new GenerationOptions()).Next([0f, float.NaN])).Message, StringComparison.Ordinal);

    [Fact]
    public void Next_AnotherStream_DrawsOtherTokens()
    {
        TokenSampler[] samplers = [.. Enumerable.Range(0, 2).Select(stream => new TokenSampler(Sampled with { Temperature = 5 }, [], stream))];

        int[][] drawn = [.. samplers.Select(sampler => Enumerable.Range(0, 30).Select(i => sampler.Next([.. Logits])).ToArray())];

        Assert.NotEqual(drawn[0], drawn[1]);
    }

    private static TokenSampler Sampler(GenerationOptions options, params int[] prompt) => new(options, prompt, 0);

    private static double[] Softmax(double temperature, Func<int, bool> allowed)
    {
        double[] weights = [.. Logits.Select((logit, token) => allowed(token) ? Math.Exp(logit / temperature) : 0)];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static void AssertShares(GenerationOptions options, double[] expected)
    {
        TokenSampler sampler = Sampler(options);
        int[] counts = new int[Logits.Length];
        for (int i = 0; i < Draws; i++)
        {
            counts[sampler.Next([.. Logits])]++;
        }

        Assert.All(expected.Zip(counts), pair => Assert.InRange((double)pair.Second / Draws, pair.First - (pair.First == 0 ? 0 : Spread), pair.First + (pair.First == 0 ? 0 : Spread)));
    }
}
