namespace Relsim.Evaluation.Study;

/// <summary>What a rater answered; in this order a tie lies between the two.</summary>
public enum Vote
{
    /// <summary>The first candidate.</summary>
    A,

    /// <summary>Neither.</summary>
    Tie,

    /// <summary>The second candidate.</summary>
    B,
}

/// <summary>One rater's answer to one question.</summary>
/// <param name="Question">Identifier of the question: the two candidates that were shown.</param>
/// <param name="Rater">Who answered.</param>
/// <param name="MethodA">What method the first candidate is of.</param>
/// <param name="MethodB">What method the second is of.</param>
/// <param name="Vote">The answer.</param>
public sealed record StudyVote(string Question, string Rater, string MethodA, string MethodB, Vote Vote)
{
    /// <summary>Identifier of the query image, or null.</summary>
    public string? Query { get; init; }

    /// <summary>Identifier of the first candidate's image, or null.</summary>
    public string? CandidateA { get; init; }

    /// <summary>Identifier of the second candidate's image, or null.</summary>
    public string? CandidateB { get; init; }

    /// <summary>The same answer with the sides exchanged.</summary>
    public StudyVote Mirror() => this with
    {
        MethodA = MethodB,
        MethodB = MethodA,
        Vote = (Vote)(2 - (int)Vote),
        CandidateA = CandidateB,
        CandidateB = CandidateA,
    };
}

/// <summary>Votes on two methods of which only the counts are known.</summary>
/// <param name="MethodA">The first method.</param>
/// <param name="MethodB">The second method.</param>
/// <param name="WinsA">Votes for the first, at least 0.</param>
/// <param name="Ties">Votes for neither, at least 0.</param>
/// <param name="WinsB">Votes for the second, at least 0.</param>
public sealed record PreferenceCounts(string MethodA, string MethodB, int WinsA, int Ties, int WinsB)
{
    /// <summary>All votes.</summary>
    public int Votes => WinsA + Ties + WinsB;

    /// <summary>The same counts with the sides exchanged.</summary>
    public PreferenceCounts Mirror() => new(MethodB, MethodA, WinsB, Ties, WinsA);
}
