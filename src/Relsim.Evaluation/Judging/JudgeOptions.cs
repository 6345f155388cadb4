namespace Relsim.Evaluation.Judging;

/// <summary>What a judge is asked, how often, and for how much.</summary>
public sealed record JudgeOptions
{
    /// <summary>Name of the service and model asked; answers are kept under it.</summary>
    public required string Judge { get; init; }

    /// <summary>The methods whose hits are judged, in the order of the input; null takes all.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Queries of each method, the first ones; null takes all.</summary>
    public int? Limit { get; init; }

    /// <summary>Hits of each query, at least 1. Default 1.</summary>
    public int TopK { get; init; } = 1;

    /// <summary>How often each pair is asked about in each of its two orders, at least 1. Default 1.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>How often a question is asked until a score comes, at least 1; each time is paid. Default 2.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>The question; null asks <see cref="JudgeQuestion.Default"/>.</summary>
    public string? Question { get; init; }

    /// <summary>Temperature; null leaves it to the service, as some models demand. Default 0.</summary>
    public double? Temperature { get; init; } = 0;

    /// <summary>Most tokens of an answer, at least 1; a model that thinks first needs more. Default 64.</summary>
    public int MaxOutputTokens { get; init; } = 64;

    /// <summary>
    /// Longest side of a picture in pixels: larger ones are sent as JPEG of this size, smaller ones as they are; 0 sends all in full size.
    /// Default 1024, beyond which the services in use scale down themselves or charge more.
    /// </summary>
    public int MaxSide { get; init; } = 1024;

    /// <summary>Seed of the intervals. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Dollars for a million tokens in; null where they are not known.</summary>
    public decimal? PriceIn { get; init; }

    /// <summary>Dollars for a million tokens out; null where they are not known.</summary>
    public decimal? PriceOut { get; init; }

    /// <summary>Dollars that the answers may cost, those that are already there and those that were lost on the way included; null sets no limit.</summary>
    public decimal? Budget { get; init; }

    /// <summary>Tokens in and out that the answers may cost, those that are already there included; null sets no limit.</summary>
    public long? BudgetTokens { get; init; }

    /// <summary>
    /// Most tokens that a picture may cost, for the budget's worst case. Default 26,000: the dearest count known to us (a model that charges
    /// 5,667 tokens for a tile of 512 pixels) for 1024 x 1024 pixels.
    /// </summary>
    public int ImageTokens { get; init; } = 26_000;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message names it.</exception>
    /// <exception cref="ArgumentException">A budget in dollars without prices.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Judge);
        ArgumentOutOfRangeException.ThrowIfLessThan(Limit ?? 1, 1, nameof(Limit));
        ArgumentOutOfRangeException.ThrowIfLessThan(TopK, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Repeats, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Attempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Temperature ?? 0, 0, nameof(Temperature));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxOutputTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(PriceIn ?? 0, 0, nameof(PriceIn));
        ArgumentOutOfRangeException.ThrowIfLessThan(PriceOut ?? 0, 0, nameof(PriceOut));
        ArgumentOutOfRangeException.ThrowIfLessThan(Budget ?? 0, 0, nameof(Budget));
        ArgumentOutOfRangeException.ThrowIfLessThan(BudgetTokens ?? 0, 0, nameof(BudgetTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(ImageTokens, 1);
        if (Budget is not null && (PriceIn is null || PriceOut is null))
        {
            throw new ArgumentException("A budget in dollars needs both prices, in dollars for a million tokens. A budget in tokens needs none.");
        }
    }
}
