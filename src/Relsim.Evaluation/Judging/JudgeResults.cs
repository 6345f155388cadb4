using System.Text;
using Relsim.Datasets;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Judging;

/// <summary>The results of a judge: our report, and the published file. Equal answers give equal bytes.</summary>
public sealed class JudgeResults
{
    private readonly PublishedJudgement _published;

    private JudgeResults(JudgeReport report, PublishedJudgement published) => (Report, _published) = (report, published);

    /// <summary>Means, intervals, differences, consistency and cost.</summary>
    public JudgeReport Report { get; }

    /// <summary>Writes <c>judge.json</c> (the published format), <c>judge-report.json</c> and <c>judge.md</c>, each under a temporary name first.</summary>
    /// <exception cref="IOException">A file cannot be written; an old one is kept.</exception>
    public void Write(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        foreach ((string name, string text) in ((string, string)[])[("judge.json", _published.ToJson()), ("judge-report.json", Report.ToJson()), ("judge.md", Report.ToMarkdown())])
        {
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        }
    }

    internal static JudgeResults Of(string retrieved, JudgeOptions options, string questionHash, JudgePlan plan, JudgeCache cache)
    {
        (string Method, JudgedPair[] Pairs)[] methods = [.. plan.Methods.Select(method => (method.Method, method.Pairs.Select(pair => JudgedPair.Of(pair, cache)).ToArray()))];
        return new JudgeResults(
            CreateReport(options, questionHash, plan, cache, methods),
            Publish(retrieved, options, questionHash, cache, methods));
    }

