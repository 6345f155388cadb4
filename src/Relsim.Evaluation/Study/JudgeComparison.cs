using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Study;

/// <summary>A judge's scores beside the votes of people on the same candidates.</summary>
internal static class JudgeComparison
{
    /// <param name="questions">Votes by question, all of one question facing the same way.</param>
    /// <param name="scores">The judge's.</param>
    /// <param name="options">Tie band, seed and resamples.</param>
    public static JudgeAgreement Compare(IReadOnlyList<StudyVote[]> questions, JudgeScores scores, StudyOptions options)
    {
        Judged[] judged = [.. questions.Select(votes => Judge(votes, scores, options.TieBand)).OfType<Judged>()];
        Estimate accuracy = Bootstrap.Statistic(judged.Length, items => Accuracy(judged, items), options.Seed, options.Resamples);
        Estimate kappa = CohenKappa.Estimate([.. judged.Select(one => ((int)one.Majority, (int)one.Verdict))], options.Seed, options.Resamples);
        return new JudgeAgreement(Path.GetFileName(scores.FilePath), judged.Length, questions.Count - judged.Length, options.TieBand, accuracy, kappa);
    }

    private static double Accuracy(Judged[] judged, int[] items)
    {
        double agreeing = 0, votes = 0;
        foreach (int item in items)
        {
            Judged one = judged[item];
            votes += one.ForA + one.ForB;
            agreeing += one.Verdict switch { Vote.A => one.ForA, Vote.B => one.ForB, _ => (one.ForA + one.ForB) / 2.0 };
        }

        return votes > 0 ? agreeing / votes : double.NaN;
    }

    private static Judged? Judge(StudyVote[] votes, JudgeScores scores, double band)
    {
        StudyVote question = votes[0];
        if (question.Query is not { } query
            || scores.Find(question.MethodA, query, question.CandidateA) is not { } a
            || scores.Find(question.MethodB, query, question.CandidateB) is not { } b)
        {
            return null;
        }

        int[] counts = [votes.Count(vote => vote.Vote == Vote.A), votes.Count(vote => vote.Vote == Vote.Tie), votes.Count(vote => vote.Vote == Vote.B)];
        // A majority is more votes than for any other answer; without one the people are not decided.
        Vote majority = counts.Count(count => count == counts.Max()) == 1 ? (Vote)Array.IndexOf(counts, counts.Max()) : Vote.Tie;
        Vote verdict = Math.Abs(a - b) <= band ? Vote.Tie : a > b ? Vote.A : Vote.B;
        return new Judged(counts[0], counts[2], majority, verdict);
    }

    private sealed record Judged(int ForA, int ForB, Vote Majority, Vote Verdict);
}
