using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Study;

/// <summary>
/// Statistics of a preference study. Of two methods the one that stands on side a in more votes comes first (by name where that says nothing); votes on the other side
/// are turned round, so that a study may show its candidates in any order, and its rows may stand in any order.
/// </summary>
public static class StudyAnalysis
{
    /// <summary>Analyses votes or published counts, and a judge's scores beside the votes where given.</summary>
    /// <exception cref="ArgumentException">There is a judge and no votes to compare it with.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static StudyReport Run(VotesFile file, JudgeScores? judge = null, StudyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        options ??= new StudyOptions();
        options.Validate();
        bool hasVotes = file.Votes.Count > 0;
        if (judge is not null && !hasVotes)
        {
            throw new ArgumentException($"{file.FilePath} holds counts; a judge is compared with single votes. Leave the judge out, or give the file of votes.");
        }

        StudyVote[][] questions = Questions(file.Votes);
        IReadOnlyList<PreferenceCounts> counts = hasVotes ? [.. Count(file.Votes, questions)] : Merge(file.Counts);
        (MethodStrengths? strengths, string? refusal) = DavidsonModel.Fit(counts);
        return new StudyReport
        {
            Source = Path.GetFileName(file.FilePath),
            Votes = counts.Sum(pair => pair.Votes),
            Questions = hasVotes ? questions.Length : null,
            Raters = hasVotes ? file.Votes.Select(vote => vote.Rater).Distinct().Count() : null,
            Seed = options.Seed,
            Comparisons = Compare(counts),
            Strengths = strengths,
            StrengthsRefused = refusal,
            Agreement = Agreement(questions, options),
            Judge = judge is null ? null : JudgeComparison.Compare(questions, judge, options),
        };
    }

    private static PreferenceRow[] Compare(IReadOnlyList<PreferenceCounts> counts)
    {
        double[] tests = [.. counts.Select(pair => SignTest.PValue(pair.WinsA, pair.WinsB))];
        double[] corrected = HolmCorrection.Adjust(tests);
        return
        [
            .. counts.Select((pair, i) => new PreferenceRow(
                pair.MethodA,
                pair.MethodB,
                Proportion.Of(pair.WinsA, pair.Votes),
                Proportion.Of(pair.Ties, pair.Votes),
                Proportion.Of(pair.WinsB, pair.Votes),
                tests[i],
                corrected[i])),
        ];
    }

    /// <summary>The votes by question, in the order of the questions' names, all of two methods facing the same way.</summary>
    private static StudyVote[][] Questions(IReadOnlyList<StudyVote> votes)
    {
        Comparison<string> order = Order(votes.Select(vote => (vote.MethodA, 1)));
        return
        [
            .. votes.Select(vote => order(vote.MethodA, vote.MethodB) < 0 ? vote : vote.Mirror())
                .GroupBy(vote => vote.Question).OrderBy(question => question.Key, StringComparer.Ordinal).Select(question => question.ToArray()),
        ];
    }

    /// <summary>Counts of each two methods, in the order in which the file first names them.</summary>
    private static IEnumerable<PreferenceCounts> Count(IReadOnlyList<StudyVote> votes, StudyVote[][] questions)
    {
        var tallies = questions.SelectMany(question => question).GroupBy(vote => (vote.MethodA, vote.MethodB)).ToDictionary(group => group.Key, group => group.ToArray());
        foreach ((string a, string b) in votes.Select(vote => tallies.ContainsKey((vote.MethodA, vote.MethodB)) ? (vote.MethodA, vote.MethodB) : (vote.MethodB, vote.MethodA)).Distinct())
        {
            int Of(Vote answer) => tallies[(a, b)].Count(vote => vote.Vote == answer);
            yield return new PreferenceCounts(a, b, Of(Vote.A), Of(Vote.Tie), Of(Vote.B));
        }
    }

    private static PreferenceCounts[] Merge(IReadOnlyList<PreferenceCounts> counts)
    {
        Comparison<string> order = Order(counts.Select(pair => (pair.MethodA, pair.Votes)));
        return
        [
            .. counts.Select(pair => order(pair.MethodA, pair.MethodB) < 0 ? pair : pair.Mirror())
                .GroupBy(pair => (pair.MethodA, pair.MethodB))
                .Select(group => new PreferenceCounts(
                    group.Key.MethodA, group.Key.MethodB, group.Sum(pair => pair.WinsA), group.Sum(pair => pair.Ties), group.Sum(pair => pair.WinsB))),
        ];
    }

    private static Comparison<string> Order(IEnumerable<(string Method, int Votes)> first)
    {
        var votes = first.GroupBy(side => side.Method).ToDictionary(group => group.Key, group => group.Sum(side => (long)side.Votes));
        return (a, b) => votes.GetValueOrDefault(b).CompareTo(votes.GetValueOrDefault(a)) is not 0 and int more ? more : string.CompareOrdinal(a, b);
    }

    private static RaterAgreement? Agreement(StudyVote[][] questions, StudyOptions options)
    {
        var table = new RatingTable(questions.Select(votes =>
        {
            int[] counts = new int[3];
            foreach (StudyVote vote in votes)
            {
                counts[(int)vote.Vote]++;
            }

            return counts;
        }));
        return table.Items == 0 ? null : new RaterAgreement(
            table.Items,
            FleissKappa.Estimate(table, options.Seed, options.Resamples),
            KrippendorffAlpha.Estimate(table, AlphaMetric.Nominal, options.Seed, options.Resamples),
            KrippendorffAlpha.Estimate(table, AlphaMetric.Ordinal, options.Seed, options.Resamples));
    }
}
