namespace Relsim.Evaluation.Judging;

/// <summary>What is left to ask, before it is asked.</summary>
/// <param name="Questions">Questions of all pairs, each counted once.</param>
/// <param name="Calls">Those without an answer yet: at least as many calls are needed, more where answers are garbage.</param>
/// <param name="InputTokens">Tokens in that are to be expected.</param>
/// <param name="OutputTokens">Tokens out that are to be expected.</param>
/// <param name="Cost">Dollars to be expected; null without prices.</param>
/// <param name="MostTokens">Tokens in and out at the most, as the budget reckons, where every question takes all its attempts.</param>
/// <param name="MostCost">Dollars at the most, likewise; null without prices.</param>
/// <param name="IsMeasured">Whether the expectation comes from answers that are there; otherwise from a rule of thumb.</param>
public sealed record JudgeForecast(
    int Questions, int Calls, long InputTokens, long OutputTokens, decimal? Cost, long MostTokens, decimal? MostCost, bool IsMeasured)
{
    /// <summary>Tokens of <c>{"score": 7}</c>, about.</summary>
    internal const int AnswerTokens = 10;

    private const int BytesPerToken = 4;
    private const int PixelsPerToken = 750;

    /// <summary>About the tokens that services charge for a text and pictures.</summary>
    internal static long Guess(int textBytes, long area) => (textBytes / BytesPerToken) + (area / PixelsPerToken);
}
