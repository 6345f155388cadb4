namespace Relsim.Evaluation.Judging;

/// <summary>What one run did. None of it is in the result files, which do not depend on how many runs it took.</summary>
/// <param name="Calls">Answers that came in.</param>
/// <param name="Failed">Questions that were asked in vain.</param>
/// <param name="Open">Questions that still have no answer, the failed ones among them.</param>
/// <param name="Unconfirmed">Calls whose answer was lost on the way, so that the service may bill them; the budget counts their worst case.</param>
/// <param name="BudgetReached">Whether the budget ended the run.</param>
/// <param name="Stopped">Why the run ended early, or null.</param>
/// <param name="Failures">Reasons of failures, the first few.</param>
public sealed record JudgeRunReport(
    int Calls, int Failed, int Open, int Unconfirmed, bool BudgetReached, string? Stopped, IReadOnlyList<string> Failures);
