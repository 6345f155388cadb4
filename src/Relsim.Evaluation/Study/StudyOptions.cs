using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Study;

/// <summary>What is asked of a <see cref="StudyAnalysis"/>.</summary>
public sealed record StudyOptions
{
    /// <summary>Seed of the bootstrap intervals.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Bootstrap resamples, at least 1.</summary>
    public int Resamples { get; init; } = Bootstrap.DefaultResamples;

    /// <summary>Two scores of a judge that differ by no more than this are its tie; 0 or more.</summary>
    public double TieBand { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Resamples);
        if (!(TieBand >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(TieBand), TieBand, "The tie band is 0 or more.");
        }
    }
}