    private static JudgeReport CreateReport(
        JudgeOptions options, string questionHash, JudgePlan plan, JudgeCache cache, (string Method, JudgedPair[] Pairs)[] methods)
    {
        JudgedPair[] all = [.. methods.SelectMany(method => method.Pairs)];
        JudgeAnswer[] paid = [.. plan.Questions.SelectMany(question => cache.Answers(question.Unit))];
        var consistency = new JudgeConsistency(all);
        return new JudgeReport
        {
            Judge = options.Judge,
            ServedBy = [.. paid.Select(answer => answer.ServedBy).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
            QuestionHash = questionHash,
            Temperature = options.Temperature,
            Repeats = options.Repeats,
            TopK = options.TopK,
            Seed = options.Seed,
            IsComplete = all.All(pair => pair.Status != PairStatus.Failed),
            Methods = [.. methods.Select(method => Describe(method.Method, method.Pairs, options.Seed))],
            Differences = Compare(methods, options.Seed),
            OrderConsistency = consistency.OfOrders(),
            RepeatConsistency = options.Repeats > 1 ? consistency.OfRepeats() : null,
            Usage = CountUsage(options, paid),
            ImageErrors = [.. plan.Images.Where(image => image.Error is not null).Select(image => new JudgeImageError(image.Path, image.Error!))],
        };
    }

    private static JudgedMethod Describe(string name, JudgedPair[] pairs, int seed)
    {
        double[] scores = [.. pairs.Select(pair => pair.Score).OfType<double>()];
        int With(PairStatus status) => pairs.Count(pair => pair.Status == status);
        return new JudgedMethod(
            name,
            Bootstrap.Mean([.. ScoreQueries(pairs).Values], seed, Bootstrap.TestResamples),
            scores.DefaultIfEmpty(double.NaN).Min(),
            scores.DefaultIfEmpty(double.NaN).Max(),
            pairs.Length,
            With(PairStatus.Scored),
            With(PairStatus.Refused),
            With(PairStatus.Garbage),
            With(PairStatus.Failed),
            With(PairStatus.Unreadable),
            pairs.Sum(pair => pair.Count(JudgeOutcome.Refusal)),
            pairs.Sum(pair => pair.Count(JudgeOutcome.Garbage)));
    }

    /// <summary>The mean score of each query that has one, in the order of the input.</summary>
    private static OrderedDictionary<string, double> ScoreQueries(JudgedPair[] pairs) => new(pairs
        .Where(pair => pair.Score is not null)
        .GroupBy(pair => pair.Pair.Query.QueryImageId, pair => pair.Score!.Value)
        .Select(group => KeyValuePair.Create(group.Key, group.Average())));

    private static JudgedDifference[] Compare((string Method, JudgedPair[] Pairs)[] methods, int seed)
    {
        OrderedDictionary<string, double>[] scores = [.. methods.Select(method => ScoreQueries(method.Pairs))];
        List<(string First, string Second, PairedDifference Paired)> differences = [];
        for (int i = 0; i < methods.Length; i++)
        {
            for (int j = i + 1; j < methods.Length; j++)
            {
                string[] both = [.. scores[i].Keys.Where(scores[j].ContainsKey)];
                differences.Add((methods[i].Method, methods[j].Method, Bootstrap.Difference(
                    [.. both.Select(query => scores[i][query])], [.. both.Select(query => scores[j][query])], seed, Bootstrap.TestResamples)));
            }
        }

        double[] corrected = HolmCorrection.Adjust([.. differences.Select(difference => difference.Paired.PValue)]);
        return [.. differences.Select((difference, index) => new JudgedDifference(
            difference.First, difference.Second, difference.Paired.Difference, difference.Paired.PValue, corrected[index]))];
    }

    private static JudgeUsage CountUsage(JudgeOptions options, JudgeAnswer[] paid)
    {
        long input = paid.Sum(answer => answer.InputTokens ?? 0), output = paid.Sum(answer => answer.OutputTokens ?? 0);
        int uncounted = paid.Count(answer => answer.InputTokens is null || answer.OutputTokens is null);
        return new JudgeUsage(paid.Length, input, output, uncounted, JudgeBudget.Cost(options, input, output));
    }

    private static PublishedJudgement Publish(
        string retrieved, JudgeOptions options, string questionHash, JudgeCache cache, (string Method, JudgedPair[] Pairs)[] methods)
    {
        var summary = new OrderedDictionary<string, PublishedSummary>();
        var details = new OrderedDictionary<string, IReadOnlyList<PublishedPair>>();
        foreach ((string method, JudgedPair[] pairs) in methods)
        {
            double[] scores = [.. pairs.Select(pair => pair.Score).OfType<double>()];
            summary.Add(method, scores.Length > 0
                ? new PublishedSummary(pairs.Length, scores.Length, scores.Average(), scores.Min(), scores.Max())
                : new PublishedSummary(pairs.Length, 0, null, null, null));
            details.Add(method, [.. pairs.Select(pair => Publish(method, pair, cache))]);
        }

        var config = new PublishedConfig(
            retrieved, options.TopK, [.. methods.Select(method => method.Method)], options.Judge, questionHash, options.Temperature, options.Repeats,
            options.Attempts, options.MaxSide, options.Limit);
        return new PublishedJudgement(config, summary, details);
    }

    private static PublishedPair Publish(string method, JudgedPair judged, JudgeCache cache)
    {
        PublishedAnswer[] answers = [.. judged.Answers.Where(answer => answer.Answer is not null).Select(answer =>
        {
            IReadOnlyList<JudgeAnswer> attempts = cache.Answers(answer.Unit);
            return new PublishedAnswer(
                judged.IsForward(answer.Unit) ? "query_first" : "hit_first",
                answer.Unit.Repeat,
                answer.Answer!.Outcome.ToString().ToLowerInvariant(),
                answer.Answer.Score,
                answer.Answer.Text,
                answer.Answer.FinishReason,
                attempts.Count,
                attempts.Sum(attempt => attempt.InputTokens),
                attempts.Sum(attempt => attempt.OutputTokens));
        })];
        return new PublishedPair(
            judged.Pair.Query.QueryImageId, judged.Pair.QueryImage.Path, judged.Pair.HitImage.Path, method, judged.Pair.Rank,
            answers.Length > 0 ? string.Join('\n', answers.Select(answer => answer.Response)) : null,
            judged.Score, judged.Status.ToString().ToLowerInvariant(), answers);
    }
}
