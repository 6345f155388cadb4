using Microsoft.Extensions.AI;
using Relsim.Datasets;
using Relsim.Evaluation.Services;
using Relsim.Imaging;

namespace Relsim.Evaluation.Judging;

/// <summary>
/// Lets a vision model judge retrieved pairs: both orders, any number of repeats, each question paid once. Answers are kept in a cache as they
/// come, so that a killed run goes on where it was; the results depend on the answers alone. For one thread at a time.
/// </summary>
public sealed class RelationalJudge : IDisposable
{
    // A service that fails so often in a row is down, or cannot do what is asked.
    private const int MostFailuresInARow = 20;
    private const int FailuresTold = 5;

    private readonly string _retrieved;
    private readonly JudgeOptions _options;
    private readonly JudgeQuestion _question;
    private readonly JudgePlan _plan;
    private readonly JudgeCache _cache;

    private RelationalJudge(string retrieved, JudgeOptions options, JudgeQuestion question, JudgePlan plan, JudgeCache cache) =>
        (_retrieved, _options, _question, _plan, _cache) = (retrieved, options, question, plan, cache);

    /// <summary>Reads the published <c>retrieved_images.json</c>, finds its pictures, and opens the cache of answers.</summary>
    /// <exception cref="ArgumentException">An option is outside its range, or a method is not in the file.</exception>
    /// <exception cref="DatasetFormatException">The file is not of the published format.</exception>
    /// <exception cref="InvalidDataException">The cache is something else, or another run has it.</exception>
    public static RelationalJudge Open(string retrieved, string cache, JudgeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var question = new JudgeQuestion(options);
        JudgePlan plan = JudgePlan.Read(retrieved, options, cancellationToken);
        JudgeCache answers = JudgeCache.Open(cache, question.Hash, options);
        try
        {
            JudgePair[] open = [.. plan.Questions.Where(question => answers.Settled(question.Unit) is null).Select(question => question.Pair).Distinct()];
            JudgeImage[] images = [.. open.SelectMany(pair => new[] { pair.QueryImage, pair.HitImage }).Distinct()];
            Parallel.ForEach(images, new ParallelOptions { CancellationToken = cancellationToken }, image => image.Check());
            return new RelationalJudge(retrieved, options, question, plan, answers);
        }
        catch
        {
            answers.Dispose();
            throw;
        }
    }

    /// <summary>What is left to ask, and what that may cost; nothing is sent.</summary>
    public JudgeForecast Forecast()
    {
        (JudgeUnit Unit, JudgePair Pair)[] all = [.. _plan.Questions], open = [.. Open(all)];
        JudgeBudget budget = StartBudget();
        JudgeAnswer[] counted = [.. all.SelectMany(question => _cache.Answers(question.Unit)).Where(answer => answer is { InputTokens: not null, OutputTokens: not null })];
        long input = counted.Length > 0
            ? (long)(counted.Average(answer => answer.InputTokens!.Value) * open.Length)
            : open.Sum(question => JudgeForecast.Guess(_question.TextBytes, AreaOf(question.Pair)));
        long output = counted.Length > 0 ? (long)(counted.Average(answer => answer.OutputTokens!.Value) * open.Length) : (long)JudgeForecast.AnswerTokens * open.Length;
        Reservation[] worst = [.. open.SelectMany(question =>
            Enumerable.Repeat(budget.WorstCase(AreaOf(question.Pair)), _options.Attempts - _cache.Answers(question.Unit).Count))];
        return new JudgeForecast(
            all.Length, open.Length, input, output, JudgeBudget.Cost(_options, input, output),
            worst.Sum(call => call.Input + call.Output), JudgeBudget.Cost(_options, worst.Sum(call => call.Input), worst.Sum(call => call.Output)), counted.Length > 0);
    }

