using Microsoft.Extensions.AI;

namespace Relsim.Evaluation.Judging;

/// <summary>The next call could cost more than is left.</summary>
internal sealed class BudgetReachedException(string message) : Exception(message);

/// <summary>What is set aside for a call: its worst case.</summary>
internal readonly record struct Reservation(long Area, long Input, long Output);

/// <summary>
/// Keeps what is spent and what may be below the limits: the worst case of a call is set aside before it is sent, and replaced by its true cost
/// when that is known. Thread-safe.
/// </summary>
internal sealed class JudgeBudget(JudgeOptions options, int textBytes)
{
    // What was seen is not the most that there is: the same pixels may be cut into more tiles.
    private const int Margin = 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, long> _mostByArea = [];
    private long _input;
    private long _output;
    private long _reservedInput;
    private long _reservedOutput;
    private int _open;
    private TaskCompletionSource _settled = NewSignal();

    /// <summary>Calls that were sent and not answered: they may be billed, and count with their worst case.</summary>
    public int Unconfirmed { get; private set; }

    /// <summary>Tokens of a call at the most, before it is sent.</summary>
    public Reservation WorstCase(long area)
    {
        lock (_lock)
        {
            // The text may be a token a byte; a pair as large as one seen costs not much more than that one.
            long most = textBytes + (2L * options.ImageTokens);
            long seen = _mostByArea.Where(entry => entry.Key >= area).Select(entry => entry.Value).DefaultIfEmpty(most).Max();
            long input = Math.Min(most, Margin * seen);
            return new Reservation(area, input, options.MaxOutputTokens);
        }
    }

    /// <summary>Counts an answer of an earlier run.</summary>
    public void Count(JudgeAnswer answer, long area)
    {
        lock (_lock)
        {
            Add(area, answer.InputTokens, answer.OutputTokens);
        }
    }

    /// <summary>Counts what a call of an earlier run may have cost whose answer was lost.</summary>
    public void CountLost(long input, long output)
    {
        lock (_lock)
        {
            (_input, _output) = (_input + input, _output + output);
        }
    }

    /// <summary>Sets the worst case of a call aside; waits where only the calls under way stand against it.</summary>
    /// <exception cref="BudgetReachedException">It does not fit.</exception>
    public async Task<Reservation> ReserveAsync(long area, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task settled;
            Reservation wanted = WorstCase(area);
            lock (_lock)
            {
                long input = _input + _reservedInput + wanted.Input, output = _output + _reservedOutput + wanted.Output;
                if (!(input + output > options.BudgetTokens) && !(Cost(options, input, output) > options.Budget))
                {
                    (_reservedInput, _reservedOutput, _open) = (_reservedInput + wanted.Input, _reservedOutput + wanted.Output, _open + 1);
                    return wanted;
                }

                if (_open == 0)
                {
                    throw new BudgetReachedException(
                        $"the budget does not cover the next call, of {wanted.Input + wanted.Output} tokens at the most; {_input + _output} are spent");
                }

                settled = _settled.Task;
            }

            await settled.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The call was answered.</summary>
    public void Settle(Reservation reservation, UsageDetails? usage) => Release(reservation, () =>
    {
        Add(reservation.Area, usage?.InputTokenCount, usage?.OutputTokenCount, reservation);
    });

    /// <summary>The call came back without being answered, so that it costs nothing.</summary>
    public void Cancel(Reservation reservation) => Release(reservation, static () => { });

    /// <summary>Nobody knows whether the call was answered.</summary>
    public void GiveUp(Reservation reservation) => Release(reservation, () =>
    {
        Unconfirmed++;
        (_input, _output) = (_input + reservation.Input, _output + reservation.Output);
    });

    /// <summary>Dollars, or null without prices.</summary>
    public static decimal? Cost(JudgeOptions options, long input, long output) =>
        options is { PriceIn: { } priceIn, PriceOut: { } priceOut } ? ((input * priceIn) + (output * priceOut)) / 1_000_000m : null;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Release(Reservation reservation, Action count)
    {
        TaskCompletionSource settled;
        lock (_lock)
        {
            (_reservedInput, _reservedOutput, _open) = (_reservedInput - reservation.Input, _reservedOutput - reservation.Output, _open - 1);
            count();
            (settled, _settled) = (_settled, NewSignal());
        }

        settled.SetResult();
    }

    private void Add(long area, long? input, long? output, Reservation? worst = null)
    {
        // Without a count the worst is taken for true.
        _input += input ?? worst?.Input ?? (textBytes + (2L * options.ImageTokens));
        _output += output ?? worst?.Output ?? options.MaxOutputTokens;
        if (input is > 0 and { } tokens)
        {
            _mostByArea[area] = Math.Max(tokens, _mostByArea.GetValueOrDefault(area));
        }
    }
}
