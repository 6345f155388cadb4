namespace Relsim.Evaluation.Judging;

/// <summary>What became of a pair.</summary>
internal enum PairStatus
{
    /// <summary>All answers are in, and at least one is a score.</summary>
    Scored,

    /// <summary>No score, and a refusal.</summary>
    Refused,

    /// <summary>Neither score nor refusal.</summary>
    Garbage,

    /// <summary>An answer is missing.</summary>
    Failed,

    /// <summary>A picture could not be read.</summary>
    Unreadable,
}

/// <summary>A pair with the answers that stand; those that are missing are null.</summary>
internal sealed record JudgedPair(JudgePair Pair, IReadOnlyList<(JudgeUnit Unit, JudgeAnswer? Answer)> Answers)
{
    public static JudgedPair Of(JudgePair pair, JudgeCache cache) => new(pair, [.. pair.Units.Select(unit => (unit, cache.Settled(unit)))]);

    public PairStatus Status => Answers switch
    {
        [] => PairStatus.Unreadable,
        _ when Answers.Any(answer => answer.Answer is null) => PairStatus.Failed,
        _ when Answers.Any(answer => answer.Answer!.Score is not null) => PairStatus.Scored,
        _ when Answers.Any(answer => answer.Answer!.Outcome == JudgeOutcome.Refusal) => PairStatus.Refused,
        _ => PairStatus.Garbage,
    };

    /// <summary>Mean of the scores, or null where the pair has none to show.</summary>
    public double? Score => Status == PairStatus.Scored ? Answers.Select(answer => answer.Answer!.Score).Average() : null;

    public bool IsForward(JudgeUnit unit) => unit.First == Pair.QueryImage.Hash;

    public int Count(JudgeOutcome outcome) => Answers.Count(answer => answer.Answer?.Outcome == outcome);
}