    /// <summary>
    /// Asks what is not answered yet, in the order of the input. Answers that cannot be had are told and asked for again by the next run; a budget
    /// that is reached ends the run in order.
    /// </summary>
    /// <param name="client">The judge; not disposed. Its faults should be <see cref="ServiceException"/>s, which alone are repeated.</param>
    /// <param name="backoff">How calls are spread and repeated; null takes the defaults.</param>
    /// <param name="progress">Told of done and total.</param>
    /// <param name="clock">Measures the waits; null takes the system's.</param>
    /// <param name="cancellationToken">Ends the run; what was answered is kept.</param>
    /// <exception cref="ServiceException">No question will be answered: wrong key, unknown model, no credit. What was answered is kept.</exception>
    public async Task<JudgeRunReport> RunAsync(
        IChatClient client, BackoffOptions? backoff = null, Action<int, int>? progress = null, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        backoff ??= new BackoffOptions();
        var run = new Asking(this, client, new Backoff(backoff, clock ?? TimeProvider.System), StartBudget());
        (JudgeUnit Unit, JudgePair Pair)[] open = [.. Open(_plan.Questions)];
        int done = 0;
        var spread = new ParallelOptions { MaxDegreeOfParallelism = backoff.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(open, spread, async (question, token) =>
        {
            await run.AskAsync(question.Unit, question.Pair, token).ConfigureAwait(false);
            progress?.Invoke(Interlocked.Increment(ref done), open.Length);
        }).ConfigureAwait(false);
        return run.Report(open.Count(question => _cache.Settled(question.Unit) is null));
    }

    /// <summary>What the answers say, whoever asked for them and when.</summary>
    public JudgeResults Results() => JudgeResults.Of(_retrieved, _options, _question.Hash, _plan, _cache);

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    private static long AreaOf(JudgePair pair) => pair.QueryImage.Area + pair.HitImage.Area;

    private IEnumerable<(JudgeUnit Unit, JudgePair Pair)> Open(IEnumerable<(JudgeUnit Unit, JudgePair Pair)> questions) =>
        questions.Where(question => _cache.Settled(question.Unit) is null);

    private JudgeBudget StartBudget()
    {
        var budget = new JudgeBudget(_options, _question.TextBytes);
        foreach ((JudgeUnit unit, JudgePair pair) in _plan.Questions)
        {
            foreach (JudgeAnswer answer in _cache.Answers(unit))
            {
                budget.Count(answer, AreaOf(pair));
            }
        }

        HashSet<JudgeUnit> asked = [.. _plan.Questions.Select(question => question.Unit)];
        foreach ((_, long input, long output) in _cache.Lost.Where(call => asked.Contains(call.Unit)))
        {
            budget.CountLost(input, output);
        }

        return budget;
    }

    /// <summary>One run: what stops it, and what it met.</summary>
    private sealed class Asking(RelationalJudge judge, IChatClient client, Backoff backoff, JudgeBudget budget)
    {
        private readonly Lock _lock = new();
        private readonly List<string> _failures = [];
        private volatile bool _structured = true;
        private volatile string? _stopped;
        private volatile ServiceException? _fatal;
        private int _calls;
        private int _failed;
        private int _failedInARow;
        private bool _budgetReached;

        public async Task AskAsync(JudgeUnit unit, JudgePair pair, CancellationToken cancellationToken)
        {
            try
            {
                while (_stopped is null && judge._cache.Settled(unit) is null)
                {
                    await AskOnceAsync(unit, pair, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (BudgetReachedException e)
            {
                (_budgetReached, _stopped) = (true, e.Message);
            }
            catch (ServiceException e) when (e.IsFatal)
            {
                (_fatal, _stopped) = (e, e.Message);
            }
            catch (Exception e) when (e is ServiceException or ImageDecodeException or InvalidDataException)
            {
                Fail(e.Message);
            }
        }

        public JudgeRunReport Report(int open) => _fatal is null
            ? new JudgeRunReport(_calls, _failed, open, budget.Unconfirmed, _budgetReached, _stopped, [.. _failures])
            : throw new ServiceException(_fatal.Message, _fatal);

        private async Task AskOnceAsync(JudgeUnit unit, JudgePair pair, CancellationToken cancellationToken)
        {
            bool structured = _structured;
            bool isForward = unit.First == pair.QueryImage.Hash;
            DataContent first = (isForward ? pair.QueryImage : pair.HitImage).Load(), second = (isForward ? pair.HitImage : pair.QueryImage).Load();
            ChatMessage[] messages = judge._question.Ask(first, second, structured);
            ChatOptions options = judge._question.CreateOptions(structured);
            try
            {
                ChatResponse response = await backoff.RunAsync(token => CallAsync(messages, options, unit, AreaOf(pair), token), cancellationToken).ConfigureAwait(false);
                Keep(unit, JudgeAnswer.Read(response, structured));
            }
            catch (ServiceException e) when (e.IsRefusal)
            {
                Keep(unit, new JudgeAnswer(JudgeOutcome.Refusal, null, e.Message, e.Code, 0, 0, null));
            }
            catch (ServiceException e) when (structured && e.IsUnsupportedFormat)
            {
                _structured = false;
            }
        }

        private async Task<ChatResponse> CallAsync(ChatMessage[] messages, ChatOptions options, JudgeUnit unit, long area, CancellationToken cancellationToken)
        {
            Reservation reservation = await budget.ReserveAsync(area, cancellationToken).ConfigureAwait(false);
            try
            {
                ChatResponse response = await client.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
                budget.Settle(reservation, response.Usage);
                return response;
            }
            catch (ServiceException e) when (!e.MayBeBilled)
            {
                budget.Cancel(reservation);
                throw;
            }
            catch
            {
                budget.GiveUp(reservation);
                judge._cache.AddLost(unit, reservation.Input, reservation.Output);
                throw;
            }
        }

        private void Keep(JudgeUnit unit, JudgeAnswer answer)
        {
            judge._cache.Add(unit, answer);
            Interlocked.Increment(ref _calls);
            Volatile.Write(ref _failedInARow, 0);
        }

        private void Fail(string reason)
        {
            lock (_lock)
            {
                _failed++;
                if (_failures.Count < FailuresTold && !_failures.Contains(reason))
                {
                    _failures.Add(reason);
                }
            }

            if (Interlocked.Increment(ref _failedInARow) >= MostFailuresInARow)
            {
                _stopped = $"{MostFailuresInARow} questions in a row were not answered";
            }
        }
    }
}
